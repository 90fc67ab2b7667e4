"""Blank lines of a fix: where a copy is not laid out as the formatter would, none is added that neither side had."""

from __future__ import annotations

from collections.abc import Sequence

from copycheck.comparison.diff import Line, significant
from copycheck.comparison.line_numbers import placed
from copycheck.model.line_matcher import LineMatcher


def without_new_blank_lines(formatted: str, expected: str, formatted_copy: str, copy: str) -> str:
    """The formatted expected text without the runs of blank lines that are in neither text as it stands.

    `expected` and `copy` are both sides before they were formatted (contract 5.2).
    """
    lines, own = significant(formatted), significant(formatted_copy)
    had = _blank_behind(formatted, expected)
    had_own = _blank_behind(formatted_copy, copy)
    matcher = LineMatcher([line.text for line in own], [line.text for line in lines])
    for tag, i1, i2, j1, _ in matcher.get_opcodes():
        if tag == "equal":
            for number in range(i2 - i1 - 1):
                had[j1 + number] = had[j1 + number] or had_own[i1 + number]
    return "\n".join(_kept(formatted.split("\n"), lines, had))


def _kept(text: Sequence[str], lines: Sequence[Line], had: Sequence[bool]) -> list[str]:
    kept = [line.row for line in lines]
    for number, line in enumerate(lines):
        behind = lines[number + 1].row if number + 1 < len(lines) else len(text) + 1
        if had[number] or number + 1 == len(lines):
            kept += range(line.row + 1, behind)
    return [text[row - 1] for row in sorted(kept)]


def _blank_behind(formatted: str, raw: str) -> list[bool]:
    """For each line that counts of a formatted text, whether the raw one has a blank line behind its text."""
    text = raw.split("\n")
    rows = [line.row for line in placed(formatted, raw, range(1, len(text) + 1))]
    ends = [*rows[1:], len(text) + 1]
    return [
        any(not text[row - 1].strip() for row in range(min(start + 1, end), end))
        for start, end in zip(rows, ends, strict=True)
    ]
