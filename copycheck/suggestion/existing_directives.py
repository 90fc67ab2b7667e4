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
    found = _definitions_below(file.lines, ends, rows)
    return Marks(named, frozenset(FileRow(file.filename, below.row) for below in found))


def together(marks: Iterable[Marks]) -> Marks:
    """The marks of all files."""
    named: Counter[str] = Counter()
    marked: set[FileRow] = set()
    for some in marks:
        named.update(some.named)
        marked |= some.marked
    return Marks(named, frozenset(marked))


def _definitions_below(
    lines: Sequence[str], ends: Iterable[int], definitions: Mapping[int, Candidate]
) -> list[Candidate]:
    """The definitions that follow some comments; none for a comment that something else follows.

    From the last comment to the first, so that no row is looked at twice: thousands may be above one definition.
    """
    known: dict[int, Candidate | None] = {}
    for end in sorted(ends, reverse=True):
        below = end + 1
        while below not in known and below not in definitions and below <= len(lines):
            if not _SAYS_NOTHING.match(lines[below - 1]):
                break
            below += 1
        known[end + 1] = known[below] if below in known else definitions.get(below)
    return [candidate for candidate in known.values() if candidate is not None]


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
