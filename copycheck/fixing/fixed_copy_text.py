"""Puts a fixed copy together: expected text, and what stays the copy's own (contract 5.2)."""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Collection, Sequence
from functools import cached_property

from copycheck.directives.binding import Copy
from copycheck.directives.class_members import Member, take_apart
from copycheck.directives.compared_regions import reindent, split_header
from copycheck.directives.ignore_copy import marker_lines
from copycheck.directives.module_directives import Module, Note
from copycheck.model.errors import UnreadableFileError
from copycheck.model.line_matcher import LineMatcher
from copycheck.project.settings import Treatment
from copycheck.syntax.nesting import wrap
from copycheck.syntax.statement_parser import read_outline
from copycheck.syntax.statement_tree import Kind, Statement

_UNDECORATED = re.compile(r"[ \t]*(async[ \t]+def|def|class)[ \t]")


def assemble(module: Module, copy: Copy, formatted: str, header: Treatment) -> list[str]:
    """The lines that take the place of the rows of the copy's region, from its first to its last.

    `formatted` is the formatted expected text without the members that the copy ignores.
    """
    first = formatted.split("\n", 1)[0]
    text = reindent(formatted, first[: len(first) - len(first.lstrip())], copy.region.indent)
    region = copy.region
    if region.kind == "class":
        text = _with_own_members(module, copy, text)
    text = _with_own_parts(copy, text, header)
    lines = _with_nested_notes(module, copy, text)
    lines[-1] += region.tail
    return _with_own_comments(module, copy, lines)


def _with_own_parts(copy: Copy, text: str, header: Treatment) -> str:
    """Keep a header that is not compared, and a function body that bears a marker, byte for byte."""
    region = copy.region
    if region.kind == "assignment":
        return text
    name_line, kind = definition_in(text)
    above, expected_header, body = split_header(text, name_line)
    _, own_header, own_body = split_header(region.text, region.name_line)
    if header == "ignore" and kind == region.kind:
        expected_header = own_header
    if region.kind != "class" and marker_lines(region.text):
        body = own_body
    return above + expected_header + body


def definition_in(text: str) -> tuple[int, Kind]:
    """The line, from 0, of the one definition of a text, behind its decorators, and its kind."""
    plain = _UNDECORATED.match(text)
    if plain is not None:
        return 0, "class" if plain[1] == "class" else "async def" if plain[1].startswith("async") else "def"
    indents = _indents_for(text)
    try:
        statement = read_outline("", wrap(text, indents))
    except UnreadableFileError:
        return 0, "other"
    while statement.kind == "block" and statement.children:
        statement = statement.children[0]
    return statement.row - 1 - len(indents), statement.kind


def _indents_for(text: str) -> tuple[str, ...]:
    """What has to stand around a text so that it parses by itself."""
    return ("",) if text[:1] in (" ", "\t", "\f") else ()


def _with_own_members(module: Module, copy: Copy, text: str) -> str:
    """Put the members that the copy ignores back, each behind the member that it follows in the copy."""
    own = take_apart(copy.region.text, copy.indents) or [] if marker_lines(copy.region.text) else []
    if not any(member.ignored for member in own):
        return text
    theirs = take_apart(text, _indents_for(text)) or []
    lines = text.split("\n")
    ends = {member.key: member.end for member in theirs}
    only_pass = len(theirs) == 1 and lines[theirs[0].start : theirs[0].end] == [
        _indent(lines[theirs[0].start]) + "pass"
    ]
    blocks: dict[int, list[str]] = {}
    skipped: set[int] = set()
    position = theirs[0].start if theirs else len(lines)
    for number, member in enumerate(own):
        if not member.ignored:
            position = ends.get(member.key, position)
            continue
        # The blank lines around it are the copy's own: those of the source may belong to a member that is left out.
        blanks = _blanks_around(lines, position)
        skipped.update(blanks)
        behind = _blanks_behind(module, copy, member)
        if behind is None:
            behind = len(blanks)
        following = blanks.stop < len(lines)
        block = blocks.setdefault(position, [])
        while block and not block[-1]:
            block.pop()  # the next member has them above it
        block += [*_own_lines(module, copy, own, number), *[""] * (behind * following)]
    merged: list[str] = []
    for position in range(len(lines) + 1):
        merged += blocks.get(position, [])
        if position in skipped or (only_pass and position < len(lines) and theirs[0].start <= position < theirs[0].end):
            continue
        merged += lines[position : position + 1]
    return "\n".join(merged)


def _blanks_around(lines: Sequence[str], position: int) -> range:
    """The blank lines right before and right behind a place between lines."""
    first = last = position
    while first > 0 and not lines[first - 1].strip():
        first -= 1
    while last < len(lines) and not lines[last].strip():
        last += 1
    return range(first, last)


def _own_lines(module: Module, copy: Copy, own: Sequence[Member], number: int) -> list[str]:
    """The lines of a member as they are in the file, with the blank lines above and the notes in it."""
    rows = copy.region.rows
    start, end = rows[own[number].start], rows[own[number].end - 1]
    while start - 1 in module.note_rows:
        start -= 1
    while start - 1 > copy.row and not module.lines[start - 2].strip():
        start -= 1
    return module.lines[start - 1 : end]


def _blanks_behind(module: Module, copy: Copy, member: Member) -> int | None:
    """How many blank lines follow a member in the file; None where it is the last one of the copy."""
    row = copy.region.rows[member.end - 1]
    if row >= copy.region.rows[-1]:
        return None
    behind = row
    while behind < len(module.lines) and not module.lines[behind].strip():
        behind += 1
    return behind - row


def _with_nested_notes(module: Module, copy: Copy, text: str) -> list[str]:
    """Put the copy's own nested notes back above the definitions that they stand above."""
    lines = text.split("\n")
    if copy.region.rows[-1] - copy.region.rows[0] == len(copy.region.rows) - 1:
        return lines  # no row is left out of the copy: no note is in it
    kept = _rows_kept(module, copy)
    nested = [note for note in module.notes_between(copy.row, copy.region.rows[-1]) if note.row not in kept]
    if not nested:
        return lines
    indents = _indents_for(text)
    try:
        expected = read_outline("", wrap(text, indents))
    except UnreadableFileError:
        return lines
    places: dict[int, list[str]] = {}
    behind = _PlacesByText(copy, lines)
    for note in nested:
        if module.definition_below(note) is None:
            line = behind.line_of(note)
        else:
            row = _place_of(module, copy, note, expected)
            line = None if row is None else row - 1 - len(indents)
        if line is not None:
            own = module.lines[note.row - 1 : note.end_row]
            indent = _indent(lines[line]) if line < len(lines) else note.indent
            places.setdefault(line, []).extend(indent + text.lstrip() for text in own)
    return [kept for number, line in enumerate(lines) for kept in (*places.get(number, ()), line)]


def _rows_kept(module: Module, copy: Copy) -> Collection[int]:
    """The rows of the file that come back with ignored members, or with an ignored body."""
    region = copy.region
    if "Ignore copy" not in region.text:
        return ()
    if region.kind not in ("class", "assignment"):
        return range(copy.row, region.rows[-1] + 1) if marker_lines(region.text) else ()
    kept: set[int] = set()
    for member in take_apart(region.text, copy.indents) or []:
        if member.ignored:
            start, end = region.rows[member.start], region.rows[member.end - 1]
            while start - 1 in module.note_rows:
                start -= 1
            kept.update(range(start, end + 1))
    return kept


def _place_of(module: Module, copy: Copy, note: Note, expected: Statement) -> int | None:
    """The row of the expected text that a nested note belongs above, by the path of its definition."""
    site = module.definition_below(note)
    around = next((parent for parent in site.parents if parent.row == copy.row), None) if site else None
    if site is None or around is None:
        return None
    scope = expected
    while scope.kind == "block" and scope.children:
        scope = scope.children[0]
    for step in [*site.parents[site.parents.index(around) + 1 :], site.statement]:
        if step.kind == "block":
            continue
        alike = [s for s in around.named(step.name) if s.is_definition]
        found = [s for s in scope.named(step.name) if s.is_definition]
        number = alike.index(step) if step in alike else 0
        if number >= len(found):
            return None
        scope, around = found[number], step
    above = sum(decorator.row < note.row for decorator in site.statement.decorators)
    decorators = scope.decorators
    return decorators[above].row if above < len(decorators) else scope.row


class _PlacesByText:
    """Where the notes of a copy that are above no definition belong in its expected text."""

    def __init__(self, copy: Copy, lines: Sequence[str]) -> None:
        self._copy, self._lines = copy, lines

    @cached_property
    def _blocks(self) -> list[difflib.Match]:
        """What the copy and its expected text have in common: read once for all notes."""
        own = self._copy.region.text.split("\n")
        opcodes = LineMatcher(own, self._lines).get_opcodes()
        equal = [difflib.Match(i1, j1, i2 - i1) for tag, i1, i2, j1, _ in opcodes if tag == "equal"]
        return [*equal, difflib.Match(len(own), len(self._lines), 0)]

    def line_of(self, note: Note) -> int | None:
        """The line that follows a note in the copy, where the expected text has it."""
        following = bisect.bisect_left(self._copy.region.rows, note.row)
        place = bisect.bisect_right(self._blocks, following, key=lambda block: block.a + block.size)
        if place == len(self._blocks):
            return None
        block = self._blocks[place]
        return block.b + max(following - block.a, 0)


def _with_own_comments(module: Module, copy: Copy, lines: list[str]) -> list[str]:
    """Keep the lines between the decorators that are none: each above the decorator that it stood above (1.8)."""
    inside = frozenset(copy.region.rows)
    own = [row for row in range(copy.region.rows[0], copy.row) if row not in inside]
    site = module.definition_below(copy.directive) if own else None
    if not copy.decorated or site is None:
        return lines
    counted = [decorator.row for decorator in site.statement.decorators if decorator.row > copy.directive.end_row]
    text = "\n".join(lines)
    name_line, _ = definition_in(text)
    firsts = [line for line in range(name_line) if lines[line].startswith(copy.region.indent + "@")]
    places: dict[int, list[str]] = {}
    for row in own:
        above = sum(decorator < row for decorator in counted)
        place = firsts[above] if above < len(firsts) else name_line
        places.setdefault(place, []).append(module.lines[row - 1])
    return [kept for number, line in enumerate(lines) for kept in (*places.get(number, ()), line)]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
