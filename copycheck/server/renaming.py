"""Rename: the directives that name an object, when the object gets another name; the code is left to other servers."""

from __future__ import annotations

import re
from typing import NamedTuple

from lsprotocol import types

from copycheck.model.errors import CopycheckError
from copycheck.model.location import Location
from copycheck.model.result import Result
from copycheck.server import directive_parts
from copycheck.server.documents import Units
from copycheck.server.projects import ServedProject

_HEADER = re.compile(r"\s*(?:async\s+def\s+|def\s+|class\s+)?(\w+)")


class _Named(NamedTuple):
    """An object that directives name: where it is, its name, and where in the line of the user that is."""

    filename: str
    row: int
    name: str
    range: types.Range


class Renaming:
    """The renaming of what is at a place of a file: an object that directives name, by its header or in a directive."""

    def __init__(self, project: ServedProject, filename: str, units: Units, position: types.Position) -> None:
        self._project, self._filename = project, filename
        self._text = project.text(filename, units)
        self._place = self._text.place(position)

    def range(self) -> types.Range | None:
        """The name at the place; None where nothing can be renamed."""
        found = self._named()
        return found.range if found else None

    def result(self, new: str) -> Result:
        """What rewrites all directives that name the object, or something in it.

        Raises CopycheckError for what is no name, and where no directive names what is at the place.
        """
        found = self._named()
        if found is None:
            raise CopycheckError("no directive names what is here: rename a source in its own file")
        return self._project.session.rename(found.filename, found.row, found.name, new)

    def _named(self) -> _Named | None:
        found = self._in_directive() or self._in_header()
        if found is None or not self._project.session.names_of(found.filename, found.row, found.name):
            return None
        return found

    def _in_directive(self) -> _Named | None:
        """The object whose name is the part of a dotted name at the place."""
        for directive in self._project.session.directives_in(self._filename):
            part = directive_parts.name_part(self._text.lines, directive)
            if part is None or part.row != self._place.row or not part.start <= self._place.column <= part.end:
                continue
            parts = directive.target.split(".")
            count = directive.target[: self._place.column - part.start].count(".") + 1
            place = self._project.session.place_of(".".join(parts[:count]))
            start = part.start + len(".".join(["", *parts[: count - 1]])) if count > 1 else part.start
            return _Named(*place, parts[count - 1], self._range(start, parts[count - 1])) if place else None
        return None

    def _in_header(self) -> _Named | None:
        """The object whose header has its name at the place."""
        row, column = self._place
        header = _HEADER.match(self._text.lines[row - 1]) if row <= len(self._text.lines) else None
        if header is None or not header.start(1) < column <= header.end(1) + 1:
            return None
        return _Named(self._filename, row, header[1], self._range(header.start(1) + 1, header[1]))

    def _range(self, start: int, name: str) -> types.Range:
        row = self._place.row
        return self._text.range(Location(row, start), Location(row, start + len(name)))
