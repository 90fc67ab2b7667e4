"""Docstrings that a fix would remove, where the source has none in their place (contract 5.9)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from copycheck.syntax.undefined_names import Fragment, is_stub

_Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_LINES = 2
"""So many lines of a docstring are a person's work."""


def lost_docstring(old: Fragment, new: Fragment) -> str:
    """What a fix that writes one text in place of another would take away, as a clause; empty for nothing.

    A stub is there to be written over, with its docstring.
    """
    counts = [sum(line.count(quotes) for line in one.lines for quotes in ('"""', "'''")) for one in (old, new)]
    if counts[0] <= counts[1] and not any('"""' in line for line in set(old.lines) - set(new.lines)):
        return ""
    before, after = old.parsed(), new.parsed()
    if before is None or after is None or is_stub("\n".join(old.lines)):
        return ""
    kept = {path: _lines(node) for path, node in _definitions(before, "")}
    for path, node in _definitions(after, ""):
        lines = kept.get(path, 0)
        if lines >= _LINES and not _lines(node):
            whose = f"the docstring of `{path.rpartition('.')[2]}`" if "." in path.strip(".") else "its docstring"
            return f"a fix would remove {whose}, {lines} lines, and the source has none"
    return ""


def _lines(node: _Documented) -> int:
    return sum(bool(line.strip()) for line in (ast.get_docstring(node) or "").split("\n"))


def _definitions(tree: ast.AST, scope: str) -> Iterator[tuple[str, _Documented]]:
    """The functions and classes of a text with their paths in it; of two of one name, both."""
    for node in ast.iter_child_nodes(tree):
        path = scope
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            path = f"{scope}.{node.name}"
            yield path, node
        if isinstance(node, ast.stmt):
            yield from _definitions(node, path)
