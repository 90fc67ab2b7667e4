"""Rename: the directives that name an object, when the object gets another name; the code is left to other servers."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.errors import CopycheckError
from copycheck.model.location import Location
from copycheck.server import directive_parts
from copycheck.server.documents import Units
from copycheck.server.navigation import Navigator
from copycheck.server.projects import ServedProject


class Renaming:
    """The renaming of what is at a place of a file: an object that is copied, by its header or in a directive."""

    def __init__(self, project: ServedProject, filename: str, units: Units, position: types.Position) -> None:
        self._project, self._filename, self._units = project, filename, units
        self._text = project.text(filename, units)
        self._place = self._text.place(position)
        self._position = position
        self._navigator = Navigator(project, filename, units)

    def range(self) -> types.Range | None:
        """The name at the place; None where nothing can be renamed."""
        found = self._named()
        return found[1] if found else None

    def edits(self, new: str) -> dict[str, list[types.TextEdit]]:
        """The edits of all directives that name the object, by file. Raises CopycheckError for what is no name."""
        found = self._named()
        if found is None:
            raise CopycheckError("no source of copies has its name here")
        if not new.isidentifier():
            raise CopycheckError(f"`{new}` is no name")
        name, _, copies = found
        edits: dict[str, list[types.TextEdit]] = {}
        for copy in copies:
            for range_ in self._mentions(copy, name):
                edits.setdefault(copy.filename, []).append(types.TextEdit(range_, new))
        return edits

    def _named(self) -> tuple[str, types.Range, list[ListedCopy]] | None:
        """The name, its place, and the copies whose directives name the object."""
        copy = self._navigator.copy_at(self._position)
        if copy is not None and copy.source is not None:
            name = copy.target.rpartition(".")[2]
            range_ = next(self._mentions(copy, name), None)
            if range_ is None or not range_.start <= self._position <= range_.end:
                return None
            alike = [c for c in self._project.session.copies_of(copy.source.filename) if c.source == copy.source]
            return name, range_, [c for c in alike if c.target.rpartition(".")[2] == name]
        found = self._navigator.copies_at(self._position)
        if found is None:
            return None
        place, copies = found
        name = copies[0].target.rpartition(".")[2]
        line = self._text.lines[place.row - 1]
        at = line.find(name, place.column - 1)
        range_ = self._text.range(Location(place.row, at + 1), Location(place.row, at + 1 + len(name)))
        if at < 0 or not range_.start <= self._position <= range_.end:
            return None
        return name, range_, [c for c in copies if c.target.rpartition(".")[2] == name]

    def _mentions(self, copy: ListedCopy, name: str) -> Iterator[types.Range]:
        """Where the directive of a copy names the object: the last part of its dotted name."""
        text = self._project.text(copy.filename, self._units)
        for directive in self._project.session.directives_in(copy.filename):
            part = directive_parts.name_part(text.lines, directive) if directive.row == copy.location.row else None
            if part is not None and directive.target.rpartition(".")[2] == name:
                yield text.range(Location(part.row, part.end - len(name)), Location(part.row, part.end))
