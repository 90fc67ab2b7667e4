"""What the users of a definition see of a change in it: its header, how many values it returns, the names of a class.

Values only: `uses` holds them against the calls and attributes of a file (contract 5.11).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.compared_regions import split_header
from copycheck.fixing.call_headers import Header, header_of
from copycheck.fixing.self_bindings import assigned_in, bound_on_self
from copycheck.syntax.undefined_names import Fragment

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_Def = ast.FunctionDef | ast.AsyncFunctionDef


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
    gone: tuple[str, ...] = ()
    """The attributes of `self` that it binds no more."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which the function, and what it binds no more, is used."""
        return (self.name, *self.gone)


class GoneName(NamedTuple):
    """A name that a class loses, and whether it is a field with an annotation."""

    name: str
    is_field: bool


class ClassChange(NamedTuple):
    """What users of a class see of it before and after a fix: constructor and methods, and the names that are gone."""

    name: str
    constructor: FunctionChange | None
    methods: tuple[FunctionChange, ...]
    gone: tuple[GoneName, ...]
    gone_of_self: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which the class, its methods and what is gone of it are used."""
        return (self.name, *(m.name for m in self.methods), *(one.name for one in self.gone), *self.gone_of_self)


Change = FunctionChange | ClassChange


def change_between(old: Fragment, new: Fragment, source_parameters: Collection[str] | None) -> Change | None:
    """What a fix that writes one text in place of another changes for its users; None for nothing.

    `source_parameters` are those of the source where the copy keeps its own header, else None.
    """
    if _differ_in_steps_alone(old, new, source_parameters):
        return None
    before, after = _definition(old), _definition(new)
    may_yield = any("yield" in line for line in (*old.lines, *new.lines))
    # What each of these rows binds is bound as before.
    own, others = ({line.strip() for line in one.lines if "self." in line} for one in (old, new))
    if isinstance(before, ast.ClassDef) and isinstance(after, ast.ClassDef):
        return _class_change(old.first, before, after, may_yield, may_lose=not own <= others)
    if isinstance(before, Function) and isinstance(after, Function):
        return _function_change(old.first, before, after, may_yield, source_parameters, may_lose=not own <= others)
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
    if not assigned_in(texts[0]) <= assigned_in(texts[1]):
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
    row: int,
    before: _Def,
    after: _Def,
    may_yield: bool,
    source_parameters: Collection[str] | None = None,
    *,
    may_lose: bool = False,
) -> FunctionChange | None:
    """`may_lose` says whether the new text may bind less on `self`, and whether that counts."""
    unused = _unused_parameters(before, after, source_parameters) if source_parameters is not None else ""
    old, new = (Signature(header_of(one), _returned(one, may_yield)) for one in (before, after))
    gone = tuple(sorted(bound_on_self(before) - bound_on_self(after))) if may_lose else ()
    return FunctionChange(before.name, row, old, new, unused, gone) if old != new or unused or gone else None


def _class_change(
    row: int, before: ast.ClassDef, after: ast.ClassDef, may_yield: bool, *, may_lose: bool
) -> ClassChange | None:
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
    of_self = tuple(sorted(bound_on_self(before) - bound_on_self(after) - new.keys())) if may_lose else ()
    methods = tuple(_method_changes(row, old, new, may_yield))
    is_changed = constructor or methods or gone or of_self
    return ClassChange(before.name, constructor, methods, gone, of_self) if is_changed else None


def _method_changes(
    row: int, old: Mapping[str, ast.stmt], new: Mapping[str, ast.stmt], may_yield: bool
) -> Iterator[FunctionChange]:
    """What users of a class see of the methods that it keeps, but for `__init__`."""
    for name, method in old.items():
        fixed = new.get(name)
        if name != "__init__" and isinstance(method, Function) and isinstance(fixed, Function):
            change = _function_change(row, method, fixed, may_yield)
            if change is not None:
                yield change


def _definition(fragment: Fragment) -> ast.stmt | None:
    """The copied definition; None where the lines cannot be parsed by themselves."""
    tree = fragment.parsed()
    body = tree.body if tree else []
    for _ in fragment.indents:
        body = getattr(body[0], "body", []) if body else []
    return next((node for node in body if isinstance(node, (*Function, ast.ClassDef))), None)


def members(node: ast.ClassDef | ast.Module) -> dict[str, ast.stmt]:
    """What the body of a class, or of a module, binds."""
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
