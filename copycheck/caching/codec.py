"""A report as plain data for the cache, and back. Positions in the lists are those of the fields in `model`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from copycheck.model.diagnostic import Diagnostic, Edit, Fix
from copycheck.model.directive import Replacement
from copycheck.model.location import Excerpt, Location, Source, Span
from copycheck.model.result import Summary


def plain_diagnostic(diagnostic: Diagnostic) -> Any:
    """A finding as nested lists."""
    source, fix, excerpt = diagnostic.source, diagnostic.fix, diagnostic.excerpt
    return [
        diagnostic.code,
        diagnostic.message,
        diagnostic.filename,
        plain_location(diagnostic.location),
        plain_location(diagnostic.end_location),
        plain_source(source),
        plain_fix(fix),
        diagnostic.diff,
        diagnostic.help,
        diagnostic.copy,
        diagnostic.target,
        diagnostic.ordinal,
        excerpt and [excerpt.text, excerpt.column, excerpt.length, excerpt.corrected],
        [[r.left, r.right, r.all_casing] for r in diagnostic.replacements],
        diagnostic.rows,
    ]


def plain_fix(fix: Fix | None) -> Any:
    """A fix as nested lists, or None."""
    return fix and [fix.message, fix.applicability, fix.edits]


def fix_of(data: Any) -> Fix | None:
    """The fix of nested lists, or None."""
    if not data:
        return None
    message, applicability, edits = data
    return Fix(message, applicability, tuple(_edit_of(*edit) for edit in edits))


def _edit_of(filename: str, start: Sequence[int], end: Sequence[int], text: str, portable: bool) -> Edit:
    return Edit(filename, Location(*start), Location(*end), text, portable)


def plain_location(location: Location) -> Any:
    """A place as a list."""
    return [location.row, location.column]


def plain_source(source: Source | None) -> Any:
    """A source as nested lists, or None."""
    return source and [source.target, source.filename, plain_location(source.location)]


def diagnostic_of(data: Sequence[Any]) -> Diagnostic:
    """The finding of nested lists."""
    code, message, filename, start, end, source, fix, diff, help_, copy, target, ordinal, *more = data
    excerpt, replacements, rows = more
    return Diagnostic(
        code,
        message,
        filename,
        Location(*start),
        Location(*end),
        source_of(source),
        fix_of(fix),
        diff,
        help_,
        copy,
        target,
        ordinal,
        Excerpt(*excerpt) if excerpt else None,
        tuple(Replacement(*item) for item in replacements),
        tuple((expected, actual) for expected, actual in rows),
    )


def plain_span(span: Span) -> Any:
    """Rows of a file as a list."""
    return [span.filename, span.start, span.end]


def source_of(data: Any) -> Source | None:
    """The source of nested lists, or None."""
    return Source(data[0], data[1], Location(*data[2])) if data else None


def plain_report(diagnostics: Iterable[Diagnostic], summary: Summary) -> Any:
    """The whole report of a run."""
    return [[plain_diagnostic(diagnostic) for diagnostic in diagnostics], tuple(summary)]


def report_of(data: Any) -> tuple[tuple[Diagnostic, ...], Summary]:
    """The report of nested lists. Raises ValueError or TypeError for data of another shape."""
    diagnostics, summary = data
    return tuple(diagnostic_of(item) for item in diagnostics), Summary(*summary)
