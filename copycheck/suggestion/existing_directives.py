"""What the comments of a project say already: which definitions are marked, and what directives name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.directive_parser import candidate_rows, parse_directive
from copycheck.directives.suppression_comments import ignores_around, read_adapted
from copycheck.model.errors import ConfigError
from copycheck.model.location import FileRow
from copycheck.model.rules import expand_selector
from copycheck.project.workspace import SourceFile
from copycheck.suggestion.definition_scan import Candidate

_SAYS_NOTHING = re.compile(r"[ \t\f]*(?:[#@]|$)")


class Marks(NamedTuple):
    """What the directives of a project say already.

    `named` counts the directives that name an object; `marked` holds the place of each definition that bears a
    directive, or that was broken on purpose (`# Adapted from x.y.Z: reason`).
    """

    named: Mapping[str, int]
    marked: frozenset[FileRow]


def marks_in(file: SourceFile, candidates: Sequence[Candidate]) -> Marks:
    """The marks of a file. A look at the lines will do: it only decides on what is left out and preferred."""
    if "Copied from" not in file.text and "Adapted from" not in file.text:
        return Marks({}, frozenset())
    named: Counter[str] = Counter()
    ends = [adapted.row for adapted in read_adapted(file.text)]
    for row in candidate_rows(file.text):
        directive = parse_directive(file.lines, row)
        if directive is not None:
            named[directive.target] += 1
            ends.append(directive.end_row)
    rows = {row: candidate for candidate in candidates for row in range(candidate.start, candidate.row + 1)}
    found = (_definition_below(file.lines, end, rows) for end in ends)
    return Marks(named, frozenset(FileRow(file.filename, below.row) for below in found if below is not None))


def together(marks: Iterable[Marks]) -> Marks:
    """The marks of all files."""
    named: Counter[str] = Counter()
    marked: set[FileRow] = set()
    for some in marks:
        named.update(some.named)
        marked |= some.marked
    return Marks(named, frozenset(marked))


def _definition_below(lines: Sequence[str], row: int, definitions: Mapping[int, Candidate]) -> Candidate | None:
    """The definition that follows a comment; None where something else does."""
    for below in range(row + 1, len(lines) + 1):
        if below in definitions:
            return definitions[below]
        if not _SAYS_NOTHING.match(lines[below - 1]):
            return None
    return None


def ignored_codes(lines: Sequence[str], candidate: Candidate) -> set[str]:
    """The rules that ignore comments above a definition, or among its decorators, suppress at it."""
    codes: set[str] = set()
    for row, end in ((candidate.start, candidate.start - 1), (candidate.row, candidate.row - 1)):
        for ignore in ignores_around(lines, row, end):
            for selector in ignore.codes:
                try:
                    codes.update(expand_selector(selector))
                except ConfigError:
                    continue  # CPY008 says so where a directive is
    return codes
