"""A copy tied to its source by a directive that is not written yet."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from copycheck.checking import dependency_graph
from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement, print_options
from copycheck.model.errors import GrowthError
from copycheck.project.settings import SuggestSettings
from copycheck.suggestion import trivial_definitions
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.proof import Proposal

_EQUAL, _ONE_NAME, _OTHER_NAMES = 0.67, 0.6, 0.8
"""The part of the names that equal pairs, and diverged ones of one name and of others, have in common at least."""


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


def keeps_a_name(survey: Survey, tie: Tie) -> bool:
    """Whether the replacements leave the source a name, and no two words or a dotted name: that is no header."""
    name = survey.candidates[tie.source].name.rpartition(".")[2]
    return apply_replacements(name, tie.replacements).isidentifier()


def why_alike_by_form(
    survey: Survey, copy: int, source: int, replacements: tuple[Replacement, ...], changed: int = 0
) -> str | None:
    """Why the two are alike by form more than by content; None for a pair that is not."""
    if not changed and survey.wishes.min_lines < SuggestSettings().min_lines:
        return None  # who asks for shorter copies than usual wants those that are alike by form as well
    ours, origin = survey.candidates[copy], survey.candidates[source]
    mine, theirs = (_bare(f"{one.filename}.{one.name}") for one in (ours, origin))
    unbacked = [one for one in replacements if _bare(one.left) not in theirs or _bare(one.right) not in mine]
    text, own = survey.texts.whole(origin), survey.texts.whole(ours)
    enough = _enough(ours, origin, changed > 0)
    return trivial_definitions.why_alike_by_form(text, own, replacements, unbacked, changed, enough)


def _enough(copy: Candidate, source: Candidate, is_near: bool) -> float:
    """So large a part of their names two definitions have to have in common, unless they have many.

    Of equal ones it is more than half, or none where they are functions or classes of one name. Many classes have a
    method of one name, and more have one of Python's names. The author of one file has seen both of its definitions:
    two that differ, and have other names, do so on purpose.
    """
    _, within, name = copy.name.rpartition(".")
    has_same_name = name == source.name.rpartition(".")[2]
    if not is_near:
        return 0 if has_same_name and not within else _EQUAL
    if has_same_name and not name.startswith("__"):
        return _ONE_NAME
    return _OTHER_NAMES if has_same_name or copy.filename != source.filename else math.inf


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
