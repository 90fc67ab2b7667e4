"""What `--fix` would write, shared out among the findings that cause it: exactly theirs, or nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copycheck.directives.binding import bind
from copycheck.directives.module import Module
from copycheck.model.diagnostic import Diagnostic, FindingKey
from copycheck.model.errors import UnreadableFileError
from copycheck.model.result import Patch, Result
from copycheck.project.workspace import SourceFile, decode

_ROW = re.compile(r"[^\n]*\n|[^\n]+")
_OF_DIRECTIVES = ("CPY002", "CPY003", "CPY004")


class Change(NamedTuple):
    """The lines that take the place of rows `start` to `stop` of a file; rows count from 0, `stop` is not among them.

    `end` is where they end as SARIF says it, row and column from 1: behind the last character where the last row of
    the file has no line end.
    """

    start: int
    stop: int
    lines: tuple[str, ...]
    end: tuple[int, int] = (0, 0)

    def touches(self, extent: _Extent) -> bool:
        """Whether the two have a row in common."""
        return self.start < extent.stop and extent.start < self.stop

    def lies_in(self, extent: _Extent) -> bool:
        """Whether it changes rows of an extent only, or adds rows to a copy."""
        inside = extent.start <= self.start and self.stop <= extent.stop
        return inside and (self.start < self.stop or extent.is_copy)

    def is_at_edge_of(self, extent: _Extent) -> bool:
        """Whether it adds rows where an extent begins or ends: they may be its own, or those of what is around it."""
        return self.start == self.stop and self.start in (extent.start, extent.stop)


class _Extent(NamedTuple):
    """The rows that the fix of a finding may change; of no finding, the rows of a copy that follows another one."""

    start: int
    stop: int
    finding: Diagnostic | None
    is_copy: bool = False


def fixes(result: Result) -> dict[FindingKey, list[Change]]:
    """The changes of the patches by the finding whose fix they are.

    Left out are findings whose changes cannot be told from those of others for certain, files that are no UTF-8 text,
    and files that are not there yet.
    """
    by_file: dict[str, list[Diagnostic]] = {}
    for diagnostic in result.diagnostics:
        if diagnostic.fix is not None and diagnostic.fix.applicability == "safe":
            by_file.setdefault(diagnostic.filename, []).append(diagnostic)
    governed = {(d.filename, d.location.row) for d in result.diagnostics if d.code == "CPY202"}
    found: dict[FindingKey, list[Change]] = {}
    for patch in result.patches:
        if patch.filename in by_file and patch.before is not None:
            found |= _of_file(patch, patch.before, by_file[patch.filename], governed)
    return found


def _of_file(
    patch: Patch, data: bytes, findings: Sequence[Diagnostic], governed: set[tuple[str, int]]
) -> dict[FindingKey, list[Change]]:
    try:
        file, after = decode(patch.filename, data), decode(patch.filename, patch.after)
        extents = list(_extents(file, findings, governed))
    except UnreadableFileError:
        return {}
    if not file.encoding.startswith("utf-8") or b"\r" in data.replace(b"\r\n", b""):
        return {}  # rows that end in a lone carriage return count as one for most readers
    shares = _Shares(_rows(data), _rows(after.data), extents)
    return shares.by_finding()


def _rows(data: bytes) -> list[str]:
    """The rows with their ends, as readers of SARIF count them: form feeds and line separators end none."""
    return _ROW.findall(data.decode("utf-8-sig"))


def _extents(file: SourceFile, findings: Sequence[Diagnostic], governed: set[tuple[str, int]]) -> Iterator[_Extent]:
    """Where the fix of each finding may change something, and where the copies without a finding stand."""
    drifted: dict[int, Diagnostic] = {}
    for finding in findings:
        if finding.code == "CPY201":
            drifted[finding.location.row] = finding
        elif finding.code == "CPY203":
            yield _Extent(0, file.text.count("\n") + 1, finding, is_copy=True)
        else:
            yield _Extent(finding.location.row - 1, finding.end_location.row, finding)
    if not drifted:
        return
    module = Module(file)
    for directive in module.directives:
        copy = bind(module, directive)
        if copy is not None and (file.filename, directive.row) not in governed:
            rows = copy.region.rows
            yield _Extent(rows[0] - 1, rows[-1], drifted.get(directive.row), is_copy=True)


class _Shares:
    """The changes of one file, each given to the finding in whose extent it lies.

    A finding of whose changes one is not certain to be its own gets none: half a fix is a wrong one.
    """

    def __init__(self, before: Sequence[str], after: Sequence[str], extents: Sequence[_Extent]) -> None:
        self._before, self._after, self._extents = before, after, extents
        self._shares: dict[FindingKey, list[Change]] = {}
        self._spoiled: set[FindingKey] = set()

    def by_finding(self) -> dict[FindingKey, list[Change]]:
        """The changes of each finding whose fix is certain."""
        matcher = difflib.SequenceMatcher(None, self._before, self._after, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag != "equal":
                for change in self._pieces(Change(i1, i2, tuple(self._after[j1:j2]))):
                    self._give(change)
        return {key: changes for key, changes in self._shares.items() if key not in self._spoiled}

    def _pieces(self, change: Change) -> Iterator[Change]:
        """The change, or its parts above, in and below the one directive that is mended in the midst of it."""
        mended = {(e.start, e.stop) for e in self._extents if change.touches(e) and self._is_directive(e)}
        places = [number for number, line in enumerate(change.lines) if "Copied from" in line]
        pieces = [change]
        if len(mended) == len(places) == 1:
            ((start, stop),), (place,) = mended, places
            if stop == start + 1:
                pieces = [
                    Change(change.start, start, change.lines[:place]),
                    Change(start, stop, change.lines[place : place + 1]),
                    Change(stop, change.stop, change.lines[place + 1 :]),
                ]
        for piece in pieces:
            if tuple(self._before[piece.start : piece.stop]) != piece.lines:
                yield piece

    def _is_directive(self, extent: _Extent) -> bool:
        return extent.finding is not None and extent.finding.code in _OF_DIRECTIVES

    def _give(self, change: Change) -> None:
        for same in self._slid(change):
            holders = [extent for extent in self._extents if same.lies_in(extent)]
            if not holders:
                continue
            owner = min(holders, key=lambda extent: extent.stop - extent.start)
            others = [e for e in self._extents if e is not owner and same.touches(e) and e not in holders]
            if len(holders) > 1 and (owner.finding is None or same.is_at_edge_of(owner)):
                others += holders
            if others:
                self._spoil([owner, *others])
            elif owner.finding is not None:
                self._shares.setdefault(owner.finding.key, []).append(self._ended(same))
            return
        self._spoil(self._near(change))

    def _slid(self, change: Change) -> Iterator[Change]:
        """The change, and what comes to the same some rows above: rows added or taken away between rows alike."""
        yield change
        moved = change.lines if change.start == change.stop else tuple(self._before[change.start : change.stop])
        start, stop = change.start, change.stop
        if change.lines and start != stop:
            return
        while start and moved and self._before[start - 1] == moved[-1]:
            start, stop, moved = start - 1, stop - 1, (moved[-1], *moved[:-1])
            yield Change(start, stop, moved if start == stop else ())

    def _near(self, change: Change) -> list[_Extent]:
        """The extents that a change without an owner may belong to: those it touches, and the next ones."""
        above = [extent for extent in self._extents if extent.stop <= change.start]
        below = [extent for extent in self._extents if extent.start >= change.stop]
        near = [extent for extent in self._extents if extent not in above and extent not in below]
        near += [max(above, key=lambda extent: extent.stop)] if above else []
        near += [min(below, key=lambda extent: extent.start)] if below else []
        return near

    def _spoil(self, extents: Iterable[_Extent]) -> None:
        self._spoiled |= {extent.finding.key for extent in extents if extent.finding is not None}

    def _ended(self, change: Change) -> Change:
        last = self._before[change.stop - 1] if change.start < change.stop else "\n"
        end = (change.stop + 1, 1) if last.endswith("\n") else (change.stop, len(last) + 1)
        return Change(change.start, change.stop, change.lines, end)
