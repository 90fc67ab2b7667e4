"""How many copies a project has, in what state, and since when the drifted ones differ (contract 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.project.line_history import LastChange, last_changes

STATES = ("in-sync", "drift", "adapted", "external", "unchecked")
"""The states of a copy, in the order in which a report has them."""
_DRIFT = ("CPY201", "CPY202", "CPY203")
_BEHIND = "CPY302"
"""The rule that says that an upstream has changed."""


class Row(NamedTuple):
    """A package or a source, and how many of its copies are in each state.

    `behind` counts those whose upstream has changed.
    """

    name: str
    counts: Mapping[str, int]
    behind: int = 0

    @property
    def total(self) -> int:
        """All copies of the row."""
        return sum(self.counts.values())


class Drift(NamedTuple):
    """A drifted copy: its finding, and the newest change among the lines that differ.

    `side` says where that change is. `change` is None where git does not know it.
    """

    finding: Diagnostic
    side: Literal["source", "copy"] | None = None
    change: LastChange | None = None
    baselined: bool = False


class DriftReport(NamedTuple):
    """The whole: totals, a row for each package and each source, and the drifts, the oldest first.

    `unchecked` has a finding for each copy that could not be compared.
    """

    total: Row
    packages: tuple[Row, ...]
    sources: tuple[Row, ...]
    drifts: tuple[Drift, ...]
    unchecked: tuple[Diagnostic, ...] = ()


def drift_report(copies: Iterable[ListedCopy], root: str) -> DriftReport:
    """The report about these copies. git is asked about the lines of drifted copies only."""
    copies = list(copies)
    packages = _rows(copies, lambda copy: copy.filename.rpartition("/")[0] or ".")
    sources = _rows(copies, lambda copy: copy.target)
    [total] = _rows(copies, lambda _: "all") or [Row("all", {})]
    drifts = [_Unaged(finding, copy) for copy in copies for finding in copy.findings if finding.code in _DRIFT]
    aged = _aged(drifts, root)
    # The oldest first; what git does not know, and what nobody has committed yet, follows.
    aged.sort(
        key=lambda drift: (not (drift.change and drift.change.commit), drift.change.written if drift.change else 0)
    )
    unchecked = tuple(copy.findings[0] for copy in copies if copy.state == "unchecked" and copy.findings)
    return DriftReport(total, tuple(packages), tuple(sources), tuple(aged), unchecked)


class _Unaged(NamedTuple):
    finding: Diagnostic
    copy: ListedCopy


def _rows(copies: Sequence[ListedCopy], name_of: Callable[[ListedCopy], str]) -> list[Row]:
    """A row for each name, those with most open copies first."""
    counts: dict[str, Counter[str]] = {}
    behind: Counter[str] = Counter()
    for copy in copies:
        name = name_of(copy)
        counts.setdefault(name, Counter())[copy.state] += 1
        behind[name] += any(finding.code == _BEHIND for finding in copy.findings)
    rows = [Row(name, dict(states), behind[name]) for name, states in counts.items()]
    return sorted(rows, key=lambda row: (-row.counts.get("drift", 0), -row.behind, -row.total, row.name))


def _aged(drifts: Sequence[_Unaged], root: str) -> list[Drift]:
    """The drifts with the newest change of each; git is asked once for each file."""
    wanted: dict[str, set[int]] = {}
    for finding, _ in drifts:
        for filename, lines in _differing(finding).values():
            wanted.setdefault(filename, set()).update(lines)
    changes = {filename: last_changes(root, filename, sorted(lines)) for filename, lines in wanted.items()}
    return [_with_newest(drift, changes) for drift in drifts]


def _with_newest(drift: _Unaged, changes: Mapping[str, Mapping[int, LastChange]]) -> Drift:
    finding, copy = drift
    newest: tuple[Literal["source", "copy"], LastChange] | None = None
    for side, (filename, lines) in _differing(finding).items():
        for line in lines:
            change = changes.get(filename, {}).get(line)
            if change is not None and (newest is None or _later(change, newest[1])):
                newest = side, change
    baselined = finding.code in copy.known
    return Drift(finding, *newest, baselined) if newest else Drift(finding, baselined=baselined)


def _later(one: LastChange, other: LastChange) -> bool:
    """What is not committed yet is the latest."""
    return (not one.commit, one.written) > (not other.commit, other.written)


def _differing(finding: Diagnostic) -> dict[Literal["source", "copy"], tuple[str, list[int]]]:
    """The lines that only the copy has, and those that only the source has, each with its file."""
    own, theirs = [], []
    for line, (actual, expected) in zip((finding.diff or "").split("\n")[2:], finding.rows, strict=False):
        if line[:1] == "-" and actual:
            own.append(actual)
        elif line[:1] == "+" and expected:
            theirs.append(expected)
    sides: dict[Literal["source", "copy"], tuple[str, list[int]]] = {"copy": (finding.filename, own)}
    if finding.source is not None:
        sides["source"] = finding.source.filename, theirs
    return sides
