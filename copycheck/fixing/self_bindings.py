"""What a class binds on `self`, and which of it are objects of other classes of the file (contract 5.11)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

ASSIGNED = re.compile(r"\bself\.(\w+)\s*(?::[^=\n]*)?=(?!=)")
"""What reads like an assignment to an attribute of `self`."""
CALLED = ("forward", "__call__", "call")
"""What runs where an object is called: torch, paddle and Keras call a method of another name."""


def is_self(node: ast.expr) -> bool:
    """Whether an expression is the name `self`."""
    return isinstance(node, ast.Name) and node.id == "self"


def assigned_in(text: str) -> set[str]:
    """The attributes that a text seems to assign to `self`, and those that it registers: a quick look."""
    rows = {row.strip() for row in text.split("\n") if "self.register" in row} if "self.register" in text else set()
    return {*ASSIGNED.findall(text), *rows}


def bound_on_self(node: ast.AST) -> set[str]:
    """What a function or class binds on `self`: by an assignment, or by a `self.register_…("name")` or `(name=…)`."""
    found: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and is_self(one.value):
            found.add(one.attr)
        elif isinstance(one, ast.Call) and _is_register(one.func):
            found.update(word.arg for word in one.keywords if word.arg)
            first = one.args[0] if one.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def _is_register(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and is_self(function.value) and function.attr.startswith("register")


def objects_on_self(node: ast.AST) -> Mapping[str, str]:
    """The attributes that a class only ever assigns one class's new objects to, as `self.a = A(…)`, with that class."""
    found: dict[str, str] = {}
    for one in ast.walk(node):
        if isinstance(one, ast.Assign):
            for target in one.targets:
                for attribute in ast.walk(target):
                    if isinstance(attribute, ast.Attribute) and is_self(attribute.value):
                        kind = _made_by(one.value) if attribute is target else ""
                        found[attribute.attr] = kind if found.get(attribute.attr, kind) == kind else ""
    return {name: kind for name, kind in found.items() if kind}


def _made_by(value: ast.expr) -> str:
    return value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""


class ObjectUse(NamedTuple):
    """A use of an object on `self`: its class, what is taken of it, empty for a call of itself; and its node."""

    kind: str
    name: str
    node: ast.Attribute | ast.Call


def uses_of_objects(classes: Sequence[ast.ClassDef]) -> Iterator[ObjectUse]:
    """What classes take of the objects on their `self`."""
    for around in classes:
        kinds = objects_on_self(around)
        for node in ast.walk(around) if kinds else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if kind := _kind_of(node.func, kinds):
                    yield ObjectUse(kind, "", node)
                elif isinstance(node.func.value, ast.Attribute) and (kind := _kind_of(node.func.value, kinds)):
                    yield ObjectUse(kind, node.func.attr, node)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                kind = _kind_of(node.value, kinds) if isinstance(node.ctx, ast.Load) else ""
                if kind:
                    yield ObjectUse(kind, node.attr, node)


def _kind_of(node: ast.Attribute, kinds: Mapping[str, str]) -> str:
    return kinds.get(node.attr, "") if is_self(node.value) else ""
