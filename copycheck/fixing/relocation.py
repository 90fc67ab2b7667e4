"""CPY101 and CPY102: directives whose object has moved are rewritten, which is unsafe (contract 3.6)."""

from __future__ import annotations

from copycheck.fixing.rename import rewrite_targets
from copycheck.fixing.session import FixSession

_LOST = frozenset({"CPY101", "CPY102"})


def follow_moves(session: FixSession) -> bool:
    """Rewrite directives whose object is in exactly one other place now, with their entries of the baseline."""
    renamed: dict[str, str] = {}
    lost = []
    notes = {}
    for _, found in session.selected():
        places = session.check.homes.get(found.lost, ())
        findings = [f for f in session.gate.standing(found) if f.code in _LOST and session.allows(f)]
        if findings and len(places) == 1:
            renamed[found.directive.target] = places[0][2]
            lost.append(found)
            notes[found.identity] = findings[0]
    resolve = session.check.project.sources.resolve
    there = {old: new for old, new in renamed.items() if resolve(new).definitions}
    moved = [found for found in lost if found.directive.target in there]
    session.counts.update(found.filename for found in moved)
    for found in moved:
        session.note(notes[found.identity])
    return bool(moved) and rewrite_targets(session.check, moved, there, {}) > 0
