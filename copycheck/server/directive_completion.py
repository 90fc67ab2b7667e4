"""Completion of dotted names, and of the words of a directive."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from copycheck.model.location import Location
from copycheck.resolution.names_below import names_below
from copycheck.server.directive_parts import BEGUN, OPTIONS
from copycheck.server.documents import Text
from copycheck.server.projects import ServedProject

_KINDS = {
    "module": types.CompletionItemKind.Module,
    "class": types.CompletionItemKind.Class,
    "function": types.CompletionItemKind.Function,
    "value": types.CompletionItemKind.Variable,
}


def completions_at(project: ServedProject, text: Text, position: types.Position) -> Iterator[types.CompletionItem]:
    """What may follow in a directive. `text` is the document as it is now, whether it can be parsed or not."""
    place = text.place(position)
    line = text.lines[place.row - 1][: place.column - 1] if place.row <= len(text.lines) else ""
    begun = BEGUN.match(line)
    if begun is not None:
        yield from _names(project, text, place, begun.group("path"))
        return
    options = OPTIONS.match(line)
    if options is not None:
        yield from _words(options.group("rest"))


def _names(project: ServedProject, text: Text, place: Location, path: str) -> Iterator[types.CompletionItem]:
    *parts, last = path.split(".")
    range_ = text.range(Location(place.row, place.column - len(last)), place)
    for below in names_below(project.session.project, tuple(parts)):
        yield types.CompletionItem(
            below.name,
            kind=_KINDS[below.kind],
            detail=".".join([*parts, below.name]),
            text_edit=types.TextEdit(range_, below.name),
        )


def _words(rest: str) -> Iterator[types.CompletionItem]:
    if "with".startswith(rest.strip()) and " " not in rest.strip():
        yield types.CompletionItem("with", kind=types.CompletionItemKind.Keyword)
    elif "->" in rest.rpartition(",")[2]:
        yield types.CompletionItem("all-casing", kind=types.CompletionItemKind.Keyword)
