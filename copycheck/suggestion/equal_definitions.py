"""Equal definitions → ties: put together by key, given a source, classes before their members (contract 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from copycheck.model.directive import Replacement
from copycheck.parallel import map_shares
from copycheck.suggestion import noise_kinds
from copycheck.suggestion.clusters import Cluster, clusters_of, made_from, within_bounds
from copycheck.suggestion.inference import Text
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.proof import Proof
from copycheck.suggestion.source_choice import Origin
from copycheck.suggestion.unwritten_directives import Tie, tie_of, why_alike_by_form

_WEIGHT = 40
"""About so many bytes a row has, for sharing the work."""


class CopyOfSource(NamedTuple):
    """The numbers of a copy and of its source."""

    copy: int
    source: int


@dataclass
class Findings:
    """What is known so far: the reason of each source, what was left out, and what the check has refused.

    `below` holds the copies whose decorators are not equal after all, `diverged` the ties that were thought to be
    equal, and are so but for some lines.
    """

    reasons: dict[int, str] = field(default_factory=dict)
    left_out: dict[str, set[int]] = field(default_factory=dict)
    refused: set[CopyOfSource] = field(default_factory=set)
    below: set[int] = field(default_factory=set)
    diverged: dict[Tie, Proof] = field(default_factory=dict)
    refusals: dict[int, int] = field(default_factory=dict)
    """How often the check has refused something of a copy."""

    def refuse(self, tie: Tie, is_above: bool) -> None:
        """Note what the check has refused: the directive above the decorators, or the pair."""
        self.refusals[tie.copy] = self.refusals.get(tie.copy, 0) + 1
        if is_above:
            self.below.add(tie.copy)
        else:
            self.refused.add(CopyOfSource(tie.copy, tie.source))

    def leave_out(self, reason: str | None, number: int) -> None:
        """Note why a definition is left out, if that needs a word."""
        if reason:
            self.left_out.setdefault(reason, set()).add(number)


class _Bucket(NamedTuple):
    """The clusters of a key, which of its definitions are noise or not, and those beyond the bound."""

    clusters: list[Cluster]
    noise: dict[int, str | None]
    beyond: Sequence[int] = ()


def put_together(survey: Survey, origin: Origin, findings: Findings) -> list[Cluster]:
    """The clusters of a project, the longest definitions first."""
    buckets: dict[tuple[str, bytes], list[int]] = {}
    for number, candidate in enumerate(survey.candidates):
        if survey.rows(number) < survey.wishes.min_lines:
            findings.leave_out(noise_kinds.SHORT, number)
        else:
            buckets.setdefault((candidate.kind, candidate.key), []).append(number)
    shared = {
        numbers[0]: numbers for numbers in buckets.values() if len(numbers) > 1 and _may_hold_a_copy(survey, numbers)
    }
    sizes = {first: sum(map(survey.rows, numbers)) * _WEIGHT for first, numbers in shared.items()}
    clusters: list[Cluster] = []
    for bucket in map_shares(lambda share: [_in_bucket(survey, origin, shared[first]) for first in share], sizes):
        clusters += bucket.clusters
        survey.know_noise(bucket.noise)  # it may have been found out in another process
        for number, reason in bucket.noise.items():
            findings.leave_out(reason, number)
        for number in bucket.beyond:
            findings.leave_out(noise_kinds.ALIKE, number)
    return sorted(clusters, key=lambda cluster: (-max(map(survey.rows, cluster.members)), cluster.members[0]))


def _may_hold_a_copy(survey: Survey, numbers: Sequence[int]) -> bool:
    """Whether one of some definitions is not marked, nor in a marked copy."""
    return any(number not in survey.in_marked and not survey.is_marked(number) for number in numbers)


def _in_bucket(survey: Survey, origin: Origin, numbers: Sequence[int]) -> _Bucket:
    """Put the definitions of a key together. The likely source leads, and what is noise takes no part."""
    texts: dict[int, Text] = {}
    noise: dict[int, str | None] = {}
    for number in numbers:
        text = survey.texts.whole(survey.candidates[number])
        noise[number] = survey.noise_of(number, text)
        if noise[number] is None:
            texts[number] = survey.texts.compared(text)
    if len(texts) < 2:
        return _Bucket([], noise)
    first = origin.choose(list(texts), survey.candidates).number
    ordered = sorted(texts, key=lambda number: (number != first, -survey.times_named(number), number))
    kept, beyond = within_bounds(ordered, texts)
    return _Bucket(clusters_of(kept, texts, survey.wishes.max_replacements), noise, beyond)


class EqualTies:
    """The ties of all clusters: asked for again when the check has refused some, and worked out anew only for these."""

    def __init__(self, survey: Survey, origin: Origin, clusters: Sequence[Cluster], findings: Findings) -> None:
        self._survey, self._origin, self._findings = survey, origin, findings
        self._clusters = clusters
        self._known: dict[int, tuple[tuple[int, ...], int, list[Tie]]] = {}

    def all(self) -> Iterator[Tie]:
        """The ties in the order of the clusters. What is in a copy is not suggested again."""
        survey, refusals = self._survey, self._findings.refusals
        covered = set(survey.in_marked)
        for place, cluster in enumerate(self._clusters):
            open_ = tuple(n for n in cluster.members if n not in covered or survey.is_marked(n))
            if len(open_) < 2:
                continue
            refused = sum(refusals.get(number, 0) for number in open_) if refusals else 0
            known = self._known.get(place)
            if known is None or known[:2] != (open_, refused):
                known = self._known[place] = open_, refused, list(self._of(cluster, list(open_)))
            for tie in known[2]:
                covered.update(survey.inside(tie.copy))
                yield tie

    def marked_copies(self) -> Iterator[int]:
        """The marked definitions that are equal to the source of their cluster, which stands for them."""
        for cluster in self._clusters:
            marked = list(filter(self._survey.is_marked, cluster.members))
            if marked:
                source = self._origin.choose(cluster.members, self._survey.candidates).number
                made = _made(self._survey, source, cluster, cluster.members)
                yield from (number for number in marked if number != source and number in made)

    def _of(self, cluster: Cluster, open_: list[int]) -> Iterator[Tie]:
        """The ties of a cluster, whose members are tied to one source after the other."""
        survey, findings = self._survey, self._findings
        while len(open_) > 1 and not all(map(survey.is_marked, open_)):
            chosen = self._origin.choose(open_, survey.candidates)
            made = _made(survey, chosen.number, cluster, open_)
            for tie in _tied(survey, chosen.number, made, open_, findings):
                findings.reasons.setdefault(chosen.number, chosen.reason)
                yield tie
            refused = {number for number in open_ if CopyOfSource(number, chosen.number) in findings.refused}
            open_ = [number for number in open_ if number not in made or number in refused]


def _tied(
    survey: Survey,
    source: int,
    made: Mapping[int, tuple[Replacement, ...]],
    numbers: Sequence[int],
    findings: Findings,
) -> Iterator[Tie]:
    """The ties of a cluster with its source."""
    for number in numbers:
        if number == source or number not in made or CopyOfSource(number, source) in findings.refused:
            continue
        reason = survey.why_not(number, source)
        if reason is None:
            reason = why_alike_by_form(survey, number, source, made[number])
        findings.leave_out(reason, number)
        tie = tie_of(survey, number, source, made[number], number in findings.below) if reason is None else None
        if tie is not None:
            yield tie


def _made(
    survey: Survey, source: int, cluster: Cluster, numbers: Sequence[int]
) -> Mapping[int, tuple[Replacement, ...]]:
    """What a source makes of the others of its cluster."""
    if source == cluster.members[0]:
        return cluster.made
    texts = {number: survey.texts.of(survey.candidates[number]) for number in numbers}
    return made_from(source, numbers, texts, survey.wishes.max_replacements)
