"""An editor for tests: the real server as a process of its own, and a client that speaks to it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.lsp.client import LanguageClient
from pygls.uris import to_fs_path

_START = [sys.executable, "-c", "from copycheck.__main__ import run; run()", "server", "--stdio"]
PATIENCE = 300
"""Seconds after which nothing comes any more, however slow the machine is."""

CAPABILITIES: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create"],
            "changeAnnotationSupport": {},
        },
        "workspaceFolders": True,
    },
    "textDocument": {
        "codeAction": {"resolveSupport": {"properties": ["edit"]}, "dataSupport": True},
        "definition": {"linkSupport": True},
        "publishDiagnostics": {"relatedInformation": True},
    },
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
}


class Editor:
    """A client, and what the server has told it."""

    def __init__(self) -> None:
        self.client = LanguageClient("tests", "1")
        self.published: dict[str, list[types.Diagnostic]] = {}
        self.versions: dict[str, int | None] = {}
        self.counts: dict[str, int] = {}
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.progress: list[Any] = []
        self.shown: list[types.ShowDocumentParams] = []
        self.registered: list[types.Registration] = []
        self.refreshes = 0
        self.settings: Any = None
        self.choose = 0
        self._news = asyncio.Event()
        self._texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._listen()

    def _listen(self) -> None:
        client = self.client

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = list(params.diagnostics)
            self.versions[params.uri] = params.version
            self.counts[params.uri] = self.counts.get(params.uri, 0) + 1
            self._news.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def message(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @client.feature(types.WINDOW_LOG_MESSAGE)
        def log(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            self._news.set()

        @client.feature(types.WINDOW_SHOW_DOCUMENT)
        def show(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
            self.shown.append(params)
            self._news.set()
            return types.ShowDocumentResult(True)

        @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def choose(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            return params.actions[self.choose] if params.actions else None

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registered += params.registrations
            self._news.set()

        @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def create(params: types.WorkDoneProgressCreateParams) -> None:
            self.progress.append(params.token)

        @client.feature(types.PROGRESS)
        def progress(params: types.ProgressParams) -> None:
            self.progress.append(params.value)
            self._news.set()

        @client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings for _ in params.items]

        @client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        def refresh(params: None) -> None:
            self.refreshes += 1
            self._news.set()

    async def start(
        self, *folders: Path, capabilities: dict[str, Any] | None = None, options: Any = None
    ) -> types.InitializeResult:
        """Start the server, and open some folders."""
        command, *args = _START
        await self.client.start_io(command, *args, cwd=os.getcwd())
        given = get_converter().structure(
            CAPABILITIES if capabilities is None else capabilities, types.ClientCapabilities
        )
        opened = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        params = types.InitializeParams(given, os.getpid(), workspace_folders=opened, initialization_options=options)
        result = await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())
        return result

    async def stop(self) -> int | None:
        """End the server as the protocol wants it; its exit code."""
        await asyncio.wait_for(self.client.shutdown_async(None), PATIENCE)
        self.client.exit(None)
        server = self.client._server
        assert server is not None
        assert server.stdin is not None
        server.stdin.close()
        return await asyncio.wait_for(server.wait(), PATIENCE)

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait for something that the server tells."""

        async def wait() -> None:
            while not happened():
                self._news.clear()
                await self._news.wait()

        await asyncio.wait_for(wait(), PATIENCE)

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, with its text or another; its URI."""
        uri = path.as_uri()
        self._texts[uri] = path.read_bytes().decode() if text is None else text
        self._versions[uri] = 1
        document = types.TextDocumentItem(uri, "python", 1, self._texts[uri])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return uri

    def type(self, uri: str, text: str) -> int:
        """Make another text of a document, in one change of all that differs; its version."""
        before = self._texts[uri]
        start = common(before, text)
        end = common(before[start:][::-1], text[start:][::-1])
        change = types.TextDocumentContentChangePartial(
            types.Range(position(before, start), position(before, len(before) - end)), text[start : len(text) - end]
        )
        self._texts[uri] = text
        return self.change(uri, change)

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> int:
        """Send changes of a document; its version."""
        self._versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))
        return self._versions[uri]

    def close(self, uri: str) -> None:
        """Close a document."""
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def save(self, uri: str) -> None:
        """Say that a document was saved, with the text that it has on disk."""
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def changed_on_disk(self, *paths: Path) -> None:
        """Say that files have changed."""
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def send(self, body: bytes) -> None:
        """Send a message as it is."""
        server = self.client._server
        assert server is not None
        assert server.stdin is not None
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def codes(self, uri: str) -> list[tuple[int, str]]:
        """The lines, from 1, and codes of what was published of a document, but for information and hints."""
        plain = (d for d in self.published[uri] if d.severity in (1, 2))
        return [(d.range.start.line + 1, str(d.code)) for d in plain]

    async def actions(self, uri: str, line: int, only: list[str] | None = None) -> list[types.CodeAction]:
        """The code actions at the beginning of a line, from 0."""
        at = types.Position(line, 0)
        here = [d for d in self.published.get(uri, ()) if d.range.start.line == line]
        context = types.CodeActionContext(here, only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(at, at), context)
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, types.CodeAction)]

    async def edit_of(self, action: types.CodeAction) -> types.WorkspaceEdit:
        """The edit of an action."""
        resolved = action if action.edit else await self.client.code_action_resolve_async(action)
        assert resolved.edit is not None
        return resolved.edit

    async def applied(self, action: types.CodeAction) -> dict[str, str]:
        """The texts, by URI, that an action would make."""
        return self.texts_after(await self.edit_of(action))

    def texts_after(self, edit: types.WorkspaceEdit) -> dict[str, str]:
        """The texts, by URI, that an edit would make of open documents and of files."""
        changes: dict[str, list[Any]] = {uri: list(edits) for uri, edits in (edit.changes or {}).items()}
        for change in edit.document_changes or ():
            if isinstance(change, types.CreateFile):
                self._texts.setdefault(change.uri, "")
                continue
            assert isinstance(change, types.TextDocumentEdit)
            uri = change.text_document.uri
            assert change.text_document.version == self._versions.get(uri)
            changes[uri] = list(change.edits)
        return {uri: edited(self._text(uri), edits) for uri, edits in changes.items()}

    def _text(self, uri: str) -> str:
        path = to_fs_path(uri)
        assert path is not None
        return self._texts[uri] if uri in self._texts else Path(path).read_bytes().decode()


def edited(text: str, edits: list[types.TextEdit]) -> str:
    """A text with edits in UTF-16."""
    lines = [*text.splitlines(keepends=True), ""]

    def offset(place: types.Position) -> int:
        line = lines[place.line] if place.line < len(lines) else ""
        return sum(map(len, lines[: place.line])) + len(
            line.encode("utf-16-le")[: 2 * place.character].decode("utf-16-le")
        )

    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def position(text: str, offset: int) -> types.Position:
    """An offset into a text as a position in UTF-16."""
    before = text[:offset].replace("\r\n", "\n")
    line = before.rpartition("\n")[2]
    return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)
