"""The headers of the functions and classes of a file, so that calls can be held against them (contract 5.11)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.directives.compared_regions import split_header
from copycheck.directives.module_directives import Module
from copycheck.fixing.call_headers import Header, header_of
from copycheck.fixing.self_bindings import CALLED, objects_on_self
from copycheck.syntax.nesting import wrap
from copycheck.syntax.python_tree import parse
from copycheck.syntax.statement_tree import Statement


class Callee(NamedTuple):
    """A function or class: the row of the class around it, 0 for the module, and its name."""

    class_row: int
    name: str


_CLASS = re.compile(r"^[ \t]*class[ \t]+(\w+)", re.MULTILINE)
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
        self._members_of: dict[int, Mapping[str, list[ast.stmt]]] = {}

    def of(self, callee: Callee) -> FoundHeader | None:
        """The header of what is called; None where it is not certain."""
        if callee not in self._known:
            self._known[callee] = self._find(*callee)
        return self._known[callee]

    def called_object(self, class_name: str) -> Callee | None:
        """The method that runs where an object of a class of the module is called; None where that is not certain."""
        found = _bindings(self._module.outline.children, class_name)
        if len(found) != 1 or found[0].kind != "class":
            return None
        members = self._members(found[0])
        name = next((name for name in CALLED if name in members), "")
        return Callee(found[0].row, name) if name else None

    def class_rows(self) -> Iterator[int]:
        """The rows of the classes of the module, in order."""
        return (one.row for one in self._module.outline.children if one.kind == "class")

    def objects_of(self, class_row: int) -> Mapping[str, str]:
        """The attributes of `self` that are new objects of one class, in the class at a row."""
        scope = self._class_at(class_row)
        tree = self._class_tree(scope) if scope else None
        return objects_on_self(tree) if tree else {}

    def rows_of(self, first: int, last: int) -> Sequence[str]:
        """Rows of the file, from 1 and both included."""
        return self._module.lines[first - 1 : last]

    def may_make_objects(self, rows: Sequence[str]) -> bool:
        """Whether some rows assign a new object of a class of the module: a quick look."""
        text = "\n".join(rows)
        made = "|".join(name for name in self._classes if name in text)
        return bool(made) and re.search(rf"=[(\s]*(?:{made})\s*\(", text) is not None

    @cached_property
    def _classes(self) -> Sequence[str]:
        """The names of all classes of the file, and others that a string may have."""
        return sorted(set(_CLASS.findall(self._module.file.text)))

    def _find(self, class_row: int, name: str) -> FoundHeader | None:
        if class_row:
            scope = self._class_at(class_row)
            header = self._method(scope, name) if scope else None
            return FoundHeader(header, True) if header else None
        found = _bindings(self._module.outline.children, name)
        if len(found) != 1:
            return None
        if found[0].kind == "class" and not found[0].decorators:
            header = None if "__new__" in self._members(found[0]) else self._method(found[0], "__init__")
            return FoundHeader(header, True) if header else None
        header = self._header(found[0])
        return FoundHeader(header, False) if header else None

    def _method(self, scope: Statement, name: str) -> Header | None:
        """The header of a method; None where there is none, or more than one, or a decorator may change it."""
        nodes = self._members(scope).get(name, [])
        node = nodes[0] if len(nodes) == 1 else None
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        return None if decorators - _KEEP_THE_HEADER else header_of(node)

    def _members(self, scope: Statement) -> Mapping[str, list[ast.stmt]]:
        """What binds the names in the body of a class, read from its text: the outline may leave methods out."""
        if scope.row not in self._members_of:
            tree = self._class_tree(scope)
            classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)) if tree else iter(())
            around = next((node for node in classes if node.name == scope.name), None)
            found: dict[str, list[ast.stmt]] = {}
            for name, node in _bound_in(around.body if around else []):
                found.setdefault(name, []).append(node)
            self._members_of[scope.row] = found
        return self._members_of[scope.row]

    def _class_tree(self, scope: Statement) -> ast.Module | None:
        text = "\n".join(self._module.lines[scope.row - 1 : scope.end])
        return parse(wrap(text, ("",)) if text[:1].isspace() else text)

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


def _bound_in(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """The names that a body binds, blocks included, with the statements that do so."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
            continue
        inner: list[ast.stmt] = []
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                names = (one for one in ast.walk(part) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
                yield from ((name.id, node) for name in names)
            elif isinstance(part, ast.stmt):
                inner.append(part)
            elif isinstance(part, ast.ExceptHandler):
                inner += part.body
        yield from _bound_in(inner)
