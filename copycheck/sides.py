"""Which side of a drift has changed since the last commit, where git knows it: what to do next depends on that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from copycheck.git import changed_rows
from copycheck.model import Diagnostic, Result

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
Rows = Mapping[str, Sequence[tuple[int, int]]]


def with_sides(result: Result, root: str) -> Result:
    """The result with help that says which side of each drift differs from HEAD; as it is where there is no git."""
    drifts = [diagnostic for diagnostic in result.diagnostics if _is_drift(diagnostic)]
    if not drifts:
        return result
    names = {d.filename for d in drifts} | {d.source.filename for d in drifts if d.source}
    rows = changed_rows(root, sorted(names))
    if not rows:
        return result
    told = tuple(_told(d, rows) if _is_drift(d) else d for d in result.diagnostics)
    return replace(result, diagnostics=told)


def _is_drift(diagnostic: Diagnostic) -> bool:
    return diagnostic.code == "CPY201" and bool(diagnostic.fix and diagnostic.diff and diagnostic.source)


def _told(diagnostic: Diagnostic, rows: Rows) -> Diagnostic:
    assert diagnostic.diff is not None and diagnostic.source is not None, "a drift has both"
    expected, actual = _differing(diagnostic.diff)
    source = _touches(rows.get(diagnostic.source.filename, ()), expected)
    copy = _touches(rows.get(diagnostic.filename, ()), actual)
    place = f"{diagnostic.filename}:{diagnostic.location.row}"
    if source and copy:
        help_ = "source and copy have both changed since the last commit: look at both before you run `copycheck --fix`"
    elif source:
        help_ = "the source has changed since the last commit: `copycheck --fix` brings the copy along"
    elif copy:
        help_ = (
            f"the copy has changed since the last commit: `copycheck promote {place}` carries the edit back to the "
            f"source, `copycheck break {place}` lets the copy go its own way"
        )
    else:
        return diagnostic
    return replace(diagnostic, help=help_)


def _touches(changed: Sequence[tuple[int, int]], rows: set[int]) -> bool:
    return any(start <= row <= end for start, end in changed for row in rows)


def _differing(diff: str) -> tuple[set[int], set[int]]:
    """The rows of both sides that a unified diff is about; where one side has nothing, those around the gap."""
    expected, actual = set[int](), set[int]()
    for kind, left, right in _walk(diff):
        if kind != "+":
            expected.add(left)
        if kind != "-":
            actual.add(right)
        if kind == "+":
            expected |= {left - 1, left}
        if kind == "-":
            actual |= {right - 1, right}
    return expected, actual


def _walk(diff: str) -> Iterator[tuple[str, int, int]]:
    """The changed lines of a unified diff, with the rows that both sides have come to."""
    left = right = 0
    for line in diff.split("\n")[2:]:
        hunk = _HUNK.match(line)
        if hunk:
            left, right = int(hunk[1]), int(hunk[2])
            continue
        if line[:1] in ("-", "+"):
            yield line[0], left, right
        left += line[:1] != "+"
        right += line[:1] != "-"
