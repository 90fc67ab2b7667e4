"""What begins before there is a server: the first message is read ahead, and large projects are checked."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from lsprotocol import types

from copycheck.api.first_check import FirstFindings
from copycheck.project.config_search import load
from copycheck.server import first_checks
from copycheck.server.first_checks import Asked, FirstChecks
from copycheck.server.first_message import first_message
from tests.harness import write_tree
from tests.server.editor import CAPABILITIES, PATIENCE, Editor

_OWL = "def rest(hours):\n    return max(hours, 1)\n"
_DRIFTED = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return max(hours, 2)\n"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _DRIFTED})
    return tmp_path


def message(params: Any, method: str = "initialize") -> bytes:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    return b"Content-Length: %d\r\nContent-Type: application/json\r\n\r\n%s" % (len(body), body)


def read_ahead(data: bytes, more: bytes = b"") -> tuple[tuple[Asked, ...], bytes]:
    """The projects of a first message, and all that can be read behind it."""
    out, into = os.pipe()
    os.write(into, data + more)
    os.close(into)
    with os.fdopen(out, "rb") as stdin:
        opened = first_message(stdin)
        return opened.projects, opened.stream.read()


def test_the_folders_of_a_first_message(zoo: Path) -> None:
    folders = [{"uri": zoo.as_uri(), "name": "zoo"}, {"uri": "untitled:x", "name": "x"}]
    params = {"workspaceFolders": folders, "initializationOptions": {"copycheck": {"config": ["preview = true"]}}}
    data, more = message(params), message({}, "initialized")
    assert read_ahead(data, more) == ((Asked(str(zoo), ("preview = true",)),), data + more)
    assert read_ahead(message({"rootUri": zoo.as_uri()}))[0] == (Asked(str(zoo)),)
    assert read_ahead(message({"rootUri": zoo.as_uri(), "initializationOptions": {"cache": False}}))[0] == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Content-Length: 5\r\n\r\n{",
        b"Content-Length: 2\r\n\r\n[]{}",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"x" * 5000,
        b"\r\n\r\nContent-Length: 2\r\n\r\n{}",
        message({"workspaceFolders": 5}),
        message({"workspaceFolders": [{"uri": 5}]}),
        message(None),
        message({"rootUri": "file:///"}, "shutdown"),
    ],
)
def test_whatever_comes_first_is_still_to_be_read(data: bytes) -> None:
    assert read_ahead(data) == ((), data)


def test_an_editor_that_takes_its_time_is_not_waited_for() -> None:
    out, into = os.pipe()
    with os.fdopen(out, "rb") as stdin:
        assert first_message(stdin) == ((), stdin)
    os.close(into)
    assert first_message(io.BytesIO(b"x")).projects == ()


def found_by(checks: FirstChecks, asked: Asked) -> list[FirstFindings]:
    told: list[FirstFindings] = []
    checks.finish(asked, told.append)
    return told


def test_a_process_tells_what_it_finds_and_the_cache_keeps_it(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.parallel.ENOUGH", 1)
    checks, asked = FirstChecks(), Asked(str(zoo))
    checks.fork(asked)
    checks.start(asked, load((), (), str(zoo)))  # it goes on already
    (found,) = found_by(checks, asked)
    assert [finding.code for finding in found.findings("zoo/hawk.py")] == ["CPY201"]
    assert found.findings("zoo/owl.py") == ()
    assert [copy.name for copy in found.copies_of("zoo/owl.py")] == ["rest"]
    assert (zoo / ".copycheck_cache").is_dir()
    assert found_by(checks, asked) == []


def test_a_small_project_and_a_broken_one_tell_nothing(zoo: Path) -> None:
    checks, asked = FirstChecks(), Asked(str(zoo))
    checks.start(asked, load((), (), str(zoo)))
    checks.fork(asked)
    assert found_by(checks, asked) == []
    (zoo / "copycheck.toml").write_text("formatter = 1\n")
    checks.fork(asked)
    assert found_by(checks, asked) == []
    assert not (zoo / ".copycheck_cache").exists()


def test_a_check_that_is_ended_tells_nothing(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_checks, "first_check", lambda *_: time.sleep(600))
    monkeypatch.setattr("copycheck.parallel.ENOUGH", 1)
    checks, asked = FirstChecks(), Asked(str(zoo))
    checks.fork(asked)
    checks.stop()
    assert found_by(checks, asked) == []


_LARGE = f"# {'x' * 70}\n" * 30_000


def test_a_large_project_is_published_before_it_is_in_memory(zoo: Path) -> None:
    (zoo / "zoo" / "large.py").write_text(_LARGE)

    async def script() -> None:
        editor = Editor()
        await editor.start(zoo)
        owl, hawk = editor.open(zoo / "zoo/owl.py"), editor.open(zoo / "zoo/hawk.py")
        other = editor.open(zoo / "zoo/large.py", "x = 1\n")
        await editor.until(lambda: {owl, hawk, other} <= editor.published.keys())
        assert editor.codes(hawk) == [(1, "CPY201")]
        assert [d.message for d in editor.published[owl]] == ["1 of 1 copy of this has drifted"]
        assert editor.published[other] == []
        assert editor.counts == {owl: 1, hawk: 1, other: 1}, "the session says the same"
        assert await editor.stop() == 0

    asyncio.run(script())


def test_an_editor_that_pulls_is_answered_by_the_first_check(zoo: Path) -> None:
    (zoo / "zoo" / "large.py").write_text(_LARGE)
    pulling = {**CAPABILITIES, "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {}}}

    async def script() -> None:
        editor = Editor()
        await editor.start(zoo, capabilities=pulling)
        hawk = editor.open(zoo / "zoo/hawk.py")
        asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(hawk))
        first = await editor.client.text_document_diagnostic_async(asked)
        again = await editor.client.text_document_diagnostic_async(asked)
        assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
        assert isinstance(again, types.RelatedFullDocumentDiagnosticReport)
        assert [found.code for found in first.items if found.severity == 2] == ["CPY201"]
        assert (again.items, again.result_id) == (first.items, first.result_id)
        assert editor.published == {}
        assert await editor.stop() == 0

    asyncio.run(script())


def test_a_server_that_is_asked_late_serves_as_well(zoo: Path) -> None:
    command = [sys.executable, "-c", "from copycheck.__main__ import run; run()", "server"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    time.sleep(1)
    process.stdin.write(message({"capabilities": {}, "rootUri": zoo.as_uri(), "processId": None}))
    process.stdin.flush()
    assert _answer(process.stdout)["id"] == 1
    process.stdin.close()
    assert process.wait(PATIENCE) == 1
    process.stdout.close()


def _answer(stream: BinaryIO | Any) -> Any:
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return json.loads(stream.read(length))
