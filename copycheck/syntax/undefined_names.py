"""Undefined names: what a module uses and nothing binds, as pyflakes and ruff's F821 mean it (contract 5.3).

`undefined_names` looks at a whole file. `Surroundings` looks at a part of one that is to be replaced, at the
cost of that part alone: a file with thousands of copies is read once.
"""

from __future__ import annotations

import ast
import bisect
import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from copycheck.syntax.comments_and_strings import lines_with
from copycheck.syntax.nesting import wrap
from copycheck.syntax.python_tree import parse, parse_skeleton
from copycheck.syntax.scopes import BUILTINS, NestedScopes, Scope, ScopeKind, Use
from copycheck.syntax.statement_walk import Walk


def parse_around(text: str, words: Sequence[str] = ()) -> ast.Module | None:
    """The tree of a module, without the bodies that hold no comment with one of `words`; None where it has none.

    `text` is known to be Python. What is outside of functions and classes is all there, in its rows.
    """
    bones = parse_skeleton(text, (), tuple(words))
    return parse(text) if bones is None else bones.tree


def undefined_names(text: str, filename: str = "") -> Counter[str] | None:
    """How often a module uses each name that nothing binds; None where it cannot be parsed.

    What a star import may bind counts as bound. In a stub (`.pyi`) nothing is looked up before the end.
    """
    tree = parse(text)
    if tree is None:
        return None
    try:
        return Counter(use.name for use in _walk(tree, filename).uses if use.name not in BUILTINS)
    except RecursionError:
        return None


def new_undefined_names(before: str | None, after: str, filename: str = "") -> list[str]:
    """The names that a file, once changed, leaves undefined more often than before, sorted.

    `before` is None for a file that was not there. Nothing where one of the texts cannot be parsed.
    """
    old = Counter[str]() if before is None else undefined_names(before, filename)
    new = undefined_names(after, filename)
    return [] if old is None or new is None else sorted(new - old)


def _walk(tree: ast.Module, filename: str) -> Walk:
    if not filename.endswith(".pyi"):
        return Walk(tree)
    walk = Walk(tree, annotations_later=True)
    later = [use for use in walk.uses if not (use.at_once and use.name in walk.top.bound)]
    walk.uses = later
    return walk


def bound_names(tree: ast.Module) -> Mapping[str, int]:
    """The names that a module binds outside of its functions, and the rows in which it does so first."""
    return Walk(tree, enters=lambda node: False).top.bound


def unbound_names(tree: ast.Module) -> frozenset[str]:
    """The names that a module takes away again outside of its functions and classes: by `del`, or behind `except`."""
    found: set[str] = set()
    front: list[ast.AST] = list(tree.body)
    while front:
        node = front.pop()
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.Delete):
            found.update(name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name))
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            front += ast.iter_child_nodes(node)
    return frozenset(found)


def bound_for_types(tree: ast.Module) -> frozenset[str]:
    """The names that a module binds below `if TYPE_CHECKING:` and nowhere else: nothing has them when it runs."""
    blocks = [node for node in tree.body if isinstance(node, ast.If) and _is_for_types(node.test)]
    if not blocks:
        return frozenset()
    rest = [node for node in tree.body if node not in blocks] + [node for block in blocks for node in block.orelse]
    inside = bound_names(ast.Module([node for block in blocks for node in block.body], []))
    return frozenset(inside.keys() - bound_names(ast.Module(rest, [])).keys())


def _is_for_types(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def is_stub(text: str) -> bool:
    """Whether a definition holds no code but `pass`, `...` and docstrings."""
    tree = parse(wrap(text, ("",)) if text[:1].isspace() else text)
    return tree is not None and all(_is_idle(node) for node in tree.body)


def _is_idle(node: ast.stmt) -> bool:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.If)):
        return all(_is_idle(inner) for inner in node.body)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


class Fragment(NamedTuple):
    """A part of a file, as whole lines: `indents` are those of the statements around it, outermost first."""

    first: int
    last: int
    lines: tuple[str, ...]
    indents: tuple[str, ...]

    def parsed(self) -> ast.Module | None:
        """The tree of the lines, below a statement for each indent; None where they cannot be parsed by themselves.

        Its rows count from the first of these statements. It is shared by all fragments of the same lines.
        """
        return (_parsed_short if len(self.lines) < _SHORT else _parsed)(self.lines, self.indents)


_SHORT = 200
"""Lines of a fragment of which many trees are kept: copies of one source have the same text, in file after file."""


@functools.lru_cache(maxsize=12)  # of one file, the old and the new lines of a copy, and then all new ones
def _parsed(lines: tuple[str, ...], indents: tuple[str, ...]) -> ast.Module | None:
    return parse(wrap("\n".join(lines), indents))


_parsed_short = functools.lru_cache(maxsize=64)(_parsed.__wrapped__)


def declared_global(fragment: Fragment) -> set[str]:
    """The names that a fragment declares `global`."""
    tree = fragment.parsed()
    return {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names} if tree else set()


def _walk_of(
    lines: tuple[str, ...],
    indents: tuple[str, ...],
    kind: ScopeKind,
    annotations_later: bool,
    typing: tuple[tuple[str, str], ...],
) -> Walk | None:
    """What a fragment uses and binds, in a scope of this kind; None where it cannot be told."""
    tree = Fragment(1, len(lines), lines, indents).parsed()
    try:
        return None if tree is None else Walk(tree, kind, annotations_later, typing=dict(typing))
    except RecursionError:
        return None


_walk_short = functools.lru_cache(maxsize=32)(_walk_of)


class OuterNames(NamedTuple):
    """The names that a fragment uses of the module, and those of Python."""

    of_module: set[str]
    of_python: set[str]


class Surroundings:
    """What a module binds around some of its rows, for texts that are to take the place of these.

    `text` must parse; `rows` are the first rows of the definitions that are asked about.
    """

    def __init__(self, filename: str, tree: ast.Module, rows: Collection[int], has_globals: bool) -> None:
        self._is_stub = filename.endswith(".pyi")
        asked = sorted(rows)

        def enters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
            place = bisect.bisect_right(asked, node.lineno)
            return has_globals or (place < len(asked) and asked[place] <= (node.end_lineno or 0))

        walk = Walk(tree, annotations_later=self._is_stub, enters=enters)
        self.top = walk.top
        self.for_types = frozenset[str]() if self._is_stub else bound_for_types(tree)
        """The names that it binds for readers of types alone."""
        self.annotations_later = walk.annotations_later
        self._typing = walk.typing
        self._scopes = NestedScopes(scope for scope in walk.scopes if scope.kind in ("class", "function", "type"))
        self._walks: dict[Fragment, Walk | None] = {}

    @property
    def bound(self) -> Mapping[str, int]:
        """The names that the module binds, and the rows in which it does so first."""
        return self.top.bound

    def missing(self, fragment: Fragment, typing: Mapping[str, str] = {}) -> list[Use] | None:
        """The uses in a fragment, were it in its place, that nothing would bind; None where it does not parse.

        Rows count from the first line of the fragment, which is 1. `typing` names what the module is to
        import from there: the strings in a `Literal` are no names.
        """
        walk = self._new_walk(fragment, typing) if typing else self._walk(fragment)
        if walk is None:
            return None
        scopes = self.around(fragment)
        depth = len(fragment.indents)
        found = (use for use in walk.uses if use.name not in BUILTINS and not self._binds(scopes, use, fragment.first))
        return [use._replace(row=use.row - depth) for use in found]

    def outer_names(self, fragment: Fragment) -> OuterNames:
        """The names of others that a fragment uses; none where it does not parse."""
        walk = self._walk(fragment)
        used = {use.name for use in walk.uses} if walk else set[str]()
        used -= {name for scope in self.around(fragment) if scope.kind != "class" for name in scope.bound}
        # The module may bind far more names than a fragment uses.
        of_module = {name for name in used if name in self.bound}
        return OuterNames(of_module, (used & BUILTINS) - of_module)

    def binds(self, fragment: Fragment) -> Collection[str]:
        """The names that a fragment binds in the scope around it; none where it does not parse."""
        walk = self._walk(fragment)
        return walk.top.bound.keys() if walk else ()

    def _walk(self, fragment: Fragment) -> Walk | None:
        if fragment not in self._walks:
            if len(self._walks) > 1:
                self._walks.clear()  # the old and the new lines of a copy are asked about, and then the next copy
            self._walks[fragment] = self._new_walk(fragment)
        return self._walks[fragment]

    def _new_walk(self, fragment: Fragment, typing: Mapping[str, str] = {}) -> Walk | None:
        scopes = self.around(fragment)
        walk = _walk_short if len(fragment.lines) < _SHORT else _walk_of
        kind: ScopeKind = scopes[0].kind if scopes else "module"
        return walk(
            fragment.lines, fragment.indents, kind, self.annotations_later, (*self._typing.items(), *typing.items())
        )

    def around(self, fragment: Fragment) -> list[Scope]:
        """The scopes around a fragment, the innermost first, without the module."""
        return self._scopes.around(fragment.first, fragment.last)

    def _binds(self, scopes: Iterable[Scope], use: Use, row: int) -> bool:
        """Whether a scope around a fragment that begins in a row binds a name that is used in it."""
        at_once, is_first = use.at_once and not self._is_stub, True
        for scope in (*scopes, self.top):
            if scope.kind == "class" and not (is_first and use.is_direct):
                is_first = False
                continue
            bound = scope.bound.get(use.name)
            if scope is self.top and use.name in self.for_types and (use.at_once or not use.is_type):
                bound = None
            if scope.has_star or (bound is not None and (bound < row or not at_once)):
                return True
            if use.is_type and use.name in scope.declared:
                return True
            at_once = at_once and scope.kind != "function"
            is_first = is_first and scope.kind == "type"
        return False


_GLOBAL = re.compile(r"[ \t\f]*(?:global\b|[^#\n]*[;:][ \t]*global\b)")
"""A row that may declare a name `global`; prose says the word as well."""


def surroundings(filename: str, text: str, words: Sequence[str], rows: Collection[int]) -> Surroundings | None:
    """What a module binds around some of its rows; None where it has no tree. `words` are as in `parse_around`."""
    has_globals = any(_GLOBAL.match(text, start) for start in lines_with(text, "global "))
    tree = parse(text) if has_globals else parse_around(text, words)
    return Surroundings(filename, tree, rows, has_globals) if tree else None
