"""Formatted texts: what both sides of a comparison are held as (contract 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.diff import equal
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.tool_comments import StrippedSides, without_tool_comments
from copycheck.model.errors import FormatterError
from copycheck.syntax.nesting import unwrap, wrap
from copycheck.syntax.statement_tree import Kind, of_one_kind


class Comparison(NamedTuple):
    """Texts that are not equal as they stand, to be formatted and compared again.

    `expected` holds one text for each alternative of the source; the last is the one that fix writes.
    """

    expected: tuple[str, ...]
    actual: str
    indents: tuple[str, ...]
    expected_rows: tuple[int, ...]
    actual_rows: tuple[int, ...]
    source_kind: Kind = "def"
    copy_kind: Kind = "def"
    tool_comments: StrippedSides | None = None
    """The copy and its last expected text with what was left out of them, where comments for tools do not count."""
    source: str = ""
    """The source of the last expected text before its replacements, at the indent of the copy; empty without any."""

    @property
    def length(self) -> int:
        """How many characters there are to be kept in memory, formatted and compared."""
        return len(self.actual) + sum(map(len, self.expected))

    @property
    def is_of_one_kind(self) -> bool:
        """Whether source and copy are both classes, both functions, or both assignments."""
        return of_one_kind(self.source_kind, self.copy_kind)


def leave_out_tool_comments(comparison: Comparison) -> Comparison | None:
    """The comparison without comments for tools; None where the copy equals its source then (contract 4.13)."""
    expected = [without_tool_comments(text, [comparison.actual]) for text in comparison.expected]
    actual = without_tool_comments(comparison.actual, comparison.expected)
    if any(equal(one.text, actual.text) for one in expected):
        return None
    return comparison._replace(
        expected=tuple(one.text for one in expected),
        actual=actual.text,
        tool_comments=StrippedSides(actual, expected[-1]),
    )


class Formatted(NamedTuple):
    """Both sides of a comparison as the formatter has them; what it refused stays as it was."""

    expected: tuple[str, ...]
    actual: str
    refusal: str | None = None


class InFile(NamedTuple):
    """A comparison, and the file of the copy: its settings are those of the formatter."""

    comparison: Comparison
    filename: str


def format_all(formatters: Formatters, comparisons: Sequence[InFile]) -> list[Formatted]:
    """Format both sides of each comparison at its true depth; the same text is formatted once."""
    numbers: dict[Fragment, int] = {}
    for comparison, filename in comparisons:
        for text in (*comparison.expected, comparison.actual):
            numbers.setdefault(Fragment(wrap(text, comparison.indents), filename), len(numbers))
    results = formatters.format(list(numbers))

    def take(text: str, comparison: Comparison, filename: str) -> tuple[str, str | None]:
        result = results[numbers[Fragment(wrap(text, comparison.indents), filename)]]
        if isinstance(result, FormatterError):
            return text, str(result)
        return unwrap(result, len(comparison.indents)), None

    formatted = []
    for comparison, filename in comparisons:
        expected = [take(text, comparison, filename) for text in comparison.expected]
        actual, _ = take(comparison.actual, comparison, filename)
        if expected[-1][1] is not None:
            actual = comparison.actual
        formatted.append(Formatted(tuple(text for text, _ in expected), actual, expected[-1][1]))
    return formatted
