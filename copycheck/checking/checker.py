"""The pipeline: files → examined directives → verdicts → findings and the summary (contract 7 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy

from copycheck import progress
from copycheck.checking import dependency_graph
from copycheck.checking.candidate_files import find_candidates
from copycheck.checking.copy_cycles import Related, report_cycles
from copycheck.checking.earlier_run import EarlierRun, ForNextRun, KnownFile, SettledFile, files_to_open, stale_files
from copycheck.checking.examination import Reexamined, examine_file, reexamine_file
from copycheck.checking.fast_path import glance
from copycheck.checking.finding_filter import Gate
from copycheck.checking.fix_planner_protocol import FixPlanner
from copycheck.checking.lost_objects import Known, Relocated, relocate, said_before
from copycheck.checking.outcome import Examined, ExaminedFile, Tracked
from copycheck.checking.registered_full_copies import FullCopy, FullCopyVerdict, registered
from copycheck.checking.renamed_sources import RenamedFiles, ask_ahead
from copycheck.checking.selected_findings import CheckState, Report, make_report
from copycheck.checking.verdict import judge
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.paths import relative_path, with_folders
from copycheck.project.git_renames import Renames
from copycheck.project.selection import Selection
from copycheck.project.upstream_settings import LOCK
from copycheck.resolution.project_index import Project
from copycheck.resolution.read_ahead import read_ahead
from copycheck.resolution.unresolved_name_hints import Homes, move_homes


class Check:
    """The state of a project: every directive and full copy with its findings.

    `update` brings it up to date with edits that the workspace holds.
    """

    def __init__(self, project: Project, plan: FixPlanner, remembers: int = 0) -> None:
        """`plan` says how each copy that has drifted is fixed, `remembers` how many formatted texts are kept."""
        self.project = project
        self._plan = plan
        self.formatters = Formatters(Styles(project.settings.root, project.settings.formatter), remembers)
        self.pairs: list[FullCopy] = registered(project.settings, project.workspace)
        self.full_copies: list[FullCopyVerdict] = []
        self.tracked = Tracked()
        self._files: dict[str, ExaminedFile] = {}
        self._records: dict[str, KnownFile] = {}
        """What another run knew of files that nothing has changed for, and that were not opened."""
        self._names: Sequence[str] = ()
        self.homes: Homes = {}
        self.renames: Renames = {}
        self._relocated = Relocated(Known({}, {}))
        self._related: Related | None = None
        self._finds_lost = True
        self.directives: list[Examined] = []
        self.edges: dependency_graph.Edges = []
        self.cyclic: frozenset[int] = frozenset()
        self.internal_errors: list[str] = []
        self.gate = Gate(project.settings, project.workspace)

    def run(self) -> Check:
        """Check everything."""
        self._examine(self._candidates(self.project.files))
        return self

    def run_from(self, earlier: EarlierRun, changed: Collection[str], wanted: Selection | None) -> Check:
        """Check what has changed since another run, `earlier`.

        Where only the report on a selection is `wanted`, the records of most files stay closed; None opens them all.
        """
        present = self.project.sizes
        self._names = earlier.names
        self._records = {name: record for name, record in earlier.records.items() if name in present}
        stale = stale_files(earlier, changed, present)
        fresh = [name for name in present if name in changed and name not in self._records]
        for name in stale:
            del self._records[name]
        for name in [*files_to_open(earlier.names, self._records, wanted)]:
            self._open(name)
        self.homes = move_homes(earlier.homes, changed, present, self.project.workspace)
        self.renames = dict(earlier.renames)
        self._relocated = said_before(self.project, earlier, changed)
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
        known = self.homes, self.renames, self._relocated.kept(), self.project.modules.all_parsable()
        return ForNextRun(self._names, examined, self._records, *known)

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
        names |= {LOCK, *self.tracked.looked_at, *(name for v in self.full_copies for name in v.probed)}
        return names | {relative_path(path, settings.root) for path in self.formatters.looked_at()}

    def update(self, changed: Iterable[str]) -> None:
        """Check anew what the changed files have a part in: their own directives, and those that rest on them."""
        self.internal_errors, self.formatters.failure = [], None
        names = set(changed)
        gone = {part for name in names for part in with_folders(name)}
        present = self.project.sizes
        self.homes = move_homes(self.homes, gone, present, self.project.workspace)
        for name in names:
            self._files.pop(name, None)
        own = self._candidates(sorted(name for name in names if name in present))
        others = [name for name, file in self._files.items() if name not in names and file.rests_on_any(gone)]
        self._examine([*own, *others], gone)

    def replan(self, filenames: Iterable[str], plan: FixPlanner) -> None:
        """Plan the fixes of some files that are not planned yet."""
        for filename in self._files.keys() & set(filenames):
            file = self._files[filename]
            planned = iter(plan(self.project, [found for found in file.directives if _is_unplanned(found)]))
            directives = (next(planned) if _is_unplanned(found) else found for found in file.directives)
            self._files[filename] = file._replace(directives=tuple(directives))
        self._relate()

    def planned(self, examined: Sequence[Examined]) -> list[Examined]:
        """Some directives, as they are or will be, with the fixes of those that have drifted."""
        return self._plan(self.project, examined)

    def fork(self, plan: FixPlanner | None = None, within: Collection[str] | None = None) -> Check:
        """A check that knows the same, to be changed by itself; `plan` is another one for what drifts from then on.

        With `within` it holds these files alone, and says nothing of where lost objects are.
        """
        other = copy(self)
        other.project = self.project.fork()
        other._plan, other._finds_lost = plan or self._plan, within is None
        other._files, other._records, other.homes = dict(self._files), dict(self._records), dict(self.homes)
        other.directives = list(self.directives)
        other.full_copies, other.internal_errors = list(self.full_copies), list(self.internal_errors)
        other.gate = self.gate.fork(other.project.workspace)
        if within is not None:
            other._files = {name: file for name, file in self._files.items() if name in within}
            other._records = {}
            other._relate()
        return other

    def _candidates(self, filenames: Iterable[str]) -> list[str]:
        """The files that may hold a directive; what cannot be read is settled."""
        progress.at("Looking for directives")
        found, unread = find_candidates(self.project, filenames)
        self._files.update((file.filename, file) for file in unread)
        return found

    def _examine(self, filenames: Iterable[str], gone: Collection[str] = ()) -> None:
        """Examine files; of those that are not among `gone` themselves, what rests on these and no more."""
        project = self.project
        sizes = {filename: project.workspace.size(filename) for filename in filenames}
        progress.at("Reading sources")
        read_ahead(project, sizes)
        progress.at("Comparing copies")
        found = []
        for one in project.share(lambda some: [self._examined(filename, gone) for filename in some], sizes):
            found.append(one)
            self.internal_errors += [one.error] if one.error else []
            if one.facts is not None:
                project.modules.store(one.facts)
        is_first = self._finds_lost and not gone and not self._relocated.lost
        asked = ask_ahead(project, [one.file for one in found], self.renames) if is_first else None
        progress.at("Formatting what differs")
        judged = judge(
            self.formatters, [d for one in found for n, d in enumerate(one.file.directives) if n not in one.kept]
        )
        directives = iter(self._plan(project, judged))
        for one in found:
            file = one.file
            settled = (d if n in one.kept else next(directives) for n, d in enumerate(file.directives))
            self._files[file.filename] = file._replace(directives=tuple(settled))
        self._relate(gone, asked)
        self._check_full_copies(gone)
        self._check_tracked()

    def _examined(self, filename: str, gone: Collection[str]) -> Reexamined:
        """One file; an error of ours in it is raised with its name, and stops no other."""
        project, known = self.project, self._files.get(filename)
        try:
            if known is not None and filename not in gone and project.modules.has_facts(filename):
                return reexamine_file(project, project.facts(filename), known, gone)
            plain = glance(project, filename)
            if plain is not None:
                return Reexamined(plain)
            facts = project.facts(filename)
            file = examine_file(project, facts)
            differs = any(found.comparison is not None for found in file.directives)
            return Reexamined(file, facts=project.modules.with_surroundings(facts) if differs else None)
        except Exception as error:
            message = f"{filename}: internal error: {type(error).__name__}: {error}; please report it"
            return Reexamined(ExaminedFile(filename), error=message)

    def _check_full_copies(self, gone: Collection[str]) -> None:
        """Check the full copies that rest on changed files, and those that were never checked."""
        if not self.pairs:
            return
        from copycheck.checking.full_copy_check import check_full_copies
        from copycheck.project.lock_file import Lock
        from copycheck.resolution.configured_providers import load_lock

        known = {verdict.pair: verdict for verdict in self.full_copies}
        rests_on = {v.pair: (v.pair.copy, v.pair.source, *v.probed) for v in self.full_copies}
        stale = [
            p
            for p in self.pairs
            if p not in known or (p.is_tracked and LOCK in gone) or any(name in gone for name in rests_on[p])
        ]
        lock = load_lock(self.project.workspace) if any(pair.upstream for pair in stale) else Lock()
        verdicts = check_full_copies(self.project.workspace, self.formatters, stale, lock)
        known |= {v.pair: v for v in self._plan.full_copies(self.project, self.formatters, verdicts)}
        self.full_copies = [known[pair] for pair in self.pairs]

    def _check_tracked(self) -> None:
        """Check the copies of other packages, where the project has a lock or names an upstream."""
        self.tracked = Tracked()
        is_tracked = any(pair.is_tracked for pair in self.pairs)
        if is_tracked or self.project.settings.upstream or self.project.workspace.exists(LOCK):
            from copycheck.checking.lock_findings import check_tracked

            self.tracked = check_tracked(self.project, self.pairs)

    def _relate(self, gone: Collection[str] = (), asked: RenamedFiles | None = None) -> None:
        """Say what takes all files to know: where lost objects stand now (3.6), and what forms a cycle (3.8)."""
        self._open_sources()
        self.directives = [found for _, file in sorted(self._files.items()) for found in file.directives]
        if self._finds_lost:
            progress.at("Looking for lost objects")
            known, before = Known(self.homes, self.renames), self._relocated
            self._relocated = relocate(self.project, self.formatters, self.directives, known, before, gone, asked)
            self.homes, self.renames = self._relocated.known
        self._related = report_cycles(self.directives, self._related)
        self.edges, self.cyclic = self._related.edges, self._related.cyclic

    def _open_sources(self) -> None:
        """Open the records of all that lies upstream: a cycle that has just been closed leads through them."""
        front = list(self._files.values()) if self._records else []
        while front:
            reads = {span.filename for found in front.pop().directives for span in found.reads}
            front += [self._open(name) for name in reads if name in self._records]

    def report(self, selection: Selection, besides: frozenset[Identity] = frozenset()) -> Report:
        """The findings that are selected, and what else there is to report on them.

        `besides` names directives that count as selected as well.
        """
        files, unopened = self._files.values(), self._records.values() if selection.is_everything else ()
        state = CheckState(self.directives, self.full_copies, files, unopened, self.tracked.findings)
        return make_report(state, self.gate, self.project.workspace.exists, selection, besides)

    def wrote(self, filenames: Collection[str]) -> None:
        """Take note that edited files were written as they are in the workspace."""
        self._plan.wrote(self.project, self.directives, self.full_copies, filenames)

    def amend(self, changes: Mapping[Identity, Callable[[Examined], Examined]]) -> None:
        """Say more of some directives than their own files tell."""
        for name in {identity[0] for identity in changes}:
            file = self._files[name]
            directives = (changes[f.identity](f) if f.identity in changes else f for f in file.directives)
            self._files[name] = file._replace(directives=tuple(directives))
        self._relate()

    def failures(self) -> tuple[str, ...]:
        """What kept the check itself from doing its work."""
        failure = self.formatters.failure
        formatter = [f"{failure}; copies were compared as they stand"] if failure else []
        return (*formatter, *self.internal_errors)

    def file_findings(self) -> Iterable[Diagnostic]:
        """The findings that belong to no directive."""
        return [diagnostic for file in self._files.values() for diagnostic in file.diagnostics]


def _is_unplanned(found: Examined) -> bool:
    """Whether a drift is to be fixed, and nobody has said yet by which edits."""
    return any(d.code == "CPY201" and d.fix is not None and not d.fix.edits for d in found.diagnostics)


def _has_lost(file: ExaminedFile) -> bool:
    return any(found.unresolved_name for found in file.directives)
