"""Nearly equal definitions → ties that the check finds drifted (contract 14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.parallel import map_shares
from copycheck.suggestion import noise
from copycheck.suggestion.grouping import Findings
from copycheck.suggestion.inference import Text
from copycheck.suggestion.near import Near, may_be_near, nearly, partners, shapes
from copycheck.suggestion.origin import Origin
from copycheck.suggestion.survey import Survey
from copycheck.suggestion.ties import Tie, has_little_in_common, tie_of

_FAR = 60
"""Definitions whose numbers of rows differ by more are not held against each other."""
_WEIGHT = 200
"""About so much work a row is, in bytes, for sharing it."""


class _Pair(NamedTuple):
    """Two definitions, how near they are, and which one makes the other."""

    copy: int
    source: int
    near: Near


def diverged_ties(survey: Survey, origin: Origin, equal: Collection[Tie], findings: Findings) -> Iterator[Tie]:
    """A tie for each definition that is nearly another one: a single one, or one that stands for its group.

    Of two definitions around each other, only the inner one is named: it holds the difference.
    """
    groups = Counter(tie.source for tie in equal)
    pairs = _near_pairs(survey, origin, groups, _nodes(survey, equal))
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
        if has_little_in_common(survey, pair.copy, pair.source, pair.near.replacements, pair.near.changed):
            findings.leave_out(noise.IN_COMMON, pair.copy)
            continue
        tie = tie_of(survey, pair.copy, pair.source, pair.near.replacements)
        if tie is not None:
            tie = tie._replace(is_near=pair.near.changed > 0)
            roots[pair.copy] = pair.source
            diverged.add(pair.copy)
            if pair.source not in findings.reasons:
                findings.reasons[pair.source] = origin.choose((pair.copy, pair.source), survey.candidates).reason
            yield tie


def _nodes(survey: Survey, equal: Collection[Tie]) -> dict[int, Sequence[int]]:
    """The sketches of the definitions that stand for themselves or for a group: no copy, nor what is in one."""
    taken = survey.in_marked()
    for tie in equal:
        taken.add(tie.copy)
        taken.update(survey.inside(tie.copy))
    least = survey.wishes.min_lines
    return {
        number: candidate.sketch
        for number, candidate in enumerate(survey.candidates)
        if number not in taken and survey.rows(number) >= least and candidate.filename not in survey.generated
    }


def _near_pairs(
    survey: Survey, origin: Origin, groups: Mapping[int, int], sketches: Mapping[int, Sequence[int]]
) -> list[_Pair]:
    """The nearest partner of each definition that has one."""
    likely = [pair for pair in partners(sketches) if survey.candidates[pair[0]].kind == survey.candidates[pair[1]].kind]
    most = survey.wishes.diverged
    sizes = {pair: survey.rows(pair[0]) for pair in likely if abs(survey.rows(pair[0]) - survey.rows(pair[1])) <= _FAR}
    weights = {pair: rows * _WEIGHT for pair, rows in sizes.items()}

    def compare(share: Sequence[tuple[int, int]]) -> list[_Pair]:
        texts: dict[int, Text] = {}
        counts: dict[int, Counter[bytes]] = {}
        for number in {number for pair in share for number in pair}:
            texts[number] = survey.texts.of(survey.candidates[number])
            counts[number] = Counter(shapes(texts[number].text))
        near = (pair for pair in share if may_be_near(counts[pair[0]], counts[pair[1]], most))
        compared = (_compared(survey, origin, groups, one, other, texts) for one, other in near)
        return [pair for pair in compared if pair is not None]

    best: dict[int, _Pair] = {}
    for pair in sorted(map_shares(compare, weights), key=_distance):
        best.setdefault(pair.copy, pair)
    return list(best.values())


def _distance(pair: _Pair) -> tuple[int, int, int, int]:
    return pair.near.changed, len(pair.near.replacements), pair.copy, pair.source


def _compared(
    survey: Survey, origin: Origin, groups: Mapping[int, int], one: int, other: int, texts: Mapping[int, Text]
) -> _Pair | None:
    """The two as copy and source, where they are near enough and no noise: the source of more copies is the source."""
    if survey.noise_of(one) is not None or survey.noise_of(other) is not None:
        return None
    if groups.get(one, 0) == groups.get(other, 0):
        source = origin.choose((one, other), survey.candidates).number
    else:
        source = max((one, other), key=lambda number: groups.get(number, 0))
    copy = other if source == one else one
    near = nearly(texts[source], texts[copy], survey.wishes.max_replacements, survey.wishes.diverged)
    return None if near is None else _Pair(copy, source, near)
