"""Findings as diagnostics: at the directive, at the lines that differ, and at a source that has left copies behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lsprotocol import types

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Location
from copycheck.model.rules import RULES
from copycheck.model.wording import plural
from copycheck.server.documents import Text, Units
from copycheck.server.editor_settings import Options
from copycheck.server.projects import ServedProject

_SOURCE = "copycheck"
_ERRORS = frozenset({"CPY000", "CPY001", "CPY005", "CPY101", "CPY102", "CPY103", "CPY104", "CPY105"})
"""What keeps a copy from being compared."""
_UNNECESSARY = frozenset({"CPY004", "CPY007", "CPY008", "CPY009"})
_MOST_RELATED = 100
"""So many copies of a source are named beside its diagnostic."""


def diagnostics_of(project: ServedProject, filename: str, units: Units, options: Options) -> list[types.Diagnostic]:
    """All diagnostics of a file, as the protocol has them.

    A text that cannot be parsed at the moment keeps those of the last one that could be, and has one hint.
    """
    text = project.text(filename, units)
    known = project.known
    found: list[types.Diagnostic] = []
    for finding in known.findings(filename):
        found.append(_diagnostic(project, finding, text, units))
        if options.differing_lines and finding.code in ("CPY201", "CPY202"):
            found += _at_differing_lines(finding, text)
    found += _at_sources(project, known.copies_of(filename), text, units)
    if filename in project.broken:
        found = [_moved(project, filename, diagnostic, text, units) for diagnostic in found]
        found.append(_hint(project, filename, units))
    return found


def _diagnostic(project: ServedProject, finding: Diagnostic, text: Text, units: Units) -> types.Diagnostic:
    related = []
    if finding.source is not None and finding.source.filename != finding.filename:
        place = project.text(finding.source.filename, units).position(finding.source.location)
        location = types.Location(project.uri_of(finding.source.filename), types.Range(place, place))
        related.append(types.DiagnosticRelatedInformation(location, f"the source `{finding.source.target}`"))
    end = finding.end_location
    if end <= finding.location:  # a place alone: underline the rest of its line
        end = Location(finding.location.row, 10**6)
    return types.Diagnostic(
        range=text.range(finding.location, end),
        message=finding.message,
        severity=types.DiagnosticSeverity.Error if finding.code in _ERRORS else types.DiagnosticSeverity.Warning,
        code=finding.code,
        code_description=types.CodeDescription(RULES[finding.code].url),
        source=_SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.code in _UNNECESSARY else None,
        related_information=related or None,
        data={"key": list(finding.key)},
    )


def _at_differing_lines(finding: Diagnostic, text: Text) -> Iterator[types.Diagnostic]:
    """A diagnostic at each run of lines that the copy has otherwise than its expected text."""
    for first, last, is_missing in differing_rows(finding):
        differ = "this line differs" if first == last else "these lines differ"
        lines = "lines of the expected text are missing" if is_missing else f"{differ} from the expected text"
        yield types.Diagnostic(
            range=text.rows(first, last),
            message=f"{lines} (`{finding.target}`)",
            severity=types.DiagnosticSeverity.Information,
            code=finding.code,
            code_description=types.CodeDescription(RULES[finding.code].url),
            source=_SOURCE,
        )


class DifferingRows(NamedTuple):
    """The first and the last row of lines that differ in a copy, and whether these are only the place of a gap."""

    first: int
    last: int
    is_gap: bool


def differing_rows(finding: Diagnostic) -> list[DifferingRows]:
    """Each run of lines that differ in a copy."""
    if finding.diff is None:
        return []
    runs: list[DifferingRows] = []
    row, is_open = 0, False
    for line, (own, _) in zip(finding.diff.split("\n")[2:], finding.rows, strict=False):
        row = own or row
        if line[:1] == "-":
            first = runs[-1].first if runs and is_open and runs[-1].last == row - 1 else row
            runs = [*(runs[:-1] if first != row else runs), DifferingRows(first, row, False)]
        elif line[:1] == "+" and not is_open and row:
            runs.append(DifferingRows(row, row, True))
        is_open = line[:1] in ("-", "+")
    return _merged(runs)


def _merged(runs: Sequence[DifferingRows]) -> list[DifferingRows]:
    """Each row once; a gap beside a line that differs counts with that line."""
    taken = {row for first, last, is_missing in runs if not is_missing for row in range(first, last + 1)}
    return [run for run in dict.fromkeys(runs) if not run.is_gap or run.first not in taken]


def _at_sources(
    project: ServedProject, copies: Sequence[ListedCopy], text: Text, units: Units
) -> Iterator[types.Diagnostic]:
    """One diagnostic at the header of each source that has copies which have drifted."""
    for place, all_copies in by_source(copies).items():
        drifted = [copy for copy in all_copies if is_drifted(copy)]
        if not drifted:
            continue
        have = "has" if len(drifted) == 1 else "have"
        yield types.Diagnostic(
            range=text.rows(place.row, place.row),
            message=f"{len(drifted)} of {plural(len(all_copies), 'copy', 'copies')} of this {have} drifted",
            severity=types.DiagnosticSeverity.Information,
            code="CPY201",
            code_description=types.CodeDescription(RULES["CPY201"].url),
            source=_SOURCE,
            related_information=[_related(project, copy, units) for copy in drifted[:_MOST_RELATED]],
        )


def by_source(copies: Sequence[ListedCopy]) -> dict[Location, list[ListedCopy]]:
    """The copies of a file's objects by the places of these."""
    found: dict[Location, list[ListedCopy]] = {}
    for copy in copies:
        if copy.source is not None:
            found.setdefault(copy.source.location, []).append(copy)
    return dict(sorted(found.items()))


def is_drifted(copy: ListedCopy) -> bool:
    """Whether a copy has drifted, and nothing suppresses that."""
    drifts = {"CPY201", "CPY202", "CPY203"} - copy.ignored - copy.known
    return any(finding.code in drifts for finding in copy.findings)


def location_of(project: ServedProject, copy: ListedCopy, units: Units) -> types.Location:
    """The directive of a copy."""
    range_ = project.text(copy.filename, units).rows(copy.location.row, copy.location.row)
    return types.Location(project.uri_of(copy.filename), range_)


def _related(project: ServedProject, copy: ListedCopy, units: Units) -> types.DiagnosticRelatedInformation:
    return types.DiagnosticRelatedInformation(location_of(project, copy, units), f"`{copy.name}` has drifted")


def _moved(
    project: ServedProject, filename: str, diagnostic: types.Diagnostic, text: Text, units: Units
) -> types.Diagnostic:
    """A diagnostic of the last text that could be parsed, where its lines are now."""
    now = Text(project.broken[filename].text.split("\n"), units)
    start, end = (project.now(filename, text.place(p)) for p in (diagnostic.range.start, diagnostic.range.end))
    diagnostic.range = now.range(start, max(start, end))
    return diagnostic


def _hint(project: ServedProject, filename: str, units: Units) -> types.Diagnostic:
    broken = project.broken[filename]
    text = Text(broken.text.split("\n"), units)
    place = Location(broken.error.row, broken.error.column)
    return types.Diagnostic(
        range=text.range(place, Location(place.row, 10**6)),
        message=f"the file {broken.error.reason}; its findings are those of the last text that could be parsed",
        severity=types.DiagnosticSeverity.Hint,
        code="CPY000",
        code_description=types.CodeDescription(RULES["CPY000"].url),
        source=_SOURCE,
    )
