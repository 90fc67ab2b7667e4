"""Writes the expected texts of copies that have drifted, wave after wave (contract 5.1 to 5.3)."""

from __future__ import annotations

from collections import Counter

from copycheck import progress
from copycheck.fixing.session import FixSession
from copycheck.fixing.waves import next_wave
from copycheck.model.diagnostic import State


def fix_copies(session: FixSession) -> bool:
    """Bring copies in line, in each wave those whose sources are as they will stay; whether any was.

    A file in which an edit did not bring its copy in line is taken back, and its copies are tried one by one.
    """
    workspace = session.check.project.workspace
    one_by_one: set[str] = set()
    any_done = False
    while wave := next_wave(session, one_by_one):
        progress.at("Fixing copies")
        before = {ready.found.filename: workspace.edited(ready.found.filename) for ready in wave}
        session.make(ready.finding for ready in wave)
        in_sync = {found.identity for found in session.check.directives if found.state is State.IN_SYNC}
        failed = [ready for ready in wave if ready.found.identity not in in_sync]
        taken_back = {ready.found.filename for ready in failed}
        if taken_back:
            undone = [ready.finding for ready in wave if ready.found.filename in taken_back]
            session.take_back({name: before[name] for name in taken_back}, undone)
            tried = Counter(ready.found.filename for ready in wave)
            session.left_alone |= {r.found.identity for r in failed if tried[r.found.filename] == 1}
            one_by_one |= taken_back
        done = [ready.found for ready in wave if ready.found.filename not in taken_back]
        any_done = any_done or bool(done)
        session.fixed |= {found.identity for found in done}
        session.counts.update(found.filename for found in done)
    return any_done
