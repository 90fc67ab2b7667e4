"""Copies by their own names: dotted, with the module before them, or the end of that (contract 11)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from copycheck.caching.copy_index import CopyIndex
from copycheck.checking.copy_states import listed_copies
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.errors import CopycheckError
from copycheck.model.location import FileRow, NamedRows
from copycheck.resolution.unresolved_name_hints import nearest

if TYPE_CHECKING:
    from copycheck.checking.checker import Check

_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def is_name(text: str) -> bool:
    """Whether a text is a dotted name, and no file."""
    return _NAME.fullmatch(text) is not None and not os.path.isfile(text)


def one_copy(what: str, copies: CopyIndex) -> NamedRows | None:
    """The one copy whose own dotted name ends so; None where none does. Raises CopycheckError where several do."""
    found = _named(what, copies)
    if not found or found[0].rows is None:
        return None
    return NamedRows(f"{found[0].filename}:{found[0].name}", found[0].rows)


def directive_of(what: str, check: Check) -> FileRow:
    """The place of the directive of the copy of a check with a name: the first of several above one definition.

    Raises CopycheckError for a name that several copies have or none, with the places that may be meant.
    """
    copies = CopyIndex(listed_copies(check))
    found = _named(what, copies)
    if found:
        return FileRow(found[0].filename, found[0].location.row)
    below = sorted({_place(copy) for copy in copies.named(what) if not copy.is_full})
    if below:
        raise CopycheckError(f"{what}: this is a source: name one of its copies, {_some(below)}")
    names = {name for copy in copies if copy.name for name in (_dotted(copy), copy.name)}
    hint = nearest(what, sorted(names))
    listed = "`copycheck list` shows the place of each copy"
    raise CopycheckError(f"{what}: no copy has this name; {hint or listed}")


def _named(what: str, copies: CopyIndex) -> list[ListedCopy]:
    found = [
        copy
        for copy in copies
        if copy.name and copy.rows is not None and f".{_dotted(copy)}".endswith(f".{what}")
    ]  # fmt: skip
    if len({copy.rows for copy in found}) > 1:
        places = sorted({_place(copy) for copy in found})
        message = f"{what}: several copies have this name: {_some(places)}. Name one by its place, as `{places[0]}`"
        raise CopycheckError(message)
    return sorted(found, key=lambda copy: copy.location.row)


def _some(places: list[str]) -> str:
    return ", ".join(places[:5]) + (", …" if len(places) > 5 else "")


def _place(copy: ListedCopy) -> str:
    return f"{copy.filename}:{copy.location.row}"


def _dotted(copy: ListedCopy) -> str:
    """The name of a copy with the path of its file before it."""
    module = os.path.splitext(copy.filename)[0].removesuffix("/__init__")
    return f"{module.replace('/', '.')}.{copy.name}"
