"""What an editor says first, read before there is a server that could answer: the folders that it has open."""

from __future__ import annotations

import io
import json
import re
import select
from typing import Any, BinaryIO, NamedTuple

from copycheck.server.editor_settings import Options
from copycheck.server.first_checks import Asked

_LENGTH = re.compile(rb"^Content-Length: *(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_MOST_BYTES = 1_000_000
_MOST_HEADER_LINES = 20


class Opened(NamedTuple):
    """The projects of a first message, and a stream that begins with that message."""

    projects: tuple[Asked, ...]
    stream: BinaryIO


def first_message(stdin: BinaryIO) -> Opened:
    """Read the first message where it is there already: an editor that takes its time is not waited for.

    Of one that cannot be read there are no projects. Every byte of it is still to be read in the stream.
    """
    try:
        ready = bool(select.select([stdin], [], [], 0)[0])
    except (OSError, ValueError):  # a pipe of Windows, or no file at all
        ready = False
    if not ready:
        return Opened((), stdin)
    data, body = _read(stdin)
    try:
        projects = _projects(json.loads(body))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        projects = ()
    return Opened(projects, io.BufferedReader(_Continued(data, stdin)))


def _read(stdin: BinaryIO) -> tuple[bytes, bytes]:
    """A message as it is, and its body. One that is no message, or too long, is read in part."""
    head = b""
    for _ in range(_MOST_HEADER_LINES):
        line = stdin.readline(_MOST_BYTES)
        head += line
        if not line.strip():
            break
    found = _LENGTH.search(head)
    if found is None or int(found[1]) > _MOST_BYTES:
        return head, b""
    body = stdin.read(int(found[1]))
    return head + body, body


def _projects(message: Any) -> tuple[Asked, ...]:
    """The folders that are opened, where the cache may be used: a check is kept there."""
    from pygls.uris import to_fs_path

    params = message["params"]
    options = Options.read(params.get("initializationOptions"))
    if message["method"] != "initialize" or not options.cache:
        return ()
    folders = [folder["uri"] for folder in params.get("workspaceFolders") or ()] or [params.get("rootUri")]
    paths = [to_fs_path(uri) for uri in folders if isinstance(uri, str)]
    return tuple(Asked(path, options.config) for path in paths if path)


class _Continued(io.RawIOBase):
    """Bytes that were read already, and then the stream that they came from."""

    def __init__(self, data: bytes, stream: BinaryIO) -> None:
        self._data, self._stream = data, stream

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what is there; 0 at the end."""
        size = len(buffer)
        if not self._data:
            self._data = self._stream.read1(size)  # type: ignore[attr-defined]
        part, self._data = self._data[:size], self._data[size:]
        buffer[: len(part)] = part
        return len(part)
