"""Nearly equal definitions → ties that the check finds drifted (contract 14)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.model.directive import Replacement
from copycheck.parallel import map_shares
from copycheck.suggestion import noise_kinds
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.equal_definitions import Findings
from copycheck.suggestion.inference import Text, infer
from copycheck.suggestion.near_duplicates import Near, differ_in_more, may_be_near, nearly, partners
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.purposeful_differences import is_on_purpose
from copycheck.suggestion.source_choice import Origin
from copycheck.suggestion.unwritten_directives import Tie, keeps_a_name, tie_of, why_alike_by_form

_FAR = 60
"""Definitions whose numbers of rows differ by more are not held against each other."""
_WEIGHT = 200
"""About so much work a row is, in bytes, for sharing it."""
_SEVERAL = 2
"""So many copies of a source agree with it, and are more than a pair by chance."""
_RUN = 64
"""So many pairs, whose definitions are close to each other, are one piece of work."""


class _Pair(NamedTuple):
    """Two definitions, how near they are, which one makes the other, and whether what differs is meant so."""

    copy: int
    source: int
    near: Near
    is_on_purpose: bool = False


def diverged_ties(
    survey: Survey, origin: Origin, equal: Collection[Tie], marked: Iterable[int], findings: Findings
) -> Iterator[Tie]:
    """A tie for each definition that is nearly another one: a single one, or one that stands for its group.

    Its source stands for a copy, and for one that is `marked` already: what is tied today is not a source tomorrow.
    Of two definitions around each other, only the inner one is named: it holds the difference.
    """
    groups = Counter(tie.source for tie in equal)
    pairs = _near_pairs(survey, origin, groups, _nodes(survey, equal, marked), findings)
    roots: dict[int, int] = {}
    diverged: set[int] = set()

    def root(number: int) -> int:
        while number in roots:
            number = roots[number]
        return number

    for pair in sorted(pairs, key=lambda pair: (survey.rows(pair.copy), pair.near.changed, pair.copy)):
        if pair.copy in roots or root(pair.source) == pair.copy or survey.why_not(pair.copy, pair.source) is not None:
            continue
        if any(inner in diverged for inner in survey.inside(pair.copy)):
            continue
        form = why_alike_by_form(survey, pair.copy, pair.source, pair.near.replacements, pair.near.changed)
        if form is not None:
            findings.leave_out(form, pair.copy)
            continue
        tie = tie_of(survey, pair.copy, pair.source, pair.near.replacements)
        if tie is not None and (not pair.near.changed or keeps_a_name(survey, tie)):
            tie = tie._replace(is_near=pair.near.changed > 0)
            roots[pair.copy] = pair.source
            diverged.add(pair.copy)
            if pair.source not in findings.reasons:
                findings.reasons[pair.source] = origin.choose((pair.copy, pair.source), survey.candidates).reason
            yield tie


def _nodes(survey: Survey, equal: Collection[Tie], marked: Iterable[int]) -> dict[int, Candidate]:
    """The definitions that stand for themselves or for a group: no copy, nor what is in one."""
    taken = {*survey.in_marked, *marked}
    for tie in equal:
        taken.add(tie.copy)
        taken.update(survey.inside(tie.copy))
    least = survey.wishes.min_lines
    return {
        number: candidate
        for number, candidate in enumerate(survey.candidates)
        if number not in taken and survey.rows(number) >= least and candidate.filename not in survey.generated
    }


def _near_pairs(
    survey: Survey, origin: Origin, groups: Mapping[int, int], nodes: Mapping[int, Candidate], findings: Findings
) -> list[_Pair]:
    """The nearest partner of each definition that has one."""
    most = survey.wishes.diverged
    likely = [pair for pair in sorted(partners(nodes, most)) if _is_allowed(survey, *pair)]
    texts: dict[int, Text] = {}
    counts: dict[int, Counter[bytes]] = {}
    numbers: dict[int, Counter[int]] = {}

    def compare(share: Sequence[range]) -> list[_Pair]:
        pairs = [pair for some in share for pair in likely[some.start : some.stop]]
        for number in {number for pair in pairs for number in pair} - numbers.keys():
            numbers[number] = Counter(survey.shapes(number))
        pairs = [pair for pair in pairs if not differ_in_more(numbers[pair[0]], numbers[pair[1]], most)]
        for number in {number for pair in pairs for number in pair} - texts.keys():
            texts[number] = survey.texts.of(survey.candidates[number])
            counts[number] = Counter(texts[number].shapes)
        near = (pair for pair in pairs if may_be_near(counts[pair[0]], counts[pair[1]], most))
        compared = (_compared(survey, origin, groups, one, other, texts) for one, other in near)
        return [pair for pair in compared if pair is not None]

    runs = [range(start, min(start + _RUN, len(likely))) for start in range(0, len(likely), _RUN)]
    sizes = {run: sum(survey.rows(one) for one, _ in likely[run.start : run.stop]) * _WEIGHT for run in runs}
    best: dict[int, _Pair] = {}
    found = sorted(map_shares(compare, sizes), key=_distance)
    for pair in found:
        if not pair.is_on_purpose:
            best.setdefault(pair.copy, pair)
    for pair in found:
        if pair.copy not in best:
            findings.leave_out(noise_kinds.ON_PURPOSE, pair.copy)
    return list(best.values())


def _is_allowed(survey: Survey, one: int, other: int) -> bool:
    """Whether one of two definitions may be suggested as a copy of the other at all."""
    if abs(survey.rows(one) - survey.rows(other)) > _FAR:
        return False
    return survey.why_not(one, other) is None or survey.why_not(other, one) is None


def _distance(pair: _Pair) -> tuple[int, int, int, int]:
    return pair.near.changed, len(pair.near.replacements), pair.copy, pair.source


def _compared(
    survey: Survey, origin: Origin, groups: Mapping[int, int], one: int, other: int, texts: Mapping[int, Text]
) -> _Pair | None:
    """The two as copy and source, where they are near enough and no noise: the source of more copies is the source."""
    if groups.get(one, 0) == groups.get(other, 0):
        source = origin.choose((one, other), survey.candidates).number
    else:
        source = max((one, other), key=lambda number: groups.get(number, 0))
    copy = other if source == one else one
    if survey.why_not(copy, source) is not None:
        return None
    most = survey.wishes.max_replacements
    near = nearly(texts[source], texts[copy], most, survey.wishes.diverged)
    if near is None or any(survey.noise_of(number) is not None for number in (one, other)):
        return None
    if near.changed:  # equal after all, or the other way round: names may become one, and no two
        made = infer(texts[source], texts[copy], most)
        back = infer(texts[copy], texts[source], most) if made is None else None
        if back is not None:
            return _Pair(source, copy, Near(back, 0))
        near = near if made is None else Near(made, 0)
    if not near.changed:
        return _Pair(copy, source, near)
    agreeing = max(groups.get(number, 0) for number in (source, *survey.around(source)))
    return _Pair(copy, source, near, is_meant(survey, copy, source, near.replacements, agreeing))


def is_meant(survey: Survey, copy: int, source: int, replacements: Sequence[Replacement], agreeing: int = 0) -> bool:
    """Whether two definitions that differ after some replacements are likely to do so on purpose.

    Where several definitions agree with the source, one of the same name with another number or sign has missed a fix:
    other members of a family would differ as well.
    """
    mine, theirs = survey.candidates[copy], survey.candidates[source]
    names = {re.sub(r"(?<![^.])_+", "", one.name) for one in (mine, theirs)}
    return is_on_purpose(
        survey.texts.of(theirs).text,
        survey.texts.of(mine).text,
        replacements,
        is_one_file=mine.filename == theirs.filename,
        is_special=_is_special(theirs.name),
        is_one_name=len(names) == 1,
        is_member="." in mine.name or mine.kind == "class",
        is_outvoted=agreeing >= _SEVERAL and len({one.name.rpartition(".")[2] for one in (mine, theirs)}) == 1,
    )


def _is_special(name: str) -> bool:
    """Whether a method, or a function of a module, has a name such as those that Python itself calls."""
    last = name.rpartition(".")[2]
    return last.startswith("__") and last.endswith("__")


def regrouped(survey: Survey, ties: Sequence[Tie]) -> Iterator[Tie]:
    """The ties, those of a source that has become a copy itself with its source in its place where that makes them."""
    above = {tie.copy: tie.source for tie in ties if not tie.is_near}
    for tie in ties:
        if tie.source in above and not tie.is_near:
            first, second = (survey.texts.of(survey.candidates[number]) for number in (above[tie.source], tie.copy))
            made = infer(first, second, survey.wishes.max_replacements)
            allowed = made is not None and survey.why_not(tie.copy, above[tie.source]) is None
            other = tie_of(survey, tie.copy, above[tie.source], made) if allowed and made is not None else None
            yield other or tie
        else:
            yield tie
