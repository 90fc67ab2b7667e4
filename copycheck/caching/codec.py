"""Values as JSON and back, by their declared fields: one codec for everything that the cache keeps.

`encoded` needs no schema: a NamedTuple is a list of its fields in their order, as `json` has it already, and so is a
dataclass here; a set is a sorted list, an enum its value. `decoder` takes such lists apart again by the declared types.
As `dataclasses` does, it compiles a function for each class, once the first value of that class is there: a run that
decodes nothing pays nothing, and one that does pays no more than for code written by hand. A library such as msgspec
would do the same; its import costs a third of a whole run without changes.

Declared types may be: NamedTuple and dataclass, `str`, `int`, `float`, `bool`, `None`, `Literal`, `Enum`, `X | None`,
`tuple`, `list`, `Sequence`, `frozenset`, `dict` and `Mapping` with names as keys, and `Any`, which stays as it is.
"""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union

T = TypeVar("T")
Decode = Callable[..., Any]

_ATOMS = (str, int, float, bool, type(None), Any, object)


def encoded(value: object) -> bytes:
    """A value as JSON, without blanks. Raises TypeError for one that cannot be kept."""
    return json.dumps(value, default=_plain, separators=(",", ":")).encode()


def decoded(kind: type[T], data: bytes) -> T:
    """The value of some JSON. Raises ValueError, TypeError or LookupError for data of another shape."""
    value: T = decoder(kind)(json.loads(data))
    return value


def _plain(value: object) -> object:
    """What `json` does not know by itself."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, enum.Enum):
        return value.value
    if hasattr(value, "__dataclass_fields__"):
        return [getattr(value, name) for name in _fields(type(value))]
    raise TypeError(f"a {type(value).__name__} cannot be kept")


def decoder(kind: Any) -> Decode:
    """The function that makes a value of a declared type of what `json` has read.

    It raises ValueError, TypeError, LookupError or AttributeError for data of another shape. It does not look at the
    types of texts and numbers: the cache knows by a checksum that it reads what it has written.
    """
    if kind not in _DECODERS:
        _DECODERS[kind] = _compiled(["data"], _expression(kind, "data"))
    return _DECODERS[kind]


_DECODERS: dict[Any, Decode] = {}
_RECORDS: dict[Any, str] = {}
"""The names of the functions for classes with fields."""
_NAMES: dict[str, Any] = {}
"""What compiled functions know by name: classes, and the functions for them."""


def _compiled(parameters: Sequence[str], body: str) -> Decode:
    """A function of one expression, which is made of declared types alone."""
    function: Decode = eval(f"lambda {', '.join(parameters)}: {body}", _NAMES)
    return function


def _expression(kind: Any, data: str) -> str:
    """The expression that makes a value of a type; `data` is the name of what `json` has read."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in _ATOMS or origin is Literal:
        return data
    if origin in (Union, types.UnionType):
        return _optional(kind, data)
    item = f"{data}_"
    if origin is tuple and not (len(arguments) == 2 and arguments[1] is Ellipsis):
        names = [f"{item}{number}" for number in range(len(arguments))]
        parts = ", ".join(map(_expression, arguments, names))
        return f"(lambda {', '.join(names)}: ({parts},))(*{data})"
    if origin in (tuple, Sequence, list, frozenset):
        make = origin.__name__ if origin in (list, frozenset) else "tuple"
        each = _expression(arguments[0], item)
        return f"{make}({data})" if each == item else f"{make}([{each} for {item} in {data}])"
    if origin in (dict, Mapping):
        each = _expression(arguments[1], item)
        return data if each == item else f"{{name: {each} for name, {item} in {data}.items()}}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return f"{_named(kind)}({data})"
    return f"{_record(kind)}(*{data})"


def _optional(kind: Any, data: str) -> str:
    others = [argument for argument in typing.get_args(kind) if argument is not type(None)]
    parts = {_expression(other, data) for other in others}
    if parts == {data}:
        return data
    if len(others) > 1:
        raise TypeError(f"{kind}: data does not say which of several types it is")
    return f"(None if {data} is None else {parts.pop()})"


def _record(kind: Any) -> str:
    """The name of the function for a class with fields. It is compiled when it is called for the first time."""
    if kind in _RECORDS:
        return _RECORDS[kind]
    if not _fields(kind):
        raise TypeError(f"{kind} is of no kind that can be kept")
    name = _RECORDS[kind] = f"record{len(_RECORDS)}"

    def first(*data: Any) -> Any:
        hints = typing.get_type_hints(kind)
        fields = [f"field{number}" for number in range(len(_fields(kind)))]
        parts = [_expression(hints[own], field) for own, field in zip(_fields(kind), fields, strict=True)]
        _NAMES[name] = _compiled(fields, f"{_named(kind)}({', '.join(parts)})")
        return _NAMES[name](*data)

    _NAMES[name] = first
    return name


def _fields(kind: Any) -> Sequence[str]:
    """The names of the fields of a NamedTuple or a dataclass, in their order; none for anything else."""
    return getattr(kind, "_fields", None) or list(getattr(kind, "__dataclass_fields__", ()))


def _named(kind: Any) -> str:
    name = f"class{len(_NAMES)}"
    _NAMES[name] = kind
    return name
