"""A module with its directives: which comment is a directive, and which definition it stands above (contract 1)."""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.directives.directive_parser import (
    END_COPY,
    IGNORE_COPY,
    WORDS,
    candidate_rows,
    parse_directive,
)
from copycheck.directives.near_misses import NearMiss, near_miss, near_miss_rows
from copycheck.directives.suppression_comments import read_adapted
from copycheck.model.directive import Adapted, Directive, Ignore
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Location
from copycheck.project.workspace import SourceFile
from copycheck.syntax.comments_and_strings import comment_rows, read_literals
from copycheck.syntax.statement_parser import read_outline, read_skeleton
from copycheck.syntax.statement_tree import Statement

Note = Directive | Ignore | Adapted

_BLANK_OR_COMMENT = re.compile(r"[ \t\f]*(?:#|$)")
_MAY_SPAN_ROWS = re.compile(r"\"\"\"|'''|\\$", re.MULTILINE)


class Site(NamedTuple):
    """A definition in its file: `parents` are the statements around it, outermost first, without the module."""

    statement: Statement
    parents: tuple[Statement, ...]
    siblings: Sequence[Statement]


class Module:
    """One parsed file; everything is worked out when it is first asked for.

    `outline` raises UnreadableFileError; `directives` does not (of a file that cannot be parsed, each line that
    reads like a directive counts as one).
    """

    def __init__(self, file: SourceFile, inside: Collection[str] | None = None, addresses: Sequence[str] = ()) -> None:
        """`inside` says that the file is known to be Python, and names the definitions whose bodies are asked about.

        `addresses` are the repositories of which an address is a directive.
        """
        self._addresses = addresses
        self.file = file
        self._inside = inside
        self.filename = file.filename
        self.lines = file.lines
        self._comments = 1, 0
        self._code: tuple[tuple[int, int], Collection[int] | None] | None = None
        """The rows of the code that was looked at last, and those of its comments; None where all may be comments."""
        self._ends: dict[Statement, int] = {}

    @property
    def is_elided(self) -> bool:
        """Whether the bodies of most definitions are left out of the outline."""
        return self._inside is not None

    @property
    def is_parsable(self) -> bool:
        """Whether there is an outline."""
        return not isinstance(self._outline, UnreadableFileError)

    @property
    def outline(self) -> Statement:
        """The module as the statement that holds all others. Raises UnreadableFileError, the same one each time."""
        outline = self._outline
        if isinstance(outline, UnreadableFileError):
            raise outline
        return outline

    @cached_property
    def _outline(self) -> Statement | UnreadableFileError:
        """A text is parsed once, also where it is broken."""
        known = self._inside is not None and self.file.encoding.startswith("utf-8")
        bones = read_skeleton(self.file.text, self._inside or (), WORDS) if known else None
        try:
            return bones or read_outline(self.filename, self.file.text)
        except UnreadableFileError as error:
            return error

    @cached_property
    def directives(self) -> list[Directive]:
        """The directives of the file, in order; needs `outline` to tell comments from strings."""
        return [
            directive
            for row in candidate_rows(self.file.text)
            if self.is_comment(row) and (directive := parse_directive(self.lines, row, self._addresses)) is not None
        ]

    @cached_property
    def directives_unparsed(self) -> list[Directive]:
        """The lines that read like directives, for a file that has no outline."""
        rows = candidate_rows(self.file.text)
        found = (parse_directive(self.lines, row, self._addresses) for row in rows)
        return [directive for directive in found if directive is not None]

    @cached_property
    def adapted(self) -> list[Adapted]:
        """The copies that were broken on purpose; needs `outline` to tell comments from strings."""
        return [adapted for adapted in read_adapted(self.file.text, self._addresses) if self.is_comment(adapted.row)]

    @cached_property
    def notes(self) -> list[Note]:
        """The directives and the comments beside them, in order: the file's own, and never compared (4.5)."""
        ignores = {ignore.row: ignore for directive in self.directives for ignore in directive.ignores}
        return sorted([*self.directives, *ignores.values(), *self.adapted], key=lambda note: note.row)

    @cached_property
    def note_rows(self) -> frozenset[int]:
        """All rows that belong to notes."""
        return frozenset(row for note in self.notes for row in range(note.row, note.end_row + 1))

    @cached_property
    def _sorted_note_rows(self) -> list[int]:
        return sorted(self.note_rows)

    def note_rows_among(self, rows: range) -> Sequence[int]:
        """The rows of notes among some rows, in order."""
        known = self._sorted_note_rows
        return known[bisect.bisect_left(known, rows.start) : bisect.bisect_left(known, rows.stop)]

    def notes_between(self, above: int, below: int) -> Sequence[Note]:
        """The notes that begin below one row and above another one."""
        first = bisect.bisect_right(self.notes, above, key=lambda note: note.row)
        return self.notes[first : bisect.bisect_left(self.notes, below, key=lambda note: note.row)]

    @cached_property
    def ignore_markers(self) -> list[Location]:
        """Where the comments `# Ignore copy` begin."""
        if "Ignore copy" not in self.file.text:
            return []
        comments = read_literals(self.file.text).comments
        found = ((row, column, IGNORE_COPY.search(text)) for row, column, text in comments)
        return [Location(row, column + match.start() + 1) for row, column, match in found if match]

    def near_misses(self) -> Iterator[NearMiss]:
        """The comments that resemble a directive and are none (CPY006)."""
        if self.note_rows.issuperset(near_miss_rows(self.file.text)):
            return
        for row, column, text in read_literals(self.file.text).comments:
            if row in self.note_rows:
                continue
            path = near_miss(text, not self.lines[row - 1][:column].strip())
            if path is not None:
                yield NearMiss(Location(row, column + 1), column + 1 + len(text), path)

    @cached_property
    def _has_end_copy(self) -> bool:
        return "End copy" in self.file.text

    def definition_below(self, note: Note) -> Site | None:
        """The definition that a note stands above, or among whose decorators it stands; else None (1.8)."""
        site = self._next_statement(note.row)
        if site is None or not site.statement.is_definition:
            return None
        statement = site.statement
        if any(decorator.row <= note.row <= decorator.end_row for decorator in statement.decorators):
            return None
        if self._first_code(note.end_row + 1) < statement.start:
            return None
        first = self.lines[statement.start - 1]
        # A form feed sets the indent back to nothing, for Python as for us.
        indents = (first[: len(first) - len(first.lstrip(" \t\f"))], note.indent)
        return site if len({indent.rpartition("\f")[2] for indent in indents}) == 1 else None

    def _first_code(self, row: int) -> int:
        """The first row, from one on, that is neither blank nor a comment.

        What was found last is kept: there may be 100,000 directives in a row.
        """
        first, end = self._comments
        if not first <= row <= end:
            first = end = row
            while end <= len(self.lines) and _BLANK_OR_COMMENT.match(self.lines[end - 1]):
                end += 1
            self._comments = first, end
        return end

    def definition_around(self, note: Note) -> Statement | None:
        """The definition in whose body a note is that should rather be above it.

        In a function that is any place, in a class the one above everything but its docstring.
        """
        found: Statement | None = None
        body = self.outline.children
        while body:
            before = bisect.bisect_left(body, note.row, key=lambda statement: statement.row) - 1
            around = body[before] if before >= 0 else None
            if around is None or note.row > (self.end_of(around) if around.is_scope else around.end):
                return found
            body = around.children
            if around.kind in ("def", "async def"):
                found = around
            elif around.kind == "class":
                count = bisect.bisect_left(body, note.row, key=lambda statement: statement.start)
                is_first = not count or (count == 1 and body[0].kind == "other")
                found = around if is_first else None
        return found

    def _next_statement(self, row: int) -> Site | None:
        """The first statement to begin behind `row`, or the definition whose decorators stand around it."""
        parents: list[Statement] = []
        body = self.outline.children
        while True:
            before = bisect.bisect_right(body, row, key=lambda statement: statement.start) - 1
            around = body[before] if before >= 0 else None
            if around is not None and row < around.row:
                return Site(around, tuple(parents), body)
            if around is None or row > around.end or not around.children:
                if before + 1 < len(body):
                    return Site(body[before + 1], tuple(parents), body)
                return None
            parents.append(around)
            body = around.children

    def is_comment(self, row: int) -> bool:
        """Whether a row that begins with `#` does so outside of every string."""
        around = self._narrowest_code(row)
        if around is None:
            return True
        if self._code is None or self._code[0] != around:  # there may be 100,000 directives above one statement
            first, last = around
            text = "\n".join(self.lines[first - 1 : last]) + "\n"
            inside = {first + row - 1 for row in comment_rows(text)} if _MAY_SPAN_ROWS.search(text) else None
            self._code = around, inside
        comments = self._code[1]
        return comments is None or row in comments

    def _narrowest_code(self, row: int) -> tuple[int, int] | None:
        """The rows of the simple statement, or of the head of the compound one, that `row` falls into."""
        body = self.outline.children
        found: tuple[int, int] | None = None
        while body:
            before = bisect.bisect_right(body, row, key=lambda statement: statement.start) - 1
            around = body[before] if before >= 0 else None
            if around is None or row > around.end:
                break
            children = around.children
            found = (around.start, around.end)
            if children and row < children[0].start:
                return around.start, children[0].start - 1
            if children and row > children[0].start:
                found = None
            body = children
        return found

    def end_of(self, statement: Statement) -> int:
        """The last row of a definition, with the comments behind it at the indent of its body (4.1)."""
        end = self._ends.get(statement)
        if end is None:  # there may be 100,000 directives at one definition
            end = self._ends[statement] = self._end_of(statement)
        return end

    def _end_of(self, statement: Statement) -> int:
        end = statement.end
        if statement.kind == "assignment" or not statement.children:
            return end
        own = self.lines[statement.row - 1][: statement.column]
        # Any comment that is deeper than the header is in a body beside it.
        indent = self.body_indent(statement) or (f"{own} ", f"{own}\t")
        for row in range(statement.end + 1, len(self.lines) + 1):
            line = self.lines[row - 1]
            if not line:
                continue  # there may be millions
            if not _BLANK_OR_COMMENT.match(line) or (line.strip() and not line.startswith(indent)):
                break
            if line.strip():
                end = row
        return end

    def body_indent(self, statement: Statement) -> str | None:
        """What stands before the first statement of a body; None for one beside its header, and for an assignment."""
        if statement.kind == "assignment" or not statement.children:
            return None
        first = statement.children[0]
        line = self.lines[first.start - 1]
        indent = line[: len(line) - len(line.lstrip(" \t\f"))]
        return None if first.start == statement.row or line[: first.column].strip() else indent

    def end_copy_row(self, statement: Statement, end: int) -> int | None:
        """The row of the `# End copy` at the indent of the body, if there is one (1.9)."""
        indent = self.body_indent(statement) if self._has_end_copy else None
        if indent is None:
            return None
        for row in range(statement.row + 1, end + 1):
            line = self.lines[row - 1]
            if END_COPY.match(line) and line.startswith(indent + "#") and self.is_comment(row):
                return row
        return None
