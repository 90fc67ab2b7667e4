"""The findings of a check that is kept up to date, by the file that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.checking.unsafe_fixes import needs_met
from copycheck.model.diagnostic import Diagnostic

Findings = dict[str, tuple[Diagnostic, ...]]
"""File → its findings, by place and code."""


class _Settled(NamedTuple):
    """The directives of a file, and what stands of their findings."""

    directives: Sequence[Examined]
    standing: tuple[Diagnostic, ...]


class StandingFindings:
    """What a report of everything shows (`Check.report`), kept file by file."""

    def __init__(self) -> None:
        self._settled: dict[str, _Settled] = {}

    def of(self, check: Check) -> Findings:
        """The findings of a check as it is now. A file without any is not among them."""
        by_file = groupby(check.directives, key=lambda found: found.filename)
        settled = {name: self._of_file(check, name, list(directives)) for name, directives in by_file}
        self._settled = settled
        findings = {finding for file in settled.values() for finding in file.standing}
        findings.update(check.file_findings())
        findings.update(check.tracked.findings)
        findings.update(verdict.diagnostic for verdict in check.full_copies if verdict.diagnostic is not None)
        findings |= check.gate.unneeded_of_all(findings)
        return _by_file(needs_met(finding for finding in findings if check.gate.stands(finding)))

    def _of_file(self, check: Check, filename: str, directives: Sequence[Examined]) -> _Settled:
        known = self._settled.get(filename)
        if known is not None and _are_same(known.directives, directives):
            return known
        return _Settled(directives, tuple(d for found in directives for d in check.gate.settle(found).standing))


def _are_same(some: Sequence[Examined], others: Sequence[Examined]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def _by_file(findings: Iterable[Diagnostic]) -> Findings:
    found: dict[str, list[Diagnostic]] = {}
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        found.setdefault(finding.filename, []).append(finding)
    return {filename: tuple(some) for filename, some in found.items()}
