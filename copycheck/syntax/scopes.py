"""The scopes of a module: what is bound where, and what is used that no scope binds.

What a function body uses is looked up when the module has been read to its end; all else where it stands. This is the
meaning that pyflakes gives to an undefined name, and ruff to F821.
"""

from __future__ import annotations

import ast
import bisect
import builtins
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

ScopeKind = Literal["module", "class", "function", "comprehension", "type"]
BUILTINS = frozenset(dir(builtins)) | frozenset(
    {"__annotations__", "__builtins__", "__file__", "__path__", "__warningregistry__", "WindowsError"}
)
"""What every module has: the builtins, and what Python sets in a module. `__path__` counts in packages only."""
_IN_CLASS_BODY = frozenset({"__module__", "__qualname__"})


class Use(NamedTuple):
    """A name that nothing binds where it is used.

    `at_once` says that it is looked up as soon as the definition is executed, and not when a function is called;
    `is_type` that only a reader of types looks it up; `is_direct` that it is in no function or class of the tree.
    """

    name: str
    row: int
    at_once: bool
    is_type: bool
    is_direct: bool


@dataclass(slots=True, eq=False)
class Scope:
    """A scope in rows `first` to `last`, and the row with which each of its names is bound first.

    `declared` are names with an annotation and no value.
    """

    kind: ScopeKind
    first: int
    last: int
    parent: Scope | None = None
    bound: dict[str, int] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    has_star: bool = False


class NestedScopes:
    """Scopes by the rows that they hold: two of them share rows only where one is in the other."""

    def __init__(self, scopes: Iterable[Scope]) -> None:
        self._scopes = sorted(scopes, key=_place_of)
        self._firsts = [scope.first for scope in self._scopes]
        self._outer: list[int] = []
        """For each scope the number of the one around it; -1 for none."""
        open_: list[int] = []
        for number, scope in enumerate(self._scopes):
            while open_ and self._scopes[open_[-1]].last < scope.last:
                open_.pop()
            self._outer.append(open_[-1] if open_ else -1)
            open_.append(number)

    def around(self, first: int, last: int) -> list[Scope]:
        """The scopes that begin above some rows and hold them all, the innermost first."""
        found: list[Scope] = []
        number = bisect.bisect_left(self._firsts, first) - 1
        while number >= 0:
            if last <= self._scopes[number].last:
                found.append(self._scopes[number])
            number = self._outer[number]
        found.reverse()
        return sorted(found, key=_place_of, reverse=True)


def _place_of(scope: Scope) -> tuple[int, int]:
    return scope.first, -scope.last


class Scopes:
    """The scopes around a place that moves through a tree, all scopes that it has been in, and the uses without one.

    A star import binds whatever is looked up below it.
    """

    def __init__(self, kind: ScopeKind, annotations_later: bool, typing: Mapping[str, str]) -> None:
        self.scope = self.top = Scope(kind, 1, 1 << 30)
        self.scopes = [self.top]
        self.uses: list[Use] = []
        self.annotations_later = annotations_later
        self.typing = dict(typing)
        self._later: deque[Callable[[], None]] = deque()
        self._at_once = True
        self._in_type = self._forward = False
        self._globals: set[str] = set()
        self._guarded = 0

    def _finish(self) -> None:
        """Do what was postponed."""
        self._at_once = False
        while self._later:
            self._later.popleft()()
        # A function that says `global x` may come behind another one that reads x.
        self.uses = [use for use in self.uses if use.at_once or use.name not in self._globals]

    def _bind(self, name: str, row: int) -> None:
        scope = self.scope
        if name in scope.globals:
            self.top.bound.setdefault(name, row)
        scope.bound.setdefault(name, row)

    def _load(self, name: str, row: int) -> None:
        if self._guarded:
            return
        if self._forward and name in self.top.bound:
            return
        scope: Scope | None = self.scope
        innermost, class_counts, in_function, star = True, True, False, False
        while scope is not None:
            if scope.kind != "class" or class_counts or (in_function and name == "__class__"):
                if name in scope.bound or (scope.kind == "class" and in_function and name == "__class__"):
                    return
                if name in scope.declared:
                    if self._in_type:
                        return
                    break
                if innermost and scope.kind == "class" and name in _IN_CLASS_BODY:
                    return
            class_counts = scope.kind == "type" and innermost
            in_function = in_function or scope.kind == "function"
            star = star or scope.has_star
            innermost = False
            scope = scope.parent
        is_direct = self.top in (self.scope, self.scope.parent if self.scope.kind == "type" else self.scope)
        if not star:
            self.uses.append(Use(name, row, self._at_once, self._in_type, is_direct))

    def _inside(self, kind: ScopeKind, node: ast.stmt | ast.expr) -> Scope:
        self.scope = Scope(kind, node.lineno, node.end_lineno or node.lineno, self.scope)
        self.scopes.append(self.scope)
        return self.scope

    def _leave(self) -> None:
        assert self.scope.parent is not None, "the outermost scope is never left"
        self.scope = self.scope.parent

    def _postpone(self, work: Callable[[], None], *, is_type: bool = False, forward: bool = False) -> None:
        """Do some work in this scope, when the module has been read to its end."""
        scope, guarded = self.scope, self._guarded

        def later() -> None:
            self.scope, self._guarded = scope, guarded
            self._in_type, self._forward = is_type, forward
            work()
            self._in_type = self._forward = False

        self._later.append(later)
