"""Object → compared text: what of a definition is compared, at which indent, under which name (contract 4.1 to 4.5)."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.directives.directive_parser import IGNORE_COPY
from copycheck.directives.ignore_copy import marker_lines
from copycheck.directives.module_directives import Module
from copycheck.syntax.comments_and_strings import Literals, read_literals
from copycheck.syntax.identifiers import NAME_IN_CODE
from copycheck.syntax.statement_tree import Kind, Statement

_NAME = re.compile(rf"(\s*(?:(?:async\s+)?def|class|type)\s+)({NAME_IN_CODE})")
_ASSIGNED = re.compile(rf"(\s*)({NAME_IN_CODE})")
_TYPE_ALIAS = re.compile(r"\s*type ")
_FORM_FEED = re.compile(r"^[ \t\f]*\f")
_COMMENT_OR_BLANK = re.compile(r"\s*(?:#|$)")
_COMMENT_BEHIND = re.compile(r"[ \t\f]*(?:#[^\n]*)?(?=\n|$)")
_TAB = " " * 4
"""What a tab becomes between blanks."""
_HEADER_MARKS = re.compile(r"""[()\[\]{}:\\\n]|\#[^\n]*|'[^'\\\n]*'(?!['"])|"[^"\\\n]*"(?!['"])|['"]""")
"""What says where a header ends: brackets, colons and ends of lines outside of comments and plain strings."""


class Region(NamedTuple):
    """The compared text of a definition, cut from a file.

    `rows` names the file's row of each line; `name_line` is the line, from 0, that holds the defined name;
    `tail` is code behind it on its last row (`; y = 2`), which is no part of it.
    """

    text: str
    rows: Sequence[int]
    indent: str
    name_line: int
    name: str
    kind: Kind
    tail: str = ""


def cut(
    module: Module, statement: Statement, decorators_below: int | None, end: int, without: int | None = None
) -> Region:
    """Cut a definition out of its file, up to row `end`; notes, and row `without`, are left out.

    Of its decorators those below row `decorators_below` count, or none for None. The comments between them and the
    definition are the file's own (1.8).
    """
    lines = module.lines
    above = [] if decorators_below is None else decorator_rows(module, statement, decorators_below)
    name_line = len(above)
    own = range(statement.row, end + 1)
    left_out = frozenset([*module.note_rows_among(own), *([without] if without in own else ())])
    rows: Sequence[int] = own
    if above or left_out:
        rows = [*above, *(row for row in rows if row not in left_out)]
        cut_lines = [lines[row - 1] for row in rows]
    else:
        cut_lines = lines[statement.row - 1 : end]
    indent = indent_of(lines[statement.row - 1])
    for number in {0, name_line}:
        cut_lines[number] = _FORM_FEED.sub("", cut_lines[number])
    tail = ""
    if statement.kind == "assignment":
        rest = lines[statement.end - 1][statement.end_column :]
        if rest.lstrip().startswith(";"):
            tail = rest
            cut_lines[-1] = cut_lines[-1][: statement.end_column]
        cut_lines[name_line] = indent + cut_lines[name_line][statement.column :]
    return Region("\n".join(cut_lines), rows, indent, name_line, statement.name, statement.kind, tail)


def indent_of(line: str) -> str:
    """The blanks that a line begins with, from its last form feed on, which sets the indent back."""
    return line[: len(line) - len(line.lstrip(" \t\f"))].rpartition("\f")[2]


def decorator_rows(module: Module, statement: Statement, below: int) -> list[int]:
    """The rows of the decorators below a row, without the comments and blank lines between them."""
    counted = [decorator for decorator in statement.decorators if decorator.row > below]
    if not counted:
        return []
    first = counted[0].row
    while first > below + 1 and not module.lines[first - 1].lstrip().startswith("@"):
        first -= 1
    inside = {row for decorator in counted for row in range(decorator.row, decorator.end_row + 1)}
    return [
        row
        for row in range(first, statement.row)
        if row in inside or not _COMMENT_OR_BLANK.match(module.lines[row - 1])
    ]


def reindent(text: str, old: str, new: str) -> str:
    """Move a text from one indent to another; what stands inside a string that is no docstring stays (4.2).

    Below blanks, tabs become blanks: `    \\t` is as deep as nobody can say. A docstring keeps what is deeper in it.
    """
    if old == new:
        return text
    has_strings = '"""' in text or "'''" in text or "\\\n" in text
    literals = read_literals(text) if has_strings else Literals()
    fixed, lines = literals.rows_begun_in_string(), text.split("\n")
    moved = _Indents(old, new)
    docstrings = _docstring_indents(literals, lines) if "\t" in text else {}
    for number, line in enumerate(lines):
        if line.strip() and number + 1 not in fixed:
            around = docstrings.get(number + 1)
            lines[number] = moved.line(line) if around is None else moved.line_in_docstring(line, around)
    return "\n".join(lines)


def _docstring_indents(literals: Literals, lines: Sequence[str]) -> dict[int, str]:
    """The rows that are in a docstring, each with the indent of that."""
    return {
        row: indent_of(lines[first - 1]) for first, last in literals.docstrings for row in range(first + 1, last + 1)
    }


class _Indents(NamedTuple):
    """Exchanges the outer indent of lines for another one."""

    old: str
    new: str

    def line(self, line: str) -> str:
        """A line of code, or a comment."""
        if not line.startswith(self.old):
            return line
        rest = line[len(self.old) :]
        inner = rest[: len(rest) - len(rest.lstrip(" \t"))]
        if "\t" in inner and " " in self.new:
            return self.new + inner.replace("\t", _TAB) + rest[len(inner) :]
        return self.new + rest

    def line_in_docstring(self, line: str, around: str) -> str:
        """A line of a docstring around which there is an indent: it stays as much deeper as it is."""
        blanks = line[: len(line) - len(line.lstrip(" \t"))]
        if not blanks.startswith(around):
            return self.line(line)
        outer, deeper = self.line(around), blanks[len(around) :]
        if "\t" in deeper and " " in around + outer:  # how deep it is depends on what is before it
            deeper = " " * (len(blanks.expandtabs()) - len(around.expandtabs()))
        return outer + deeper + line[len(blanks) :]


def exchange_name(text: str, name_line: int, name: str, kind: Kind) -> str:
    """The text with the defined name exchanged for another as one token, and nothing else (4.3)."""
    start = 0
    for _ in range(name_line):
        start = text.find("\n", start) + 1
    pattern = _ASSIGNED if kind == "assignment" and not _TYPE_ALIAS.match(text, start) else _NAME
    match = pattern.match(text, start)
    if match is None or match.group(2) == name:
        return text
    return text[: match.start(2)] + name + text[match.end() :]


class DefinitionParts(NamedTuple):
    """The decorators of a definition, its header with the colon (and a comment behind it), and its body (4.4)."""

    above: str
    header: str
    body: str


def split_header(text: str, name_line: int) -> DefinitionParts:
    """The parts of a definition; `name_line` is the line with its name, from 0."""
    start = 0
    for _ in range(name_line):
        start = text.find("\n", start) + 1
    end = header_end(text, start)
    return DefinitionParts(text[:start], text[start:end], text[end:])


def header_end(text: str, start: int = 0) -> int:
    """Where the header of the definition that begins at `start` ends: behind its colon, and a comment behind that.

    `start` itself where there is no colon.
    """
    colon = plain_colon(text, start)
    if colon is None:
        colon = start + _colon_by_tokens(text[start:])
    comment = _COMMENT_BEHIND.match(text, colon) if colon > start else None
    return comment.end() if comment else colon


def plain_colon(text: str, start: int) -> int | None:
    """The place behind the colon of a header, by a look at its brackets; None where only tokens can tell."""
    depth = 0
    for mark in _HEADER_MARKS.finditer(text, start):
        first = mark.group()[0]
        if first in "([{":
            depth += 1
        elif first in ")]}":
            depth -= 1
        elif first == ":":
            if not depth:
                return mark.end()
        elif first == "\n":
            if not depth:
                return None
        elif first != "#" and (len(mark.group()) == 1 or text[mark.start() - 1].isalpha()):
            return None  # a backslash, or a string that is not plain
        if depth < 0:
            return None
    return None


def _colon_by_tokens(text: str) -> int:
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.OP:
                continue
            if token.string in "([{":
                depth += 1
            elif token.string in ")]}":
                depth -= 1
            elif token.string == ":" and not depth:
                return _offset(text.split("\n"), token.end[0], token.end[1])
    except (tokenize.TokenError, SyntaxError):
        pass
    return 0


def _offset(lines: Sequence[str], row: int, column: int) -> int:
    return sum(len(line) + 1 for line in lines[: row - 1]) + column


def without_markers(region: Region) -> Region:
    """A source without its markers: they say what the source, a copy itself, has otherwise than its own source."""
    markers = marker_lines(region.text) if "Ignore copy" in region.text else []
    if not markers:
        return region
    lines = [*zip(region.text.split("\n"), region.rows, strict=True)]
    for number in markers:
        line, row = lines[number]
        lines[number] = IGNORE_COPY.split(line, maxsplit=1)[0].rstrip(), row
    kept = [(line, row) for n, (line, row) in enumerate(lines) if line or n not in markers]
    above = sum(not lines[number][0] for number in markers if number < region.name_line)
    return region._replace(
        text="\n".join(line for line, _ in kept), rows=[row for _, row in kept], name_line=region.name_line - above
    )
