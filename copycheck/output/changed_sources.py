"""Sources that have changed without their copies: a review shows their lines, and usually not the file of the copy."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Rows, Source
from copycheck.output.report_parts import escaped

_DRIFT = frozenset(("CPY201", "CPY203"))
_LISTED = 30
"""How many copies a note lists."""


class ChangedSource(NamedTuple):
    """A source whose copies lack a change of it: the first such line of it, counted from 1, and what to say there."""

    code: str
    source: Source
    row: int
    message: str


class DriftsBySource(NamedTuple):
    """The drifts of each source, those with most copies first; and all other findings."""

    groups: list[list[Diagnostic]]
    others: list[Diagnostic]


def drifts_by_source(findings: Iterable[Diagnostic]) -> DriftsBySource:
    """Put findings together by what they are about."""
    groups: dict[object, list[Diagnostic]] = {}
    others = []
    for finding in findings:
        if finding.code in _DRIFT and finding.source is not None:
            groups.setdefault((finding.code, finding.source.filename, finding.source.location), []).append(finding)
        else:
            others.append(finding)
    return DriftsBySource(sorted(groups.values(), key=len, reverse=True), others)


def changed_sources(
    groups: Iterable[Sequence[Diagnostic]], changed: Mapping[str, Sequence[Rows]]
) -> Iterator[ChangedSource]:
    """Those sources of the drifts that have changed. `changed` has the changed rows of each file."""
    for group in groups:
        source = group[0].source
        assert source is not None, "the drifts are grouped by it"
        row = _changed_row(group, changed.get(source.filename, ()))
        if row:
            yield ChangedSource(group[0].code, source, row, _message(source, group))


def _changed_row(group: Sequence[Diagnostic], ranges: Sequence[Rows]) -> int:
    """The first changed line of the source that the copies lack; where a line was taken out, the one before. Else 0."""
    for finding in group:
        lines = (finding.diff or "").split("\n")[2:]
        last = 0
        for line, (_, row) in zip(lines, finding.rows, strict=False):
            last = row or last
            gap = line[:1] == "-" and any(first <= last <= end and first < end for first, end in ranges)
            if gap or (line[:1] == "+" and any(first <= row <= end for first, end in ranges)):
                return last
    return 0


def _message(source: Source, group: Sequence[Diagnostic]) -> str:
    has = "copy of it does not have" if len(group) == 1 else "copies of it do not have"
    lines = [f"`{source.target}` has changed, and {len(group)} {has} the change", *places_of(group)]
    if any(one.fix is not None and one.fix.applicability == "safe" for one in group):
        only = f"copycheck --fix --only {shlex.quote(source.target)}"
        lines.append(f"run `{only}` to update {'it' if len(group) == 1 else 'them'}")
    return "\n".join(lines)


def places_of(findings: Sequence[Diagnostic]) -> list[str]:
    """The lines of a list of copies, each with its place."""
    return bounded([_place_of(one) for one in findings])


def _place_of(finding: Diagnostic) -> str:
    filename = escaped(finding.filename)
    return filename if finding.code == "CPY203" else f"{filename}:{finding.location.row} `{escaped(finding.copy)}`"


def bounded(places: Sequence[str]) -> list[str]:
    """The lines of a list: the first places, and how many there are besides."""
    more = [f"and {len(places) - _LISTED} more"] if len(places) > _LISTED else []
    return [f"  {line}" for line in (*places[:_LISTED], *more)]
