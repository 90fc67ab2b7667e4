"""What a run leaves for the next: a record for each examined file, whose directives are decoded only when asked for.

Lists follow the fields of the values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from copycheck.caching.codec import diagnostic_of, plain_diagnostic, plain_source, plain_span, source_of
from copycheck.checking.earlier_run import ForNextRun, SettledFile
from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.model.diagnostic import Diagnostic, State
from copycheck.model.directive import Directive, Ignore, Replacement
from copycheck.model.location import Span
from copycheck.resolution.suggestions import Homes


class Record(NamedTuple):
    """An examined file: what it rests on, what it adds to a report by itself, and all the rest as JSON.

    `probed` holds numbers into the names of the memory that the record belongs to.
    `related` says that other files have a say in its findings: it lies on a cycle, or names an object that is lost.
    """

    filename: str
    probed: Sequence[int]
    directives: int
    in_sync: int
    external: int
    related: bool
    ignored: int
    told: Sequence[Any]
    data: bytes

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Its findings, where it is not related to others."""
        return [diagnostic_of(item) for item in self.told]

    def open(self, names: Sequence[str]) -> ExaminedFile:
        """The examined file. Raises an error of lookup, type or value for data of another shape."""
        probed, directives, diagnostics, own = json.loads(self.data)
        rests_on = [tuple(names[number] for number in some) for some in probed]
        found = tuple(_examined_of(self.filename, item, rests_on) for item in directives)
        return ExaminedFile(
            self.filename, found, tuple(diagnostic_of(item) for item in diagnostics), tuple(names[n] for n in own)
        )


def record_of(settled: SettledFile, numbers: dict[str, int]) -> Record:
    """The record of a file. Names that have no number yet are given the next ones."""
    file = settled.file
    probed: dict[tuple[str, ...], int] = {}
    directives = [_plain_examined(found, probed.setdefault(found.probed, len(probed))) for found in file.directives]
    own = [plain_diagnostic(diagnostic) for diagnostic in file.diagnostics]
    rests_on = [[numbers.setdefault(name, len(numbers)) for name in names] for names in probed]
    beside = [numbers.setdefault(name, len(numbers)) for name in file.probed]
    return Record(
        file.filename,
        sorted({number for some in (*rests_on, beside) for number in some}),
        len(directives),
        sum(found.state is State.IN_SYNC for found in file.directives),
        sum(found.state is State.EXTERNAL for found in file.directives),
        settled.related,
        settled.ignored,
        [*own, *(plain_diagnostic(diagnostic) for diagnostic in settled.standing)],
        json.dumps([rests_on, directives, own, beside], separators=(",", ":")).encode(),
    )


class Memory(NamedTuple):
    """All records of a run, the names that they rest on, the homes of lost objects, and the files known to parse."""

    names: Sequence[str]
    records: Mapping[str, Record]
    homes: Homes
    parsable: frozenset[str]

    def encoded(self) -> bytes:
        """The memory as bytes: a line that says what is where, and the data of the records behind it."""
        rows = [
            (
                *(record.filename, record.probed, record.directives, record.in_sync, record.external),
                *(record.related, record.ignored, record.told, len(record.data)),
            )
            for record in self.records.values()
        ]
        header = [self.names, rows, self.homes, sorted(self.parsable)]
        data = b"".join(record.data for record in self.records.values())
        return json.dumps(header, separators=(",", ":")).encode() + b"\n" + data

    @staticmethod
    def decoded(data: bytes) -> Memory:
        """The memory of some bytes. Raises an error of lookup, type or value for those of another shape."""
        start = data.index(b"\n") + 1
        names, rows, homes, parsable = json.loads(data[:start])
        records = {}
        for filename, probed, directives, in_sync, external, related, ignored, told, length in rows:
            own = data[start : start + length]
            records[filename] = Record(filename, probed, directives, in_sync, external, related, ignored, told, own)
            start += length
        if start != len(data):
            raise ValueError("records of another length")
        known = {name: [(filename, row, dotted) for filename, row, dotted in places] for name, places in homes.items()}
        return Memory(names, records, known, frozenset(parsable))


def memory_of(known: ForNextRun) -> Memory:
    """The memory of a check: its files as records, beside the records that it has never opened."""
    numbers = {name: number for number, name in enumerate(known.names)}
    records = {name: record for name, record in known.unopened.items() if isinstance(record, Record)}
    records |= {settled.file.filename: record_of(settled, numbers) for settled in known.examined}
    return Memory(list(numbers), records, known.homes, known.parsable)


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
        [[i.row, i.column, i.end_column, i.indent, i.codes, i.reason] for i in directive.ignores],
    ]


def _plain_examined(found: Examined, probed: int) -> Any:
    return [
        _plain_directive(found.directive),
        found.state.value,
        found.name,
        [plain_diagnostic(diagnostic) for diagnostic in found.diagnostics],
        plain_source(found.source),
        [plain_span(span) for span in found.reads],
        [plain_span(span) for span in found.writes],
        found.region and plain_span(found.region),
        [plain_span(span) for span in found.ignored],
        found.honoured,
        found.unused,
        probed,
        [found.governed, found.second, found.ordinal],
        found.written,
        found.lost,
    ]


def _directive_of(data: Sequence[Any]) -> Directive:
    row, end_row, column, end_column, indent, target, replacements, problem, missing_with, spaced_arrow, ignores = data
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
        tuple(
            Ignore(row, column, end, indent, tuple(codes), reason)
            for row, column, end, indent, codes, reason in ignores
        ),
    )


def _examined_of(filename: str, data: Sequence[Any], probed: Sequence[tuple[str, ...]]) -> Examined:
    governed, second, ordinal = data[12]
    return Examined(
        filename,
        _directive_of(data[0]),
        State(data[1]),
        data[2],
        tuple(diagnostic_of(item) for item in data[3]),
        None,
        source_of(data[4]),
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
        data[14],
    )
