"""CPY002, CPY003, CPY004, CPY007, CPY008 and CPY010: directives are tidied, and comments without effect removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copycheck.fixing.fix_session import FixSession
from copycheck.model.diagnostic import Diagnostic

_OF_DIRECTIVES = frozenset({"CPY002", "CPY003", "CPY004", "CPY010"})


def fix_directives(session: FixSession) -> bool:
    """Tidy the comments of directives; whether any was."""
    findings = [
        finding
        for _, found in session.selected()
        if found.identity not in session.left_alone
        for finding in session.gate.standing(found)
        if finding.code in _OF_DIRECTIVES and session.allows(finding)
    ]
    return _made(session, findings)


def remove_markers(session: FixSession) -> bool:
    """Remove `# Ignore copy` and ignore comments that have no effect; whether any was."""
    return _made(session, list(_markers(session)))


def _markers(session: FixSession) -> Iterator[Diagnostic]:
    for finding in session.check.file_findings():
        is_marker = finding.code == "CPY007" and finding.filename in session.selection
        if is_marker and session.gate.stands(finding) and session.allows(finding):
            yield finding
    for _, found in session.selected():
        for finding in session.gate.standing(found) if found.directive.ignores else ():
            if finding.code == "CPY008" and session.allows(finding):
                yield finding


def _made(session: FixSession, findings: Sequence[Diagnostic]) -> bool:
    """Make the fixes, if there are any, and count them."""
    done = session.make(findings) if findings else set[str]()
    session.counts.update(finding.filename for finding in findings)
    return bool(done)
