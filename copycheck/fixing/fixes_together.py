"""Which fixes of a file rest on each other, and which contradict each other (contract 5.11).

The new text of a copy calls what is in its file: other copies, as they are fixed too or stay as they are, and the rest.
"""

from __future__ import annotations

import ast
import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.directives.module_directives import Module
from copycheck.fixing.broken_uses import CallIndex, UsesOfFile
from copycheck.fixing.call_headers import Call, Header, header_of
from copycheck.fixing.headers_of_file import Callee, HeadersOfFile
from copycheck.fixing.self_attributes import Unbound
from copycheck.fixing.self_bindings import objects_on_self
from copycheck.fixing.visible_changes import Change, ClassChange, FunctionChange, members
from copycheck.model.diagnostic import FindingKey, Identity, Need
from copycheck.syntax.scopes import Scope
from copycheck.syntax.undefined_names import Fragment, Surroundings
from copycheck.syntax.written_names import calls_in


class Planned(NamedTuple):
    """A copy that is fixed with others of its file: its lines before and after, and what users see of the change."""

    found: Examined
    old: Fragment
    new: Fragment
    change: Change | None

    @property
    def key(self) -> FindingKey:
        """The finding that is fixed."""
        return FindingKey("CPY201", *self.found.identity)


def with_needed(directives: Iterable[Examined], wanted: Iterable[Identity]) -> frozenset[Identity]:
    """Some copies, with those without whose fixes theirs would break the program, and so on."""
    needs: dict[Identity, list[Identity]] = {}
    for found in directives:
        for finding in found.diagnostics:
            if finding.code == "CPY201" and finding.fix is not None and finding.fix.needs:
                needs[found.identity] = [need.key.identity for need in finding.fix.needs]
    taken = set(wanted)
    front = list(taken)
    while front:
        fresh = set(needs.get(front.pop(), ())) - taken
        taken |= fresh
        front += fresh
    return frozenset(taken)


class _NewCall(NamedTuple):
    """A call in a new text: what is called, as its file has it, the name that is called, and what messages call it."""

    callee: Callee
    call: Call
    name: str
    shown: str


class _Headers(NamedTuple):
    """What is called: the copy that it is, -1 for none that changes, its header before and after, and its kind."""

    number: int
    before: Header
    after: Header
    is_method: bool


class FixesTogether:
    """The fixes of one file that are made in one run."""

    def __init__(self, module: Module, around: Surroundings | None, planned: Mapping[int, Planned]) -> None:
        """`around` is what the file binds around them; None where it cannot be read, and nothing is known."""
        self._planned = planned
        self._headers = HeadersOfFile(module)
        self._top: Collection[str] = around.bound if around else ()
        self._objects: dict[int, Mapping[str, str]] = {}
        self._scopes = {number: _class_around(around, one.old) for number, one in planned.items()}
        self._changed: dict[Callee, int] = {}
        for number, one in planned.items():
            scope = self._scopes[number]
            if one.change is not None and scope is not None:
                self._changed[Callee(_row(scope), one.change.name)] = number
        self._calls = {n: [*self._new_calls(n), *self._new_calls_of_objects(n)] for n in planned}
        """The calls in the new texts that may not fit."""
        self._old_calls: dict[int, set[tuple[bool, str, Call]]] = {}

    @cached_property
    def _class_copies(self) -> Mapping[int, int]:
        """The numbers of the copies that are classes of the module, by the rows of these."""
        rows = list(self._headers.class_rows())
        found: dict[int, int] = {}
        for number, one in self._planned.items():
            place = bisect.bisect_left(rows, one.old.first)
            if not one.old.indents and place < len(rows) and rows[place] <= one.old.last:
                found[rows[place]] = number
        return found

    def contradictions(self, fixed: Collection[int]) -> dict[int, str]:
        """Of the copies that are fixed, those that cannot be with the others: why, as a clause."""
        found: dict[int, str] = {}
        for number in fixed:
            own = self._planned[number]
            for callee, call, name, shown in self._calls[number]:
                called = self._called(callee)
                if called is None:
                    continue
                header = called.after if called.number in fixed else called.before
                if header.fits(call, called.is_method):
                    continue
                if called.number in fixed and called.number != number and called.before.fits(call, called.is_method):
                    found[called.number] = (
                        f"`{own.found.name}` calls it as the header that a fix would write does not allow"
                    )
                elif not self._was_there(number, bool(callee.class_row), name, call):
                    found[number] = f"a fix would call `{shown}` as its header does not allow"
        return found

    def needs(
        self, uses: UsesOfFile, fixed: Collection[int], unbound: Mapping[int, Sequence[Unbound]]
    ) -> dict[int, tuple[Need, ...]]:
        """What each of the fixes needs: others without which the program would break."""
        found: dict[int, list[Need]] = {}
        for number in fixed:
            own = self._planned[number]
            for one in unbound.get(number, ()):
                binder = next(other for other in one.bound_by if other in fixed)
                found.setdefault(number, []).append(Need(self._planned[binder].key, one.reason))
            for other, reason in self._users(uses, own, fixed):
                if other != number:
                    found.setdefault(number, []).append(Need(self._planned[other].key, reason))
            for callee, call, _, shown in self._calls[number]:
                called = self._called(callee)
                if called is None or called.number not in fixed or called.number == number:
                    continue
                if not called.before.fits(call, called.is_method):
                    reason = f"a fix would call `{shown}` as only the fix of that allows"
                    found.setdefault(number, []).append(Need(self._planned[called.number].key, reason))
        return {number: tuple(dict.fromkeys(some)) for number, some in found.items()}

    def _users(self, uses: UsesOfFile, changed: Planned, fixed: Collection[int]) -> Iterator[tuple[int, str]]:
        """The copies whose lines, as they are, use another one as only its old text allows; and why."""
        for row, reason in uses.relied_on(changed.change):
            for number in fixed:
                other = self._planned[number].old
                if other.first <= row <= other.last:
                    yield number, reason

    def _new_calls(self, number: int) -> Iterator[_NewCall]:
        """The calls in the new text of a copy that it has not as it is, or of what changes, in its own file."""
        suspects = self._suspects(number)
        tree = self._planned[number].new.parsed() if suspects else None
        scope = self._scopes[number]
        if tree is None or scope is None:
            return
        around = _row(scope)
        is_class = isinstance(self._planned[number].change, ClassChange) or _is_class(tree)
        bound = _bound_in(tree)
        for is_own, name, call in CallIndex(tree).all_calls():
            callee = Callee(around if is_own else 0, name)
            if callee in suspects and not (is_class if is_own else name in bound):
                yield _NewCall(callee, call, name, name)

    def _new_calls_of_objects(self, number: int) -> Iterator[_NewCall]:
        """The calls of the objects on `self` in the new text of a copy, whose class is one of the file."""
        own, scope = self._planned[number], self._scopes[number]
        if scope is None or not any("self." in line for line in own.new.lines):
            return
        kinds = dict(self._objects_around(scope))
        tree = own.new.parsed() if kinds or self._headers.may_make_objects(own.new.lines) else None
        kinds |= objects_on_self(tree) if tree is not None else {}
        for is_own, name, call in CallIndex(tree).all_calls() if tree is not None and kinds else ():
            kind = kinds.get(name, "") if is_own else ""
            callee = self._headers.called_object(kind) if kind in self._top else None
            if callee is not None:
                yield _NewCall(callee, call, name, f"{kind}.{callee.name}")

    def _objects_around(self, scope: Scope) -> Mapping[str, str]:
        """The objects on the `self` of a class, as the fixed copies in it have them, with their classes."""
        if scope.kind != "class":
            return {}
        if scope.first not in self._objects:
            self._objects[scope.first] = self._read_objects_around(scope)
        return self._objects[scope.first]

    def _read_objects_around(self, scope: Scope) -> Mapping[str, str]:
        inside = [one for number, one in self._planned.items() if self._scopes[number] is scope]
        texts = [self._headers.rows_of(scope.first, scope.last), *(one.new.lines for one in inside)]
        if not any(map(self._headers.may_make_objects, texts)):
            return {}
        found = dict(self._headers.objects_of(scope.first))
        for one in inside:
            tree = one.new.parsed()
            found |= objects_on_self(tree) if tree is not None else {}
        return found

    def _suspects(self, number: int) -> set[Callee]:
        """What the new text of a copy may call in another way than the text that it has: a quick look."""
        scope, own = self._scopes[number], self._planned[number]
        if scope is None:
            return set()
        known = {False: self._top, True: scope.bound if scope.kind == "class" else ()}
        before = set(calls_in("\n".join(own.old.lines), known))
        around = _row(scope)
        return {
            callee
            for is_own, name, text in calls_in("\n".join(own.new.lines), known)
            if (callee := Callee(around if is_own else 0, name)) in self._changed or (is_own, name, text) not in before
        }

    def _called(self, callee: Callee) -> _Headers | None:
        number = self._changed.get(callee, -1)
        if number >= 0:
            change = self._planned[number].change
            function = change.constructor if isinstance(change, ClassChange) else change
            if isinstance(function, FunctionChange):
                is_method = function is not change or bool(callee.class_row)
                return _Headers(number, function.before.header, function.after.header, is_method)
        found = self._headers.of(callee)
        number = self._class_copies.get(callee.class_row, -1)
        if number >= 0 and found is not None:
            method = _methods(self._planned[number].new).get(callee.name)
            return None if method is None else _Headers(number, found.header, header_of(method), True)
        return None if found is None else _Headers(-1, found.header, found.header, found.is_method)

    def _was_there(self, number: int, is_own: bool, name: str, call: Call) -> bool:
        """Whether the text of a copy, as it is, has the same call."""
        known = self._old_calls.get(number)
        if known is None:
            tree = self._planned[number].old.parsed()
            calls = CallIndex(tree).all_calls() if tree else iter(())
            known = self._old_calls[number] = {(is_own, name, one._replace(row=0)) for is_own, name, one in calls}
        return (is_own, name, call._replace(row=0)) in known


def _class_around(around: Surroundings | None, fragment: Fragment) -> Scope | None:
    """The class around a copy, or the module; None for a copy in a function, and where nothing is known."""
    scopes = around.around(fragment) if around else []
    if around is None or any(scope.kind != "class" for scope in scopes):
        return None
    return scopes[0] if scopes else around.top


def _methods(fragment: Fragment) -> Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods of the class that a text is."""
    tree = fragment.parsed()
    body = members(tree.body[0]) if tree and tree.body and isinstance(tree.body[0], ast.ClassDef) else {}
    return {name: node for name, node in body.items() if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def _row(scope: Scope) -> int:
    return scope.first if scope.kind == "class" else 0


def _is_class(tree: ast.Module) -> bool:
    body: list[ast.stmt] = tree.body
    while body and isinstance(body[0], ast.If):
        body = body[0].body
    return any(isinstance(node, ast.ClassDef) for node in body)


def _bound_in(tree: ast.Module) -> set[str]:
    """The names that a text binds anywhere, but for that of the definition itself."""
    bound: set[str] = set()
    definitions: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            definitions.append(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(alias.asname or alias.name for alias in node.names)
    return bound.union(definitions[1:])
