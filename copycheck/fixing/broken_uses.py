"""How the rest of a file uses a copy, and what a fix would take away from it (contract 5.11).

A name may be bound and the program broken all the same: a call that gives an argument which the new header lacks, or
takes for another one, an assignment that takes three values from a function which returns two now, an attribute that is
gone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain

from copycheck.fixing.visible_changes import Call, Change, ClassChange, FunctionChange, members
from copycheck.syntax.python_tree import parse

_OWN = frozenset({"self", "cls"})


class UsesOfFile:
    """The calls and attributes of a file, outside of the copies that are fixed together. Read when they are needed."""

    def __init__(self, read: Callable[[], str], fixed: Iterable[tuple[int, int]]) -> None:
        """`read` gives the text of the file, `fixed` are the first and last rows of these copies."""
        self._read = read
        self._fixed = {row for first, last in fixed for row in range(first, last + 1)}

    @cached_property
    def _index(self) -> _Index:
        return _Index(parse(self._read()) or ast.Module([], []), self._fixed)

    def leave_as_is(self, first: int, last: int) -> frozenset[str]:
        """Take note that the copy in these rows is not fixed after all. Returns the names that it uses."""
        self._fixed.difference_update(range(first, last + 1))
        return self._index.names_in(first, last)

    def broken_by(self, change: Change | None) -> str:
        """What a fix would break, as a clause; empty for nothing known."""
        if isinstance(change, ClassChange):
            return next(self._broken_class(change), "")
        if change is None or change.unused:
            return change.unused if change else ""
        around = self._index.class_around(change.row)
        calls = self._index.calls(change.name) if around is None else self._index.own_calls(around, change.name)
        return next(_broken_calls(calls, change, is_method=around is not None), "")

    def _broken_class(self, change: ClassChange) -> Iterator[str]:
        for name, is_field in change.gone:
            row = self._index.row_of_field(change.name, name) if is_field else 0
            row = row or self._index.row_of_attribute(change.name, name)
            if row:
                yield f"row {row} uses `{name}`, which a fix would take away"
        if change.constructor is not None:
            yield from _broken_calls(self._index.calls(change.name), change.constructor, is_method=True)


class _Index:
    """The calls and attributes of a file. `fixed` are the rows that do not count; they may become fewer."""

    def __init__(self, tree: ast.Module, fixed: Collection[int]) -> None:
        self._fixed = fixed
        self._calls: dict[str, list[Call]] = {}
        self._own_calls: dict[str, list[Call]] = {}
        self._attributes: dict[str, list[int]] = {}
        self._classes: list[ast.ClassDef] = []
        values: dict[int, int] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                elements = node.targets[0].elts
                if not any(isinstance(element, ast.Starred) for element in elements):
                    values[id(node.value)] = len(elements)
            elif isinstance(node, ast.ClassDef):
                self._classes.append(node)
            elif isinstance(node, ast.Call):
                self._note(node, values)
            elif isinstance(node, ast.Attribute):
                self._attributes.setdefault(node.attr, []).append(node.lineno)

    def _note(self, node: ast.Call, values: dict[int, int]) -> None:
        function = node.func
        names = frozenset(word.arg for word in node.keywords if word.arg)
        by_place = next((n for n, one in enumerate(node.args) if isinstance(one, ast.Starred)), len(node.args))
        is_open = by_place < len(node.args) or any(not word.arg for word in node.keywords)
        call = Call(node.lineno, by_place, names, is_open, values.get(id(node)))
        if isinstance(function, ast.Name):
            self._calls.setdefault(function.id, []).append(call)
        elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in _OWN:
            self._own_calls.setdefault(function.attr, []).append(call)

    @cached_property
    def _names(self) -> dict[int, set[str]]:
        """The names that each row uses, as `broken_by` looks for them."""
        found: dict[int, set[str]] = {}
        for name, calls in chain(self._calls.items(), self._own_calls.items()):
            for call in calls:
                found.setdefault(call.row, set()).update((name, *call.by_name))
        for name, rows in self._attributes.items():
            for row in rows:
                found.setdefault(row, set()).add(name)
        return found

    def names_in(self, first: int, last: int) -> frozenset[str]:
        """The names that some rows use."""
        return frozenset().union(*(self._names.get(row, ()) for row in range(first, last + 1)))

    def class_around(self, row: int) -> ast.ClassDef | None:
        """The innermost class around a row."""
        return next((c for c in reversed(self._classes) if c.lineno < row <= (c.end_lineno or 0)), None)

    def calls(self, name: str) -> list[Call]:
        """The calls of a function or class of the module."""
        return [call for call in self._calls.get(name, []) if call.row not in self._fixed]

    def own_calls(self, around: ast.ClassDef, name: str) -> list[Call]:
        """The calls of a method in its class, by `self` or `cls`."""
        rows = range(around.lineno, (around.end_lineno or around.lineno) + 1)
        return [call for call in self._own_calls.get(name, []) if call.row in rows and call.row not in self._fixed]

    def row_of_field(self, class_name: str, name: str) -> int:
        """The row in which a class is called with a field by its name; 0 where there is none."""
        return next((call.row for call in self.calls(class_name) if name in call.by_name), 0)

    def row_of_attribute(self, class_name: str, name: str) -> int:
        """The row of an attribute that only the class of this name has in the file; 0 where there is none."""
        if name.startswith("__") or any(name in members(c) for c in self._classes if c.name != class_name):
            return 0
        return next((row for row in self._attributes.get(name, ()) if row not in self._fixed), 0)


def _broken_calls(calls: Iterable[Call], change: FunctionChange, is_method: bool) -> Iterator[str]:
    before, after = change.headers
    old, new = change.returned
    for call in calls:
        if lost := before.lost(call, after, is_method):
            yield lost
        if call.values in old and new and call.values not in new:
            now = " or ".join(map(str, sorted(new)))
            yield f"row {call.row} takes {call.values} values from it, and a fix would have it return {now}"
