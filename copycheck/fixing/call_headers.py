"""What a function takes, and whether a call fits it: values only (contract 5.11)."""

from __future__ import annotations

import ast
from typing import NamedTuple

_PROPERTIES = frozenset({"property", "cached_property", "setter", "getter", "deleter"})


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


def header_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Header:
    """The header of a function."""
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
