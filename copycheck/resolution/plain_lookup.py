"""Name → its definition in a module that is plain to see, found by a look at the text: no tree is made (contract 3.2).

It may assume that the file parses, and nothing else. What it finds is what `look_up` finds in the tree; wherever the
text leaves a doubt, it finds nothing, and the tree is asked. `tests/resolution/test_plain_lookup.py` runs both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from copycheck.directives.compared_regions import Region, plain_colon
from copycheck.directives.directive_parser import candidate_rows, parse_directive
from copycheck.directives.suppression_comments import read_adapted
from copycheck.model.location import Location
from copycheck.project.workspace import SourceFile
from copycheck.resolution.module_lookup import Definition, Lookup
from copycheck.syntax.comments_and_strings import (
    TextRange,
    docstring_places,
    docstrings,
    has_continuations,
    is_inside,
    is_within,
)
from copycheck.syntax.identifiers import python_name
from copycheck.syntax.statement_tree import Kind
from copycheck.syntax.written_names import places_of

_UNFIT = ("Ignore copy", "End copy", "copycheck:", "\t", "\f", "\0")
"""What changes the compared text of a definition, or where it ends."""
_HEADER = re.compile(r"(async +def|def|class) +(\w+)")
_BEHIND_HEADER = re.compile(r" *(?:#[^\n]*)?(?:\n *(?:#[^\n]*)?(?=\n))*\n( +)(?=[^\s#])")
"""From the colon of a header to the first code of its body."""
_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*")
_WORD = re.compile(r"\w+")
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
MOST_LOOKED_THROUGH = 30_000_000
"""So many characters are looked through in one module, for each name all of it."""
_MOST_PLACES = 1_000
_ACCESSORS = ("setter", "deleter", "getter", "overload")


class _Scope(NamedTuple):
    """A body: the places in it, in order, at which a row at its indent begins with code that closes no bracket."""

    start: int
    end: int
    indent: int
    begins: Sequence[int]


class _Extent(NamedTuple):
    """A definition in a text: its keyword, the end of its last row, the next statement, and the indent of its body."""

    start: int
    end: int
    following: int
    kind: Kind
    name: str
    body: int
    body_indent: int


class PlainModule:
    """A module that is looked at. Rows count from 1, places are characters of its text."""

    def __init__(self, file: SourceFile, addresses: Sequence[str], strings: Sequence[TextRange]) -> None:
        self._file, self._text, self._addresses, self._strings = file, file.text, addresses, strings
        self._scopes: dict[int, _Scope] = {}

    def look_up_all(self, names: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], Lookup] | None:
        """What the module holds of some names; None where one of them leaves a doubt, or a tree costs less."""
        if len(names) * len(self._text) > MOST_LOOKED_THROUGH:
            return None
        found: dict[tuple[str, ...], Lookup] = {}
        for name in names:
            lookup = self.look_up(name)
            if lookup is None:
                return None
            found[name] = lookup
        return found

    def look_up(self, name: tuple[str, ...]) -> Lookup | None:
        """The one definition of a name, each part of it in the class before it; None for a doubt, or for no name."""
        scope = self._scope_at(0, len(self._text), 0)
        for level, part in enumerate(name):
            start = self._only_definition(scope, part)
            found = None if start is None else self._extent(start, scope)
            if found is None:
                return None
            if level == len(name) - 1:
                definition = self._definition(found, scope)
                return None if definition is None else Lookup((definition,))
            if found.kind != "class":
                return None
            scope = self._scope_at(found.body, found.following, found.body_indent)
        return None

    def _scope_at(self, start: int, end: int, indent: int) -> _Scope:
        if start not in self._scopes:
            begins = [] if start or self._text[:1] in " \n#" else [0]
            begins += (match.end() for match in _row_at(indent).finditer(self._text, max(start - 1, 0), end))
            if self._strings:
                begins = [at for at in begins if not is_within(self._strings, at)]
            self._scopes[start] = _Scope(start, end, indent, begins)
        return self._scopes[start]

    def _only_definition(self, scope: _Scope, name: str) -> int | None:
        """Where the `class` or `def` of a name begins; None where a body has none, or may bind the name once more."""
        if not name.isascii() or name in self._respelled:
            return None
        found = None
        for count, at in enumerate(self._words(name, scope)):
            number = bisect_right(scope.begins, at) - 1
            header = _HEADER.match(self._text, scope.begins[number]) if number >= 0 else None
            if header is None or count > _MOST_PLACES:
                return None  # an assignment, an import, or a block that may have one
            if header.start(2) == at:
                if found is not None:
                    return None
                found = header.start()
        return found

    def _words(self, name: str, scope: _Scope) -> Iterator[int]:
        """The places of a name in a body, but for those in quotes, in docstrings and in rows of comments."""
        text = self._text
        for at in places_of(name, text, scope.start, scope.end):
            end = at + len(name)
            is_quoted = text[at - 1 : at] == text[end : end + 1] and text[end : end + 1] in "\"'"
            is_comment = text[text.rfind("\n", 0, at) + 1 : at].lstrip().startswith("#")
            if not (is_quoted or is_comment or is_within(self._strings, at)):
                yield at

    def _extent(self, start: int, scope: _Scope) -> _Extent | None:
        text = self._text
        header = _HEADER.match(text, start)
        colon = plain_colon(text, start)
        behind = None if colon is None else _BEHIND_HEADER.match(text, colon)
        if header is None or behind is None or len(behind[1]) <= scope.indent:
            return None
        following = self._following(behind.end(), scope)
        if not self._is_certain(following, scope):
            return None
        kind: Kind = "class" if header[1] == "class" else "def" if header[1] == "def" else "async def"
        end = self._end(start, following, behind[1])
        return _Extent(start, end, following, kind, header[2], behind.start(1), len(behind[1]))

    def _following(self, at: int, scope: _Scope) -> int:
        """Where the line end before the first statement behind a place is that is indented no further than a body."""
        search = _row_up_to(scope.indent).search
        found = search(self._text, at, scope.end)
        while found and is_within(self._strings, found.end()):
            found = search(self._text, found.end(), scope.end)
        return found.start() if found else scope.end

    def _is_certain(self, following: int, scope: _Scope) -> bool:
        """Whether a statement begins behind a line end: a row at a low indent may be inside of brackets.

        No bracket is open at a keyword of a definition, nor at the end of a body.
        """
        number = bisect_left(scope.begins, following)
        while number < len(scope.begins) and not _HEADER.match(self._text, scope.begins[number]):
            number += 1
        end = scope.begins[number] if number < len(scope.begins) else scope.end
        return self._is_balanced(following, end)

    def _is_balanced(self, start: int, end: int) -> bool:
        """Whether every bracket that is opened between two places is closed there, and none else."""
        pieces, done = [], start
        for number in range(bisect_left(self._strings, (start, 0)), len(self._strings)):
            first, last = self._strings[number]
            if first >= end:
                break
            pieces.append(self._text[done:first])
            done = last
        pieces.append(self._text[done:end])
        code = _LITERAL.sub("", "".join(pieces))
        return all(code.count(left) == code.count(right) for left, right in _BRACKETS)

    def _end(self, start: int, following: int, indent: str | None) -> int:
        """The end of the last row of code, with the comments behind it at an indent, such as that of a body (4.1)."""
        text, end = self._text, following
        behind: list[tuple[int, int]] = []
        while end > start:
            begin = text.rfind("\n", start, end) + 1 or start
            kept = text[begin:end].strip()
            if (kept and not kept.startswith("#")) or is_within(self._strings, begin):
                break
            behind.append((begin, end))
            end = begin - 1
        for begin, last in reversed(behind if indent is not None else ()):
            if text[begin:last].strip():
                if not text.startswith(indent or "", begin):
                    break
                end = last
        return end

    def _definition(self, found: _Extent, scope: _Scope) -> Definition | None:
        above = self._decorators(found.start, scope)
        if above is None:
            return None
        text, indent = self._text, " " * scope.indent
        row = self._row(found.start)
        rows: Sequence[int] = range(row, row + text.count("\n", found.start, found.end) + 1)
        own = indent + text[found.start : found.end]
        notes = self._note_rows[bisect_left(self._note_rows, row) : bisect_right(self._note_rows, rows[-1])]
        if notes:
            kept = set(rows).difference(notes)
            own = "\n".join(line for one, line in zip(rows, own.split("\n"), strict=True) if one in kept)
            rows = [one for one in rows if one in kept]
        plain = decorated = Region(own, rows, indent, 0, found.name, found.kind)
        if above:
            lines = [*(self._file.lines[one - 1] for one in above), own]
            decorated = plain._replace(text="\n".join(lines), rows=[*above, *rows], name_line=len(above))
        return Definition(self._file.filename, Location(row, scope.indent + 1), "", 0, plain, decorated)

    def _decorators(self, start: int, scope: _Scope) -> list[int] | None:
        """The rows of the decorators of a definition; None where one tells it from others, or leaves a doubt."""
        rows: list[int] = []
        text, below = self._text, start
        for number in range(bisect_left(scope.begins, start) - 1, -1, -1):
            at = scope.begins[number]
            if text[at] != "@":
                # No bracket can be open at a keyword; at anything else, one of a decorator may be.
                is_certain = _HEADER.match(text, at) is not None or self._is_balanced(at, below)
                return rows if is_certain else None
            end = self._end(at, below - 1, None)
            if not self._is_balanced(at, below) or any(word in text[at:end] for word in _ACCESSORS):
                return None
            row = self._row(at)
            rows[:0] = range(row, row + text.count("\n", at, end) + 1)
            below = at
        return rows

    def _row(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1

    @cached_property
    def _respelled(self) -> frozenset[str]:
        """The names that Python makes of words in other letters: `ｈoot` is `hoot`."""
        if self._text.isascii():
            return frozenset()
        lines = "\n".join(line for line in self._file.lines if not line.isascii())
        return frozenset(python_name(word) for word in _WORD.findall(lines) if not word.isascii())

    @cached_property
    def _note_rows(self) -> list[int]:
        """The rows of all directives."""
        rows: list[int] = []
        strings = docstrings(self._text) or ()
        for row in candidate_rows(self._text):
            directive = parse_directive(self._file.lines, row, self._addresses)
            if directive is not None and not is_inside(strings, row):
                rows += range(row, directive.end_row + 1)
        return rows


def plain_module(file: SourceFile, addresses: Sequence[str] = ()) -> PlainModule | None:
    """A file that is known to parse, where a look at its text says what is a string; None for any other file."""
    text = file.text
    if not file.encoding.startswith("utf-8") or has_continuations(text) or any(word in text for word in _UNFIT):
        return None
    if "Adapted from" in text and read_adapted(text, addresses):
        return None  # it is no part of the text that is compared
    strings = docstring_places(text)
    return None if strings is None else PlainModule(file, addresses, strings)


@cache
def _row_at(indent: int) -> re.Pattern[str]:
    """The line end and the blanks before code at an indent."""
    return re.compile(rf"\n {{{indent}}}(?=[^\s#)\]}}])")


@cache
def _row_up_to(indent: int) -> re.Pattern[str]:
    """The line end and the blanks before code that is indented no further."""
    return re.compile(rf"\n {{0,{indent}}}(?=[^\s#)\]}}])")
