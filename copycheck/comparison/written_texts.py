"""What fix writes for copies that have drifted (contract 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.blank_lines import without_new_blank_lines
from copycheck.comparison.formatted_texts import Comparison, Formatted
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.laid_out_texts import ToWrite, own_layouts
from copycheck.comparison.tied_units import Laid
from copycheck.comparison.tool_comments import Commented, with_comments_of


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
    layouts: list[str | None] = [None] * len(drifts)
    written = {number: one for number, drift in enumerate(drifts) if (one := _to_write(drift)) is not None}
    for number, layout in zip(written, own_layouts(formatters, list(written.values())), strict=True):
        layouts[number] = layout
    return [_written(drift, layout) for drift, layout in zip(drifts, layouts, strict=True)]


def _to_write(drift: Drifted) -> ToWrite | None:
    comparison, texts, filename = drift
    if texts.refusal is not None or not comparison.is_of_one_kind:
        return None
    expected = texts.expected[-1]
    copy, source = Laid(texts.actual, comparison.actual), Laid(expected, comparison.expected[-1])
    return ToWrite(filename, comparison.indents, expected, copy, source, comparison.source)


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
