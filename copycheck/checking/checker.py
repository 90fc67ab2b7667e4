"""The pipeline: files → examined directives → verdicts → findings and the summary (contract 7 and 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice

from copycheck import progress
from copycheck.checking import baseline, dependency_graph
from copycheck.checking.earlier_run import EarlierRun, ForNextRun, KnownFile, SettledFile
from copycheck.checking.examine import examine_file
from copycheck.checking.fast_path import glance
from copycheck.checking.filter import Gate
from copycheck.checking.fix_planner import FixPlanner
from copycheck.checking.full_copies import FullCopy, FullCopyVerdict, check_full_copies, registered
from copycheck.checking.lost_objects import relocate
from copycheck.checking.outcome import Examined, ExaminedFile, at, unreadable
from copycheck.checking.verdict import judge
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.model.diagnostic import Diagnostic, FindingKey, Identity, State
from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import relative_path, with_folders
from copycheck.model.result import Summary
from copycheck.parallel import map_shares
from copycheck.project.selection import Selection
from copycheck.resolution.index import Project
from copycheck.resolution.suggestions import Homes, move_homes

_OPENING = re.compile(rb"Copied[^\w\n]+from")
_NEAR_MISS = re.compile(rb"(?i)copied[ \t\f]+f")


class Check:
    """The state of a project: every directive and full copy with its findings.

    `update` brings it up to date with edits that the workspace holds.
    """

    def __init__(self, project: Project, plan: FixPlanner) -> None:
        """`plan` says how each copy that has drifted is fixed."""
        self.project = project
        self._plan = plan
        self.formatters = Formatters(Styles(project.settings.root, project.settings.formatter))
        self.pairs: list[FullCopy] = registered(project.settings, project.workspace)
        self.full_copies: list[FullCopyVerdict] = []
        self._files: dict[str, ExaminedFile] = {}
        self._records: dict[str, KnownFile] = {}
        """What another run knew of files that nothing has changed for, and that were not opened."""
        self._names: Sequence[str] = ()
        self.homes: Homes = {}
        self.directives: list[Examined] = []
        self.edges: dependency_graph.Edges = []
        self.cyclic: frozenset[int] = frozenset()
        self.internal_errors: list[str] = []
        self.gate = Gate(project.settings, project.workspace)
        self.gone: set[FindingKey] = set()
        """What the baseline knows and the last report did not find."""

    def run(self) -> Check:
        """Check everything."""
        self._examine(self._candidates(self.project.files))
        return self

    def run_from(self, earlier: EarlierRun, changed: Collection[str], everything: bool) -> Check:
        """Check what has changed since another run, `earlier`.

        With `everything`, only the report on all files is wanted, and the records of most stay closed.
        """
        present = self.project.sizes
        folders = tuple(f"{name}/" for name in changed if name not in present)
        touched = {
            number
            for number, name in enumerate(earlier.names)
            if name in changed or (folders and name.startswith(folders))
        }
        self._names = earlier.names
        self._records = {name: record for name, record in earlier.records.items() if name in present}
        stale = [
            name for name, record in self._records.items() if name in changed or not touched.isdisjoint(record.probed)
        ]
        fresh = [name for name in present if name in changed and name not in self._records]
        for name in stale:
            del self._records[name]
        for name in [name for name, record in self._records.items() if record.related or not everything]:
            self._open(name)
        self.homes = move_homes(earlier.homes, changed, present, self.project.workspace)
        self._examine(self._candidates(sorted({*stale, *fresh})))
        return self

    def _open(self, filename: str) -> ExaminedFile:
        file = self._files[filename] = self._records.pop(filename).open(self._names)
        return file

    def for_next_run(self) -> ForNextRun:
        """Everything that is known, for another run."""
        cyclic = {self.directives[number].filename for number in self.cyclic}
        examined = [
            SettledFile(file, *self._settled(file), name in cyclic or _has_lost(file))
            for name, file in self._files.items()
        ]
        return ForNextRun(self._names, examined, self._records, self.homes, self.project.all_parsable())

    def _settled(self, file: ExaminedFile) -> tuple[list[Diagnostic], int]:
        """What stands of the findings at the directives of a file, and how many are ignored."""
        settled = [self.gate.settle(found) for found in file.directives]
        standing = [diagnostic for some in settled for diagnostic in some.standing]
        return standing, self.gate.count_ignored(settled)

    def looked_at(self) -> set[str]:
        """The files that the findings of this run rest on, whether they are there or not."""
        names = {name for file in self._files.values() for name in file.rests_on}
        names |= {name for pair in self.pairs for name in (pair.copy, pair.source)}
        settings = self.project.settings
        names |= {name for name in (settings.full_copies_from, self.gate.baseline) if name}
        return names | {relative_path(path, settings.root) for path in self.formatters.looked_at()}

    def update(self, changed: Iterable[str]) -> None:
        """Check anew what the changed files have a part in."""
        gone = {part for name in changed for part in with_folders(name)}
        self.homes = move_homes(self.homes, gone, self.project.sizes, self.project.workspace)
        self._examine(
            name for name, file in list(self._files.items()) if name in gone or not gone.isdisjoint(file.rests_on)
        )

    def _candidates(self, filenames: Iterable[str]) -> list[str]:
        """The files that may hold a directive, by a look at their bytes; the others are let go of."""
        project, codes = self.project, self.project.settings.codes
        candidates = []
        progress.at("Looking for directives")
        for filename in filenames:
            try:
                data = project.workspace.read_bytes(filename)
            except UnreadableFileError as error:
                self._files[filename] = ExaminedFile(filename, (), (unreadable(error),))
                continue
            if (
                (b"Copied" in data and _OPENING.search(data))
                or ("CPY006" in codes and _NEAR_MISS.search(data))
                or ("CPY007" in codes and b"Ignore copy" in data)
            ):
                candidates.append(filename)
            else:
                project.workspace.forget(filename)
        return candidates

    def _examine(self, filenames: Iterable[str]) -> None:
        project = self.project
        sizes = {filename: project.workspace.size(filename) for filename in filenames}
        progress.at("Reading sources")
        project.read_ahead(sizes)
        progress.at("Comparing copies")
        files = []
        for file, error in map_shares(lambda share: [self._examined(filename) for filename in share], sizes):
            files.append(file)
            self.internal_errors += [error] if error else []
        progress.at("Formatting what differs")
        judged = judge(self.formatters, [found for file in files for found in file.directives])
        directives = iter(self._plan(project, judged))
        for file in files:
            self._files[file.filename] = file._replace(directives=tuple(islice(directives, len(file.directives))))
        self._relate()
        self.full_copies = check_full_copies(project.workspace, self.formatters, self.pairs)

    def _examined(self, filename: str) -> tuple[ExaminedFile, str | None]:
        """One file; an error of ours in it is told with its name, and stops no other."""
        try:
            return glance(self.project, filename) or examine_file(self.project, self.project.facts(filename)), None
        except Exception as error:
            message = f"{filename}: internal error: {type(error).__name__}: {error}; please report it"
            return ExaminedFile(filename), message

    def _relate(self) -> None:
        """Say what takes all files to know: where lost objects stand now (3.6), and what forms a cycle (3.8)."""
        self._open_sources()
        self.directives = [found for _, file in sorted(self._files.items()) for found in file.directives]
        progress.at("Looking for lost objects")
        self.homes = relocate(self.project, self.directives, self.homes)
        self.edges = dependency_graph.upstream(self.directives)
        groups = dependency_graph.cycles(self.edges)
        for group in groups:
            for number in group:
                self.directives[number] = self._cyclic(number, dependency_graph.chain(self.edges, number, group))
        self.cyclic = frozenset(number for group in groups for number in group)

    def _open_sources(self) -> None:
        """Open the records of all that lies upstream: a cycle that has just been closed leads through them."""
        front = list(self._files.values()) if self._records else []
        while front:
            reads = {span.filename for found in front.pop().directives for span in found.reads}
            front += [self._open(name) for name in reads if name in self._records]

    def _cyclic(self, number: int, chain: Sequence[int]) -> Examined:
        found = self.directives[number]
        names = [f"{self.directives[n].filename}:{self.directives[n].directive.row}" for n in [*chain, number]]
        steps = [f"`{self.directives[n].directive.target}`" for n in chain]
        message = f"a chain of copies comes back to itself: {' ← '.join([*steps, steps[0]])} ({' → '.join(names)})"
        kept = [d for d in found.diagnostics if d.code not in ("CPY201", "CPY202")]
        help_ = "remove one of these directives: the object that is to be the source bears none"
        kept.append(at(found.filename, found.directive, "CPY105", message, source=found.source, help=help_))
        return found._replace(diagnostics=tuple(kept))

    def report(
        self, selection: Selection, besides: frozenset[Identity] = frozenset()
    ) -> tuple[tuple[Diagnostic, ...], Summary]:
        """The findings that are selected, sorted and each once, and the count of every selected directive.

        `besides` names directives that count as selected as well.
        """
        exists = self.project.workspace.exists
        chosen = [f for f in self.directives if takes(selection, f, exists) or f.identity in besides]
        pairs = [v for v in self.full_copies if v.pair.copy in selection or v.pair.source in selection]
        settled = [self.gate.settle(found) for found in chosen]
        findings = {diagnostic for some in settled for diagnostic in some.standing}
        findings |= {verdict.diagnostic for verdict in pairs if verdict.diagnostic is not None}
        findings |= {d for file in self._files.values() if file.filename in selection for d in file.diagnostics}
        closed = self._records.values()
        findings |= {diagnostic for record in closed for diagnostic in record.diagnostics}
        self.gone = self.gate.gone(selection, findings)
        findings |= self.gate.unneeded(self.gone)
        findings = {diagnostic for diagnostic in findings if self.gate.is_on(diagnostic)}
        known = {diagnostic for diagnostic in findings if diagnostic.key in self.gate.known}
        reported = tuple(sorted(findings - known, key=lambda diagnostic: diagnostic.sort_key))
        summary = Summary(
            files=len({found.filename for found in chosen}) + sum(record.directives > 0 for record in closed),
            directives=len(chosen) + sum(record.directives for record in closed),
            in_sync=sum(found.state is State.IN_SYNC for found in chosen) + sum(record.in_sync for record in closed),
            external=sum(found.state is State.EXTERNAL for found in chosen) + sum(r.external for r in closed),
            findings=len(reported),
            full_copies=len(pairs),
            ignored=self.gate.count_ignored(settled) + sum(record.ignored for record in closed),
            known=len(known),
        )
        return reported, summary

    def give_up(self, identities: set[Identity]) -> None:
        """Say of copies that fix has tried them in vain."""
        for number, found in enumerate(self.directives):
            if found.identity in identities:
                given_up = tuple(_not_fixable(d) if d.code == "CPY201" else d for d in found.diagnostics)
                self.directives[number] = found._replace(diagnostics=given_up)

    def keep_known(self, known: Mapping[FindingKey, int]) -> None:
        """Lay a baseline with these entries over that of the project."""
        if known != self.gate.known:
            self.project.workspace.read_bytes(self.gate.baseline)
            self.project.edit({self.gate.baseline: baseline.written(known)})
            self.gate.known = dict(known)

    def forget_known(self, identities: Collection[Identity]) -> None:
        """Take what the baseline knows of some directives out of it."""
        self.keep_known({key: row for key, row in self.gate.known.items() if key[1:] not in identities})

    def failures(self) -> tuple[str, ...]:
        """What kept the check itself from doing its work."""
        failure = self.formatters.failure
        formatter = [f"{failure}; copies were compared as they stand"] if failure else []
        return (*formatter, *self.internal_errors)

    def file_findings(self) -> Iterable[Diagnostic]:
        """The findings that belong to no directive."""
        return [diagnostic for file in self._files.values() for diagnostic in file.diagnostics]


def _has_lost(file: ExaminedFile) -> bool:
    return any(found.lost for found in file.directives)


def _not_fixable(drift: Diagnostic) -> Diagnostic:
    message = f"{drift.message}; its expected text cannot take its place here, so it was left alone"
    return drift._replace(message=message, fix=None, help="mend the copy by hand, or remove the directive")


def takes(selection: Selection, found: Examined, exists: Callable[[str], bool]) -> bool:
    """Whether a directive's copy or source is selected; of a source that is not found, the module looked into."""
    if selection.only is not None and found.identity not in selection.only:
        return False
    if selection.holds(found.filename) or (found.source is not None and selection.holds(found.source.filename)):
        return True
    return found.source is None and any(selection.holds(name) and exists(name) for name in found.probed)
