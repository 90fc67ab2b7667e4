"""The check of directives that are not written yet: what it does not find in sync is not suggested (contract 14).

The directives are put over the files in a workspace, and examined and judged by the functions that every check uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from copycheck.checking.examination import examine_file
from copycheck.checking.fast_path import glance
from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.checking.verdict import judge
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.model.diagnostic import Edit, State
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Location, Source
from copycheck.parallel import map_shares, pays
from copycheck.project.discovery import Walk
from copycheck.project.file_edits import apply_edits
from copycheck.project.settings import Settings
from copycheck.project.workspace import SourceFile, Workspace
from copycheck.resolution.project_index import Project
from copycheck.resolution.read_ahead import read_ahead
from copycheck.syntax.ruff_preflight import parsable

_HUNK = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@")


class Proposal(NamedTuple):
    """A directive that may be written above a row of a file, and the place of the source that it is to name."""

    filename: str
    row: int
    comment: str
    source_filename: str
    source_row: int


class Proof(NamedTuple):
    """What the check says of a proposed directive: whether the copy is in sync, and what differs otherwise.

    `name` is that of the copy, dotted within its file.
    """

    in_sync: bool
    name: str
    source: Source
    diff: str | None = None
    diff_rows: tuple[tuple[int, int], ...] = ()


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


def prove(settings: Settings, found: Walk, workspace: Workspace, proposals: Sequence[Proposal]) -> Proofs:
    """Check proposed directives together; the workspace holds them only for so long."""
    project = Project(settings, found, workspace=workspace)
    by_file: dict[str, list[int]] = {}
    for number, proposal in enumerate(proposals):
        by_file.setdefault(proposal.filename, []).append(number)
    sources = {proposal.source_filename for proposal in proposals}
    _preflight(project, {*by_file, *sources})
    numbers: dict[tuple[str, int], int] = {}
    for filename, some in by_file.items():
        some.sort(key=lambda number: proposals[number].row)
        try:
            data = with_comments(project.workspace.read(filename), [proposals[number] for number in some])
        except (UnreadableFileError, UnicodeEncodeError):
            continue
        workspace.set_edit(filename, data)
        for above, number in enumerate(some):
            numbers[filename, proposals[number].row + above] = number
    examined = _examined(project, [*by_file])
    formatters = Formatters(Styles(settings.root, settings.formatter))
    ours = [found for found in examined if (found.filename, found.directive.row) in numbers]
    proofs: list[Proof | None] = [None] * len(proposals)
    for found_one in judge(formatters, ours):
        number = numbers[found_one.filename, found_one.directive.row]
        proofs[number] = _proof(found_one, proposals[number], by_file, proposals)
    for filename in by_file:
        workspace.set_edit(filename, None)
    return Proofs(tuple(proofs), formatters.failure)


def _preflight(project: Project, filenames: Iterable[str]) -> None:
    """Ask ruff which files are Python: a comment more changes nothing about that."""
    sizes = {filename: project.workspace.size(filename) for filename in filenames}
    if pays(sum(sizes.values())):
        project.modules.parsable |= parsable(project.settings.root, sorted(sizes))


def _examined(project: Project, filenames: Sequence[str]) -> list[Examined]:
    """What the check says of every directive in some files."""
    sizes = {name: project.workspace.size(name) for name in filenames}
    read_ahead(project, sizes)

    def examine(share: Sequence[str]) -> list[ExaminedFile]:
        return [glance(project, name) or examine_file(project, project.facts(name)) for name in share]

    files = sorted(map_shares(examine, sizes), key=lambda file: file.filename)
    return [found for file in files for found in file.directives]


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

    rows = tuple((back(left, found.filename), back(right, source.filename)) for left, right in drift.rows)
    return Proof(False, found.name, source, _HUNK.sub(moved, drift.diff), rows)
