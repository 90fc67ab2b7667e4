"""The parts of directives in the text of a file: dotted names, words and replacements, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.directive import Directive
from copycheck.model.location import Location

PartKind = Literal["keyword", "name", "operator", "string"]

_WORDS = re.compile(r"(?P<arrow>(?<!\\)->)|(?P<comma>(?<!\\),)|(?P<casing>(?<=[ \t])all-casing(?=[ \t]*(?:,|$)))")
_WITH = re.compile(r"[ \t]*(?:with[ \t]+)?")
BEGUN = re.compile(r"[ \t\f]*#[ \t\f]*(?:Copied|Adapted) from[ \t\f]+(?P<path>[\w.]*)$")
"""A line of a directive up to the dotted name that is being typed."""
OPTIONS = re.compile(r"[ \t\f]*#[ \t\f]*Copied from[ \t\f]+[\w.]+[ \t\f]+(?P<rest>.*)$")


class Part(NamedTuple):
    """A part of a directive: columns `start` to `end` of a row, from 1, `end` behind the last."""

    row: int
    start: int
    end: int
    kind: PartKind


def name_part(lines: Sequence[str], directive: Directive) -> Part | None:
    """The dotted name of a directive; None where it is written in another notation."""
    line = lines[directive.row - 1] if directive.row <= len(lines) else ""
    at = line.find(directive.target, directive.column)
    return Part(directive.row, at + 1, at + 1 + len(directive.target), "name") if at >= 0 else None


def parts_of(lines: Sequence[str], directive: Directive) -> Iterator[Part]:
    """All parts of a directive, in order."""
    name = name_part(lines, directive)
    if name is None:
        return
    line = lines[directive.row - 1]
    words = line.find("Copied", directive.column - 1)
    yield Part(directive.row, words + 1, words + 1 + len("Copied from"), "keyword")
    yield name
    for row in directive.rows:
        line = lines[row - 1].rstrip("\r\n")
        end = directive.end_column - 1 if row == directive.end_row else len(line)
        start = name.end - 1 if row == directive.row else len(line) - len(line.lstrip(" \t#"))
        yield from _options(row, line[:end], start)


def _options(row: int, line: str, start: int) -> Iterator[Part]:
    while start < len(line):
        match = _WITH.match(line, start)
        assert match is not None, "the pattern takes every text"
        if match.group().strip():
            at = start + match.group().index("with")
            yield Part(row, at + 1, at + 5, "keyword")
        start = match.end()
        word = _WORDS.search(line, start)
        end = word.start() if word else len(line)
        text = line[start:end].rstrip()
        if text:
            yield Part(row, start + 1, start + 1 + len(text), "string")
        if word and word.lastgroup != "comma":
            kind: PartKind = "operator" if word.lastgroup == "arrow" else "keyword"
            yield Part(row, word.start() + 1, word.end() + 1, kind)
        start = word.end() if word else len(line)


def at(directives: Sequence[Directive], copies: Sequence[ListedCopy], place: Location) -> ListedCopy | None:
    """The copy whose directive is at a place."""
    for directive, copy in zip(directives, copies, strict=True):
        if place.row in directive.rows and place.column >= directive.column:
            return copy
    return None
