"""How the rest of a file uses a copy, and what a fix would take away from it (contract 5.11).

A name may be bound and the program broken all the same: a call that gives an argument which the new header lacks, or
takes for another one, an assignment that takes three values from a function which returns two now, an attribute that is
gone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from copycheck.fixing.call_headers import Call
from copycheck.fixing.self_bindings import CALLED, uses_of_objects
from copycheck.fixing.visible_changes import Change, ClassChange, FunctionChange, members
from copycheck.model.location import Rows
from copycheck.syntax.python_tree import parse

_OWN = frozenset({"self", "cls"})


class Broken(NamedTuple):
    """A row that a fix would break, and why, as a clause."""

    row: int
    reason: str


class UsesOfFile:
    """The calls and attributes of a file, outside of the copies that are fixed together. Read when they are needed."""

    def __init__(self, read: Callable[[], str], fixed: Iterable[Rows]) -> None:
        """`read` gives the text of the file, `fixed` are the rows of these copies."""
        self._read = read
        self._fixed = {row for first, last in fixed for row in range(first, last + 1)}

    @cached_property
    def _index(self) -> CallIndex:
        return CallIndex(parse(self._read()) or ast.Module([], []))

    def leave_as_is(self, first: int, last: int) -> frozenset[str]:
        """Take note that the copy in these rows is not fixed after all. Returns the names that it uses."""
        self._fixed.difference_update(range(first, last + 1))
        return self._index.names_in(first, last)

    def broken_by(self, change: Change | None) -> str:
        """What a fix would break, as a clause; empty for nothing known."""
        if isinstance(change, FunctionChange) and change.unused:
            return change.unused
        return next((reason for row, reason in self._broken(change) if row not in self._fixed), "")

    def relied_on(self, change: Change | None) -> Iterator[Broken]:
        """What a fix would break in the copies that are fixed with it, were they left as they are."""
        return (broken for broken in self._broken(change) if broken.row in self._fixed)

    def _broken(self, change: Change | None) -> Iterator[Broken]:
        if isinstance(change, ClassChange):
            yield from self._broken_class(change)
        elif change is not None:
            around = self._index.class_around(change.row)
            if around is None:
                yield from _broken_calls(self._index.calls(change.name), change, is_method=False)
                return
            own = self._index.own_calls(around, change.name)
            calls = [*own, *self._index.calls_of_objects(around.name, change.name)]
            yield from _broken_calls(calls, change, is_method=True)
            yield from _broken_property(own, self._index.own_reads(around, change.name), change)
            yield from self._without(around.name, change.gone, around)

    def _broken_class(self, change: ClassChange) -> Iterator[Broken]:
        for name, is_field in change.gone:
            rows = self._index.rows_of_field(change.name, name) if is_field else []
            for row in (*rows, *self._index.rows_of_attribute(change.name, name)):
                yield Broken(row, f"line {row} uses `{name}`, which a fix would take away")
        if change.constructor is not None:
            yield from _broken_calls(self._index.calls(change.name), change.constructor, is_method=True)
        for method in change.methods:
            yield from _broken_calls(self._index.calls_of_objects(change.name, method.name), method, is_method=True)
        yield from self._without(change.name, change.gone_of_self)

    def _without(self, name: str, gone: Iterable[str], around: ast.ClassDef | None = None) -> Iterator[Broken]:
        """The rows that take of a class's objects, or in it of `self`, what it binds no more."""
        for attribute in gone:
            own = self._index.rows_on_self(around, attribute) if around is not None else ()
            for row in (*own, *self._index.rows_of_objects(name, attribute)):
                yield Broken(row, f"line {row} uses `{attribute}`, which a fix would take away")


class NamedCall(NamedTuple):
    """A call with the name of what is called, and whether that is one of `self` or `cls`."""

    is_own: bool
    name: str
    call: Call


class CallIndex:
    """The calls and attributes of a file."""

    def __init__(self, tree: ast.Module) -> None:
        self._calls: dict[str, list[Call]] = {}
        self._own_calls: dict[str, list[Call]] = {}
        self._own_reads: dict[str, list[int]] = {}
        self._attributes: dict[str, list[int]] = {}
        self._classes: list[ast.ClassDef] = []
        values: dict[int, int] = {}
        awaited, called = set[int](), set[int]()
        self._values, self._awaited = values, awaited
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                elements = node.targets[0].elts
                if not any(isinstance(element, ast.Starred) for element in elements):
                    values[id(node.value)] = len(elements)
            elif isinstance(node, ast.ClassDef):
                self._classes.append(node)
            elif isinstance(node, ast.Await):
                awaited.add(id(node.value))
            elif isinstance(node, ast.Call):
                called.add(id(node.func))
                self._note(node)
            elif isinstance(node, ast.Attribute):
                self._attributes.setdefault(node.attr, []).append(node.lineno)
                if _is_own(node) and id(node) not in called and not isinstance(node.ctx, ast.Store):
                    self._own_reads.setdefault(node.attr, []).append(node.lineno)

    def _call(self, node: ast.Call) -> Call:
        names = frozenset(word.arg for word in node.keywords if word.arg)
        by_place = next((n for n, one in enumerate(node.args) if isinstance(one, ast.Starred)), len(node.args))
        is_open = by_place < len(node.args) or any(not word.arg for word in node.keywords)
        return Call(node.lineno, by_place, names, is_open, self._values.get(id(node)), id(node) in self._awaited)

    def _note(self, node: ast.Call) -> None:
        function, call = node.func, self._call(node)
        if isinstance(function, ast.Name):
            self._calls.setdefault(function.id, []).append(call)
        elif isinstance(function, ast.Attribute) and _is_own(function):
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
        return self._calls.get(name, [])

    def all_calls(self) -> Iterator[NamedCall]:
        """Every call."""
        for is_own, some in ((False, self._calls), (True, self._own_calls)):
            for name, calls in some.items():
                yield from (NamedCall(is_own, name, call) for call in calls)

    def own_calls(self, around: ast.ClassDef, name: str) -> list[Call]:
        """The calls of a method in its class, by `self` or `cls`."""
        return [call for call in self._own_calls.get(name, []) if call.row in _rows(around)]

    def own_reads(self, around: ast.ClassDef, name: str) -> list[int]:
        """The rows in a class that take something of `self` or `cls`, and do not call it."""
        return [row for row in self._own_reads.get(name, []) if row in _rows(around)]

    def rows_on_self(self, around: ast.ClassDef, name: str) -> list[int]:
        """The rows in a class that take something of `self`, or call it."""
        return [*self.own_reads(around, name), *(call.row for call in self.own_calls(around, name))]

    @cached_property
    def _of_objects(self) -> dict[tuple[str, str], list[ast.Attribute | ast.Call]]:
        """What is taken of the objects on `self`, by their class and the name; empty for a call of an object itself."""
        found: dict[tuple[str, str], list[ast.Attribute | ast.Call]] = {}
        for kind, name, node in uses_of_objects(self._classes):
            found.setdefault((kind, name), []).append(node)
        return found

    def calls_of_objects(self, class_name: str, method: str) -> Iterator[Call]:
        """The calls of a method by the objects of a class on `self`; objects that are called run a method, too."""
        names = (method, "") if method in CALLED else (method,)
        nodes = (node for name in names for node in self._of_objects.get((class_name, name), ()))
        return (self._call(node) for node in nodes if isinstance(node, ast.Call))

    def rows_of_objects(self, class_name: str, name: str) -> list[int]:
        """The rows that take something of the objects of a class on `self`."""
        return [node.lineno for node in self._of_objects.get((class_name, name), ())]

    def rows_of_field(self, class_name: str, name: str) -> list[int]:
        """The rows in which a class is called with a field by its name."""
        return [call.row for call in self.calls(class_name) if name in call.by_name]

    def rows_of_attribute(self, class_name: str, name: str) -> Sequence[int]:
        """The rows of an attribute that only the class of this name has in the file."""
        if name.startswith("__") or any(name in members(c) for c in self._classes if c.name != class_name):
            return ()
        return self._attributes.get(name, ())


def _rows(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_own(node: ast.Attribute) -> bool:
    """Whether an attribute is one of `self` or `cls`."""
    return isinstance(node.value, ast.Name) and node.value.id in _OWN


def _broken_property(calls: Iterable[Call], reads: Iterable[int], change: FunctionChange) -> Iterator[Broken]:
    """The uses of a method that becomes a property, or of a property that becomes a method."""
    before, after = change.before.header.is_property, change.after.header.is_property
    if after and not before:
        yield from (Broken(c.row, f"line {c.row} calls it, and a fix would make it a property") for c in calls)
    elif before and not after:
        yield from (Broken(row, f"line {row} uses it as a property, and a fix would make it none") for row in reads)


def _broken_calls(calls: Iterable[Call], change: FunctionChange, is_method: bool) -> Iterator[Broken]:
    old, new = change.before.returned, change.after.returned
    for call in calls:
        if lost := change.before.header.lost(call, change.after.header, is_method):
            yield Broken(call.row, lost)
        if call.values in old and new and call.values not in new:
            now = " or ".join(map(str, sorted(new)))
            reason = f"line {call.row} takes {call.values} values from it, and a fix would have it return {now}"
            yield Broken(call.row, reason)
