"""Which files may hold a directive, by their bytes, so that no other file is decoded or parsed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from copycheck.checking.outcome import ExaminedFile, unreadable
from copycheck.model.errors import UnreadableFileError
from copycheck.project.reading import CONFLICT, conflict_row
from copycheck.resolution.project_index import Project

_OPENING = re.compile(rb"Copied[^\w\n]+from")
_NEAR_MISS = re.compile(rb"(?i)copied[ \t\f]+f")

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_WIDTH = 4
"""How UTF-16 and UTF-32 begin: with a byte order mark, or with a character of up to four bytes."""


class Candidates(NamedTuple):
    """The files that may hold a directive, and those that cannot be read."""

    filenames: list[str]
    unread: list[ExaminedFile]


def find_candidates(project: Project, filenames: Iterable[str]) -> Candidates:
    """The candidates among some files; the bytes of all others are dropped, and one in conflict counts as unread."""
    codes = project.settings.codes
    candidates: list[str] = []
    unread: list[ExaminedFile] = []
    for filename in filenames:
        try:
            data = project.workspace.read_bytes(filename)
        except UnreadableFileError as error:
            unread.append(ExaminedFile(filename, (), (unreadable(error),)))
            continue
        if _may_hold(data, codes):
            candidates.append(filename)
        else:
            conflict = conflict_outside_of_strings(project, filename)
            unread += [ExaminedFile(filename, (), (unreadable(conflict),))] if conflict else []
            project.workspace.forget(filename)
    return Candidates(candidates, unread)


def conflict_outside_of_strings(project: Project, filename: str) -> UnreadableFileError | None:
    """The unresolved merge conflict of a file without a directive; None where its marks are text in what parses.

    Such marks are in a string of a test, or in an example of a docstring.
    """
    row = 0
    try:
        data = project.workspace.read_bytes(filename)
        row = conflict_row(data)
        if row:
            from copycheck.syntax.statement_parser import read_outline

            read_outline(filename, data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))
    except UnreadableFileError:
        return UnreadableFileError(filename, f"{CONFLICT} (line {row})", row) if row else None
    return None


def _may_hold(data: bytes, codes: Collection[str]) -> bool:
    if data.startswith(_WIDE) or b"\0" in data[:_WIDTH]:  # no Python, but a person reads it as if it were
        data = data.replace(b"\0", b"")
    return bool(
        (b"Copied" in data and _OPENING.search(data))
        or ("CPY006" in codes and _NEAR_MISS.search(data))
        or ("CPY007" in codes and b"Ignore copy" in data)
    )
