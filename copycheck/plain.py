"""Values of a run as plain data for the cache, and back. Positions in the lists are those of the fields in `model`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any

from copycheck.examine import Examined, ExaminedFile
from copycheck.model import Diagnostic, Directive, Fix, Location, Replacement, Source, Span, State, Summary


def plain_diagnostic(diagnostic: Diagnostic) -> Any:
    """A finding as nested lists."""
    source, fix = diagnostic.source, diagnostic.fix
    return [
        diagnostic.code,
        diagnostic.message,
        diagnostic.filename,
        _plain_location(diagnostic.location),
        _plain_location(diagnostic.end_location),
        _plain_source(source),
        fix and [fix.message, fix.applicability],
        diagnostic.diff,
        diagnostic.help,
    ]


def _plain_location(location: Location) -> Any:
    return [location.row, location.column]


def _plain_source(source: Source | None) -> Any:
    return source and [source.target, source.filename, _plain_location(source.location)]


def _plain_span(span: Span) -> Any:
    return [span.filename, span.start, span.end]


def _plain_directive(directive: Directive) -> Any:
    return [
        directive.row,
        directive.end_row,
        directive.column,
        directive.end_column,
        directive.indent,
        directive.target,
        [[r.left, r.right, r.all_casing] for r in directive.replacements],
        directive.problem,
        directive.missing_with,
        directive.spaced_arrow,
    ]


def diagnostic_of(data: Sequence[Any]) -> Diagnostic:
    """The finding of nested lists."""
    code, message, filename, start, end, source, fix, diff, help_ = data
    return Diagnostic(
        code,
        message,
        filename,
        Location(*start),
        Location(*end),
        Source(source[0], source[1], Location(*source[2])) if source else None,
        Fix(*fix) if fix else None,
        diff,
        help_,
    )


def plain_report(diagnostics: Iterable[Diagnostic], summary: Summary) -> Any:
    """The whole report of a run."""
    return [[plain_diagnostic(diagnostic) for diagnostic in diagnostics], astuple(summary)]


def report_of(data: Any) -> tuple[tuple[Diagnostic, ...], Summary]:
    """The report of nested lists. Raises ValueError or TypeError for data of another shape."""
    diagnostics, summary = data
    return tuple(diagnostic_of(item) for item in diagnostics), Summary(*summary)


def plain_files(files: Iterable[ExaminedFile]) -> Any:
    """All examined files; the names that directives rest on are kept once for each set of them."""
    probed: dict[tuple[str, ...], int] = {}
    rows = []
    for file in files:
        directives = []
        for found in file.directives:
            number = probed.setdefault(found.probed, len(probed))
            directives.append(_plain_examined(found, number))
        rows.append([file.filename, directives, [plain_diagnostic(diagnostic) for diagnostic in file.diagnostics]])
    return [list(probed), rows]


def files_of(data: Any) -> dict[str, ExaminedFile]:
    """The examined files of nested lists. Raises an error of lookup, type or value for data of another shape."""
    probed = [tuple(names) for names in data[0]]
    files = {}
    for filename, directives, diagnostics in data[1]:
        found = tuple(_examined_of(filename, item, probed) for item in directives)
        files[filename] = ExaminedFile(filename, found, tuple(diagnostic_of(item) for item in diagnostics))
    return files


def _plain_examined(found: Examined, probed: int) -> Any:
    return [
        _plain_directive(found.directive),
        found.state.value,
        found.name,
        [plain_diagnostic(diagnostic) for diagnostic in found.diagnostics],
        _plain_source(found.source),
        [_plain_span(span) for span in found.reads],
        [_plain_span(span) for span in found.writes],
        found.region and _plain_span(found.region),
        [_plain_span(span) for span in found.ignored],
        found.honoured,
        found.unused,
        probed,
        [found.governed, found.second, found.ordinal],
        found.written,
    ]


def _directive_of(data: Sequence[Any]) -> Directive:
    row, end_row, column, end_column, indent, target, replacements, problem, missing_with, spaced_arrow = data
    return Directive(
        row,
        end_row,
        column,
        end_column,
        indent,
        target,
        tuple(Replacement(*item) for item in replacements),
        problem,
        missing_with,
        spaced_arrow,
    )


def _examined_of(filename: str, data: Sequence[Any], probed: Sequence[tuple[str, ...]]) -> Examined:
    governed, second, ordinal = data[12]
    source = data[4]
    return Examined(
        filename,
        _directive_of(data[0]),
        State(data[1]),
        data[2],
        tuple(diagnostic_of(item) for item in data[3]),
        None,
        Source(source[0], source[1], Location(*source[2])) if source else None,
        tuple(Span(*span) for span in data[5]),
        tuple(Span(*span) for span in data[6]),
        Span(*data[7]) if data[7] else None,
        tuple(Span(*span) for span in data[8]),
        tuple(data[9]),
        tuple(data[10]),
        probed[data[11]],
        governed,
        second,
        ordinal,
        data[13],
    )
