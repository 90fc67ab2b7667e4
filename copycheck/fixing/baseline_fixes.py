"""What a fix does to the baseline: CPY009, entries that no finding fits any more (contract 10.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from copycheck.checking import baseline
from copycheck.checking.checker import Check
from copycheck.model.diagnostic import FindingKey, Identity

if TYPE_CHECKING:
    from copycheck.fixing.fix_session import FixSession


def keep_known(check: Check, known: Mapping[FindingKey, int]) -> None:
    """Give the baseline these entries and no others, without writing it yet."""
    gate, project = check.gate, check.project
    if known != gate.known:
        project.workspace.read_bytes(gate.baseline)
        project.edit({gate.baseline: baseline.written(known)})
        gate.known = dict(known)


def forget_known(check: Check, identities: Collection[Identity]) -> None:
    """Take what the baseline lists of some directives out of it."""
    keep_known(check, {key: row for key, row in check.gate.known.items() if key.identity not in identities})


def fix_baseline(session: FixSession) -> None:
    """Remove the entries of the selected files that the last report did not find."""
    name = baseline.name_of(session.check.project.settings)
    if not session.gate.enabled(name, "CPY009"):
        return
    report = session.check.report(session.selection)
    findings, gone = report.diagnostics, report.stale_entries
    if gone and session.is_writable(name):
        for finding in findings:
            if finding.code == "CPY009" and finding.fix is not None:
                session.made[finding.key] = finding.fix.edits
                session.note(finding)
        keep_known(session.check, {key: row for key, row in session.gate.known.items() if key not in gone})
        session.counts[name] += len(gone)
