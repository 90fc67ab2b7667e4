"""How the rest of a file uses a copy, and what a fix would take away from it (contract 5.11).

A name may be bound and the program broken all the same: a call that gives an argument which the new header lacks, an
assignment that takes three values from a function which returns two now, an attribute that is gone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.syntax.undefined_names import Fragment, parse

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_Def = ast.FunctionDef | ast.AsyncFunctionDef
_OWN = frozenset({"self", "cls"})


class _Call(NamedTuple):
    """A call: its row, how many arguments by place, which by name, and how many values are taken from it."""

    row: int
    by_place: int
    by_name: frozenset[str]
    is_open: bool
    values: int | None


class _Header(NamedTuple):
    """What a function takes: so many arguments by place, those by name, and those without a default."""

    by_place: Sequence[str]
    by_name: frozenset[str]
    required: frozenset[str]
    takes_more: bool
    takes_any_name: bool

    def fits(self, call: _Call) -> bool:
        """Whether a call is one that the function takes. One with `*` or `**` may give anything."""
        if call.is_open:
            return True
        given = call.by_name.union(self.by_place[: call.by_place])
        return (
            (call.by_place <= len(self.by_place) or self.takes_more)
            and (call.by_name <= self.by_name or self.takes_any_name)
            and self.required <= given
        )


class UsesOfFile:
    """The calls and attributes of a file, outside of the copies that are fixed together. Read when they are needed."""

    def __init__(self, read: Callable[[], str], fixed: Iterable[tuple[int, int]]) -> None:
        """`read` gives the text of the file, `fixed` are the first and last rows of these copies."""
        self._read = read
        self._fixed = list(fixed)

    @cached_property
    def _index(self) -> _Index:
        return _Index(parse(self._read()) or ast.Module([], []), self._fixed)

    def broken_by(self, old: Fragment, new: Fragment, source_parameters: Collection[str] | None) -> str:
        """What a fix that writes one text in place of another would break, as a clause; empty for nothing known.

        `source_parameters` are those of the source where the copy keeps its own header, else None.
        """
        before, after = _definition(old), _definition(new)
        if isinstance(before, ast.ClassDef) and isinstance(after, ast.ClassDef):
            return next(self._broken_class(before, after), "")
        if isinstance(before, _Function) and isinstance(after, _Function):
            own = _unused_parameters(before, after, source_parameters) if source_parameters is not None else ""
            return own or self._broken_function(old.first, before, after)
        return ""

    def _broken_function(self, row: int, before: _Def, after: _Def) -> str:
        if _shape(before) == _shape(after):
            return ""
        around = self._index.class_around(row)
        calls = self._index.calls.get(before.name, []) if around is None else self._index.own_calls(around, before.name)
        return next(_broken_calls(calls, before, after, is_method=around is not None), "")

    def _broken_class(self, before: ast.ClassDef, after: ast.ClassDef) -> Iterator[str]:
        old, new = _members(before), _members(after)
        init = old.get("__init__"), new.get("__init__")
        if isinstance(init[0], _Function) and isinstance(init[1], _Function) and _shape(init[0]) != _shape(init[1]):
            yield from _broken_calls(self._index.calls.get(before.name, []), init[0], init[1], is_method=True)
        for name in sorted(old.keys() - new.keys()):
            row = self._index.row_of_field(before.name, name) if isinstance(old[name], ast.AnnAssign) else 0
            row = row or self._index.row_of_attribute(before.name, name)
            if row:
                yield f"row {row} uses `{name}`, which a fix would take away"


def _definition(fragment: Fragment) -> ast.stmt | None:
    """The copied definition; None where the lines cannot be parsed by themselves."""
    tree = fragment.parsed()
    body = tree.body if tree else []
    for _ in fragment.indents:
        body = getattr(body[0], "body", []) if body else []
    return next((node for node in body if isinstance(node, (*_Function, ast.ClassDef))), None)


class _Index:
    """The calls and attributes of a file."""

    def __init__(self, tree: ast.Module, fixed: Sequence[tuple[int, int]]) -> None:
        self._fixed = {row for first, last in fixed for row in range(first, last + 1)}
        self.calls: dict[str, list[_Call]] = {}
        self._own_calls: dict[str, list[_Call]] = {}
        self._attributes: dict[str, int] = {}
        self._classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        values: dict[int, int] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                elements = node.targets[0].elts
                if not any(isinstance(element, ast.Starred) for element in elements):
                    values[id(node.value)] = len(elements)
            elif isinstance(node, ast.Call):
                self._note(node, values)
            elif isinstance(node, ast.Attribute) and self._counts(node.lineno):
                self._attributes.setdefault(node.attr, node.lineno)

    def _counts(self, row: int) -> bool:
        return row not in self._fixed

    def _note(self, node: ast.Call, values: dict[int, int]) -> None:
        function = node.func
        names = frozenset(word.arg for word in node.keywords if word.arg)
        is_open = any(isinstance(one, ast.Starred) for one in node.args) or any(not w.arg for w in node.keywords)
        call = _Call(node.lineno, len(node.args), names, is_open, values.get(id(node)))
        if not self._counts(call.row):
            return
        if isinstance(function, ast.Name):
            self.calls.setdefault(function.id, []).append(call)
        elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in _OWN:
            self._own_calls.setdefault(function.attr, []).append(call)

    def class_around(self, row: int) -> ast.ClassDef | None:
        """The innermost class around a row."""
        return next((c for c in reversed(self._classes) if c.lineno < row <= (c.end_lineno or 0)), None)

    def own_calls(self, around: ast.ClassDef, name: str) -> list[_Call]:
        """The calls of a method in its class, by `self` or `cls`."""
        last = around.end_lineno or around.lineno
        return [call for call in self._own_calls.get(name, []) if around.lineno <= call.row <= last]

    def row_of_field(self, class_name: str, name: str) -> int:
        """The row in which a class is called with a field by its name; 0 where there is none."""
        return next((call.row for call in self.calls.get(class_name, []) if name in call.by_name), 0)

    def row_of_attribute(self, class_name: str, name: str) -> int:
        """The row of an attribute that only the class of this name has in the file; 0 where there is none."""
        elsewhere = any(name in _members(c) for c in self._classes if c.name != class_name)
        return 0 if elsewhere or name.startswith("__") else self._attributes.get(name, 0)


def _members(node: ast.ClassDef) -> dict[str, ast.stmt]:
    """What the body of a class binds."""
    found: dict[str, ast.stmt] = {}
    for member in node.body:
        if isinstance(member, (*_Function, ast.ClassDef)):
            found[member.name] = member
        for target in _targets(member):
            if isinstance(target, ast.Name):
                found[target.id] = member
    return found


def _targets(node: ast.stmt) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return (node.target,) if isinstance(node, ast.AnnAssign) else ()


def _broken_calls(
    calls: Iterable[_Call],
    before: _Def,
    after: _Def,
    is_method: bool,
) -> Iterator[str]:
    headers = [_header(node, is_method) for node in (before, after)]
    returned = [_returned(node) for node in (before, after)]
    for call in calls:
        if headers[0].fits(call) and not headers[1].fits(call):
            yield f"the call in row {call.row} does not fit the header that a fix would write"
        if call.values in returned[0] and returned[1] and call.values not in returned[1]:
            now = " or ".join(map(str, sorted(returned[1])))
            yield f"row {call.row} takes {call.values} values from it, and a fix would have it return {now}"


def _shape(node: _Def) -> tuple[_Header, frozenset[int]]:
    """What a caller sees of a function."""
    return _header(node, is_method=False), _returned(node)


def _header(node: _Def, is_method: bool) -> _Header:
    arguments = node.args
    by_place = [*arguments.posonlyargs, *arguments.args]
    optional = len(arguments.defaults)
    required = [one.arg for one in by_place[: len(by_place) - optional]]
    static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list)
    first = 1 if is_method and not static else 0
    only_names = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    needed = [one.arg for one, default in only_names if default is None]
    names = [one.arg for one in (*arguments.args, *arguments.kwonlyargs)]
    return _Header(
        [one.arg for one in by_place[first:]],
        frozenset(names),
        frozenset((*required[first:], *needed)),
        arguments.vararg is not None,
        arguments.kwarg is not None,
    )


def _returned(node: _Def) -> frozenset[int]:
    """How many values a function returns, where each of its `return` says so; nothing where one of them does not."""
    counts = set[int]()
    for inner in _own_nodes(node):
        if isinstance(inner, (ast.Yield, ast.YieldFrom)):
            return frozenset()
        if isinstance(inner, ast.Return):
            if not isinstance(inner.value, ast.Tuple) or any(isinstance(e, ast.Starred) for e in inner.value.elts):
                return frozenset()
            counts.add(len(inner.value.elts))
    return frozenset(counts)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and classes in it."""
    front = list(ast.iter_child_nodes(node))
    while front:
        current = front.pop()
        if not isinstance(current, (*_Function, ast.ClassDef, ast.Lambda)):
            yield current
            front += ast.iter_child_nodes(current)


def _unused_parameters(
    before: _Def,
    after: _Def,
    source_parameters: Collection[str],
) -> str:
    """The copy's own parameters that its body uses, and the fixed one would not."""
    own, kept = (
        {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        for node in (before, after)
    )
    old, new = ({name.id for name in ast.walk(node) if isinstance(name, ast.Name)} for node in (before, after))
    unused = sorted(((own & kept) - set(source_parameters)) & old - new)
    return f"a fix would leave its own parameter `{unused[0]}` without use" if unused else ""
