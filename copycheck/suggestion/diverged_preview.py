"""A diverged pair as the check shows it, from the rows that the scan has found: no file is parsed for it (contract 14).

It may assume nothing: where a definition is not plain, the pair is left to the proof, which parses both files. What is
in sync after all is proven as any other copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copycheck.checking.examination import compare
from copycheck.checking.outcome import Examined
from copycheck.directives.binding import Copy
from copycheck.directives.compared_regions import Region
from copycheck.directives.directive_parser import parse_directive
from copycheck.model.diagnostic import State
from copycheck.model.location import Location, Span
from copycheck.resolution.module_lookup import Definition
from copycheck.resolution.project_index import Project
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.unwritten_directives import Tie
from copycheck.syntax.statement_tree import Kind

_UNFIT = ("Adapted from", "copycheck:", "Ignore copy", "End copy", "\f", "\0")
"""What a definition may hold that is not compared with the rest of it."""
_INDENT = 4
_WEIGHT = 200
"""About so much work a row is, in bytes, for sharing it."""


def previews(project: Project, survey: Survey, ties: Sequence[Tie]) -> Mapping[int, Examined]:
    """The pairs that are known to differ, by their numbers among the ties."""

    def preview(share: Sequence[int]) -> list[tuple[int, Examined]]:
        looked_at = ((number, _preview(project, survey, ties[number])) for number in share)
        return [(number, one) for number, one in looked_at if one is not None and one.state is State.DRIFT]

    sizes = {number: survey.rows(tie.copy) * _WEIGHT for number, tie in enumerate(ties) if tie.is_near}
    return dict(sorted(project.share(preview, sizes)))


def _preview(project: Project, survey: Survey, tie: Tie) -> Examined | None:
    """What the check will say of a pair; None where that takes a syntax tree."""
    directive = parse_directive([tie.comment], 1)
    if directive is None or directive.problem is not None:
        return None
    candidate, source = survey.candidates[tie.copy], survey.candidates[tie.source]
    place = project.resolver.likely_place(tie.target)
    if place is None or (place.filename, ".".join(place.name)) != (source.filename, source.name):
        return None
    is_decorated = tie.row < candidate.row
    own, theirs = (_region(project, survey, number, is_decorated) for number in (tie.copy, tie.source))
    if own is None or theirs is None:
        return None
    around = tuple(" " * (_INDENT * depth) for depth in range(candidate.indent // _INDENT))
    copy = Copy(candidate.filename, directive, candidate.name, candidate.row, "", 0, around, is_decorated, own)
    definition = Definition(source.filename, Location(source.row, source.indent + 1), "", 0, theirs, theirs)
    rows = Span(candidate.filename, own.rows[0], own.rows[-1])
    found = Examined(candidate.filename, directive, State.UNCHECKED, candidate.name, region=rows)
    return compare(project.settings, copy, (definition,), found)


def _region(project: Project, survey: Survey, number: int, is_decorated: bool) -> Region | None:
    """The compared text of a definition; None where its rows do not tell."""
    candidate = survey.candidates[number]
    depth = sum(1 for _ in survey.around(number))
    if len(survey.alternatives(number)) > 1 or candidate.indent != _INDENT * depth:
        return None
    start = candidate.start if is_decorated else candidate.row
    text = "\n".join(project.workspace.read(candidate.filename).lines[start - 1 : candidate.end])
    above = text.split("\n", candidate.row - start)[:-1]
    if not survey.texts.is_whole(candidate.filename, start, candidate.end):
        return None
    if any(word in text for word in _UNFIT) or not text.isascii():
        return None
    if any(not line.strip() or line.lstrip().startswith("#") for line in above):
        return None
    header = text.split("\n")[candidate.row - start]
    if header[: candidate.indent].strip(" ") or (is_decorated and not header.strip()):
        return None
    rows = range(start, candidate.end + 1)
    name = candidate.name.rpartition(".")[2]
    return Region(text, rows, " " * candidate.indent, candidate.row - start, name, _kind(candidate, header))


def _kind(candidate: Candidate, header: str) -> Kind:
    if candidate.kind == "class":
        return "class"
    return "async def" if header.lstrip().startswith("async") else "def"
