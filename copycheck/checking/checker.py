"""The pipeline: files → examined directives → verdicts → findings and the summary (contract 7 and 8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from copycheck import progress
from copycheck.checking import dependency_graph
from copycheck.checking.candidates import find_candidates
from copycheck.checking.cycles import report_cycles
from copycheck.checking.earlier_run import EarlierRun, ForNextRun, KnownFile, SettledFile, stale_files
from copycheck.checking.examine import examine_file
from copycheck.checking.fast_path import glance
from copycheck.checking.filter import Gate
from copycheck.checking.fix_planner import FixPlanner
from copycheck.checking.full_copies import FullCopy, FullCopyVerdict, check_full_copies, registered
from copycheck.checking.lost_objects import relocate
from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.checking.report import CheckState, Report, make_report
from copycheck.checking.tracked import Tracked, check_tracked
from copycheck.checking.verdict import judge
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.paths import relative_path, with_folders
from copycheck.model.result import Summary
from copycheck.parallel import map_shares
from copycheck.project.lock import LOCK
from copycheck.project.selection import Selection
from copycheck.resolution.index import Project
from copycheck.resolution.suggestions import Homes, move_homes


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
        self.tracked = Tracked()
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

    def run(self) -> Check:
        """Check everything."""
        self._examine(self._candidates(self.project.files))
        return self

    def run_from(self, earlier: EarlierRun, changed: Collection[str], everything: bool) -> Check:
        """Check what has changed since another run, `earlier`.

        With `everything`, only the report on all files is wanted, and the records of most stay closed.
        """
        present = self.project.sizes
        self._names = earlier.names
        self._records = {name: record for name, record in earlier.records.items() if name in present}
        stale = stale_files(earlier, changed, present)
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
        names |= {LOCK, *self.tracked.looked_at}
        return names | {relative_path(path, settings.root) for path in self.formatters.looked_at()}

    def update(self, changed: Iterable[str]) -> None:
        """Check anew what the changed files have a part in."""
        gone = {part for name in changed for part in with_folders(name)}
        self.homes = move_homes(self.homes, gone, self.project.sizes, self.project.workspace)
        self._examine(
            name for name, file in list(self._files.items()) if name in gone or not gone.isdisjoint(file.rests_on)
        )

    def _candidates(self, filenames: Iterable[str]) -> list[str]:
        """The files that may hold a directive; what cannot be read is settled."""
        progress.at("Looking for directives")
        found, unread = find_candidates(self.project, filenames)
        self._files.update((file.filename, file) for file in unread)
        return found

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
        self.tracked = check_tracked(project)

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
        self.edges, self.cyclic = report_cycles(self.directives)

    def _open_sources(self) -> None:
        """Open the records of all that lies upstream: a cycle that has just been closed leads through them."""
        front = list(self._files.values()) if self._records else []
        while front:
            reads = {span.filename for found in front.pop().directives for span in found.reads}
            front += [self._open(name) for name in reads if name in self._records]

    def report(
        self, selection: Selection, besides: frozenset[Identity] = frozenset()
    ) -> tuple[tuple[Diagnostic, ...], Summary]:
        """The findings that are selected, sorted and each once, and the count of every selected directive.

        `besides` names directives that count as selected as well.
        """
        report = self.full_report(selection, besides)
        return report.diagnostics, report.summary

    def full_report(self, selection: Selection, besides: frozenset[Identity] = frozenset()) -> Report:
        """The report on a selection, with the entries of the baseline that nothing fits."""
        files, unopened = self._files.values(), self._records.values()
        state = CheckState(self.directives, self.full_copies, files, unopened, self.tracked.findings)
        return make_report(state, self.gate, self.project.workspace.exists, selection, besides)

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
