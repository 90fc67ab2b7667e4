"""Walks the graph, sources before their copies, and collects the edits (contract 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from copycheck import progress
from copycheck.checking import baseline
from copycheck.checking.checker import Check, takes
from copycheck.checking.filter import Gate
from copycheck.checking.outcome import Examined
from copycheck.directives.binding import bind
from copycheck.directives.parser import IGNORE_COPY, rewrite
from copycheck.fixing.reassemble import assemble
from copycheck.fixing.rename import rewrite_targets
from copycheck.model.diagnostic import Diagnostic, Identity, State
from copycheck.model.errors import CopycheckError
from copycheck.parallel import map_shares
from copycheck.project.atomic_write import obstacle
from copycheck.project.edits import Edit, apply_edits
from copycheck.project.selection import Selection

_MAX_ROUNDS = 20


@dataclass
class Fixer:
    """Fixes a checked project in its workspace; nothing is written here."""

    check: Check
    selection: Selection
    unsafe: bool = False
    """Whether directives whose object has moved are rewritten."""
    gate: Gate = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings were fixed in each file."""
    left_alone: set[Identity] = field(default_factory=set)
    """The copies whose expected text could not take their place."""
    fixed: set[Identity] = field(default_factory=set)
    """The copies that were brought in line; those that copy them are fixed with them, selected or not (5.1)."""
    _one_by_one: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.gate = self.check.gate
        self._full = {pair.copy for pair in self.check.pairs}
        self._obstacles: dict[str, str | None] = {}

    def run(self) -> None:
        """Fix all that is selected and fixable, in rounds, until nothing is left to do.

        Raises CopycheckError, with every edit taken back, when the fixes undo each other without end.
        """
        for _ in range(_MAX_ROUNDS):
            if not any([*self._steps()]):
                self._fix_baseline()
                return
        self.check.project.edit(dict.fromkeys(self.check.project.workspace.edits()))
        raise CopycheckError("the fixes undo each other without end, so nothing was written; run without --fix")

    def _steps(self) -> Iterator[bool]:
        """Each kind of fix; of some copies alone, their text is all there is to fix."""
        if self.selection.only is not None:
            yield self._fix_copies()
            return
        yield self._remove_markers()
        yield self.unsafe and self._follow_moves()
        yield self._fix_copies()
        yield self._fix_directives()
        yield self._fix_full_copies()

    def _selected(self) -> list[tuple[int, Examined]]:
        exists = self.check.project.workspace.exists
        directives = self.check.directives
        return [
            (number, found)
            for number, found in enumerate(directives)
            if takes(self.selection, found, exists) or (self.selection.only is None and self._follows(number))
        ]

    def _follows(self, number: int) -> bool:
        """Whether a copy that was fixed is the source of another one."""
        return any(self.check.directives[upstream].identity in self.fixed for upstream in self.check.edges[number])

    def _writable(self, filename: str) -> bool:
        """Whether a file may be edited; a full copy is left to its own rule."""
        if filename not in self._obstacles:
            self._obstacles[filename] = obstacle(self.check.project.settings.root, filename)
        return self._obstacles[filename] is None and filename not in self._full

    def obstacles(self) -> list[str]:
        """The files that would have been fixed, and why they cannot be written."""
        return [f"{name} is not written: {reason}" for name, reason in sorted(self._obstacles.items()) if reason]

    # Copies

    def _fix_copies(self) -> bool:
        """Write expected texts, wave after wave: in each those whose sources are as they will stay.

        A file in which an edit did not bring its copy in line is taken back, and its copies are tried one by one.
        """
        project = self.check.project
        any_done = False
        while ready := self._ready():
            progress.at("Fixing copies")
            edits = self._edits(ready)
            before = {name: project.workspace.edited(name) for name in edits}
            self._lay(edits)
            in_sync = {found.identity for found in self.check.directives if found.state is State.IN_SYNC}
            failed = [found for found in ready if found.identity not in in_sync]
            taken_back = {found.filename for found in failed}
            if taken_back:
                project.edit({name: before[name] for name in taken_back})
                self.check.update(taken_back)
                self.left_alone |= {found.identity for found in failed if len(edits[found.filename]) == 1}
                self._one_by_one |= taken_back
            done = [found for found in ready if found.filename not in taken_back]
            any_done = any_done or bool(done)
            self.fixed |= {found.identity for found in done}
            self.counts.update(found.filename for found in done)
        return any_done

    def _ready(self) -> list[Examined]:
        """The copies to be fixed now: drifted ones without a drifted one upstream, no two of them overlapping."""
        directives = self.check.directives
        pending = {n for n, found in self._selected() if self._is_fixable(n, found)}
        ready: list[Examined] = []
        for number in sorted(pending):
            found = directives[number]
            if self._waits(number, pending) or any(self._in_the_way(found, other) for other in ready):
                continue
            ready.append(found)
        return ready

    def _is_fixable(self, number: int, found: Examined) -> bool:
        return (
            found.state is State.DRIFT
            and number not in self.check.cyclic
            and found.identity not in self.left_alone
            and any(d.code == "CPY201" and d.fix is not None for d in self.gate.standing(found))
            and self._writable(found.filename)
        )

    def _waits(self, number: int, pending: set[int]) -> bool:
        """Whether another pending directive writes something that this one reads, through chains."""
        seen = {number}
        front = [number]
        while front:
            for child in self.check.edges[front.pop()]:
                if child in pending and child != number:
                    return True
                if child not in seen:
                    seen.add(child)
                    front.append(child)
        return False

    def _in_the_way(self, found: Examined, other: Examined) -> bool:
        if found.region is None or other.region is None or found.filename != other.filename:
            return False
        return found.filename in self._one_by_one or found.region.overlaps(other.region)

    def _edits(self, ready: Sequence[Examined]) -> dict[str, list[Edit]]:
        by_file: dict[str, list[Examined]] = {}
        for found in ready:
            by_file.setdefault(found.filename, []).append(found)
        sizes = {filename: self.check.project.workspace.size(filename) for filename in by_file}
        return dict(map_shares(lambda share: [(name, self._edits_of(name, by_file[name])) for name in share], sizes))

    def _edits_of(self, filename: str, ready: Sequence[Examined]) -> list[Edit]:
        """The edits that bring the copies of a file in line."""
        module, edits = self.check.project.skimmed(filename), []
        for found in ready:
            copy = bind(module, found.directive)
            assert copy is not None and found.written is not None, "a drifted copy has both"
            lines = assemble(module, copy, found.written, self.check.project.settings.header)
            edits.append(Edit(copy.region.rows[0], copy.region.rows[-1], tuple(lines)))
        return edits

    def _lay(self, edits: dict[str, list[Edit]]) -> set[str]:
        """Lay edits over their files; those that cannot be encoded or do not parse are left out."""
        project = self.check.project
        before = {filename: project.workspace.edited(filename) for filename in edits}
        laid: dict[str, bytes | None] = {}
        for filename, some in edits.items():
            with suppress(UnicodeEncodeError):
                laid[filename] = apply_edits(project.workspace.read(filename), some)
        project.edit(laid)
        broken = project.read_anew(laid)
        project.edit({filename: before[filename] for filename in broken})
        done = laid.keys() - broken
        if done:
            self.check.update(done)
        return done

    # Directive lines and markers

    def _follow_moves(self) -> bool:
        """Rewrite directives whose object stands in exactly one other place now (CPY101 and CPY102)."""
        renamed: dict[str, str] = {}
        lost = []
        for _, found in self._selected():
            codes = {d.code for d in self.gate.standing(found) if d.fix is not None}
            places = self.check.homes.get(found.lost, ())
            if codes.isdisjoint(("CPY101", "CPY102")) or len(places) != 1 or not self._writable(found.filename):
                continue
            renamed[found.directive.target] = places[0][2]
            lost.append(found)
        there = {old: new for old, new in renamed.items() if self.check.project.resolver.resolve(new).definitions}
        moved = [found for found in lost if found.directive.target in there]
        self.counts.update(found.filename for found in moved)
        return bool(moved) and rewrite_targets(self.check, moved, there, {}) > 0

    def _fix_directives(self) -> bool:
        """Mend CPY002, CPY003 and CPY004 in the lines of the directives."""
        edits: dict[str, list[Edit]] = {}
        for _, found in self._selected():
            codes = {d.code for d in self.gate.standing(found) if d.fix is not None}
            wanted = codes & {"CPY002", "CPY003", "CPY004"}
            if not wanted or found.identity in self.left_alone or not self._writable(found.filename):
                continue
            drop = frozenset(found.unused) if "CPY004" in wanted else frozenset[int]()
            lines = self.check.project.module(found.filename).lines
            new = rewrite(lines, found.directive, "CPY002" in wanted, "CPY003" in wanted, drop)
            edit = Edit(found.directive.row, found.directive.end_row, tuple(new))
            edits.setdefault(found.filename, []).append(edit)
            self.counts[found.filename] += len(wanted)
        return bool(edits) and bool(self._lay(edits))

    def _remove_markers(self) -> bool:
        """Take comments away that have no effect (CPY007 and CPY008)."""
        edits: dict[str, list[Edit]] = {}
        for finding in self._marker_findings():
            line = self.check.project.module(finding.filename).lines[finding.location.row - 1]
            kept = IGNORE_COPY.split(line, maxsplit=1)[0].rstrip() if finding.code == "CPY007" else ""
            edit = Edit(finding.location.row, finding.location.row, (kept,) if kept else ())
            edits.setdefault(finding.filename, []).append(edit)
            self.counts[finding.filename] += 1
        return bool(edits) and bool(self._lay(edits))

    def _marker_findings(self) -> Iterable[Diagnostic]:
        for finding in self.check.file_findings():
            taken = finding.code == "CPY007" and finding.filename in self.selection
            if taken and self.gate.stands(finding) and self._writable(finding.filename):
                yield finding
        for _, found in self._selected():
            for finding in self.gate.standing(found) if found.directive.ignores else ():
                if finding.code == "CPY008" and finding.fix is not None and self._writable(finding.filename):
                    yield finding

    # The baseline

    def _fix_baseline(self) -> None:
        """Take the entries out of the baseline that nothing is found for (CPY009)."""
        name = baseline.name_of(self.check.project.settings)
        self.check.report(self.selection)
        gone = self.check.gone if self.gate.enabled(name, "CPY009") else set()
        if gone and self._writable(name):
            self.check.keep_known({key: row for key, row in self.gate.known.items() if key not in gone})
            self.counts[name] += len(gone)

    # Full copies

    def _fix_full_copies(self) -> bool:
        """Write the full copies that differ or are missing."""
        changed: dict[str, bytes | None] = {}
        for verdict in self.check.full_copies:
            pair, finding = verdict.pair, verdict.diagnostic
            if finding is None or verdict.expected is None or not self.gate.stands(finding):
                continue
            if pair.copy not in self.selection and pair.source not in self.selection:
                continue
            if pair.source in changed:
                continue
            if self._obstacles.setdefault(pair.copy, obstacle(self.check.project.settings.root, pair.copy)):
                continue
            changed[pair.copy] = verdict.expected
            self.counts[pair.copy] += 1
        if changed:
            self.check.project.edit(changed)
            self.check.update(changed)
        return bool(changed)
