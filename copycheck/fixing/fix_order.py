"""Which copies are fixed now: those whose sources are as they will stay (contract 5.1)."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.fixing.chains import Foresight
from copycheck.fixing.fix_session import FixSession
from copycheck.model.diagnostic import Diagnostic, Edit, Fix, Identity, State
from copycheck.model.location import Span
from copycheck.project.lock_file import CopyKey


class Ready(NamedTuple):
    """A copy that is fixed now, and the finding whose fix that is."""

    found: Examined
    finding: Diagnostic

    @property
    def fix(self) -> Fix:
        """The fix of the finding."""
        assert self.finding.fix is not None, "only a finding with a fix is ready"
        return self.finding.fix

    def with_imports(self, imports: Iterable[Edit]) -> Ready:
        """The same with other edits above the copy: those that add imports."""
        region = self.found.region
        assert region is not None, "what has drifted has a region"
        own = (edit for edit in self.fix.edits if region.start <= edit.start.row <= region.end)
        return self._replace(finding=self.finding._replace(fix=self.fix._replace(edits=(*own, *imports))))


def next_wave(session: FixSession, tried: Mapping[str, Collection[Identity]]) -> list[Ready]:
    """The copies that have drifted, without another one of them upstream, no two of them in the way of each other.

    Of the files in `tried` only these copies are taken.
    """
    selected = dict(session.selected())
    pending: Mapping[int, Ready] = {
        number: ready for number, found in selected.items() if (ready := _ready(session, number, found))
    }
    pending = pending if session.unsafe else _with_needs_met(pending)
    waiting = _below(session, pending)
    taken = _Taken()
    wave: dict[int, Ready] = {}
    apart: dict[str, dict[int, Ready]] = {}
    for number in sorted(pending):
        ready = pending[number]
        some = tried.get(ready.found.filename)
        if number in waiting or not (some is None or ready.found.identity in some):
            continue
        if taken.take(ready):
            wave[number] = ready
        elif ready.fix.imports and taken.take(ready.with_imports(())):
            apart.setdefault(ready.found.filename, {})[number] = ready
    for filename, others in apart.items():
        wave |= _with_shared_imports(session, filename, wave, others)
    may_follow = selected.keys() if session.selection.only is not None else range(len(session.check.directives))
    return [*wave.values(), *_following(session, wave, may_follow, taken)] if not tried else list(wave.values())


def _following(
    session: FixSession, wave: Mapping[int, Ready], may_follow: Container[int], taken: _Taken
) -> Iterator[Ready]:
    """The copies that are fixed with their sources: how they will drift is certain, and needs no new imports."""
    settled = set(wave)
    for link in Foresight(session).links({number: ready.found for number, ready in wave.items()}):
        ready = _ready(session, link.number, link.found) if link.above in settled else None
        if (
            ready is None
            or link.number not in may_follow
            or ready.fix.imports
            or ready.fix.needs
            or not taken.take(ready)
        ):
            continue
        yield ready
        if link.is_settled:
            settled.add(link.number)


def _with_shared_imports(
    session: FixSession, filename: str, wave: Mapping[int, Ready], others: Mapping[int, Ready]
) -> dict[int, Ready]:
    """The fixes of a file that are in the way of each other by their imports alone, with the imports of all of them."""
    from copycheck.fixing.shared_imports import shared_imports

    importing = {n: ready for n, ready in wave.items() if ready.fix.imports and ready.found.filename == filename}
    some = {**importing, **others}
    imports = shared_imports(session.check.project, filename, [ready.found for ready in some.values()])
    return {} if imports is None else {number: ready.with_imports(imports) for number, ready in some.items()}


def _with_needs_met(pending: Mapping[int, Ready]) -> Mapping[int, Ready]:
    """The copies whose fixes break no other copy: all that one needs is fixed in the same run (5.11)."""
    while True:
        keys = {ready.finding.key for ready in pending.values()}
        met = {n: ready for n, ready in pending.items() if all(need.key in keys for need in ready.fix.needs)}
        if len(met) == len(pending):
            return pending
        pending = met


def _ready(session: FixSession, number: int, found: Examined) -> Ready | None:
    if found.state is not State.DRIFT or number in session.check.cyclic or found.identity in session.left_alone:
        return None
    if CopyKey(found.filename, found.name, found.directive.target) in session.retargeted:
        return None
    findings = (finding for finding in session.gate.standing(found) if finding.code == "CPY201")
    return next((Ready(found, finding) for finding in findings if session.allows(finding)), None)


def _below(session: FixSession, pending: Iterable[int]) -> set[int]:
    """The directives that read, through chains, what a pending one writes. Each edge is followed once."""
    readers: dict[int, list[int]] = {}
    for number, sources in enumerate(session.check.edges):
        for source in sources:
            readers.setdefault(source, []).append(number)
    found = set[int]()
    front = list(pending)
    while front:
        for reader in readers.get(front.pop(), ()):
            if reader not in found:
                found.add(reader)
                front.append(reader)
    return found


class _Taken:
    """What a wave changes so far, in order, so that thousands of copies of a file are not held against each other."""

    def __init__(self) -> None:
        self._regions: dict[str, list[tuple[int, int]]] = {}
        self._edits: dict[str, list[Edit]] = {}

    def take(self, ready: Ready) -> bool:
        """Take a copy, if nothing that was taken holds it, is held by it, or has an edit that overlaps one of its."""
        region = ready.found.region
        assert region is not None, "what has drifted has a region"
        regions = self._regions.setdefault(region.filename, [])
        place = bisect.bisect_right(regions, (region.start, region.end))
        if any(region.overlaps(Span(region.filename, *other)) for other in regions[max(place - 1, 0) : place + 1]):
            return False
        if any(self._overlaps(edit) for edit in ready.fix.edits):
            return False
        regions.insert(place, (region.start, region.end))
        for edit in ready.fix.edits:
            bisect.insort(self._edits.setdefault(edit.filename, []), edit)
        return True

    def _overlaps(self, edit: Edit) -> bool:
        edits = self._edits.get(edit.filename, [])
        place = bisect.bisect_left(edits, edit)
        return any(edit.overlaps(other) for other in edits[max(place - 2, 0) : place + 2])
