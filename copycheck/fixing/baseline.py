"""CPY009: entries of the baseline that nothing is found for are removed (contract 10.2)."""

from __future__ import annotations

from copycheck.checking import baseline
from copycheck.fixing.session import FixSession


def fix_baseline(session: FixSession) -> None:
    """Remove the entries of the selected files that the last report did not find."""
    name = baseline.name_of(session.check.project.settings)
    findings, _ = session.check.report(session.selection)
    gone = session.check.gone if session.gate.enabled(name, "CPY009") else set()
    if gone and session.is_writable(name):
        for finding in findings:
            if finding.code == "CPY009" and finding.fix is not None:
                session.made[finding.key] = finding.fix.edits
        session.check.keep_known({key: row for key, row in session.gate.known.items() if key not in gone})
        session.counts[name] += len(gone)
