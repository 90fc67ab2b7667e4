"""What fix writes for copies that have drifted (contract 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.blank_lines import without_new_blank_lines
from copycheck.comparison.diff import equal
from copycheck.comparison.formatted_texts import Comparison, Formatted
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.comparison.own_layout import in_own_layout
from copycheck.comparison.tied_units import Laid
from copycheck.comparison.tool_comments import Commented, with_comments_of
from copycheck.model.errors import FormatterError
from copycheck.syntax.nesting import unwrap, wrap


class Drifted(NamedTuple):
    """A copy that has drifted: its texts before and after they were formatted, and its file."""

    comparison: Comparison
    texts: Formatted
    filename: str


class Written(NamedTuple):
    """What fix writes, and the two sides of the difference that is shown, in the layout in which it is written."""

    text: str
    actual: str
    expected: str


def written_texts(formatters: Formatters, drifts: Sequence[Drifted]) -> list[Written]:
    """What fix writes for each: the formatted expected text.

    It has the copy's own comments for tools where these do not count, and no blank lines that only the formatter wants
    where the copy is not laid out by it. Where the project has no formatter configured, and copy or source are not laid
    out by the one that compares them, its lines are those of the copy, and of the source, as they are written there.
    """
    layouts = _layouts(formatters, drifts)
    return [_written(drift, layout) for drift, layout in zip(drifts, layouts, strict=True)]


def _written(drift: Drifted, layout: str | None) -> Written:
    comparison, texts, _ = drift
    if layout is not None:
        actual, expected = comparison.actual, comparison.expected[-1]
        text = shown = layout
    else:
        actual, expected = texts.actual, texts.expected[-1]
        text = shown = expected
        if actual != comparison.actual:
            text = without_new_blank_lines(text, comparison.expected[-1], actual, comparison.actual)
            expected = text
    if comparison.tool_comments is not None:
        sides = comparison.tool_comments
        text = with_comments_of([Commented(actual, sides.copy), Commented(expected, sides.source)], text)
    return Written(text, actual, shown)


class _Candidate(NamedTuple):
    """A layout for a drift, by its number. Where the copy is laid out by the formatter, so must not be its `source`."""

    number: int
    layout: str
    source: str


def _layouts(formatters: Formatters, drifts: Sequence[Drifted]) -> list[str | None]:
    """The expected text of each drift in the layout of the project; None where that is the formatter's."""
    candidates = [found for number, drift in enumerate(drifts) if (found := _candidate(formatters, number, drift))]
    tried = [(one.number, text) for one in candidates for text in (one.layout, one.source) if text]
    made = _as_formatted(formatters, [(drifts[number], text) for number, text in tried]) if tried else []
    formatted = dict(zip(tried, made, strict=True))
    layouts: list[str | None] = [None] * len(drifts)
    for number, layout, source in candidates:
        same = formatted[number, layout]
        is_settled = source and (own := formatted[number, source]) is not None and equal(own, source)
        if same is not None and equal(same, drifts[number].texts.expected[-1]) and not is_settled:
            layouts[number] = layout
    return layouts


def _candidate(formatters: Formatters, number: int, drift: Drifted) -> _Candidate | None:
    comparison, texts, filename = drift
    if texts.refusal is not None or not comparison.is_of_one_kind or formatters.is_configured(filename):
        return None
    expected = texts.expected[-1]
    copy, source = Laid(texts.actual, comparison.actual), Laid(expected, comparison.expected[-1])
    layout = in_own_layout(expected, copy, source)
    if layout is None or layout == expected:
        return None
    is_formatted = equal(texts.actual, comparison.actual)
    if is_formatted and equal(expected, comparison.expected[-1]):
        return None
    return _Candidate(number, layout, comparison.source if is_formatted else "")


def _as_formatted(formatters: Formatters, texts: Sequence[tuple[Drifted, str]]) -> list[str | None]:
    """Some texts of copies, formatted at their depth; None for one that the formatter refuses."""
    fragments = [Fragment(wrap(text, drift.comparison.indents), drift.filename) for drift, text in texts]
    return [
        None if isinstance(one, FormatterError) else unwrap(one, len(drift.comparison.indents))
        for one, (drift, _) in zip(formatters.format(fragments), texts, strict=True)
    ]
