"""What an edit that is carried back would undo: rows that only the source has, and no commit yet (contract 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.line_matcher import LineMatcher, common_ends
from copycheck.project.git import GitError, texts_at
from copycheck.project.git_folder import is_below_repository
from copycheck.project.workspace import SourceFile, decode


class OpenRows(NamedTuple):
    """The first row and the row behind the last; both the same for a gap above that row."""

    first: int
    behind: int


class Change(NamedTuple):
    """The rows of a source that are to be exchanged, and those of the copy that come in their place."""

    source: OpenRows
    copy: OpenRows


class Undone(NamedTuple):
    """A change that must not be made, and why."""

    change: Change
    reason: str


def undone(
    root: str, source: SourceFile, copy: SourceFile, changes: Sequence[Change], in_sync: Sequence[OpenRows]
) -> list[Undone]:
    """The changes that would undo what is in the source alone; nothing where git knows of no commit.

    A row of the source that has changed since HEAD is exchanged only where the copy has changed as well, and other
    copies are in sync with it (`in_sync` are the rows of the source that these read), so that the change of the source
    has come to the copies before. Of a copy that has changed, nothing else is carried back: it lags there.
    """
    if not is_below_repository(root):
        return []
    try:
        before = texts_at(root, "HEAD", sorted({source.filename, copy.filename}))
    except GitError:
        return []
    if source.filename not in before:
        return []
    of_source = _edits(before.get(source.filename), source)
    of_copy = _edits(before.get(copy.filename), copy)
    touched = [(_replaces(change.source, of_source), _replaces(change.copy, of_copy)) for change in changes]
    is_edited = any(by_copy for _, by_copy in touched)
    found = []
    for change, (by_source, by_copy) in zip(changes, touched, strict=True):
        if by_source and not (by_copy and _touches(change.source, in_sync)):
            found.append(Undone(change, "the source has changed there since the last commit, and that would be undone"))
        elif is_edited and not by_source and not by_copy:
            found.append(Undone(change, "the copy has not changed there since the last commit: it differed before"))
    return found


def _edits(before: bytes | None, now: SourceFile) -> list[OpenRows]:
    """The rows in which a file differs from what it was; all of them for a new one."""
    try:
        old = decode(now.filename, before).lines if before is not None else []
    except UnreadableFileError:
        old = []
    new = now.lines
    head, tail = common_ends(old, new)
    matcher = LineMatcher(old[head : len(old) - tail], new[head : len(new) - tail])
    return [OpenRows(head + j1 + 1, head + j2 + 1) for kind, _, _, j1, j2 in matcher.get_opcodes() if kind != "equal"]


def _replaces(rows: OpenRows, edits: Sequence[OpenRows]) -> bool:
    """Whether to exchange some rows would undo one of the edits; a new row beside an edited one undoes nothing."""
    start, end = rows
    if start == end:
        return any(first < start < last or first == last == start for first, last in edits)
    return any((first < end and start < last) or (first == last and start <= first <= end) for first, last in edits)


def _touches(rows: OpenRows, edits: Sequence[OpenRows]) -> bool:
    return any(edit.first <= rows.behind and rows.first <= edit.behind for edit in edits)
