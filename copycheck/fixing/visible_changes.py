"""What the users of a definition see of a change in it: its header, how many values it returns, the names of a class.

Values only: `uses` holds them against the calls and attributes of a file (contract 5.11).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from copycheck.directives.compared_regions import split_header
from copycheck.syntax.undefined_names import Fragment

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_Def = ast.FunctionDef | ast.AsyncFunctionDef


class Call(NamedTuple):
    """A call: its row, how many arguments by place, which by name, and how many values are taken from it.

    It `is_awaited` where that is done at once. One that `is_open` has `*` or `**` in it and may give more; arguments
    behind a `*` have no place that is known.
    """

    row: int
    by_place: int
    by_name: frozenset[str]
    is_open: bool
    values: int | None
    is_awaited: bool = False


class Header(NamedTuple):
    """What a function takes: arguments by place, those by name, and those without a default of either kind."""

    by_place: tuple[str, ...]
    by_name: frozenset[str]
    required: tuple[str, ...]
    required_by_name: frozenset[str]
    takes_more: bool
    takes_any_name: bool
    is_static: bool
    is_async: bool = False
    is_property: bool = False

    def fits(self, call: Call, is_method: bool) -> bool:
        """Whether a call is one that the function takes. One with `*` or `**` may give anything."""
        if call.is_open:
            return True
        first = 1 if is_method and not self.is_static else 0
        by_place = self.by_place[first:]
        given = call.by_name.union(by_place[: call.by_place])
        return (
            (call.by_place <= len(by_place) or self.takes_more)
            and (call.by_name <= self.by_name or self.takes_any_name)
            and self.required_by_name.union(self.required[first:]) <= given
        )

    def lost(self, call: Call, new: Header, is_method: bool) -> str:
        """What a call loses that fits this header and is to meet another one, as a clause; empty for nothing.

        An argument is lost that does not fit, or that is taken for another parameter. One that has another name now is
        no other one: the old name is gone, and the new one was not there.
        """
        if not self.fits(call, is_method):
            return ""
        if not new.fits(call, is_method):
            return f"the call in line {call.row} does not fit the header that a fix would write"
        if self.is_async != new.is_async and not (new.is_async and call.is_awaited):
            kind = "a" if new.is_async else "no"
            return f"a fix would make it {kind} coroutine, which the call in line {call.row} does not expect"
        before, after = (one.by_place[1 if is_method and not one.is_static else 0 :] for one in (self, new))
        for old, now in zip(before[: call.by_place], after, strict=False):
            if old != now and (old in new.by_name.union(after) or now in self.by_name.union(before)):
                return f"a fix would take the `{old}` of the call in line {call.row} for `{now}`"
        return ""


class Signature(NamedTuple):
    """What a caller sees of a function: its header, and how many values it may return."""

    header: Header
    returned: frozenset[int] = frozenset()


class FunctionChange(NamedTuple):
    """What a caller sees of a function before and after a fix, and why the fix is a person's to decide on."""

    name: str
    row: int
    before: Signature
    after: Signature
    unused: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which the function is used."""
        return (self.name,)


class GoneName(NamedTuple):
    """A name that a class loses, and whether it is a field with an annotation."""

    name: str
    is_field: bool


class ClassChange(NamedTuple):
    """What users of a class see of it before and after a fix: its constructor, and the names that are gone."""

    name: str
    constructor: FunctionChange | None
    gone: tuple[GoneName, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which the class and what is gone of it are used."""
        return (self.name, *(one.name for one in self.gone))


Change = FunctionChange | ClassChange
_PROPERTIES = frozenset({"property", "cached_property", "setter", "getter", "deleter"})


def change_between(old: Fragment, new: Fragment, source_parameters: Collection[str] | None) -> Change | None:
    """What a fix that writes one text in place of another changes for its users; None for nothing.

    `source_parameters` are those of the source where the copy keeps its own header, else None.
    """
    if _differ_in_steps_alone(old, new, source_parameters):
        return None
    before, after = _definition(old), _definition(new)
    may_yield = any("yield" in line for line in (*old.lines, *new.lines))
    if isinstance(before, ast.ClassDef) and isinstance(after, ast.ClassDef):
        return _class_change(old.first, before, after, may_yield)
    if isinstance(before, Function) and isinstance(after, Function):
        return _function_change(old.first, before, after, may_yield, source_parameters)
    return None


_TELLING = re.compile(r"\b(?:return|yield|def|class|lambda)\b")
"""The words of a function that its callers depend on, or that begin another one."""


def _differ_in_steps_alone(old: Fragment, new: Fragment, source_parameters: Collection[str] | None) -> bool:
    """Whether two texts of a function have the same header and the same values to return, told without a tree."""
    if source_parameters is not None or not _PLAIN_FUNCTION.match(old.lines[0]):
        return False
    texts = ["\n".join(fragment.lines) for fragment in (old, new)]
    headers = [split_header(text, 0).header for text in texts]
    if headers[0] != headers[1] or not headers[0]:
        return False
    told = [[line for line in text[len(headers[0]) :].split("\n") if _TELLING.search(line)] for text in texts]
    return told[0] == told[1] and all(map(_is_whole_return, told[0]))


_PLAIN_FUNCTION = re.compile(r"[ \t]*(?:async[ \t]+)?def[ \t]")
_RETURN = re.compile(r"[ \t]*return\b(?![^\n]*(?:[\"'#\\\\]|\b(?:yield|lambda)\b))")


def _is_whole_return(row: str) -> bool:
    """Whether a row is a `return` that does not go on in the next one."""
    counts = [row.count(bracket) for bracket in "([{)]}"]
    return _RETURN.match(row) is not None and counts[:3] == counts[3:]


def _function_change(
    row: int, before: _Def, after: _Def, may_yield: bool, source_parameters: Collection[str] | None = None
) -> FunctionChange | None:
    unused = _unused_parameters(before, after, source_parameters) if source_parameters is not None else ""
    old, new = (Signature(header_of(one), _returned(one, may_yield)) for one in (before, after))
    return FunctionChange(before.name, row, old, new, unused) if old != new or unused else None


def _class_change(row: int, before: ast.ClassDef, after: ast.ClassDef, may_yield: bool) -> ClassChange | None:
    old, new = members(before), members(after)
    init, fixed = old.get("__init__"), new.get("__init__")
    constructor = None
    if isinstance(init, Function) and isinstance(fixed, Function):
        constructor = _function_change(row, init, fixed, may_yield)
    elif init is fixed is None:
        own, other = _header_of_fields(before), _header_of_fields(after)
        if own.by_place and own != other and other.by_place:
            constructor = FunctionChange(before.name, row, Signature(own), Signature(other), "")
    gone = tuple(GoneName(name, isinstance(old[name], ast.AnnAssign)) for name in sorted(old.keys() - new.keys()))
    return ClassChange(before.name, constructor, gone) if constructor or gone else None


def _definition(fragment: Fragment) -> ast.stmt | None:
    """The copied definition; None where the lines cannot be parsed by themselves."""
    tree = fragment.parsed()
    body = tree.body if tree else []
    for _ in fragment.indents:
        body = getattr(body[0], "body", []) if body else []
    return next((node for node in body if isinstance(node, (*Function, ast.ClassDef))), None)


def members(node: ast.ClassDef) -> dict[str, ast.stmt]:
    """What the body of a class binds."""
    found: dict[str, ast.stmt] = {}
    for member in node.body:
        if isinstance(member, (*Function, ast.ClassDef)):
            found[member.name] = member
        for target in _targets(member):
            if isinstance(target, ast.Name):
                found[target.id] = member
    return found


def _targets(node: ast.stmt) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return (node.target,) if isinstance(node, ast.AnnAssign) else ()


def header_of(node: _Def) -> Header:
    arguments = node.args
    by_place = [*arguments.posonlyargs, *arguments.args]
    optional = len(arguments.defaults)
    required = [one.arg for one in by_place[: len(by_place) - optional]]
    only_names = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    names = [one.arg for one in (*arguments.args, *arguments.kwonlyargs)]
    return Header(
        tuple(one.arg for one in by_place),
        frozenset(names),
        tuple(required),
        frozenset(one.arg for one, default in only_names if default is None),
        arguments.vararg is not None,
        arguments.kwarg is not None,
        any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list),
        isinstance(node, ast.AsyncFunctionDef),
        any(ast.unparse(one).rpartition(".")[2] in _PROPERTIES for one in node.decorator_list),
    )


def _header_of_fields(node: ast.ClassDef) -> Header:
    """What a class without an `__init__` takes that is made of fields, such as a dataclass; nothing where it has none.

    The decorator that makes it one may be above the copied lines, so that the fields alone have to tell.
    """
    fields = {
        member.target.id: member.value
        for member in node.body
        if isinstance(member, ast.AnnAssign)
        and isinstance(member.target, ast.Name)
        and "ClassVar" not in ast.unparse(member.annotation)
        and not (member.value and "init=False" in ast.unparse(member.value))
    }
    required = tuple(name for name, value in fields.items() if value is None)
    return Header(tuple(fields), frozenset(fields), required, frozenset(), False, False, True)


def _returned(node: _Def, may_yield: bool) -> frozenset[int]:
    """How many values a function returns, where each of its `return` says so; nothing where one of them does not."""
    counts = set[int]()
    for inner in _own_statements(node.body):
        if isinstance(inner, ast.Return):
            if not isinstance(inner.value, ast.Tuple) or any(isinstance(e, ast.Starred) for e in inner.value.elts):
                return frozenset()
            counts.add(len(inner.value.elts))
    return frozenset() if counts and may_yield and _yields(node) else frozenset(counts)


def _own_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a function without those of functions and classes in it."""
    for node in body:
        yield node
        if isinstance(node, (*Function, ast.ClassDef)):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _own_statements(getattr(node, part, ()))
        for branch in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _own_statements(branch.body)


def _yields(node: _Def) -> bool:
    front: list[ast.AST] = list(node.body)
    while front:
        current = front.pop()
        if isinstance(current, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(current, (*Function, ast.ClassDef, ast.Lambda)):
            front += ast.iter_child_nodes(current)
    return False


def _unused_parameters(before: _Def, after: _Def, source_parameters: Collection[str]) -> str:
    """The copy's own parameters that its body uses, and the fixed one would not."""
    own, kept = (
        {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        for node in (before, after)
    )
    old, new = ({name.id for name in ast.walk(node) if isinstance(name, ast.Name)} for node in (before, after))
    unused = sorted(((own & kept) - set(source_parameters)) & old - new)
    return f"a fix would leave its own parameter `{unused[0]}` without use" if unused else ""
