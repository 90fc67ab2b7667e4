"""Edits of files: from lines that take the place of lines to exact edits, and from these to bytes (contract 5.2)."""

from __future__ import annotations

import codecs
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copycheck.model.diagnostic import Edit
from copycheck.model.errors import UnreadableFileError
from copycheck.model.line_matcher import LineMatcher
from copycheck.model.location import Location
from copycheck.project.workspace import SourceFile, decode, split_rows


class LineEdit(NamedTuple):
    """The lines, without their ends, that take the place of rows `start` to `end`, both included; none removes them."""

    start: int
    end: int
    lines: tuple[str, ...]


def add_apart(edits: list[LineEdit], edit: LineEdit) -> None:
    """Add an edit to others of its file, unless it shares a row with one of them."""
    if not any(edit.start <= other.end and other.start <= edit.end for other in edits):
        edits.append(edit)


def exact_edits(file: SourceFile, line_edits: Iterable[LineEdit]) -> tuple[Edit, ...]:
    """The edits of a file that some edits of lines, which do not overlap, come to: only what differs, by position.

    Lines that stay the same keep their bytes, others get the line end of the line they replace. Raises
    UnicodeEncodeError when a new line has a character that the file's encoding lacks.
    """
    raw = _rows(file.data, file.encoding)
    portable = _is_portable(file.data, file.encoding)
    edits: list[Edit] = []
    for edit in sorted(line_edits):
        new = _encode(file, raw, edit)
        for start, end, text in _differences(raw[edit.start - 1 : edit.end], new, _encoding(file)):
            first, last = edit.start + start, edit.start + end
            edits.append(Edit(file.filename, Location(first), _end(file, raw, last), text, portable))
    return tuple(edits)


def apply_edits(file: SourceFile, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file with edits of it that do not overlap; equal ones are made once, all others stay as they are.

    Raises UnicodeEncodeError when a text has a character that the file's encoding lacks.
    """
    raw = list(_rows(file.data, file.encoding))
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end, edit.text), reverse=True):
        before = _part(file, raw, edit.start, before=True)
        behind = _part(file, raw, edit.end, before=False)
        inside = edit.text.encode(_encoding(file))
        raw[edit.start.row - 1 : edit.end.row] = [before + inside + behind]
    mark = codecs.BOM_UTF8 if file.encoding == "utf-8-sig" else b""
    return mark + b"".join(raw)


def edited(file: SourceFile, line_edits: Iterable[LineEdit]) -> bytes:
    """The bytes of a file with edits of its lines. Raises UnicodeEncodeError as `exact_edits` does."""
    return apply_edits(file, exact_edits(file, line_edits))


def as_one_edit(file: SourceFile, edits: Iterable[Edit]) -> Edit | None:
    """Some edits of whole lines of a file as one, with the lines between them; None where an edit is none of lines."""
    apart = sorted(set(edits))
    if not apart or not all(edit.start.column == edit.end.column == 1 for edit in apart):
        return None
    raw = _rows(file.data, file.encoding)
    text = [apart[0].text]
    for before, edit in itertools.pairwise(apart):
        text += [row.decode(_encoding(file)) for row in raw[before.end.row - 1 : edit.start.row - 1]]
        text.append(edit.text)
    return apart[0]._replace(end=apart[-1].end, text="".join(text))


def edits_between(file: SourceFile, after: bytes) -> tuple[Edit, ...]:
    """The edits that make other bytes of a file; none where these are encoded otherwise, or are no text."""
    try:
        other = decode(file.filename, after)
    except UnreadableFileError:
        return ()
    if other.encoding != file.encoding:
        return ()
    old, new = _rows(file.data, file.encoding), _rows(other.data, other.encoding)
    portable = _is_portable(file.data, file.encoding)
    return tuple(
        Edit(file.filename, Location(start + 1), _end(file, old, end + 1), text, portable)
        for start, end, text in _differences(old, new, _encoding(file))
    )


# Thousands of edits are made of one file, one after the other. What is known of the whole file is worked out once.


@functools.lru_cache(maxsize=4)
def _is_portable(data: bytes, encoding: str) -> bool:
    return encoding.startswith("utf-8") and b"\r" not in data.replace(b"\r\n", b"")


@functools.lru_cache(maxsize=4)
def _is_plain(data: bytes, encoding: str) -> bool:
    """Whether a file is UTF-8 with one kind of line end."""
    return encoding in ("utf-8", "utf-8-sig") and b"\r" not in data


@functools.lru_cache(maxsize=4)
def _rows(data: bytes, encoding: str) -> Sequence[bytes]:
    """The lines as bytes with their ends, without a byte order mark."""
    raw = split_rows(data, encoding)
    if raw and encoding == "utf-8-sig":
        raw[0] = raw[0].removeprefix(codecs.BOM_UTF8)
    return raw


def _part(file: SourceFile, raw: Sequence[bytes], place: Location, before: bool) -> bytes:
    """The bytes of a row before a place in it, or from there on; a row behind the last one has none."""
    if place.row > len(raw):
        return b""
    row = raw[place.row - 1]
    if place.column == 1:
        return b"" if before else row
    text = row.decode(_encoding(file))
    part = text[: place.column - 1] if before else text[place.column - 1 :]
    return part.encode(_encoding(file))


def _end(file: SourceFile, raw: Sequence[bytes], row: int) -> Location:
    """The place where a row begins; for the one behind a last row without an end, the end of that row."""
    if row > len(raw) and raw and _newline(raw[-1:]) is None:
        return Location(len(raw), len(file.lines[-1]) + 1)
    return Location(row)


def _differences(old: Sequence[bytes], new: Sequence[bytes], encoding: str) -> Iterator[tuple[int, int, str]]:
    """The ranges of old lines that differ, from 0 and half open, each with the text that comes in its place."""
    for tag, i1, i2, j1, j2 in LineMatcher(old, new).get_opcodes():
        if tag != "equal":
            yield i1, i2, b"".join(new[j1:j2]).decode(encoding)


def _encoding(file: SourceFile) -> str:
    return "utf-8" if file.encoding == "utf-8-sig" else file.encoding


def _encode(file: SourceFile, raw: Sequence[bytes], edit: LineEdit) -> list[bytes]:
    """The lines of an edit as bytes, each with its end."""
    old_raw = raw[edit.start - 1 : edit.end]
    if not edit.lines:
        return []
    new: list[bytes] = []
    if _is_plain(file.data, file.encoding):
        new += [line.encode() + b"\n" for line in edit.lines]  # a line that stays has the same bytes
    else:
        newline = _newline(old_raw) or _newline(raw) or b"\n"
        matcher = LineMatcher(file.lines[edit.start - 1 : edit.end], edit.lines)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            for number, line in enumerate(edit.lines[j1:j2]):
                there = old_raw[i1 + number] if i1 + number < i2 else b""
                end = _newline([there]) or newline
                new.append(there if tag == "equal" and _newline([there]) else line.encode(_encoding(file)) + end)
    if old_raw and not _newline(old_raw[-1:]):
        new[-1] = new[-1].rstrip(b"\r\n")
    return new


def _newline(raw: Sequence[bytes]) -> bytes | None:
    """The line end of the first of some lines that has one."""
    for line in raw:
        for end in (b"\r\n", b"\n", b"\r"):
            if line.endswith(end):
                return end
    return None
