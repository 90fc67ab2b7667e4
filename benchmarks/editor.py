"""A client of the language server that does nothing but wait: it knows when each answer has arrived."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PATIENCE = 300
"""Seconds after which nothing comes any more, however slow the machine is."""
_CAPABILITIES = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}


class Client:
    """The server as a process of its own, with one folder open."""

    def __init__(self, root: Path, options: dict[str, Any] | None = None) -> None:
        command = [sys.executable, "-m", "copycheck", "server"]
        self._process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._news: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self._versions: dict[str, int] = {}
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        """What was published last of each document."""
        self._ids = 0
        threading.Thread(target=self._listen, daemon=True).start()
        folders = [{"uri": root.as_uri(), "name": root.name}]
        given = {"processId": os.getpid(), "rootUri": root.as_uri(), "workspaceFolders": folders}
        self.request("initialize", {**given, "capabilities": _CAPABILITIES, "initializationOptions": options})
        self._notify("initialized", {})

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, with the text that it has or with another one; its URI."""
        uri = path.as_uri()
        self._versions[uri] = 0
        shown = path.read_text("utf-8") if text is None else text
        document = {"uri": uri, "languageId": "python", "version": 0, "text": shown}
        self._notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def close(self, uri: str) -> None:
        """Close a document, and take back what was published of it."""
        self._notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def replace(self, uri: str, line: int, first: int, last: int, text: str) -> int:
        """Replace characters of a line, counted from 0; the version of the document from then on."""
        return self.replace_range(uri, (line, first), (line, last), text)

    def replace_range(self, uri: str, start: tuple[int, int], end: tuple[int, int], text: str) -> int:
        """Replace what is between two places, each a line and a character from 0; the version from then on."""
        self._versions[uri] += 1
        places = [{"line": line, "character": character} for line, character in (start, end)]
        changes = [{"range": {"start": places[0], "end": places[1]}, "text": text}]
        document = {"uri": uri, "version": self._versions[uri]}
        self._notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
        return self._versions[uri]

    def changed_on_disk(self, paths: Iterable[Path]) -> None:
        """Say that files or folders have changed, appeared or gone."""
        changes = [{"uri": path.as_uri(), "type": 2} for path in paths]
        self._notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def settle(self, uri: str) -> None:
        """Wait until all that follows from what was sent is published.

        One question waits for what is being published, the second one for what became known in the meantime.
        """
        for _ in range(2):
            self.request("textDocument/documentLink", {"textDocument": {"uri": uri}})

    def published(self, uri: str, version: int) -> tuple[float, int]:
        """Wait until the diagnostics of a version arrive: when that was, and how many others came before."""
        before = 0
        while True:
            when, message = self._next()
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics":
                if params["uri"] == uri and params.get("version") == version:
                    return when, before
                before += 1

    def request(self, method: str, params: Any) -> Any:
        """Ask, and wait for the answer."""
        self._ids += 1
        self._send({"id": self._ids, "method": method, "params": params})
        while True:
            _, message = self._next()
            if message.get("id") == self._ids and "method" not in message:
                return message.get("result")

    def cpu(self) -> float:
        """The seconds that processors have spent on the server so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """The resident memory of the server, in bytes."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """End the server."""
        self.request("shutdown", None)
        self._notify("exit", None)
        self._process.wait(_PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _next(self) -> tuple[float, dict[str, Any]]:
        while True:
            when, message = self._news.get(timeout=_PATIENCE)
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            if "method" not in message or "id" not in message:
                return when, message
            self._send({"id": message["id"], "result": None})

    def _notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while head := stream.readline():
            length = 0
            while head.strip():
                name, _, value = head.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                head = stream.readline()
            body = stream.read(length)
            self._news.put((time.perf_counter(), json.loads(body)))
