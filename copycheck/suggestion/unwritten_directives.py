"""A copy tied to its source by a directive that is not written yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from copycheck.checking import dependency_graph
from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement, print_options
from copycheck.model.errors import GrowthError
from copycheck.project.settings import SuggestSettings
from copycheck.suggestion.definition_texts import header_length
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.proof import Proposal
from copycheck.suggestion.trivial_definitions import little_in_common


class Tie(NamedTuple):
    """A copy and its source by their numbers, the replacements, the row above which the directive goes, and its target.

    The directive goes above the decorators where these are equal too, else below them.
    """

    copy: int
    source: int
    replacements: tuple[Replacement, ...]
    row: int
    target: str
    is_near: bool = False
    """Whether the two are not thought to be equal."""

    @property
    def comment(self) -> str:
        """The directive."""
        options = print_options(self.replacements)
        return f"# Copied from {self.target}{' ' if options else ''}{options}"


def tie_of(
    survey: Survey, copy: int, source: int, replacements: tuple[Replacement, ...], below_decorators: bool = False
) -> Tie | None:
    """The tie of a copy and its source; None where no dotted name leads to the source."""
    target = next(survey.modules.names_of(survey.candidates[source]), None)
    if target is None:
        return None
    candidate = survey.candidates[copy]
    above = candidate.start < candidate.row and not below_decorators
    row = candidate.start if above and _equal_decorators(survey, copy, source, replacements) else candidate.row
    return Tie(copy, source, replacements, row, target)


def has_little_in_common(
    survey: Survey, copy: int, source: int, replacements: tuple[Replacement, ...], changed: int = 0
) -> bool:
    """Whether the two are alike by form more than by content."""
    if not changed and survey.wishes.min_lines < SuggestSettings().min_lines:
        return False  # who asks for shorter copies than usual wants those that are alike by form as well
    text, own = (survey.texts.whole(survey.candidates[number]) for number in (source, copy))
    mine, theirs = (_bare(f"{c.filename}.{c.name}") for c in (survey.candidates[copy], survey.candidates[source]))
    unbacked = sum(_bare(one.left) not in theirs or _bare(one.right) not in mine for one in replacements)
    return little_in_common(text, own, header_length(text), replacements, unbacked, changed)


def without_cycles(survey: Survey, ties: Iterable[Tie]) -> list[Tie]:
    """The ties without those that would close a circle: a copy whose source is in, or around, a copy of it."""
    kept = list(ties)
    while True:
        numbers = {tie.copy: number for number, tie in enumerate(kept)}
        edges = []
        for tie in kept:
            meant = survey.alternatives(tie.source)
            near = {n for source in meant for n in (source, *survey.inside(source), *survey.around(source))}
            edges.append([numbers[candidate] for candidate in sorted(near) if candidate in numbers])
        groups = dependency_graph.cycles(edges)
        if not groups:
            return kept
        dropped = {
            max(group, key=lambda number: (kept[number].is_near, -survey.rows(kept[number].copy), number))
            for group in groups
        }
        kept = [tie for number, tie in enumerate(kept) if number not in dropped]


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _equal_decorators(survey: Survey, copy: int, source: int, replacements: tuple[Replacement, ...]) -> bool:
    theirs = survey.texts.decorators(survey.candidates[source])
    try:
        return apply_replacements(theirs, replacements) == survey.texts.decorators(survey.candidates[copy])
    except GrowthError:
        return False


def proposal_of(survey: Survey, tie: Tie) -> Proposal:
    """The tie as the check is asked about it."""
    copy, source = survey.candidates[tie.copy], survey.candidates[tie.source]
    indent = survey.texts.indent(copy)
    return Proposal(copy.filename, tie.row, tie.comment, source.filename, source.row, copy.name, indent)
