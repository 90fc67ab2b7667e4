"""Module → statements with their names and extents, taken from the syntax tree.

`ast` first; where the running Python cannot parse a newer syntax, libcst's own grammar (`libcst_parser`).
Children are made when they are asked for: most of a tree is never looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

from copycheck.model.errors import UnreadableFileError
from copycheck.syntax.data_tables import without_tables
from copycheck.syntax.python_tree import parse_skeleton, parse_strictly
from copycheck.syntax.size_bounds import MOST_TOKENS, endless, is_too_large
from copycheck.syntax.statement_tree import BoundImport, Decorator, ImportedName, Kind, Statement


def read_outline(filename: str, text: str) -> Statement:
    """The module as a statement that holds all others. Raises UnreadableFileError where no grammar can read it."""
    if is_too_large(without_tables(text)):
        raise UnreadableFileError(filename, f"cannot be parsed: it has more than {MOST_TOKENS:,} tokens")
    if many := endless(text):
        raise UnreadableFileError(filename, f"cannot be parsed: it has {many}")
    try:
        return _statements(text, parse_strictly(text))
    except (RecursionError, MemoryError):  # the latter is how CPython's parser says that its stack is full
        raise UnreadableFileError(filename, "cannot be parsed: nested too deeply") from None
    except (SyntaxError, ValueError) as error:
        # Only the error of `ast` tells the column in the words that users know from Python itself.
        from copycheck.syntax.libcst_parser import read_with_libcst

        module = read_with_libcst(text)
        if module is None:
            raise _unreadable(filename, text, error) from None
        return module


def read_skeleton(text: str, inside: Collection[str], words: Sequence[str] = ()) -> Statement | None:
    """The outline of a text that is known to be Python, without the bodies that nobody asks about (see `skeleton`).

    None where the text has to be read as a whole.
    """
    bones = parse_skeleton(text, tuple(inside), tuple(words))
    return None if bones is None else _statements(bones.text, bones.tree)


def _statements(text: str, tree: ast.Module) -> Statement:
    lines = text.split("\n")
    return Statement(
        "block",
        "",
        1,
        1,
        0,
        len(lines),
        0,
        make_children=lambda: [_from_ast(node, lines) for node in tree.body],
    )


def _unreadable(filename: str, text: str, error: Exception) -> UnreadableFileError:
    if isinstance(error, SyntaxError):
        row = min(error.lineno or 1, text.count("\n") + 1)
        return UnreadableFileError(filename, f"cannot be parsed: {error.msg}", max(row, 1), max(error.offset or 1, 1))
    return UnreadableFileError(filename, f"cannot be parsed: {error or type(error).__name__}")


def _from_ast(node: ast.stmt, lines: list[str]) -> Statement:
    kind: Kind = "other"
    name, start, imports, transparent = "", node.lineno, (), False
    decorators: tuple[Decorator, ...] = ()
    make_children: Callable[[], list[Statement]] = list
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        kind, name = _DEFINERS[type(node)], node.name
        if node.decorator_list:
            decorators = tuple(_decorator(expression) for expression in node.decorator_list)
            start = min(node.lineno, decorators[0].row)
        make_children = _maker(node.body, lines)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        return _from_import(node)
    elif isinstance(node, _COMPOUND):
        kind, transparent = "block", not isinstance(node, _LOOPS)
        make_children = _maker(list(_branches(node)), lines)
    else:
        name = _assigned_name(node)
        kind = "assignment" if name else "other"
    return Statement(
        kind,
        name,
        start,
        node.lineno,
        _column(lines, node.lineno, node.col_offset),
        node.end_lineno or node.lineno,
        _column(lines, node.end_lineno or node.lineno, node.end_col_offset or 0),
        decorators,
        imports,
        transparent,
        make_children,
    )


def _maker(nodes: Sequence[ast.stmt | ast.match_case], lines: list[str]) -> Callable[[], list[Statement]]:
    return lambda: [
        _case(node, lines) if isinstance(node, ast.match_case) else _from_ast(node, lines) for node in nodes
    ]


def _case(node: ast.match_case, lines: list[str]) -> Statement:
    row, last = node.pattern.lineno, node.body[-1]
    column = len(lines[row - 1]) - len(lines[row - 1].lstrip())
    return Statement(
        "block",
        "",
        row,
        row,
        column,
        last.end_lineno or row,
        0,
        transparent=True,
        make_children=_maker(node.body, lines),
    )


def _from_import(node: ast.Import | ast.ImportFrom) -> Statement:
    bound: list[BoundImport] = []
    for alias in node.names:
        parts = tuple(alias.name.split("."))
        if isinstance(node, ast.ImportFrom):
            module = tuple(node.module.split(".")) if node.module else ()
            bound.append(BoundImport(alias.asname or alias.name, ImportedName(module, alias.name, node.level)))
        elif alias.asname:
            bound.append(BoundImport(alias.asname, ImportedName(parts, None, 0)))
        else:
            bound.append(BoundImport(parts[0], ImportedName(parts[:1], None, 0)))
    end = node.end_lineno or node.lineno
    return Statement(
        "import",
        "",
        node.lineno,
        node.lineno,
        node.col_offset,
        end,
        node.end_col_offset or 0,
        imports=tuple(bound),
    )


def _branches(node: ast.AST) -> Iterator[ast.stmt | ast.match_case]:
    if isinstance(node, ast.Match):
        yield from node.cases
        return
    for name in ("body", "handlers", "orelse", "finalbody"):
        for child in getattr(node, name, ()):
            if isinstance(child, ast.ExceptHandler):
                yield from child.body
            else:
                yield child


def _assigned_name(node: ast.stmt) -> str:
    """The one name that an assignment (or `type X = …`) defines; empty for anything else."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign) and node.simple:
        targets = [node.target]
    elif type(node).__name__ == "TypeAlias":
        targets = [node.name]  # type: ignore[attr-defined]
    if len(targets) == 1 and isinstance(targets[0], ast.Name):
        return targets[0].id
    return ""


def _decorator(node: ast.expr) -> Decorator:
    end = node.end_lineno or node.lineno
    expression = node.func if isinstance(node, ast.Call) else node
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if isinstance(expression, ast.Name):
        parts.append(expression.id)
    return Decorator(node.lineno, end, ".".join(reversed(parts)))


def _column(lines: list[str], row: int, offset: int) -> int:
    """`ast` counts UTF-8 bytes; this counts characters."""
    line = lines[row - 1]
    return offset if line.isascii() else len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))


_DEFINERS: dict[type[ast.stmt], Kind] = {
    ast.ClassDef: "class",
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "async def",
}
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPOUND: tuple[type[ast.stmt], ...] = (
    ast.If,
    ast.Try,
    ast.With,
    ast.AsyncWith,
    ast.Match,
    *_LOOPS,
    *([ast.TryStar] if hasattr(ast, "TryStar") else []),
)
