"""Where a new import goes in a module, and what the lines there become; nothing else of the file changes.

A statement that imports from the same module takes the name in, in its own layout. A new statement goes where isort
would put it: to those of its section, in their order.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from copycheck.project.file_edits import LineEdit
from copycheck.syntax.import_statements import ImportStatement, Parts
from copycheck.syntax.new_imports import NewImport, exploded, module_order, place_among

_ONE_LINE = re.compile(
    r"(?P<head>[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+)(?P<open>\(?)(?P<names>[\w \t,]+?),?[ \t]*\)?"
)
_FIRST_LINE = re.compile(r"[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]*\([ \t]*(?:#.*)?")
_NAME_LINE = re.compile(
    r"(?P<indent>[ \t]+)(?P<name>\w+(?:[ \t]+as[ \t]+\w+)?)(?P<comma>,?)(?P<comment>[ \t]*(?:#.*)?)"
)
_HEAD = re.compile(r"#!|#.*coding[:=]")

_DEFINITION = re.compile(r"class\b|def\b|async\b|@|#")

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL = range(5)
"""The sections of imports, in their order."""
_BLOCK = 10
"""What a new block for types holds comes behind all of them."""


class _Addition(NamedTuple):
    """Lines that come above a row, and what orders them among others that come there."""

    row: int
    section: int
    key: tuple[bool, int, str]
    lines: tuple[str, ...]


class ImportBlock:
    """The imports of a module, to which some are to be added.

    `section_of` says in which section a module belongs, by its dots and its name; `width` is the longest line.
    """

    def __init__(
        self,
        lines: Sequence[str],
        tree: ast.Module,
        imports: Sequence[ImportStatement],
        section_of: Callable[[int, Parts], int],
        width: int,
    ) -> None:
        self._lines = lines
        self._section_of = section_of
        self._width = width
        self._docstring_end = _docstring_end(tree)
        self._first_row = _first_statement(tree, self._docstring_end)
        definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        limit = min((_start(node) for node in tree.body if isinstance(node, definitions)), default=len(lines) + 1)
        self._statements = [s for s in imports if _is_alone(lines, s) and s.row < limit]

    def added(self, wanted: Sequence[NewImport], row: int) -> list[LineEdit] | None:
        """The lines that come to the module, no two edits at one place; None where there is no place for them.

        The definition that needs them is in `row`. Imports that are there already must not be asked for.
        """
        edits: list[LineEdit] = []
        additions: list[_Addition] = []
        by_module: dict[tuple[str, str], list[NewImport]] = {}
        for new in wanted:
            by_module.setdefault((new.condition, new.origin if new.name else f"import {new.statement}"), []).append(new)
        for (condition, _), group in by_module.items():
            peers = [statement for statement in self._statements if statement.condition == condition]
            found = self._extended(peers, group) if group[0].name else None
            if found is None:
                addition = self._addition(peers, group)
                if addition is None:
                    return None
                additions.append(addition)
            else:
                edits += found
        edits += [self._above(place, self._joined(place, additions)) for place in {a.row for a in additions}]
        return None if any(edit.start >= row for edit in edits) else sorted(edits)

    # A statement that is there

    def _extended(self, peers: Sequence[ImportStatement], group: Sequence[NewImport]) -> list[LineEdit] | None:
        """The lines of a statement that imports from the same module already, with the new names in it."""
        for statement in peers:
            if statement.is_from and (statement.level, statement.module) == (group[0].level, group[0].module):
                if statement.row == statement.end_row:
                    found = self._in_one_line(statement, group)
                else:
                    found = self._in_lines(statement, group)
                if found is not None:
                    return found
        return None

    def _in_one_line(self, statement: ImportStatement, group: Sequence[NewImport]) -> list[LineEdit] | None:
        match = _ONE_LINE.fullmatch(self._lines[statement.row - 1].rstrip())
        if match is None:
            return None
        names = [name.strip() for name in match["names"].split(",")]
        for new in group:
            names.insert(place_among(names, new.alias), new.alias)
        joined = ", ".join(names)
        line = f"{match['head']}({joined})" if match["open"] else match["head"] + joined
        lines = [line] if len(line) <= self._width else exploded(match["head"], names)
        return [LineEdit(statement.row, statement.row, tuple(lines))]

    def _in_lines(self, statement: ImportStatement, group: Sequence[NewImport]) -> list[LineEdit] | None:
        rows = range(statement.row + 1, statement.end_row)
        matches = [match for row in rows if (match := _NAME_LINE.fullmatch(self._lines[row - 1]))]
        first, last = self._lines[statement.row - 1], self._lines[statement.end_row - 1]
        if not matches or len(matches) < len(rows) or not _FIRST_LINE.fullmatch(first) or last.strip() != ")":
            return None
        lines = [self._lines[row - 1] for row in rows]
        if not matches[-1]["comma"]:
            lines[-1] = f"{matches[-1]['indent']}{matches[-1]['name']},{matches[-1]['comment']}"
        names = [match["name"] for match in matches]
        for new in group:
            place = place_among(names, new.alias)
            names.insert(place, new.alias)
            lines.insert(place, f"{matches[0]['indent']}{new.alias},")
        return [LineEdit(rows[0], rows[-1], tuple(lines))]

    # A new statement

    def _addition(self, peers: Sequence[ImportStatement], group: Sequence[NewImport]) -> _Addition | None:
        """A new statement in its place among others; a block for types is made where there is none."""
        new = group[0]
        section = self._section_of(new.level, new.module)
        key = module_order(bool(new.name), new.level, new.module)
        if not new.condition:
            return _Addition(self._row_for(peers, section, key), section, key, tuple(self._statement(group)))
        if peers:
            block = [statement for statement in peers if statement.block == peers[0].block]
            indent = self._lines[block[0].row - 1][: block[0].column]
            return _Addition(self._row_for(block, section, key), section, key, tuple(self._statement(group, indent)))
        plain = [statement for statement in self._statements if not statement.condition]
        if new.condition != "TYPE_CHECKING":
            return None
        row = max((statement.end_row for statement in plain), default=self._top() - 1) + 1
        return _Addition(row, _BLOCK + section, key, tuple(self._statement(group, "    ")))

    def _statement(self, group: Sequence[NewImport], indent: str = "") -> list[str]:
        new = group[0]
        if not new.name:
            return [indent + new.statement]
        names: list[str] = []
        for one in group:
            names.insert(place_among(names, one.alias), one.alias)
        head = f"{indent}from {new.origin} import "
        line = head + ", ".join(names)
        return [line] if len(line) <= self._width else exploded(head, names)

    def _row_for(self, peers: Sequence[ImportStatement], section: int, key: tuple[bool, int, str]) -> int:
        """The row above which a statement goes: among those of its section, else between the others."""
        before: ImportStatement | None = None
        own = [statement for statement in peers if self._section(statement) == section]
        for statement in own:
            if module_order(statement.is_from, statement.level, _module_of(statement)) > key:
                break
            before = statement
        if own:
            has_comment = self._lines[own[0].row - 2].lstrip().startswith("#") if own[0].row > 1 else False
            return before.end_row + 1 if before else own[0].end_row + 1 if has_comment else own[0].row
        lower = [statement.end_row for statement in peers if self._section(statement) < section]
        if lower:
            return max(lower) + 1
        return min((statement.row for statement in peers), default=0) or self._top()

    def _section(self, statement: ImportStatement) -> int:
        return self._section_of(statement.level, _module_of(statement))

    def _top(self) -> int:
        """The row above which the first import goes: below the docstring, else above the comments of what is first."""
        if self._docstring_end:
            return self._docstring_end + 1
        row = self._first_row
        while row > 1 and self._lines[row - 2].lstrip().startswith("#") and not _HEAD.match(self._lines[row - 2]):
            row -= 1
        return row

    def _joined(self, row: int, additions: Sequence[_Addition]) -> list[str]:
        """All lines that come above a row, with the blank lines that part sections."""
        here = sorted((a for a in additions if a.row == row), key=lambda addition: (addition.section, addition.key))
        ends = {statement.end_row: self._section(statement) for statement in self._statements}
        starts = {statement.row: self._section(statement) for statement in self._statements}
        above = self._lines[row - 2] if row > 1 else ""
        below = self._lines[row - 1] if row <= len(self._lines) else ""
        in_block = here[0].lines[0][:1].isspace() and here[0].section < _BLOCK
        last = ends.get(row - 1, -1)
        is_begun = row - 1 in ends if in_block else bool(above.strip()) and not _HEAD.match(above)
        lines = [""] if is_begun and last != here[0].section else []
        for number, addition in enumerate(here):
            is_block = addition.section >= _BLOCK
            if number and here[number - 1].section != addition.section:
                lines.append("")
            if is_block and (not number or here[number - 1].section < _BLOCK):
                lines.append("if TYPE_CHECKING:")
            lines += addition.lines
        goes_on = row in starts if in_block else bool(below.strip())
        if goes_on and starts.get(row, -1) != here[-1].section:
            lines += [""] if row in starts or not _DEFINITION.match(below) else ["", ""]
        return lines

    def _above(self, row: int, lines: Sequence[str]) -> LineEdit:
        if row > len(self._lines):
            return LineEdit(len(self._lines), len(self._lines), (self._lines[-1], *lines))
        return LineEdit(row, row, (*lines, self._lines[row - 1]))


def _module_of(statement: ImportStatement) -> Parts:
    return statement.module if statement.is_from else tuple(statement.names[0].name.split("."))


def _is_alone(lines: Sequence[str], statement: ImportStatement) -> bool:
    """Whether a statement has its lines for itself."""
    first = lines[statement.row - 1]
    code = lines[statement.end_row - 1].partition("#")[0]
    return not first[: statement.column].strip() and ";" not in code and first.isascii()


def _start(node: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(node, "decorator_list", ())
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _docstring_end(tree: ast.Module) -> int:
    """The last row of the docstring; 0 where there is none."""
    if not tree.body or ast.get_docstring(tree, clean=False) is None:
        return 0
    return tree.body[0].end_lineno or 1


def _first_statement(tree: ast.Module, docstring_end: int) -> int:
    """The row of the first statement behind the docstring."""
    return next((_start(node) for node in tree.body if _start(node) > docstring_end), docstring_end + 1)
