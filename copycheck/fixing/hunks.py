"""What a copy has otherwise than its source, without what only the formatter has put there (contract 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.comparison.diff import equal
from copycheck.comparison.expected_text import Texts, expected_texts
from copycheck.comparison.formatted_texts import Comparison, InFile, format_all
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.tool_comments import ToolComment, sides_as_compared, without_tool_comments
from copycheck.directives.binding import Copy
from copycheck.directives.compared_regions import Region, indent_of
from copycheck.model.line_matcher import LineMatcher
from copycheck.project.settings import Settings, Treatment
from copycheck.resolution.module_lookup import Definition


class Sides(NamedTuple):
    """Both sides of a directive as they stand; `rows` are those of the source, one for each line of `expected`.

    Comments for tools that do not count are in neither; `tool_comments` has those of the source by their rows.
    """

    copy: Copy
    definition: Definition
    source: Region
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    actual_rows: tuple[int, ...]
    rows: tuple[int, ...]
    tool_comments: Mapping[int, ToolComment]


class Hunk(NamedTuple):
    """Lines `start` to `end` of the expected text (from 0, `end` excluded) that the copy has otherwise, and its own."""

    start: int
    end: int
    lines: tuple[str, ...]
    rows: tuple[int, ...]


def line_up(copy: Copy, definition: Definition, settings: Settings) -> Sides:
    """Both sides of a copy and its source. Raises GrowthError."""
    region = definition.decorated if copy.decorated else definition.plain
    header, tool_comments = settings.header, {}
    if settings.tool_comments == "ignore":
        bare = without_tool_comments(region.text, [copy.region.text])
        tool_comments = {region.rows[comment.line]: comment for comment in bare.comments}
        region = region._replace(text=bare.text)
    texts = expected_texts(copy, region, header)
    sides = sides_as_compared(texts.expected, texts.actual, settings.tool_comments)
    expected, actual = (text.split("\n") for text in sides)
    own_left_out = texts.left_out if copy.region.kind == "class" else frozenset[int]()
    return Sides(
        copy,
        definition,
        region,
        tuple(expected),
        tuple(actual),
        _kept(copy.region.rows, own_left_out),
        _source_rows(texts, region, len(expected), header),
        tool_comments,
    )


def _kept(rows: Sequence[int], left_out: frozenset[int]) -> tuple[int, ...]:
    return tuple(row for number, row in enumerate(rows) if number not in left_out)


def _source_rows(texts: Texts, region: Region, count: int, header: Treatment) -> tuple[int, ...]:
    """The row of the source behind each line of the expected text.

    What the copy keeps of its own, a header or a body, may be longer or shorter; those lines are never carried back.
    """
    rows = _kept(region.rows, texts.source_left_out)
    if header == "ignore":
        return (rows[0],) * (count - len(rows)) + rows[max(len(rows) - count, 0) :]
    return rows[:count] + (rows[-1],) * (count - len(rows))


def differing(formatters: Formatters, sides: Sides) -> Iterator[Hunk]:
    """What the copy has otherwise, from its first line on."""

    def formatted(texts: Sequence[str]) -> list[str]:
        own = sides.copy
        comparisons = [InFile(Comparison((text,), text, own.indents, (), ()), own.filename) for text in texts]
        return [both.expected[0] for both in format_all(formatters, comparisons)]

    [before] = formatted(["\n".join(sides.expected)])
    actual, rows = _unformatted(sides, before.split("\n"))
    matcher = LineMatcher(sides.expected, actual)
    found = [
        Hunk(i1, i2, actual[j1:j2], rows[j1:j2] or rows[max(j1 - 1, 0) : j1 + 1])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]
    after = formatted(["\n".join(_replaced(sides.expected, hunk)) for hunk in found])
    yield from (hunk for hunk, text in zip(found, after, strict=True) if not equal(text, before))


def _unformatted(sides: Sides, formatted: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The lines and rows of the copy, with those of the expected text where it has what the formatter makes of them."""
    actual, rows = list(sides.actual), list(sides.actual_rows)
    start = 0
    for i1, i2, block in _formatted_blocks(sides.expected, formatted):
        at = next((n for n in range(start, len(actual)) if actual[n : n + len(block)] == block), None)
        if at is not None:
            actual[at : at + len(block)] = sides.expected[i1:i2]
            rows[at : at + len(block)] = [rows[at]] * (i2 - i1)
            start = at + i2 - i1
    indents = {}
    if len(formatted) == len(sides.expected):
        pairs = zip(formatted, sides.expected, strict=True)
        indents = {indent_of(made): indent_of(line) for made, line in pairs if made.strip()}
    return tuple(_reindented(line, indents) for line in actual), tuple(rows)


def _reindented(line: str, indents: Mapping[str, str]) -> str:
    """A line at the indent of the source: where the formatter has made blanks of tabs, tabs."""
    indent = indent_of(line)
    return indents.get(indent, indent) + line[len(indent) :]


def _formatted_blocks(expected: Sequence[str], formatted: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    """What the formatter has made of lines, with the numbers of these: line by line where it has made as many."""
    matcher = LineMatcher(expected, formatted)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        made = list(formatted[j1:j2])
        if tag == "replace" and i2 - i1 == len(made):
            yield from ((i1 + n, i1 + n + 1, [line]) for n, line in enumerate(made) if line)
        elif tag == "replace" and any(made):
            yield i1, i2, made


def _replaced(lines: Sequence[str], hunk: Hunk) -> list[str]:
    return [*lines[: hunk.start], *hunk.lines, *lines[hunk.end :]]
