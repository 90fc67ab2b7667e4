"""Copies that equal their expected text as they stand, found without a tree: nine in ten of a well-kept project.

It may assume that the file and the source parse, and nothing else; it looks at text, never at a tree. A file whose
copies are all in sync is settled. Where anything is not plain, the whole file is left to `examination`, which says
the same of all of them: `tests/checking/test_fast_path.py` runs both.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from copycheck.checking.examination import counts_unused, lexical, unused_replacements_of
from copycheck.checking.nested_copies import relate
from copycheck.checking.outcome import Examined, ExaminedFile, source_of
from copycheck.comparison.expected_text import Texts, expected_texts
from copycheck.directives.binding import Copy, spans
from copycheck.directives.compared_regions import Region
from copycheck.directives.directive_parser import candidate_rows, parse_directive
from copycheck.directives.near_misses import near_miss_rows
from copycheck.directives.notations import other_notations
from copycheck.model.diagnostic import State
from copycheck.model.directive import Directive
from copycheck.model.errors import GrowthError, UnreadableFileError
from copycheck.model.location import Rows, Span
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import addresses_of
from copycheck.resolution.project_index import Project
from copycheck.resolution.source_provider import Reader
from copycheck.syntax.comments_and_strings import docstrings, has_continuations, is_inside
from copycheck.syntax.statement_tree import Kind

_UNFIT = ("Ignore copy", "End copy", "\f", "\0")
_HEADER = re.compile(r"([ \t]*)(async[ \t]+def|def|class)[ \t]+(\w+)")
_CLASS = re.compile(r"class[ \t]+(\w+)")
_NO_CODE = frozenset({"", " ", "\t", "#"})
_LONGEST_HEADER = 200
"""Rows that a header has at most; a longer one is for the tree."""
_PLAIN = re.compile(r"[\w .\-/]*")
"""A pattern that opens no string, bracket or comment, and so leaves the end of a definition where it is."""

MOST_LINES, MOST_CHARACTERS = 10_000_000, 500_000_000
"""So much is looked at in one file: for each of its directives, all of it."""


def glance(project: Project, filename: str) -> ExaminedFile | None:
    """The examined file, when it is known to parse and each of its copies equals its source; else None."""
    if filename not in project.modules.parsable:
        return None
    file = _plain_file(project, filename)
    if file is None:
        return None
    strings = file.strings
    if "CPY010" in project.settings.codes and not all(
        is_inside(strings, found.row) for found in other_notations(file.text, file.lines)
    ):
        return None
    if "CPY006" in project.settings.codes and not all(
        is_inside(strings, row) and is_inside(strings, row + 1) for row in near_miss_rows(file.text)
    ):
        return None
    addresses = addresses_of(project.settings.upstream)
    examined = []
    rows = candidate_rows(file.text)
    if _is_long(file, len(rows)):
        return None
    for row in rows:
        if is_inside(strings, row):
            continue
        directive = parse_directive(file.lines, row, addresses)
        if directive is not None:
            found = _settled(project, file, directive)
            if found is None:
                return None
            examined.append(found)
    project.workspace.forget_text(filename)
    return ExaminedFile(filename, tuple(relate(examined)))


def settle(project: Project, filename: str, directives: Sequence[Directive]) -> list[Examined | None]:
    """Directives that may be written into a file, each as if it were above the row behind its own: None for a doubt.

    The file is as it is, without them. The answer is the one that `glance` has once they are there.
    """
    file = _plain_file(project, filename) if filename in project.modules.parsable else None
    if file is None or _is_long(file, len(directives)):
        return [None] * len(directives)
    taken: set[int] = set()
    for row in candidate_rows(file.text):
        other = parse_directive(file.lines, row)
        if other is not None:
            taken.update(_rows_below(file.lines, other))
    return [
        None if taken.intersection(_rows_below(file.lines, directive)) else _settled(project, file, directive)
        for directive in directives
    ]


def _is_long(file: _Glanced, directives: int) -> bool:
    """Whether so many directives, each of which may look at all of a file, would take long."""
    return directives * len(file.lines) > MOST_LINES or directives * len(file.text) > MOST_CHARACTERS


def _rows_below(lines: Sequence[str], directive: Directive) -> tuple[int, int]:
    """The row of code that follows a directive, and that of the `class` or `def` below its decorators."""
    first = _row_of_code(lines, directive.end_row + 1)
    return first, _row_of_header(lines, first, directive.indent)


def _plain_file(project: Project, filename: str) -> _Glanced | None:
    """A file whose text tells where its definitions end; None for one that has to be parsed for that."""
    try:
        file = project.workspace.read(filename)
    except UnreadableFileError:
        return None
    strings = docstrings(file.text)
    if strings is None or has_continuations(file.text) or any(word in file.text for word in _UNFIT):
        return None
    return _Glanced(filename, file.text, file.lines, strings)


@dataclass(frozen=True)
class _Glanced:
    """A file that is looked at, and the rows of its strings."""

    filename: str
    text: str
    lines: Sequence[str]
    strings: Sequence[Rows]

    @cached_property
    def tops(self) -> Sequence[int]:
        """The rows that begin with code at no indent, in order, and those in strings that read like it."""
        return [row for row, line in enumerate(self.lines, 1) if line[:1] not in _NO_CODE]


def _settled(project: Project, file: _Glanced, directive: Directive) -> Examined | None:
    """A directive whose copy is in sync as it stands."""
    lines, settings = file.lines, project.settings
    first = row = _row_of_code(lines, directive.end_row + 1)
    if lines[first - 1 : first] and lines[first - 1].startswith(f"{directive.indent}@"):
        row = _row_of_header(lines, first, directive.indent)
    header = _HEADER.match(lines[row - 1]) if row <= len(lines) else None
    scope = _scope(file, directive)
    if header is None or header.group(1) != directive.indent or scope is None or directive.problem is not None:
        return None
    # What Python makes of a name beyond ASCII is for the tree to say.
    if not lines[row - 1].isascii() or not all(_PLAIN.fullmatch(r.left + r.right) for r in directive.replacements):
        return None
    kind, name = _kind(header.group(2)), header.group(3)
    resolution = project.sources.resolve(directive.target, Reader(file.filename, scope + name))
    definition = resolution.definitions[0] if len(resolution.definitions) == 1 else None
    if definition is None or resolution.external:
        return None
    source = definition.decorated if row > first else definition.plain
    if definition.is_at(file.filename, row) or source.kind != kind or source.name_line != row - first:
        return None
    own = Region(_own_header(settings, lines, row), (), directive.indent, 0, name, kind)
    copy = Copy(file.filename, directive, name, row, "", 0, (), row > first, own)
    texts = _texts(settings, copy, source)
    if texts is None or not _has_text(lines, first, texts.whole, directive.indent):
        return None
    place = Span(file.filename, first, first + texts.whole.count("\n"))
    found = Examined(
        file.filename,
        directive,
        State.IN_SYNC,
        scope + name,
        source=source_of(directive, definition),
        reads=spans(definition.filename, source.rows),
        writes=(place,),
        region=place,
        probed=resolution.probed,
        unused=texts.unused,
    )
    return found._replace(diagnostics=(*lexical(file.filename, directive), *unused_replacements_of(found)))


def _own_header(settings: Settings, lines: Sequence[str], row: int) -> str:
    """The text that the header of a copy, in a row, begins; empty where it is compared as well."""
    return "\n".join(lines[row - 1 : row + _LONGEST_HEADER]) if settings.header == "ignore" else ""


def _kind(keyword: str) -> Kind:
    return "class" if keyword == "class" else "def" if keyword == "def" else "async def"


def _row_of_code(lines: Sequence[str], row: int) -> int:
    """The first row from this one on that is neither blank nor a comment; one past the last where there is none."""
    while row <= len(lines) and (not lines[row - 1].strip() or lines[row - 1].lstrip().startswith("#")):
        row += 1
    return row


def _row_of_header(lines: Sequence[str], row: int, indent: str) -> int:
    """The row of the `class` or `def` below decorators of one line each; one past the last row where there is none."""
    while row < len(lines) and lines[row - 1].startswith(f"{indent}@"):
        row += 1
    return row


def _texts(settings: Settings, copy: Copy, source: Region) -> Texts | None:
    """The text that a copy should have; None where its replacements grow without end."""
    try:
        return expected_texts(copy, source, settings.header, counts_unused(settings, copy.directive))
    except GrowthError:
        return None


def _has_text(lines: Sequence[str], row: int, text: str, indent: str) -> bool:
    """Whether a definition that begins in a row is this text, and ends with it."""
    end = row + text.count("\n")
    return "\n".join(lines[row - 1 : end]) == text and not _goes_on(lines, end, indent)


def _scope(file: _Glanced, directive: Directive) -> str | None:
    """The name of the class around a directive with a dot behind it, empty for none; None for any other place."""
    if not directive.indent:
        return ""
    lines, row, end = file.lines, 0, 0
    for number in range(bisect_right(file.tops, directive.end_row) - 1, -1, -1):
        top = file.tops[number]
        if is_inside(file.strings, top):
            continue
        if lines[top - 1][0] != ")":
            row = top
            break
        end = top  # of a header over several rows
    around = _CLASS.match(lines[row - 1]) if row else None
    if around is None or not around.string.isascii() or (end and ":" not in lines[end - 1]):
        return None
    # The first code in the class is at the indent of its members; without any, the copy itself is the first.
    first = _row_of_code(lines, max(row, end) + 1)
    inner = lines[first - 1] if first <= directive.end_row else None
    if inner is not None and (not inner.startswith(directive.indent) or inner[len(directive.indent)] in " \t"):
        return None
    return f"{around.group(1)}."


def _goes_on(lines: Sequence[str], row: int, indent: str) -> bool:
    """Whether a definition at an indent has more rows, or comments of its own, behind a row."""
    while row < len(lines) and not lines[row].strip():
        row += 1
    following = lines[row] if row < len(lines) else ""
    return len(following) - len(following.lstrip(" \t")) > len(indent)
