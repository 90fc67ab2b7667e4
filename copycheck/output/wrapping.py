"""Long lines at the width of a terminal, with an indent that shows what belongs together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;.*?\x1b\\")
_QUOTED = re.compile(r"`[^`]+`")
_LEAST = 20
"""Columns of text that a line must keep beside its indent; a terminal that is narrower wraps by itself."""


def wrapped(line: str, width: int, indent: str) -> str:
    """The line, broken at blanks where there are some, with `indent` before each part but the first.

    `width` counts columns of the terminal, and 0 breaks nothing. Colors and links take no columns; a color that is on
    where a line is broken is off in the indent and on again behind it.
    """
    if not width or width - _columns(indent) < _LEAST or _columns(line) <= width:
        return line
    parts = list(_parts(line, width, _columns(indent)))
    out, active = [parts[0]], _active("", parts[0])
    for part in parts[1:]:
        out[-1] += "\x1b[0m" if active else ""
        out.append(indent + active + part)
        active = _active(active, part)
    return "\n".join(out)


def _parts(line: str, width: int, indent: int) -> Iterator[str]:
    """The line in parts; the first may be as wide as the terminal, the others leave room for the indent.

    A command in back quotes that has room in one part is not broken, so that it can be pasted.
    """
    whole = {
        at
        for quoted in _QUOTED.finditer(line)
        if _columns(quoted.group()) <= width - indent
        for at in range(*quoted.span())
    }
    start, column, blank, room, least = 0, 0, -1, width, indent
    for at, text in _pieces(line):
        size = 0 if text.startswith("\x1b") else _columns(text)
        if column + size > room:
            end = blank if blank > start else at
            yield line[start:end]
            start = end + 1 if end == blank else end
            room, column, blank, least = width - indent, _columns(line[start:at]), -1, 0
        if text == " " and column > least and at not in whole:
            blank = at
        column += size
    yield line[start:]


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Each character, and each escape as a whole, with where it begins."""
    at = 0
    while at < len(line):
        escape = _ESCAPE.match(line, at)
        text = escape.group() if escape else line[at]
        yield at, text
        at += len(text)


def _columns(text: str) -> int:
    plain = _ESCAPE.sub("", text)
    if plain.isascii():
        return len(plain)
    return sum(_width(character) for character in plain)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _active(active: str, text: str) -> str:
    """The colors that are on behind a text."""
    for escape in re.findall(r"\x1b\[[0-9;]*m", text):
        active = "" if escape == "\x1b[0m" else active + escape
    return active
