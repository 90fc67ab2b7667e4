"""The headers of the functions and classes of a file, so that calls can be held against them (contract 5.11)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.directives.compared_regions import split_header
from copycheck.directives.module_directives import Module
from copycheck.fixing.visible_changes import Header, header_of
from copycheck.syntax.nesting import wrap
from copycheck.syntax.python_tree import parse
from copycheck.syntax.statement_tree import Statement


class Callee(NamedTuple):
    """A function or class: the row of the class around it, 0 for the module, and its name."""

    class_row: int
    name: str


_KEEP_THE_HEADER = frozenset({"staticmethod", "classmethod"})


class FoundHeader(NamedTuple):
    """The header of what is called, and whether it is that of a method."""

    header: Header
    is_method: bool


class HeadersOfFile:
    """Finds what the functions and classes of a file take, where that is certain."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._known: dict[Callee, FoundHeader | None] = {}

    def of(self, callee: Callee) -> FoundHeader | None:
        """The header of what is called; None where it is not certain."""
        if callee not in self._known:
            self._known[callee] = self._find(*callee)
        return self._known[callee]

    def _find(self, class_row: int, name: str) -> FoundHeader | None:
        scope = self._class_at(class_row) if class_row else self._module.outline
        found = _bindings(scope.children, name) if scope else []
        if len(found) != 1:
            return None
        if found[0].kind == "class" and not found[0].decorators:
            made = _bindings(found[0].children, "__init__")
            is_plain = len(made) == 1 and not _bindings(found[0].children, "__new__")
            header = self._header(made[0]) if is_plain else None
            return FoundHeader(header, True) if header else None
        header = self._header(found[0])
        return FoundHeader(header, bool(class_row)) if header else None

    def _class_at(self, row: int) -> Statement | None:
        front = list(self._module.outline.children)
        while front:
            statement = front.pop()
            if statement.kind == "class" and statement.row == row:
                return statement
            if statement.start < row <= statement.end:
                front += statement.children
        return None

    def _header(self, statement: Statement) -> Header | None:
        decorators = {decorator.name for decorator in statement.decorators}
        if statement.kind not in ("def", "async def") or decorators - _KEEP_THE_HEADER:
            return None
        text = "\n".join(self._module.lines[statement.start - 1 : statement.end])
        node = function_of_header(text, statement.row - statement.start)
        return header_of(node) if node is not None and node.name == statement.name else None


def function_of_header(text: str, name_line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function that a text begins with, read by its decorators and header alone; None where these do not parse."""
    indent = text[: len(text) - len(text.lstrip())]
    above, header, _ = split_header(text, name_line)
    tree = parse(wrap(f"{above}{header}\n{indent} ...", ("",) if indent else ()))
    nodes = ast.walk(tree) if tree else iter(())
    return next((node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))), None)


def _bindings(body: Sequence[Statement], name: str) -> list[Statement]:
    """The statements of a body, blocks included, that bind a name."""
    return list(_binding(body, name))


def _binding(body: Sequence[Statement], name: str) -> Iterator[Statement]:
    for statement in body:
        if statement.name == name or any(bound in (name, "*") for bound, _ in statement.imports):
            yield statement
        if statement.kind == "block":
            yield from _binding(statement.children, name)
