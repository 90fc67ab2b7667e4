"""What a module says of a name, by a look at its text: no tree is made (contract 3.2).

It may assume that the file parses, and nothing else. It answers where a class or function, or a member of a class, is
bound in one place, and begins and ends on rows that tell so by themselves; None for all else, which is left to
`module_lookup.look_up`. `tests/resolution/test_lookup_by_text.py` runs both.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from copycheck.directives.compared_regions import Region, header_end
from copycheck.directives.directive_parser import candidate_rows, parse_directive
from copycheck.directives.suppression_comments import read_adapted
from copycheck.model.directive import Directive
from copycheck.model.location import Location, Rows
from copycheck.project.workspace import SourceFile
from copycheck.resolution.module_lookup import Definition, Lookup
from copycheck.syntax.comments_and_strings import docstrings, is_balanced, is_inside
from copycheck.syntax.statement_tree import Kind

_DEEPEST = 2
"""A class or function, or a member of a class: hardly any directive names what is further inside."""
_NOTES = ("End copy", "copycheck:", "\f", "\0")
"""What has rules of its own for the text that it stands in."""
_ACCESSORS = ("setter", "getter", "deleter", "overload")
_KEYWORD = re.compile(r"([ \t]*)(async[ \t]+def|def|class)[ \t]+")
_HEADER = re.compile(r" *(?:async def|def|class) ")
_STATEMENT = re.compile(r" *(?:@\w|\w+ *=(?!=)|if |try:)")
"""What a bracket may go on with, but hardly does."""
_ODD = re.compile(r"[^\x00-\x7f]+")
_LIST_BEFORE, _LIST_BEHIND = re.compile(r"[\w\s,(]*,\s*"), re.compile(r"[\w\s,]*\)?\s*(?:#.*)?")
"""What stands around a name in a row of an import over several rows."""


class Found(NamedTuple):
    """A definition in its file: the rows, from 1, of its decorators, its keyword and its last line."""

    decorators: tuple[int, ...]
    row: int
    end: int
    kind: Kind
    name: str
    indent: int
    body_indent: int


def plain_module(file: SourceFile, addresses: Sequence[str]) -> PlainModule | None:
    """A file that parses, to be looked at; None where its strings, or its names, are not plain to see."""
    strings = docstrings(file.text)
    if strings is None:
        return None
    module = PlainModule(file, strings, addresses)
    return module if file.text.isascii() or module.has_plain_names() else None


class PlainModule:
    """A file whose strings over several rows are known. `addresses` are the repositories that directives may name."""

    def __init__(self, file: SourceFile, strings: Sequence[Rows], addresses: Sequence[str]) -> None:
        self.filename, self.lines, self._text = file.filename, file.lines, file.text
        self._strings, self._addresses = strings, addresses
        self._starts = list(accumulate(map((1).__add__, map(len, file.lines)), initial=0))
        self._classes: dict[str, Found | None] = {}
        self._has_blocks: dict[str, bool] = {}

    def has_plain_names(self) -> bool:
        """Whether no name is written with characters beyond ASCII, which Python may read as another one."""
        for odd in _ODD.finditer(self._text):
            before = self._text[self._text.rfind("\n", 0, odd.start()) + 1 : odd.start()]
            is_code = not ('"' in before or "'" in before or "#" in before)
            if is_code and not self.is_in_string(self._row(odd.start())):
                return False
        return True

    def look_up(self, rest: tuple[str, ...]) -> Lookup | None:
        """What `module_lookup.look_up` says of a name; None where that takes the tree."""
        if len(rest) > _DEEPEST or not all(name.isascii() for name in rest):
            return None
        around = self.find_class(rest[0]) if len(rest) == _DEEPEST else None
        found = self.find(rest[-1], around) if around is not None or len(rest) == 1 else None
        definition = self._definition(found) if found is not None else None
        return None if definition is None else Lookup((definition,))

    def find_class(self, name: str) -> Found | None:
        """A class of the module, whose members are asked for."""
        if name not in self._classes:
            found = self.find(name, None)
            self._classes[name] = found if found is not None and found.kind == "class" else None
        return self._classes[name]

    def find(self, name: str, around: Found | None) -> Found | None:
        """The one definition of a name in the module, or in a class."""
        indent, first, last = (around.body_indent, around.row, around.end) if around else (0, 0, len(self.lines))
        at = self._bound_once(name, self._starts[first], min(self._starts[last], len(self._text)), around)
        keyword = _KEYWORD.match(self._text, at) if at is not None else None
        if at is None or keyword is None or "\t" in keyword[0]:
            return None
        row, below = self._row(at), header_end(self._text, at)
        decorators, end = self._decorators(row, indent), self._end_row(row, at, below, indent)
        body = self._row(below) + 1
        while body <= len(self.lines) and says_nothing(self.lines[body - 1]):
            body += 1
        if decorators is None or end is None or body > end or below == at or self._text[below : below + 1] != "\n":
            return None
        line = self.lines[body - 1]
        body_indent = len(line) - len(line.lstrip(" \t"))
        kind: Kind = "class" if keyword[2] == "class" else "def" if keyword[2] == "def" else "async def"
        end = self._with_comments(end, line[:body_indent])
        return Found(decorators, row, end, kind, name, indent, body_indent) if body_indent > indent else None

    def _row(self, at: int) -> int:
        """The row of a character, from 1."""
        return bisect.bisect_right(self._starts, at)

    def _bound_once(self, name: str, start: int, end: int, around: Found | None) -> int | None:
        """Where the row of the one `def` or `class` of a name begins; None where it may be bound otherwise as well."""
        found, indent = None, around.body_indent if around is not None else 0
        for before, behind, begin in self._uses(name, start, end):
            keyword = _KEYWORD.fullmatch(before)
            row = self._row(begin)
            if self.is_in_string(row) and self.is_in_string(row + 1):  # on its last row, code may stand behind it
                continue
            if keyword is not None:
                if found is not None or len(keyword[1]) != indent:
                    return None
                found = begin
            elif _may_bind(before, behind) and not self._is_further_inside(before, around):
                return None
        return found

    def _is_further_inside(self, before: str, around: Found | None) -> bool:
        """Whether a row that begins with a name is in a member of a class: what it binds is none of the class's own."""
        if around is None or before.strip() or len(before) <= around.body_indent:
            return False
        if around.name not in self._has_blocks:
            start, end = self._starts[around.row], self._starts[around.end]
            blocks = _block_at(around.body_indent).finditer(self._text, start, end)
            self._has_blocks[around.name] = any(not self.is_in_string(self._row(block.end())) for block in blocks)
        return not self._has_blocks[around.name]

    def _uses(self, name: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
        """What stands before a name in its row, and behind it, and where the row begins: for each use of the name."""
        text = self._text
        at = text.find(name, start, end)
        while at >= 0:
            behind = at + len(name)
            if not (_is_of_name(text[at - 1 : at]) or _is_of_name(text[behind : behind + 1])):
                begin, stop = text.rfind("\n", 0, at) + 1, text.find("\n", behind)
                yield text[begin:at], text[behind : stop if stop >= 0 else len(text)], begin
            at = text.find(name, behind, end)

    def _decorators(self, row: int, indent: int) -> tuple[int, ...] | None:
        """The rows of the decorators of a definition, without the comments between them; None for unusual ones."""
        mark, first = f"\n{' ' * indent}@", row
        rows: list[int] = []
        if self._text.startswith(mark[1:]):
            return None
        above = self._text.rfind(mark, 0, self._starts[row - 1])
        while above >= 0:
            start = self._row(above + 1)
            end = first - 1
            while says_nothing(self.lines[end - 1]):
                end -= 1
            lines = self.lines[start - 1 : end]
            if not _are_decorator(lines, indent):
                header = _header_at(indent).search(self._text, above)
                return tuple(rows) if header is not None and self._row(header.end() - 1) < row else None
            if any(word in line for line in lines for word in _ACCESSORS):
                return None
            rows[:0] = range(start, end + 1)
            first, above = start, self._text.rfind(mark, 0, above + 1)
        return tuple(rows)

    def _end_row(self, row: int, at: int, below: int, indent: int) -> int | None:
        """The last row of code of a definition at an indent, whose header ends at `below`.

        None where what follows at that indent may be a part of it: the row of a bracket that is still open, say.
        """
        search = _code_at(indent).search
        found = search(self._text, below)
        while found and is_inside(self._strings, self._row(found.end())):
            found = search(self._text, found.end())
        last = len(self.lines)
        if found:
            last = self._row(found.end()) - 1
            line = self.lines[last]
            if not _HEADER.match(line) and not (_STATEMENT.match(line) and is_balanced(self._text[at : found.start()])):
                return None
        while last > row and says_nothing(self.lines[last - 1]) and not is_inside(self._strings, last):
            last -= 1
        return last

    def _with_comments(self, end: int, indent: str) -> int:
        """The last row of a definition with the comments behind it at the indent of its body (contract 4.1)."""
        for row in range(end + 1, len(self.lines) + 1):
            line = self.lines[row - 1]
            if line.strip():
                if not line.startswith(indent) or not line.lstrip().startswith("#"):
                    break
                end = row
        return end

    @cached_property
    def directives(self) -> list[Directive]:
        """The directives of the file, in order."""
        return list(self._directives_among(candidate_rows(self._text)))

    def _directives_among(self, rows: Iterable[int]) -> Iterator[Directive]:
        """The directives that begin in some rows that look so."""
        outside = (row for row in rows if not is_inside(self._strings, row))
        found = (parse_directive(self.lines, row, self._addresses) for row in outside)
        return (directive for directive in found if directive is not None)

    def is_in_string(self, row: int) -> bool:
        """Whether a row begins in a string."""
        return is_inside(self._strings, row)

    def _definition(self, found: Found) -> Definition | None:
        """The definition as a source; None where comments in it have rules of their own."""
        plain = self.region(found)
        if plain is None or "Ignore copy" in plain.text:
            return None
        decorated = self.region(found, found.decorators) if found.decorators else plain
        place = Location(found.row, found.indent + 1)
        return Definition(self.filename, place, "", 0, plain, decorated or plain)

    def region(self, found: Found, decorators: Sequence[int] = ()) -> Region | None:
        """The compared text of a definition, with the rows of some decorators, and without the directives in it.

        None where other comments in it count.
        """
        text = self._text[self._starts[found.row - 1] : self._starts[found.end] - 1]
        if any(word in text for word in _NOTES) or ("Adapted from" in text and read_adapted(text, self._addresses)):
            return None
        rows: Sequence[int] = range(found.row, found.end + 1)
        if "Copied from" in text:
            inside = self._directives_among(found.row + row - 1 for row in candidate_rows(text))
            left_out = {row for one in inside for row in range(one.row, one.end_row + 1)}
            rows = [row for row in rows if row not in left_out] if left_out else rows
            text = "\n".join(self.lines[row - 1] for row in rows)
        if decorators:
            text = "\n".join([*(self.lines[row - 1] for row in decorators), text])
            rows = [*decorators, *rows]
        return Region(text, rows, " " * found.indent, len(decorators), found.name, found.kind)


def _may_bind(before: str, behind: str) -> bool:
    """Whether a name is bound between these parts of its row; where that is in doubt, too."""
    head, tail = before.rstrip(), behind.lstrip()
    if not head:
        return tail[:1] not in (".", "(", "[")
    if "import" in before or "import" in behind or head.endswith((" as", "type")):
        return True
    if head[-1] in ";:=" and tail[:1] in ("=", ":") and tail[:2] != "==":
        return True
    return bool(_LIST_BEFORE.fullmatch(before) and _LIST_BEHIND.fullmatch(behind))


def _is_of_name(character: str) -> bool:
    return character.isalnum() or character == "_" or character > "\x7f"


def says_nothing(line: str) -> bool:
    """Whether a row outside of strings is blank, or a comment."""
    return line.lstrip(" \t")[:1] in ("", "#")


def _are_decorator(lines: Sequence[str], indent: int) -> bool:
    """Whether some rows at an indent, of which the first begins with `@`, are one decorator."""
    return all(
        (line[:indent].isspace() or not indent) and line[indent : indent + 1] in (" ", ")", "]", "}")
        for line in lines[1:]
    ) and is_balanced("\n".join(lines))


@functools.cache
def _code_at(indent: int) -> re.Pattern[str]:
    """The end of the row before code that is indented no further, and closes no bracket."""
    return re.compile(rf"\n(?=[ \t]{{0,{indent}}}[^\s#)\]}}])")


@functools.cache
def _block_at(indent: int) -> re.Pattern[str]:
    """What has other statements of the scope inside, or binds names over several rows, at an indent."""
    words = "if|else|elif|try|except|finally|for|while|with|match|case|async[ \t]+(?:for|with)|from|import"
    return re.compile(rf"^[ \t]{{{indent}}}(?:{words})\b", re.MULTILINE)


@functools.cache
def _header_at(indent: int) -> re.Pattern[str]:
    """The header of a definition at an indent, up to its keyword."""
    return re.compile(rf"^ {{{indent}}}(?:async[ \t]+def|def|class)", re.MULTILINE)
