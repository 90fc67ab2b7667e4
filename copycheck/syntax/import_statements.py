"""The import statements of a module: what each binds, where it is, and under which condition it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Parts = tuple[str, ...]


class ImportedAs(NamedTuple):
    """What is imported, and the name that it gets; empty for its own."""

    name: str
    as_name: str


class ImportStatement(NamedTuple):
    """A statement `import …` or `from … import …` outside of functions and classes.

    `level` counts the dots. `condition` is empty for a statement that runs whenever the module does; else the tests of
    the `if` statements around it, or `try`. `block` is the row of the innermost of them, 0 for none.
    """

    row: int
    end_row: int
    column: int
    is_from: bool
    module: Parts
    level: int
    names: tuple[ImportedAs, ...]
    condition: str = ""
    block: int = 0

    @property
    def is_for_types(self) -> bool:
        """Whether only a reader of types runs it: it is below `if TYPE_CHECKING:`."""
        return self.condition in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING")

    @property
    def runs(self) -> bool:
        """Whether it may run when the module is imported."""
        return "TYPE_CHECKING" not in self.condition

    def module_from(self, package: Parts) -> Parts | None:
        """The dotted name of the module of a `from`, in a package; None where the dots lead out of it."""
        if not self.level:
            return self.module
        if self.level > len(package):
            return None
        return (*package[: len(package) - self.level + 1], *self.module)


def read_imports(tree: ast.Module) -> list[ImportStatement]:
    """The import statements of a module, in order, those in the blocks of `if`, `try` and `with` included."""
    return list(_statements(tree.body, (), 0))


def bound_beside_imports(tree: ast.Module) -> frozenset[str]:
    """The names that a module binds outside of its functions and classes by other statements than imports."""
    found: set[str] = set()
    front: list[ast.AST] = list(tree.body)
    while front:
        node = front.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            front += ast.iter_child_nodes(node)
    return frozenset(found)


def _statements(nodes: Iterable[ast.stmt], tests: Sequence[str], block: int) -> Iterator[ImportStatement]:
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield _statement(node, " and ".join(tests), block)
        elif isinstance(node, ast.If):
            test = ast.unparse(node.test)
            yield from _statements(node.body, (*tests, test), node.lineno)
            yield from _statements(node.orelse, (*tests, f"not ({test})"), node.lineno)
        elif isinstance(node, ast.With):
            yield from _statements(node.body, (*tests, "with"), node.lineno)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            for branch in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, branch), (*tests, "try"), node.lineno)
            for handler in node.handlers:  # type: ignore[attr-defined]
                yield from _statements(handler.body, (*tests, "except"), node.lineno)


def _statement(node: ast.Import | ast.ImportFrom, condition: str, block: int) -> ImportStatement:
    is_from = isinstance(node, ast.ImportFrom)
    module = tuple(node.module.split(".")) if isinstance(node, ast.ImportFrom) and node.module else ()
    return ImportStatement(
        node.lineno,
        node.end_lineno or node.lineno,
        node.col_offset,
        is_from,
        module,
        node.level if isinstance(node, ast.ImportFrom) else 0,
        tuple(ImportedAs(alias.name, alias.asname or "") for alias in node.names),
        condition,
        block,
    )
