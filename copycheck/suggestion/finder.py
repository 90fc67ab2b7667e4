"""One search over a project, from files to proven groups (contract 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from copycheck import progress
from copycheck.model.location import Location, Source, Span
from copycheck.model.suggested_groups import LeftOut, Search, SuggestedCopy, SuggestedGroup, SuppressedRule
from copycheck.project.discovery import Walk
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.suggestion import noise_kinds
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.diverged_definitions import diverged_ties, is_meant, regrouped
from copycheck.suggestion.diverged_preview import previews
from copycheck.suggestion.equal_definitions import EqualTies, Findings, put_together
from copycheck.suggestion.existing_directives import ignored_codes
from copycheck.suggestion.file_copies import file_groups, merged
from copycheck.suggestion.near_duplicates import differing_lines
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.proof import Proof, Prover
from copycheck.suggestion.source_choice import Age, Origin
from copycheck.suggestion.unwritten_directives import Tie, keeps_a_name, proposal_of, without_cycles

_ROUNDS = 4
"""What the check refuses is left out, and its members are looked at again, so many times at most."""


def search(settings: Settings, walk: Walk, workspace: Workspace, selection: Selection, age: Age) -> Search:
    """Look for the copies of a project that nobody marked. `selection` may name tests that are wanted all the same."""
    names = [file.filename for file in walk.files]
    asked_for = Selection((*noise_kinds.asked_for(selection.names), "\0"))
    kept = [name for name in names if settings.suggest.tests or not noise_kinds.is_test(name) or asked_for.holds(name)]
    progress.at("Looking for definitions")
    survey = Survey(settings, workspace, kept, asked_for)
    age("")  # git has answered before other processes begin
    origin = Origin(settings.suggest.source, survey.marks, survey.modules, age)
    findings = Findings()
    equal = EqualTies(survey, origin, put_together(survey, origin, findings), findings)
    proven: dict[Tie, Proof] = {}
    failure = None
    prover = Prover(settings, walk, workspace)
    for number in range(_ROUNDS):
        ties = list(equal.all())
        if settings.suggest.diverged and number == 0:
            progress.at("Looking for diverged copies")
            ties += diverged_ties(survey, origin, ties, equal.marked_copies(), findings)
            ties = list(regrouped(survey, ties))
        progress.at("Proving directives")
        settled = {tie.copy for tie in proven}
        refused, some = _prove(prover, survey, [tie for tie in ties if tie.copy not in settled], proven, findings)
        failure = failure or some
        if not refused:
            break
    if settings.suggest.diverged:
        proven.update(_refused_but_near(survey, proven, findings))
    proven = {tie: proven[tie] for tie in without_cycles(survey, proven)}
    counted = _counted(findings, len(names) - len(kept))
    progress.at("Comparing whole files")
    groups = merged([*_groups(survey, proven, findings), *file_groups(survey, origin, prover.formatters)])
    suppressed = tuple(_suppressed(survey, groups))
    return Search(groups, len(survey.candidates), counted, suppressed, prover.looked_at(), failure)


def _refused_but_near(survey: Survey, proven: Mapping[Tie, Proof], findings: Findings) -> Iterator[tuple[Tie, Proof]]:
    """What the check refuses as equal, and finds nearly so. Of two around each other, the inner one is named.

    Of a copy that was tried with and without its decorators, the first one is shown.
    """
    tied = {tie.copy for tie in proven}
    near = {tie.copy for tie, proof in proven.items() if not proof.in_sync}
    for tie in sorted(findings.diverged, key=lambda tie: survey.rows(tie.copy)):
        if tie.copy in tied or not near.isdisjoint(survey.inside(tie.copy)) or not keeps_a_name(survey, tie):
            continue
        if is_meant(survey, tie.copy, tie.source, tie.replacements):
            findings.leave_out(noise_kinds.ON_PURPOSE, tie.copy)
        else:
            tied.add(tie.copy)
            near.add(tie.copy)
            yield tie, findings.diverged[tie]


def _counted(findings: Findings, tests: int) -> tuple[LeftOut, ...]:
    """How much was left out for each reason, and so many files of tests."""
    left_out = {reason: len(numbers) for reason, numbers in findings.left_out.items()}
    left_out[noise_kinds.TESTS] = tests
    return tuple(sorted(LeftOut(reason, count) for reason, count in left_out.items() if count))


def _suppressed(survey: Survey, groups: Iterable[SuggestedGroup]) -> Iterable[SuppressedRule]:
    """What the ignore comments at copies suppress."""
    places: dict[tuple[str, int], Candidate] = {}
    copies = [copy for group in groups for copy in group.copies if not copy.is_file]
    filenames = {copy.filename for copy in copies}
    speaking = {name for name in filenames if b"copycheck:" in survey.workspace.read_bytes(name)}
    for copy in copies:
        if copy.filename in speaking:
            places = places or {(candidate.filename, candidate.row): candidate for candidate in survey.candidates}
            lines = survey.workspace.read(copy.filename).lines
            for code in sorted(ignored_codes(lines, places[copy.filename, copy.location.row])):
                yield SuppressedRule(copy.filename, copy.location.row, code)


def _prove(
    prover: Prover,
    survey: Survey,
    ties: Sequence[Tie],
    proven: dict[Tie, Proof],
    findings: Findings,
) -> tuple[bool, str | None]:
    """Have the check prove some ties: whether it has refused any, and why a formatter could not be run."""
    if not ties:
        return False, None
    proofs = prover.prove([proposal_of(survey, tie) for tie in ties], previews(prover.project, survey, ties))
    refused, most = False, survey.wishes.diverged
    for tie, proof in zip(ties, proofs.found, strict=True):
        if proof is not None and (proof.in_sync or (proof.diff and 0 < differing_lines(proof.diff) <= most)):
            if proof.in_sync or tie.is_near:
                proven[tie] = proof
                continue
            findings.diverged[tie] = proof  # another source may do better
        refused = refused or not tie.is_near
        findings.refuse(tie, is_above=tie.row < survey.candidates[tie.copy].row)
    return refused, proofs.failure


def _groups(survey: Survey, proven: dict[Tie, Proof], findings: Findings) -> Iterable[SuggestedGroup]:
    """The ties by source, by file and row; what is in an equal copy is not said again."""
    covered = {inner for tie, proof in proven.items() if proof.in_sync for inner in survey.inside(tie.copy)}
    by_source: dict[int, list[Tie]] = {}
    for tie in proven:
        if tie.copy not in covered:
            by_source.setdefault(tie.source, []).append(tie)
    for source, ties in sorted(by_source.items()):
        candidate = survey.candidates[source]
        place = Source(ties[0].target, candidate.filename, _place(survey, source))
        rows = Span(candidate.filename, candidate.row, candidate.end)
        copies = tuple(_copy(survey, tie, proven[tie]) for tie in sorted(ties))
        yield SuggestedGroup(place, rows, findings.reasons.get(source, ""), copies)


def _copy(survey: Survey, tie: Tie, proof: Proof) -> SuggestedCopy:
    candidate = survey.candidates[tie.copy]
    return SuggestedCopy(
        candidate.filename,
        _place(survey, tie.copy),
        Span(candidate.filename, candidate.row, candidate.end),
        proof.name,
        tie.comment,
        "equal" if proof.in_sync else "diverged",
        proof.diff,
        proof.diff_rows,
        tie.target,
        tie.replacements,
        tie.row,
    )


def _place(survey: Survey, number: int) -> Location:
    candidate = survey.candidates[number]
    return Location(candidate.row, candidate.indent + 1)
