"""Which copies are fixed now: those whose sources are as they will stay (contract 5.1)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.fixing.session import FixSession
from copycheck.model.diagnostic import Diagnostic, Fix, State


class Ready(NamedTuple):
    """A copy that is fixed now, and the finding whose fix that is."""

    found: Examined
    finding: Diagnostic

    @property
    def fix(self) -> Fix:
        """The fix of the finding."""
        assert self.finding.fix is not None, "only a finding with a fix is ready"
        return self.finding.fix


def next_wave(session: FixSession, one_by_one: set[str]) -> list[Ready]:
    """The copies that have drifted, without another one of them upstream, no two of them in the way of each other.

    Of the files `one_by_one` no more than one copy is taken.
    """
    pending = {number: ready for number, found in session.selected() if (ready := _ready(session, number, found))}
    wave: list[Ready] = []
    for number in sorted(pending):
        ready = pending[number]
        if _waits(session, number, pending.keys()) or any(_in_the_way(ready, other, one_by_one) for other in wave):
            continue
        wave.append(ready)
    return wave


def _ready(session: FixSession, number: int, found: Examined) -> Ready | None:
    if found.state is not State.DRIFT or number in session.check.cyclic or found.identity in session.left_alone:
        return None
    findings = (finding for finding in session.gate.standing(found) if finding.code == "CPY201")
    return next((Ready(found, finding) for finding in findings if session.allows(finding)), None)


def _waits(session: FixSession, number: int, pending: Collection[int]) -> bool:
    """Whether another pending directive writes something that this one reads, through chains."""
    seen = {number}
    front = [number]
    while front:
        for child in session.check.edges[front.pop()]:
            if child in pending and child != number:
                return True
            if child not in seen:
                seen.add(child)
                front.append(child)
    return False


def _in_the_way(ready: Ready, other: Ready, one_by_one: set[str]) -> bool:
    """Whether two copies cannot be fixed at once: one holds the other, or their edits overlap."""
    own, others = ready.found, other.found
    if own.region is None or others.region is None or own.filename != others.filename:
        return False
    return own.filename in one_by_one or own.region.overlaps(others.region) or ready.fix.overlaps(other.fix)
