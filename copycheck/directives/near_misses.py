"""Comments that resemble a directive and are none (CPY006)."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from copycheck.directives.directive_parser import ABBREVIATIONS, OPENING, places
from copycheck.model.location import Location
from copycheck.syntax.identifiers import NAME_IN_TEXT as _NAME


@functools.cache  # of a rule that few projects select
def _near() -> re.Pattern[str]:
    return re.compile(rf"(?i:copied[ \t\f]+fr?o?r?m\b)[ \t\f]*(?::[ \t\f]*)?(?P<path>{_NAME}(?:\.{_NAME})+)")


class NearMiss(NamedTuple):
    """A comment that resembles a directive: where it begins, the column behind it, and the path that it names."""

    location: Location
    end_column: int
    path: str


def near_miss_rows(text: str) -> list[int]:
    """The rows that may hold a comment with nearly the form of a directive (CPY006): cheap, and never misses one."""
    lowered = text.lower()
    is_telling = len(lowered) == len(text) and "\u0131" not in text  # the dotless i is an i for the pattern
    found = places(lowered, "copied") if is_telling else (match.start() for match in _near().finditer(text))
    rows: list[int] = []
    row, last, start, end = 1, 0, 0, 0
    for at in found:
        if at >= end:  # one line may have the word 100,000 times
            start, end = text.rfind("\n", end, at) + 1, text.find("\n", at)
            end = end if end >= 0 else len(text)
        if not OPENING.match(text, start) and _near().match(text, at):
            row += text.count("\n", last, start)
            last = start
            rows.append(row)
    return rows


def near_miss(comment: str, alone: bool) -> str | None:
    """The path that a comment names in nearly the form of a directive (CPY006), or None.

    `comment` begins with its `#`; `alone` says that nothing but blanks stands before it on its line.
    """
    if alone and OPENING.match(comment):
        return None
    match = _near().search(comment)
    if match is None or match.group("path") in ABBREVIATIONS:
        return None
    if comment[match.end() : match.end() + 1] == "/" or comment.startswith("://", match.end()):
        return None
    before = comment[: match.start()].strip("# \t\f")
    if before and not match.group().startswith("Copied"):
        return None
    return match.group("path")
