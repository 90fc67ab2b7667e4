"""Edits of rows, laid into the bytes of a file so that every other byte stays (contract 5.2)."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.project.workspace import SourceFile


class Edit(NamedTuple):
    """The lines that take the place of rows `start` to `end`, both included; none removes them."""

    start: int
    end: int
    lines: tuple[str, ...]

    def overlaps(self, other: Edit) -> bool:
        """Whether the two replace a common row."""
        return self.start <= other.end and other.start <= self.end


def apply_edits(file: SourceFile, edits: Sequence[Edit]) -> bytes:
    """The bytes of a file with edits that do not overlap; lines that stay the same keep their bytes.

    Raises UnicodeEncodeError when a new line has a character that the file's encoding lacks.
    """
    raw = file.raw_lines()
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        raw[edit.start - 1 : edit.end] = _encode(file, raw, edit)
    mark = codecs.BOM_UTF8 if file.encoding == "utf-8-sig" else b""
    return mark + b"".join(raw).removeprefix(mark)


def _encode(file: SourceFile, raw: Sequence[bytes], edit: Edit) -> list[bytes]:
    old_raw = raw[edit.start - 1 : edit.end]
    if not edit.lines:
        return []
    encoding = "utf-8" if file.encoding == "utf-8-sig" else file.encoding
    newline = _newline(old_raw) or _newline(raw) or b"\n"
    new: list[bytes] = []
    old = file.lines[edit.start - 1 : edit.end]
    matcher = difflib.SequenceMatcher(None, old, list(edit.lines), autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for number, line in enumerate(edit.lines[j1:j2]):
            there = old_raw[i1 + number] if i1 + number < i2 else b""
            end = _newline([there]) or newline
            new.append(there if tag == "equal" and _newline([there]) else line.encode(encoding) + end)
    if not _newline(old_raw[-1:]):
        new[-1] = new[-1].rstrip(b"\r\n")
    return new


def _newline(raw: Sequence[bytes]) -> bytes | None:
    """The line end of the first of some lines that has one."""
    for line in raw:
        for end in (b"\r\n", b"\n", b"\r"):
            if line.endswith(end):
                return end
    return None
