"""From a directive to its source, and from a source to its copies: definition, hover, references, links, hierarchy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lsprotocol import types

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.directive import print_replacement
from copycheck.model.location import Location, Source
from copycheck.model.wording import plural
from copycheck.server import directive_parts
from copycheck.server.diagnostics import by_source, is_drifted, location_of
from copycheck.server.documents import Text, Units
from copycheck.server.projects import ServedProject

_MOST_DIFF = 60
"""So many lines of a difference are shown in a hover."""
_MOST_LISTED = 20
_STATES = {
    "in-sync": "in sync",
    "drift": "has drifted",
    "external": "its source is in another package",
    "unchecked": "not compared",
    "adapted": "was broken on purpose",
}


class CopiesOfPlace(NamedTuple):
    """The place of a source, and its copies."""

    place: Location
    copies: list[ListedCopy]


class Navigator:
    """Answers for one file of a project."""

    def __init__(self, project: ServedProject, filename: str, units: Units) -> None:
        self._project, self._filename, self._units = project, filename, units
        self._text: Text = project.text(filename, units)
        self._copies = project.session.copies_in(filename)
        self._directives = project.session.directives_in(filename)

    def copy_at(self, position: types.Position) -> ListedCopy | None:
        """The copy whose directive is at a position."""
        return directive_parts.at(self._directives, self._copies, self._text.place(position))

    def copies_at(self, position: types.Position) -> CopiesOfPlace | None:
        """The source whose header is at a position, and its copies."""
        row = position.line + 1
        for place, copies in by_source(self._project.session.copies_of(self._filename)).items():
            if place.row == row:
                return CopiesOfPlace(place, copies)
        return None

    def definition(self, position: types.Position) -> list[types.LocationLink]:
        """The source of the directive at a position."""
        copy = self.copy_at(position)
        if copy is None or copy.source is None:
            return []
        directive = next(d for d, c in zip(self._directives, self._copies, strict=True) if c is copy)
        part = directive_parts.name_part(self._text.lines, directive)
        origin = self._text.range(Location(part.row, part.start), Location(part.row, part.end)) if part else None
        target = self._of_source(copy.source)
        return [types.LocationLink(target.uri, target.range, target.range, origin)]

    def _of_source(self, source: Source) -> types.Location:
        text = self._project.text(source.filename, self._units)
        row = source.location.row
        return types.Location(self._project.uri_of(source.filename), text.rows(row, row))

    def references(self, position: types.Position, with_source: bool) -> list[types.Location]:
        """The copies of the source at a position, or of the source of the directive there."""
        found = self.copies_at(position)
        if found is not None:
            copies = found.copies
        else:
            copy = self.copy_at(position)
            if copy is None or copy.source is None:
                return []
            copies = [c for c in self._project.session.copies_of(copy.source.filename) if c.source == copy.source]
        places = [location_of(self._project, copy, self._units) for copy in copies]
        source = copies[0].source
        return [self._of_source(source), *places] if with_source and source is not None else places

    def links(self) -> Iterator[types.DocumentLink]:
        """A link from the dotted name of each directive to its source."""
        for directive, copy in zip(self._directives, self._copies, strict=True):
            part = directive_parts.name_part(self._text.lines, directive)
            if part is not None and copy.source is not None:
                range_ = self._text.range(Location(part.row, part.start), Location(part.row, part.end))
                target = f"{self._project.uri_of(copy.source.filename)}#L{copy.source.location.row}"
                yield types.DocumentLink(range_, target, tooltip=f"the source of `{copy.name}`")

    def hover(self, position: types.Position) -> types.Hover | None:
        """What is known of the directive, or of the source, at a position."""
        copy = self.copy_at(position)
        if copy is not None:
            return _hover("\n".join(self._about_copy(copy)))
        found = self.copies_at(position)
        return _hover("\n".join(self._about_source(found.copies))) if found is not None else None

    def _about_copy(self, copy: ListedCopy) -> Iterator[str]:
        yield f"**`{copy.name or 'nothing'}`** is a copy of `{copy.target}`: {_STATES.get(copy.state, copy.state)}."
        if copy.source is not None:
            place = f"{copy.source.filename}:{copy.source.location.row}"
            uri = self._project.uri_of(copy.source.filename)
            yield f"\nSource: [{place}]({uri}#L{copy.source.location.row})"
        if copy.replacements:
            yield "\nReplacements: " + ", ".join(f"`{print_replacement(one)}`" for one in copy.replacements)
        for finding in copy.findings:
            yield f"\n{finding.code}: {finding.message}"
            if finding.help:
                yield f"\n*{finding.help}*"
            if finding.diff:
                lines = finding.diff.split("\n")[2:]
                more = ["…"] if len(lines) > _MOST_DIFF else []
                yield "\n```diff\n" + "\n".join([*lines[:_MOST_DIFF], *more]).rstrip("\n") + "\n```"

    def _about_source(self, copies: Sequence[ListedCopy]) -> Iterator[str]:
        yield f"**{summary_of(copies)}**\n"
        for copy in copies[:_MOST_LISTED]:
            place = f"{copy.filename}:{copy.location.row}"
            uri = self._project.uri_of(copy.filename)
            yield f"- [{place}]({uri}#L{copy.location.row}) `{copy.name}`: {_STATES.get(copy.state, copy.state)}"
        if len(copies) > _MOST_LISTED:
            yield f"- and {len(copies) - _MOST_LISTED} more"

    def hierarchy_at(self, position: types.Position) -> list[types.CallHierarchyItem]:
        """The source or the copy at a position, as an item of a hierarchy."""
        copy = self.copy_at(position)
        if copy is not None and copy.source is not None:
            return [self._item(copy)]
        found = self.copies_at(position)
        return [self.source_item(found[1][0])] if found is not None else []

    def _item(self, copy: ListedCopy) -> types.CallHierarchyItem:
        return copy_item(self._project, copy, self._units)

    def source_item(self, copy: ListedCopy) -> types.CallHierarchyItem:
        """The source of a copy as an item of a hierarchy."""
        return source_item(self._project, copy, self._units)


def copy_item(project: ServedProject, copy: ListedCopy, units: Units) -> types.CallHierarchyItem:
    """A copy as an item of a hierarchy: whoever copies it in turn is found by the rows of its definition."""
    text = project.text(copy.filename, units)
    rows = copy.rows
    header = text.rows(rows.start, rows.start) if rows else text.rows(copy.location.row, copy.location.row)
    whole = text.rows(copy.location.row, rows.end) if rows else header
    return types.CallHierarchyItem(
        copy.name or copy.target,
        types.SymbolKind.Object,
        project.uri_of(copy.filename),
        whole,
        header,
        detail=f"copy of {copy.target}, {_STATES.get(copy.state, copy.state)}",
        data={"row": rows.start if rows else copy.location.row, "copy": copy.location.row},
    )


def source_item(project: ServedProject, copy: ListedCopy, units: Units) -> types.CallHierarchyItem:
    """The source of a copy as an item of a hierarchy."""
    assert copy.source is not None, "only the copies of a source are asked"
    text = project.text(copy.source.filename, units)
    row = copy.source.location.row
    last = max((span.end for span in copy.reads if span.filename == copy.source.filename), default=row)
    return types.CallHierarchyItem(
        copy.target.rpartition(".")[2],
        types.SymbolKind.Object,
        project.uri_of(copy.source.filename),
        text.rows(row, max(row, last)),
        text.rows(row, row),
        detail=copy.target,
        data={"row": row},
    )


def copies_below(project: ServedProject, filename: str, row: int) -> list[ListedCopy]:
    """The copies of the object that begins in a row."""
    return [copy for copy in project.session.copies_of(filename) if copy.source and copy.source.location.row == row]


def summary_of(copies: Sequence[ListedCopy]) -> str:
    """`32 copies, 2 drifted`."""
    drifted = sum(map(is_drifted, copies))
    return plural(len(copies), "copy", "copies") + (f", {drifted} drifted" if drifted else "")


def state_of(copy: ListedCopy) -> str:
    """The state of a copy in two words."""
    return "drifted" if copy.state == "drift" else _STATES.get(copy.state, copy.state)


def _hover(text: str) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))
