"""Outlines of modules whose syntax is newer than the running Python, through libcst's own grammar (contract 3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from copycheck.syntax.guarded_libcst import parse_module
from copycheck.syntax.identifiers import python_name
from copycheck.syntax.statement_tree import BoundImport, Decorator, ImportedName, Kind, Statement


def read_with_libcst(text: str) -> Statement | None:
    """The module as a statement that holds all others; None when libcst cannot read it either."""
    module = parse_module(text)
    if module is None:
        return None
    try:
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        positions = cast(Mapping[cst.CSTNode, CodeRange], wrapper.resolve(PositionProvider))
        reader = _Reader(positions)
        statements = [statement for node in wrapper.module.body for statement in reader.read(node)]
    except RecursionError:
        return None
    rows = text.count("\n") + 1
    return Statement("block", "", 1, 1, 0, rows, 0, make_children=lambda: statements)


class _Reader:
    def __init__(self, positions: Mapping[cst.CSTNode, CodeRange]) -> None:
        self.positions = positions

    def read(self, node: cst.CSTNode) -> Iterator[Statement]:
        """The statements that one line or one compound statement stands for."""
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                yield self._small(small)
        elif isinstance(node, (cst.ClassDef, cst.FunctionDef)):
            yield self._definition(node)
        else:
            loop = isinstance(node, (cst.For, cst.While))
            children = [child for body in _bodies(node) for child in self._body(body)]
            if isinstance(node, cst.Match):
                children = [self._statement("block", "", c, self._body(c.body), transparent=True) for c in node.cases]
            yield self._statement("block", "", node, children, transparent=not loop)

    def _body(self, body: cst.BaseSuite) -> list[Statement]:
        if isinstance(body, cst.SimpleStatementSuite):
            return [self._small(small) for small in body.body]
        return [statement for node in body.body for statement in self.read(node)]

    def _definition(self, node: cst.ClassDef | cst.FunctionDef) -> Statement:
        kind: Kind = "class"
        if isinstance(node, cst.FunctionDef):
            kind = "async def" if node.asynchronous else "def"
        decorators = tuple(self._decorator(decorator) for decorator in node.decorators)
        made = self._statement(kind, python_name(node.name.value), node, self._body(node.body))
        made.row = self.positions[node.name].start.line
        made.decorators = decorators
        made.start = min([made.row, *(decorator.row for decorator in decorators)])
        return made

    def _small(self, node: cst.BaseSmallStatement) -> Statement:
        name = _assigned_name(node)
        made = self._statement("assignment" if name else "other", name, node, [])
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            made.kind, made.imports = "import", tuple(_imports(node))
        return made

    def _statement(
        self,
        kind: Kind,
        name: str,
        node: cst.CSTNode,
        children: Sequence[Statement],
        transparent: bool = False,
    ) -> Statement:
        at = self.positions[node]
        end = children[-1].end if children else at.end.line
        return Statement(
            kind,
            name,
            at.start.line,
            at.start.line,
            at.start.column,
            end,
            at.end.column,
            transparent=transparent,
            make_children=lambda: list(children),
        )

    def _decorator(self, node: cst.Decorator) -> Decorator:
        at = self.positions[node]
        expression = node.decorator
        if isinstance(expression, cst.Call):
            expression = expression.func
        return Decorator(at.start.line, at.end.line, ".".join(_dotted(expression)))


def _bodies(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """The suites of a compound statement in the order in which they stand."""
    for child in node.children:
        if isinstance(child, cst.BaseSuite):
            yield child
        elif isinstance(child, (cst.If, cst.Else, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally)):
            yield from _bodies(child)


def _assigned_name(node: cst.BaseSmallStatement) -> str:
    target: cst.CSTNode | None = None
    if isinstance(node, cst.Assign) and len(node.targets) == 1:
        target = node.targets[0].target
    elif isinstance(node, cst.AnnAssign):
        target = node.target
    elif isinstance(node, cst.TypeAlias):
        target = node.name
    return python_name(target.value) if isinstance(target, cst.Name) else ""


def _imports(node: cst.Import | cst.ImportFrom) -> Iterator[BoundImport]:
    if isinstance(node, cst.ImportFrom):
        module = _dotted(node.module) if node.module else ()
        level = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            yield BoundImport("*", ImportedName(module, "*", level))
            return
        for alias in node.names:
            name = ".".join(_dotted(alias.name))
            yield BoundImport(_alias(alias) or name, ImportedName(module, name, level))
        return
    for alias in node.names:
        parts = _dotted(alias.name)
        bound = _alias(alias)
        yield BoundImport(bound or parts[0], ImportedName(parts if bound else parts[:1], None, 0))


def _alias(alias: cst.ImportAlias) -> str:
    return python_name(alias.asname.name.value) if alias.asname and isinstance(alias.asname.name, cst.Name) else ""


def _dotted(node: cst.CSTNode) -> tuple[str, ...]:
    if isinstance(node, cst.Attribute):
        return (*_dotted(node.value), python_name(node.attr.value))
    return (python_name(node.value),) if isinstance(node, cst.Name) else ()
