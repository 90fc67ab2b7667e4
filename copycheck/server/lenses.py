"""What is shown in the text itself: code lenses, inlay hints and semantic tokens."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from copycheck.model.location import Location
from copycheck.server.diagnostics import by_source, location_of
from copycheck.server.directive_parts import parts_of
from copycheck.server.documents import Units
from copycheck.server.navigation import state_of, summary_of
from copycheck.server.projects import ServedProject

SHOW_COPIES, SHOW_SOURCE = "copycheck.showCopies", "copycheck.showSource"
LEGEND = types.SemanticTokensLegend(token_types=["keyword", "class", "operator", "string"], token_modifiers=[])
_TOKENS = {"keyword": 0, "name": 1, "operator": 2, "string": 3}


def lenses_of(project: ServedProject, filename: str, units: Units) -> Iterator[types.CodeLens]:
    """A lens above each source with its copies, and above each copy with its source."""
    text, session, uri = project.text(filename, units), project.session, project.uri_of(filename)
    for place, copies in by_source(session.copies_of(filename)).items():
        range_ = text.rows(place.row, place.row)
        locations = [location_of(project, copy, units) for copy in copies]
        yield types.CodeLens(
            range_, types.Command(summary_of(copies), SHOW_COPIES, None, [uri, range_.start, locations])
        )
    full_copies = session.full_copies(filename)
    below = [copy for copy in full_copies if copy.target == filename]
    if below:
        range_ = text.rows(1, 1)
        locations = [location_of(project, copy, units) for copy in below if copy.rows is not None]
        title = f"whole file: {summary_of(below)}"
        yield types.CodeLens(range_, types.Command(title, SHOW_COPIES, None, [uri, range_.start, locations]))
    for copy in [*(c for c in full_copies if c.filename == filename), *session.copies_in(filename)]:
        range_ = text.rows(copy.location.row, copy.location.row)
        of = f"full copy of {copy.target}" if copy.is_full else f"copy of {copy.target.rpartition('.')[2]}"
        title = f"{of}, {state_of(copy)}"
        if copy.source is None:
            yield types.CodeLens(range_, types.Command(title, ""))
            continue
        source = project.text(copy.source.filename, units).rows(copy.source.location.row, copy.source.location.row)
        location = types.Location(project.uri_of(copy.source.filename), source)
        yield types.CodeLens(range_, types.Command(title, SHOW_SOURCE, None, [uri, range_.start, [location]]))


def hints_of(project: ServedProject, filename: str, units: Units, first: int, last: int) -> Iterator[types.InlayHint]:
    """The state of each copy behind its directive, and the number of copies behind the header of each source."""
    text, session = project.text(filename, units), project.session
    for directive, copy in zip(session.directives_in(filename), session.copies_in(filename), strict=True):
        if first <= directive.end_row <= last:
            place = text.position(Location(directive.end_row, directive.end_column))
            yield types.InlayHint(place, state_of(copy), padding_left=True)
    for place_, copies in by_source(session.copies_of(filename)).items():
        if first <= place_.row <= last:
            end = text.position(Location(place_.row, 10**6))
            yield types.InlayHint(end, summary_of(copies), padding_left=True)


def tokens_of(project: ServedProject, filename: str, units: Units) -> types.SemanticTokens:
    """The parts of all directives, each relative to the one before it."""
    text = project.text(filename, units)
    data: list[int] = []
    line = start = 0
    for directive in project.session.directives_in(filename):
        for part in parts_of(text.lines, directive):
            range_ = text.range(Location(part.row, part.start), Location(part.row, part.end))
            at, end = range_.start, range_.end
            data += [at.line - line, at.character - (start if at.line == line else 0)]
            data += [end.character - at.character, _TOKENS[part.kind], 0]
            line, start = at.line, at.character
    return types.SemanticTokens(data)
