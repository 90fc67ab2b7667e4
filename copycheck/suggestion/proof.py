"""The check of directives that are not written yet: what it does not find in sync is not suggested (contract 14).

The directives are examined and judged by the functions that every check uses: as if they were above the definitions,
and where that cannot be told without them, put over the files in a workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.checking.examination import examine_directive, examine_file
from copycheck.checking.fast_path import settle
from copycheck.checking.outcome import Examined
from copycheck.checking.verdict import judge
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.directives.binding import Copy, bind
from copycheck.directives.directive_parser import parse_directive
from copycheck.directives.module_directives import Module
from copycheck.model.diagnostic import Edit, State
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import DiffRows, Location, Source
from copycheck.project.discovery import Walk
from copycheck.project.file_edits import apply_edits
from copycheck.project.settings import Settings
from copycheck.project.workspace import SourceFile, Workspace
from copycheck.resolution.project_index import Project
from copycheck.resolution.read_ahead import read_ahead, read_modules

_REMEMBERED = 4096
"""So many formatted texts are kept from one round to the next."""
_HUNK = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@")


class Proposal(NamedTuple):
    """A directive that may be written above a row of a file, and the place of the source that it is to name.

    `name` is that of the copy, dotted within its file, and `indent` the blanks before it.
    """

    filename: str
    row: int
    comment: str
    source_filename: str
    source_row: int
    name: str = ""
    indent: str = ""


class Proof(NamedTuple):
    """What the check says of a proposed directive: whether the copy is in sync, and what differs otherwise.

    `name` is that of the copy, dotted within its file.
    """

    in_sync: bool
    name: str
    source: Source
    diff: str | None = None
    diff_rows: tuple[DiffRows, ...] = ()


class Proofs(NamedTuple):
    """The proof of each proposal, None where the check refuses it, and why a formatter could not be run."""

    found: tuple[Proof | None, ...]
    failure: str | None = None


def insertion(file: SourceFile, row: int, comment: str) -> Edit:
    """The edit that puts a comment above a row, at its indent and with its line end."""
    indent = _indent(file.lines[row - 1])
    newline = "\n" if b"\r" not in file.data else _line_end(file, row)
    portable = file.encoding.startswith("utf-8") and b"\r" not in file.data.replace(b"\r\n", b"")
    return Edit(file.filename, Location(row), Location(row), f"{indent}{comment}{newline}", portable)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def _line_end(file: SourceFile, row: int) -> str:
    """The line end of a row; that of the first row that has one where it is the last."""
    raw = file.raw_lines()
    ends = (
        end
        for some in (raw[row - 1 : row], raw)
        for one in some
        for end in (b"\r\n", b"\n", b"\r")
        if one.endswith(end)
    )
    return next(ends, b"\n").decode()


def with_comments(file: SourceFile, proposals: Iterable[Proposal]) -> bytes:
    """The bytes of a file with proposed directives in it. Raises UnicodeEncodeError for a name that it cannot hold."""
    if file.encoding == "utf-8" and b"\r" not in file.data:
        lines = list(file.lines)
        for proposal in sorted(proposals, key=lambda proposal: -proposal.row):
            lines.insert(proposal.row - 1, f"{_indent(lines[proposal.row - 1])}{proposal.comment}")
        return "\n".join(lines).encode()
    return apply_edits(file, [insertion(file, proposal.row, proposal.comment) for proposal in proposals])


class Prover:
    """Checks proposed directives in rounds: what is known of the files is kept from one round to the next."""

    def __init__(self, settings: Settings, found: Walk, workspace: Workspace) -> None:
        self._settings, self._walk = settings, found
        self.project = Project(settings, found, workspace=workspace)
        self.formatters = Formatters(Styles(settings.root, settings.formatter), _REMEMBERED)
        self._probed: set[str] = set()

    def looked_at(self) -> tuple[str, ...]:
        """The files that proofs rest on besides the copies, whether they are there or not."""
        return tuple(sorted({*self._probed, *self.formatters.looked_at()}))

    def prove(self, proposals: Sequence[Proposal], shown: Mapping[int, Examined]) -> Proofs:
        """The proof of each proposal. `shown` are those that are known to differ, by their numbers."""
        examined = {**shown, **self._examined({n: p for n, p in enumerate(proposals) if n not in shown})}
        proofs: list[Proof | None] = [None] * len(proposals)
        for number, found in zip(examined, judge(self.formatters, list(examined.values())), strict=True):
            proofs[number] = _proof(found, proposals[number], {}, ())
            self._probed.update(found.probed)
        doubtful = [n for n, proof in enumerate(proofs) if proof is None or (proof.in_sync and n in shown)]
        for number, proof in zip(doubtful, self._with_comments([proposals[n] for n in doubtful]), strict=True):
            proofs[number] = proof
        return Proofs(tuple(proofs), self.formatters.failure)

    def _examined(self, proposals: Mapping[int, Proposal]) -> dict[int, Examined]:
        """What the check says of directives that are not there, where that can be told."""
        project = self.project
        by_file: dict[str, list[int]] = {}
        for number, proposal in proposals.items():
            by_file.setdefault(proposal.filename, []).append(number)
        sizes = {name: project.workspace.size(name) for name in by_file}
        directives = {number: _directive(proposal) for number, proposal in proposals.items()}
        targets = {one.target for one in directives.values() if one is not None}
        read_modules(project, targets, sizes, names_alone=True)

        def examine(share: Sequence[str]) -> list[tuple[int, Examined]]:
            found: list[tuple[int, Examined]] = []
            for name in share:
                wanted = {n: one for n in by_file[name] if (one := directives[n]) is not None}
                settled = dict(zip(wanted, settle(project, name, list(wanted.values())), strict=True))
                found += ((number, one) for number, one in settled.items() if one is not None)
                left = {n: wanted[n] for n, one in settled.items() if one is None}
                found += _bound(project, name, left, {n: proposals[n].name for n in left})
            return found

        return dict(sorted(project.share(examine, sizes)))

    def _with_comments(self, proposals: Sequence[Proposal]) -> list[Proof | None]:
        """The proofs of directives that are put over the files; the workspace holds them only for so long."""
        project = Project(self._settings, self._walk, self.project.modules.parsable, self.project.workspace)
        by_file: dict[str, list[int]] = {}
        for number, proposal in enumerate(proposals):
            by_file.setdefault(proposal.filename, []).append(number)
        numbers: dict[tuple[str, int], int] = {}
        for filename, some in by_file.items():
            some.sort(key=lambda number: proposals[number].row)
            try:
                data = with_comments(project.workspace.read(filename), [proposals[number] for number in some])
            except (UnreadableFileError, UnicodeEncodeError):
                continue
            project.workspace.set_edit(filename, data)
            for above, number in enumerate(some):
                numbers[filename, proposals[number].row + above] = number
        sizes = {name: project.workspace.size(name) for name in by_file}
        read_ahead(project, sizes)
        files = project.share(lambda share: [examine_file(project, project.facts(name)) for name in share], sizes)
        examined = [found for file in files for found in file.directives]
        ours = [found for found in examined if (found.filename, found.directive.row) in numbers]
        proofs: list[Proof | None] = [None] * len(proposals)
        for found_one in judge(self.formatters, ours):
            number = numbers[found_one.filename, found_one.directive.row]
            self._probed.update(found_one.probed)
            proofs[number] = _proof(found_one, proposals[number], by_file, proposals)
        for filename in by_file:
            project.workspace.set_edit(filename, None)
        return proofs


def _directive(proposal: Proposal) -> Directive | None:
    """The directive as it would be read, above its row: its own is the one before that."""
    directive = parse_directive([proposal.comment], 1)
    if directive is None or directive.problem is not None:
        return None
    row = proposal.row - 1
    return directive._replace(row=row, end_row=row, indent=proposal.indent)


def _bound(
    project: Project, filename: str, directives: Mapping[int, Directive], names: Mapping[int, str]
) -> Iterator[tuple[int, Examined]]:
    """What the check says of the directives that have a definition right below them in the syntax tree."""
    try:
        parts = [tuple(name.split(".")) for name in names.values()]
        module = project.modules.elided(filename, parts) if directives else None
        if module is None or not module.is_parsable:
            return
        for number, directive in directives.items():
            copy = bind(module, directive)
            if copy is not None and copy.name == names[number] and not _has_another(module, directive, copy):
                yield number, examine_directive(project, None, filename, directive, copy)
    except UnreadableFileError:
        return


def _has_another(module: Module, directive: Directive, copy: Copy) -> bool:
    """Whether there is a directive above the same definition, which makes this one the second."""
    return any(bind(module, other) == copy._replace(directive=other) for other in module.directives)


def _proof(
    found: Examined, proposal: Proposal, by_file: Mapping[str, Sequence[int]], proposals: Sequence[Proposal]
) -> Proof | None:
    """The proof that a directive gives; None where it is none, or leads to another source than it is to name."""
    if not found.compared or found.source is None or found.directive.problem is not None or found.is_duplicate:
        return None

    def above(filename: str, row: int) -> int:
        """How many comments were put above a row, as it is with them in the file."""
        rows = [proposals[number].row for number in by_file.get(filename, ())]
        return sum(own + before < row for before, own in enumerate(rows))

    reads = [span for span in found.reads if span.filename == proposal.source_filename]
    if not any(span.start - above(span.filename, span.start) <= proposal.source_row <= span.end for span in reads):
        return None
    drift = next((d for d in found.diagnostics if d.code in ("CPY201", "CPY202")), None)
    place = found.source.location
    source = found.source._replace(location=place._replace(row=place.row - above(found.source.filename, place.row)))
    if found.state is State.IN_SYNC:
        return Proof(True, found.name, source)
    if drift is None or drift.diff is None:
        return None

    def back(row: int, filename: str) -> int:
        return row - above(filename, row) if row else 0

    def moved(match: re.Match[str]) -> str:
        left, left_count, right, right_count = map(int, match.groups())
        return f"@@ -{back(left, found.filename)},{left_count} +{back(right, source.filename)},{right_count} @@"

    rows = tuple(DiffRows(back(r.copy, found.filename), back(r.source, source.filename)) for r in drift.rows)
    return Proof(False, found.name, source, _HUNK.sub(moved, drift.diff), rows)
