"""Which side of a drift has changed since the last commit, where git knows it: what to do next depends on that."""

from __future__ import annotations

import bisect
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Rows
from copycheck.model.result import Result
from copycheck.project.git import changed_rows

RowsByFile = Mapping[str, Sequence[Rows]]


def with_sides(result: Result, root: str, since: str | None = None) -> Result:
    """The result with help that says which side of each drift differs from a revision, or from HEAD without one.

    The lines that differ are in `changed`. As it is where there is no git. Raises GitError for an unknown revision.
    """
    drifts = [diagnostic for diagnostic in result.diagnostics if _is_drift(diagnostic)]
    if not drifts and since is None:
        return result
    names = {d.filename for d in drifts} | {d.source.filename for d in drifts if d.source}
    rows = changed_rows(root, sorted(names), since)
    if not rows:
        return result
    period = f"since {since}" if since else "since the last commit"
    told = tuple(_told(d, rows, period) if _is_drift(d) and d.fix else d for d in result.diagnostics)
    return replace(result, diagnostics=told, changed=rows)


def _is_drift(diagnostic: Diagnostic) -> bool:
    return diagnostic.code in ("CPY201", "CPY203") and bool(diagnostic.diff and diagnostic.source)


def _told(diagnostic: Diagnostic, rows: RowsByFile, period: str) -> Diagnostic:
    assert diagnostic.source is not None, "a drift has one"
    expected, actual = _differing(diagnostic)
    source = _touches(rows.get(diagnostic.source.filename, ()), expected)
    copy = _touches(rows.get(diagnostic.filename, ()), actual)
    if not source and not copy:
        return diagnostic
    is_file = diagnostic.code == "CPY203"
    place = shlex.quote(diagnostic.filename if is_file else f"{diagnostic.filename}:{diagnostic.location.row}")
    promote, keep = f"`copycheck promote {place}`", f"`copycheck break {place}`"
    if diagnostic.fix is not None and diagnostic.fix.applicability == "unsafe":
        if not (source and copy):
            return diagnostic
        ways = keep if is_file else f"{promote}, {keep}"
        help_ = (
            f"source and copy have both changed {period}: look at both before you run {ways} or "
            "`copycheck --fix --unsafe-fixes`"
        )
    elif source and copy:
        help_ = f"source and copy have both changed {period}: look at both before you run `copycheck --fix`"
    elif source:
        help_ = f"the source has changed {period}: `copycheck --fix` updates the copy"
    elif not is_file and _touches(rows.get(diagnostic.filename, ()), {diagnostic.location.row}):
        return diagnostic  # the directive itself is new: the copy was none before
    elif diagnostic.source.is_foreign and not is_file:
        help_ = (
            f"the copy has changed {period}: `copycheck upstream adapt {place}` keeps the edit, `copycheck --fix` "
            "overwrites it"
        )
    else:
        to_source = "" if is_file else f"{promote} writes the edit into the source, "
        help_ = (
            f"the copy has changed {period}: {to_source}{keep} keeps the difference, `copycheck --fix` overwrites it"
        )
    about_directive, otherwise, _ = (diagnostic.help or "").partition(". Otherwise ")
    more = f"; {about_directive}" if otherwise and copy else ""
    return diagnostic._replace(help=help_ + more)


def _touches(changed: Sequence[Rows], rows: set[int]) -> bool:
    """Whether some rows are among those that have changed, which are in order and do not overlap."""
    for row in rows:
        before = bisect.bisect_right(changed, (row, float("inf"))) - 1
        if any(start <= row <= end for start, end in changed[max(before - 1, 0) : before + 1]):
            return True
    return False


def _differing(diagnostic: Diagnostic) -> tuple[set[int], set[int]]:
    """The rows of both sides that a difference is about; where one side has nothing, those around the gap."""
    assert diagnostic.diff is not None, "only drift is asked about"
    expected, actual = set[int](), set[int]()
    left = right = 0
    for line, rows in zip(diagnostic.diff.split("\n")[2:], diagnostic.rows, strict=False):
        left, right = rows.copy or left, rows.source or right
        if line[:1] == "-":
            actual.add(left)
            expected |= {right, right + 1}
        elif line[:1] == "+":
            expected.add(right)
            actual |= {left, left + 1}
    return expected, actual
