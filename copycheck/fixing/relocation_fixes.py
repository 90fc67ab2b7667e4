"""CPY101 and CPY102: directives whose object has moved are rewritten, which is unsafe (contract 3.6)."""

from __future__ import annotations

from copycheck.fixing.fix_session import FixSession
from copycheck.fixing.retarget_directives import rewrite_targets
from copycheck.project.lock_file import CopyKey

_LOST = frozenset({"CPY101", "CPY102"})


def follow_moves(session: FixSession) -> bool:
    """Rewrite directives whose object is in one other place now, with their entries of the baseline.

    Their copies are in sync with it, and stay as they are in this run.
    """
    renamed: dict[str, str] = {}
    moved = []
    for _, found in session.selected():
        findings = [f for f in session.gate.standing(found) if f.code in _LOST and session.allows(f)]
        if findings and found.moved_to:
            renamed[found.directive.target] = found.moved_to
            moved.append(found)
            session.note(findings[0])
    session.counts.update(found.filename for found in moved)
    session.retargeted |= {CopyKey(found.filename, found.name, found.moved_to) for found in moved}
    return bool(moved) and rewrite_targets(session.check, moved, renamed, {}) > 0
