"""CPY203 and CPY204: full copies that differ or are missing are written (contract 6)."""

from __future__ import annotations

from copycheck.checking.registered_full_copies import FullCopyVerdict
from copycheck.checking.selected_findings import takes_full_copy
from copycheck.fixing.fix_session import FixSession


def fix_full_copies(session: FixSession) -> bool:
    """Write the full copies that differ or are missing, sources before their copies; whether any was."""
    changed: dict[str, bytes | None] = {}
    for verdict in session.check.full_copies:
        pair, finding = verdict.pair, verdict.diagnostic
        if not _is_wanted(session, verdict) or pair.source in changed or not session.is_within(pair.copy):
            continue
        if session.obstacle_of(pair.copy):
            continue
        changed[pair.copy] = verdict.expected
        session.counts[pair.copy] += 1
        if finding is not None and finding.fix is not None:
            session.made[finding.key] = finding.fix.edits
            session.note(finding)
    if changed:
        session.check.project.edit(changed)
        session.check.update(changed)
    return bool(changed)


def _is_wanted(session: FixSession, verdict: FullCopyVerdict) -> bool:
    finding = verdict.diagnostic
    if finding is None or verdict.expected is None or not session.gate.stands(finding):
        return False
    if finding.fix is not None and finding.fix.applicability == "unsafe" and not session.unsafe:
        return False
    if takes_full_copy(session.selection, verdict):
        return True
    # What copies a file that was fixed is fixed with it (5.1).
    is_fixed = session.check.project.workspace.edited(verdict.pair.source) is not None
    return session.selection.only is None and is_fixed
