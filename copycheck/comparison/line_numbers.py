"""The row of the file behind each line of a formatted text (contract 4.12)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from copycheck.comparison.diff import Line, significant
from copycheck.model.line_matcher import LineMatcher, common_ends

_LAYOUT = str.maketrans("", "", " \t\f\v\\'\"`(),;")
"""What a formatter adds and takes away: blanks, quotes, brackets around expressions, commas, semicolons."""
_PREFIX = re.compile(r"\b([uU]|[bBrRfFtT]{1,2})(?=['\"])")


def rows_behind(text: str, original: str, rows: Sequence[int]) -> tuple[int, ...]:
    """The row of each line of a text that was made of another one, whose lines have `rows`; the nearest for new ones.

    Indents do not count.
    """
    lines, before = ([line.strip() for line in part.split("\n")] for part in (text, original))
    if len(lines) == len(before) == len(rows) and lines == before:
        return tuple(rows)
    head, tail = common_ends(lines, before)
    middle = lines[head : len(lines) - tail], before[head : len(before) - tail]
    found = [head + number for number in _between_anchors(*middle)] if middle[0] else []
    numbers = [*range(head), *found, *range(len(before) - tail, len(before))]
    return tuple(rows[min(number, len(rows) - 1)] for number in numbers)


def placed(formatted: str, raw: str, rows: Sequence[int]) -> Sequence[Line]:
    """The lines that count of a formatted text, each with the row of the file that its text comes from.

    `raw` is the text before it was formatted, and `rows` names the file's row of each of its lines. A line that the
    formatter has made of others bears the row of the first of these.
    """
    lines = significant(formatted)
    before = lines if raw == formatted else significant(raw)
    if not rows or not before:
        return lines
    numbers = range(len(lines)) if lines == before else _matched([line.text for line in lines], before)
    found = (before[min(number, len(before) - 1)].row for number in numbers)
    return [Line(line.text, rows[min(row, len(rows)) - 1]) for line, row in zip(lines, found, strict=True)]


def _matched(lines: Sequence[str], before: Sequence[Line]) -> list[int]:
    """For each formatted line, the number of the one that it comes from."""
    raw = [line.text for line in before]
    found = _by_content(lines, raw)
    if found is not None:
        return found
    return _between_anchors(lines, raw)


def _between_anchors(lines: Sequence[str], raw: Sequence[str]) -> list[int]:
    """The same where more was changed than the layout: lines that are the same are anchors for those between them."""
    matcher = LineMatcher(raw, lines)
    numbers: list[int] = []
    once: dict[str, int] = {}
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            numbers += range(i1, i2)
            continue
        inside = _by_content(lines[j1:j2], raw[i1:i2]) if i1 < i2 else None
        if inside is not None:
            numbers += [i1 + number for number in inside]
        else:
            once = once or _unique(raw)
            last = max(i2 - 1, i1)
            numbers += [once.get(lines[number], min(i1 + number - j1, last)) for number in range(j1, j2)]
    return numbers


def _unique(raw: Sequence[str]) -> dict[str, int]:
    """The lines that occur once, with their numbers."""
    counts = Counter(raw)
    return {line: number for number, line in enumerate(raw) if counts[line] == 1}


def _by_content(lines: Sequence[str], raw: Sequence[str]) -> list[int] | None:
    """The same by counting the characters that a formatter leaves alone; None where it has not left them alone."""
    contents, originals = [_content_of(line) for line in lines], [_content_of(line) for line in raw]
    if "".join(contents) != "".join(originals):
        return None
    ends = list(accumulate(map(len, originals)))
    numbers: list[int] = []
    done = number = behind = 0
    for line, content in zip(lines, contents, strict=True):
        if content:
            while ends[number] <= done:
                number += 1
            numbers.append(number)
            done += len(content)
            while ends[number] < done:
                number += 1
            behind = number + 1
        else:
            behind = _bare(line, raw, originals, behind)
            numbers.append(max(behind - 1, 0))
    return numbers


def _bare(line: str, raw: Sequence[str], originals: Sequence[str], start: int) -> int:
    """Where to go on behind a line of brackets alone: behind the same one, if the next lines have it; else `start`."""
    number = start
    while number < len(raw) and not originals[number]:
        if raw[number].strip() == line.strip():
            return number + 1
        number += 1
    return start


def _content_of(line: str) -> str:
    """A line without what a formatter changes."""
    return _content_with_prefixes(_PREFIX.sub("", line))


def _content_with_prefixes(line: str) -> str:
    """The same, with the letters before strings, which look alike at the end of one: `'u\\''`."""
    return line.translate(_LAYOUT).casefold()
