"""Comments for other tools behind code: `# type: ignore`, `# noqa: N805`, `# pragma: no cover` (contract 4.13)."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.diff import significant
from copycheck.comparison.line_numbers import placed
from copycheck.directives.directive_parser import IGNORE_COPY
from copycheck.model.line_matcher import LineMatcher
from copycheck.syntax.comments_and_strings import read_literals

_MARK = (
    r"#[ \t]*(?:"
    r"type:[ \t]*ignore\b|(?:(?:ruff|flake8):[ \t]*)?noqa\b|(?:ruff|ty|pyrefly|zuban):[ \t]*ignore\b|pragma:?[ \t]*no\b"
    r"|pylint:|pyright:|mypy:|pyre-(?:ignore|fixme)\b|lint-(?:ignore|fixme)\b|isort:|nosec\b|nosemgrep\b"
    r"|codespell:|cspell:|pytype:|basedpyright:|coverage:|NOSONAR\b)"
)
_ANY = re.compile(_MARK, re.IGNORECASE)
_OF_A_TOOL = re.compile(rf"[ \t]*{_MARK}", re.IGNORECASE)


class Stripped(NamedTuple):
    """A text without the comments for tools, and these, with the blanks before them, by their lines from 0."""

    text: str
    comments: tuple[tuple[int, str], ...] = ()


def without_tool_comments(text: str) -> Stripped:
    """Take the comments for tools off the lines of code that they follow; other comments stay."""
    if _ANY.search(text) is None:
        return Stripped(text)
    lines = text.split("\n")
    found: dict[int, str] = {}
    for row, column, comment in read_literals(text).comments:
        line = lines[row - 1]
        match = _OF_A_TOOL.search(line, column)
        if match is None or not line[:column].strip() or IGNORE_COPY.search(comment):
            continue
        kept = line[: match.start()].rstrip()
        found[row - 1] = line[len(kept) :]
        lines[row - 1] = kept
    return Stripped("\n".join(lines), tuple(sorted(found.items())))


def as_compared(text: str, setting: str) -> str:
    """A text as it is compared: where the key `tool-comments` is `ignore`, without the comments for tools."""
    return without_tool_comments(text).text if setting == "ignore" else text


class Commented(NamedTuple):
    """A formatted text without comments for tools, and the text that it was made of, with these."""

    formatted: str
    stripped: Stripped


def with_comments_of(sides: Sequence[Commented], text: str) -> str:
    """A formatted text with comments for tools: a line keeps those of the first side that has it."""
    lines = text.split("\n")
    comments: dict[int, str] = {}
    for side in reversed(sides):
        own = _by_formatted_line(*side)
        for tag, i1, i2, j1, _ in LineMatcher(side.formatted.split("\n"), lines).get_opcodes():
            for number in range(i2 - i1) if tag == "equal" else ():
                comments[j1 + number] = own.get(i1 + number, "")
    return "\n".join(line + comments.get(number, "") for number, line in enumerate(lines))


def _by_formatted_line(formatted: str, stripped: Stripped) -> dict[int, str]:
    """The comments by the lines of the formatted text, from 0, that hold the end of the code before them."""
    if not stripped.comments:
        return {}
    lines = significant(formatted)
    rows = [line.row for line in placed(formatted, stripped.text, range(1, stripped.text.count("\n") + 2))]
    found: dict[int, str] = {}
    for number, comment in stripped.comments:
        line = lines[max(bisect.bisect_right(rows, number + 1) - 1, 0)].row - 1
        found[line] = found.get(line, "") + comment
    return found


def differ_in_tool_comments_alone(expected: str, actual: str) -> bool:
    """Whether two texts that differ are the same without their comments for tools."""
    sides = [without_tool_comments(text) for text in (expected, actual)]
    if not any(side.comments for side in sides):
        return False
    left, right = ([line for line in side.text.split("\n") if line.strip()] for side in sides)
    return left == right
