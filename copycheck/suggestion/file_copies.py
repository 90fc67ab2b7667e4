"""Whole files that are equal after a few replacements: candidates for `full-copies` (contract 14)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copycheck.checking.full_copy_check import check_full_copies
from copycheck.checking.registered_full_copies import FullCopy, registered
from copycheck.comparison.formatters import Formatters
from copycheck.model.directive import Replacement, print_options
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Location, Source, Span
from copycheck.model.suggested_groups import SuggestedCopy, SuggestedGroup
from copycheck.project.lock_file import Lock
from copycheck.suggestion.definition_scan import Scanned
from copycheck.suggestion.inference import Text, infer
from copycheck.suggestion.project_survey import Survey
from copycheck.suggestion.source_choice import Origin

_MOST_LEADERS = 24
"""A file that none of so many others with its key makes is on its own."""


class _FilePair(NamedTuple):
    """Two files that look alike, the replacements, and why the source is the source."""

    copy: Scanned
    source: Scanned
    replacements: tuple[Replacement, ...]
    reason: str


def file_groups(survey: Survey, origin: Origin, formatters: Formatters) -> Iterator[SuggestedGroup]:
    """The files that are equal to another one, as the check of `full-copies` finds them, by source and name.

    A file counts that is not generated, no registered copy, and has two definitions of its own that are no noise.
    Raises ConfigError where `full-copies` cannot be read.
    """
    pairs = list(_pairs(survey, origin))
    asked = [FullCopy(pair.copy.filename, pair.source.filename, pair.replacements) for pair in pairs]
    verdicts = check_full_copies(survey.workspace, formatters, asked, Lock())
    by_source: dict[str, list[_FilePair]] = {}
    for pair, verdict in zip(pairs, verdicts, strict=True):
        if verdict.diagnostic is None:
            by_source.setdefault(pair.source.filename, []).append(pair)
    for filename, some in sorted(by_source.items()):
        source = Source(filename, filename, Location(1, 1))
        copies = tuple(sorted(map(_suggested, some)))
        yield SuggestedGroup(source, Span(filename, 1, some[0].source.rows), some[0].reason, copies)


def _pairs(survey: Survey, origin: Origin) -> Iterator[_FilePair]:
    """The pairs of files that share a key, each copy with the first source that makes it."""
    by_key: dict[bytes, list[Scanned]] = {}
    known = {pair.copy for pair in registered(survey.settings, survey.workspace)}
    for file in survey.files:
        if file.candidates and not file.generated and file.filename not in known:
            by_key.setdefault(file.key, []).append(file)
    firsts = _firsts(survey)
    for files in by_key.values():
        kept = [file for file in files if len(files) > 1 and _counts(survey, firsts[file.filename], file)]
        if len(kept) > 1:
            chosen = origin.choose([firsts[file.filename] for file in kept], survey.candidates)
            first = survey.candidates[chosen.number].filename
            kept.sort(key=lambda file: (file.filename != first, file.filename))
            yield from _tied(survey, kept, chosen.reason)


def _tied(survey: Survey, files: Sequence[Scanned], reason: str) -> Iterator[_FilePair]:
    leaders: list[tuple[Scanned, Text]] = []
    for file in files:
        try:
            text = Text(survey.workspace.read(file.filename).text)
        except UnreadableFileError:
            continue
        survey.workspace.forget_text(file.filename)
        for leader, source in leaders[:_MOST_LEADERS]:
            made = infer(source, text, survey.wishes.max_replacements)
            if made is not None:
                why = reason if leader is files[0] else "it is the first by path"
                yield _FilePair(file, leader, made, why)
                break
        else:
            leaders.append((file, text))


def _firsts(survey: Survey) -> dict[str, int]:
    """The number of the first definition of each file."""
    firsts: dict[str, int] = {}
    for number, candidate in enumerate(survey.candidates):
        firsts.setdefault(candidate.filename, number)
    return firsts


def _counts(survey: Survey, first: int, file: Scanned) -> bool:
    """Whether a file holds two definitions that are no noise, and bears no directive: one can be marked by itself."""
    numbers = range(first, first + len(file.candidates))
    if any(map(survey.is_marked, numbers)):
        return False
    least = survey.wishes.min_lines
    outer = [number for number in numbers if survey.parents[number] < 0 and survey.rows(number) >= least]
    return sum(survey.noise_of(number) is None for number in outer) > 1


def _suggested(pair: _FilePair) -> SuggestedCopy:
    copy, source = json.dumps(pair.copy.filename), json.dumps(pair.source.filename)
    options = print_options(pair.replacements).removeprefix("with ")
    value = f"{{ source = {source}, with = {json.dumps(options)} }}" if options else source
    name = pair.copy.filename
    return SuggestedCopy(
        name,
        Location(1, 1),
        Span(name, 1, pair.copy.rows),
        "",
        f"{copy} = {value}",
        target=pair.source.filename,
        replacements=pair.replacements,
    )


def merged(groups: Iterable[SuggestedGroup]) -> tuple[SuggestedGroup, ...]:
    """Groups in the order of their sources: a whole file stands ahead of the definitions in it."""
    return tuple(sorted(groups, key=lambda group: (group.rows.filename, not group.copies[0].is_file, group.rows.start)))
