"""What is known of each directive as plain data for the cache, and back; lists follow the fields of the values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from copycheck.examine import Examined, ExaminedFile
from copycheck.model import Directive, Location, Replacement, Source, Span, State
from copycheck.plain import diagnostic_of, plain_diagnostic, plain_source


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
        plain_source(found.source),
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
