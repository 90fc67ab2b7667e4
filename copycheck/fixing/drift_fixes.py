"""Writes the expected texts of copies that have drifted, wave after wave (contract 5.1 to 5.3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from copycheck import progress
from copycheck.fixing.fix_order import Ready, next_wave
from copycheck.fixing.fix_session import FixSession
from copycheck.model.diagnostic import Identity, State


def fix_copies(session: FixSession) -> bool:
    """Bring copies in line, in each wave those whose sources are as they will stay; whether any was.

    A file in which an edit did not bring its copy in line is taken back, and tried again in parts.
    """
    trials = _Trials()
    any_done = False
    while True:
        wave = next_wave(session, trials.now())
        if wave:
            any_done = _fix_wave(session, wave, trials) or any_done
        elif not trials.go_on():
            return any_done


def _fix_wave(session: FixSession, wave: list[Ready], trials: _Trials) -> bool:
    """Make the fixes of a wave; whether any of its copies is in line."""
    progress.at("Fixing copies")
    workspace = session.check.project.workspace
    before = {ready.found.filename: workspace.edited(ready.found.filename) for ready in wave}
    session.make(ready.finding for ready in wave)
    in_sync = {found.identity for found in session.check.directives if found.state is State.IN_SYNC}
    failed = {filename: set[Identity]() for filename in before}
    for ready in wave:
        if ready.found.identity not in in_sync:
            failed[ready.found.filename].add(ready.found.identity)
    taken_back = {filename for filename, some in failed.items() if some}
    if taken_back:
        undone = [ready for ready in wave if ready.found.filename in taken_back]
        session.take_back({name: before[name] for name in taken_back}, [ready.finding for ready in undone])
        for filename in taken_back:
            tried = [ready.found.identity for ready in undone if ready.found.filename == filename]
            session.left_alone |= trials.failed(filename, tried, failed[filename])
    done = [ready.found for ready in wave if ready.found.filename not in taken_back]
    trials.succeeded(before.keys() - taken_back)
    session.fixed |= {found.identity for found in done}
    session.counts.update(found.filename for found in done)
    return bool(done)


class _Trials:
    """Of files in which a wave has failed, the parts in which their copies are tried: one part a wave.

    Those that came in line go together, then the others; a part that fails as a whole is halved. So the one copy among
    thousands that cannot be fixed is found in few waves.
    """

    def __init__(self) -> None:
        self._parts: dict[str, deque[list[Identity]]] = {}

    def now(self) -> Mapping[str, Collection[Identity]]:
        """For each of these files, the copies that are tried in the next wave."""
        return {filename: frozenset(parts[0]) for filename, parts in self._parts.items()}

    def failed(self, filename: str, tried: list[Identity], failed: Collection[Identity]) -> set[Identity]:
        """Note that some of the copies that were tried together are not in line; those that never will be."""
        self.succeeded([filename])
        if len(tried) == 1:
            return set(tried)
        good = [identity for identity in tried if identity not in failed]
        bad = [identity for identity in tried if identity in failed]
        half = len(bad) // 2
        new = [part for part in ([good, bad] if good else [bad[:half], bad[half:]]) if part]
        self._parts.setdefault(filename, deque()).extendleft(reversed(new))
        return set()

    def succeeded(self, filenames: Collection[str]) -> None:
        """Go on to the next part of some files."""
        for filename in filenames:
            parts = self._parts.get(filename)
            if parts is not None:
                parts.popleft()
                if not parts:
                    del self._parts[filename]

    def go_on(self) -> bool:
        """Pass over the parts of which nothing can be tried; whether there was one."""
        waiting = list(self._parts)
        self.succeeded(waiting)
        return bool(waiting)
