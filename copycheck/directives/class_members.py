"""A class taken apart into members: what `# Ignore copy` leaves out (contract 4.8).

Members are rows of the text, so that what is left out or kept is kept byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from copycheck.directives.ignore_copy import marker_lines
from copycheck.model.errors import UnreadableFileError
from copycheck.syntax.nesting import wrap
from copycheck.syntax.statement_parser import read_outline
from copycheck.syntax.statement_tree import Statement

_COMMENT = re.compile(r"[ \t\f]*#")
_BLANK = re.compile(r"[ \t\f]*$")


class MemberKey(NamedTuple):
    """What tells a member of a class from the others: its name, its accessor or `overload`, and its number.

    A run of statements has the name of the definition before it, and `run` for an accessor.
    """

    name: str
    accessor: str
    number: int


class Member(NamedTuple):
    """Lines `start` to `end` (from 0, `end` excluded) of a text; `ignored` when it bears a marker."""

    key: MemberKey
    start: int
    end: int
    ignored: bool


@dataclass(slots=True)
class _Open:
    """A member while the statements behind it are still being read."""

    key: MemberKey
    start: int
    end: int
    ignored: bool


def take_apart(text: str, indents: Sequence[str]) -> list[Member] | None:
    """The members of the class that `text` holds at the depth of `indents`; None for anything but a class body."""
    try:
        scope = read_outline("", wrap(text, indents))
    except UnreadableFileError:
        return None
    for _ in indents:
        scope = scope.children[0]
    if len(scope.children) != 1 or scope.children[0].kind != "class":
        return None
    class_ = scope.children[0]
    if not class_.children or class_.children[0].start == class_.row:
        return None
    return _members(text.split("\n"), class_.children, len(indents) + 1, set(marker_lines(text)))


def _members(lines: Sequence[str], body: Sequence[Statement], first_row: int, markers: set[int]) -> list[Member]:
    """The members of a class body; `first_row` is the row of the first of the lines in the tree."""
    members: list[_Open] = []
    counts: dict[tuple[str, str], int] = {}
    before = ""
    row = _above(lines, body[0].start - first_row)
    for statement in body:
        start, end = statement.start - first_row, _end(lines, statement, first_row)
        glued = max(_above(lines, start, blanks=False), row)
        behind = _below(lines, row, glued)
        if members and not markers.isdisjoint(range(row, behind)):
            members[-1].ignored, members[-1].end = True, behind
        marked = not markers.isdisjoint(range(glued, end))
        name, accessor = (statement.name, statement.accessor) if statement.is_scope else ("", "")
        if name:
            number = counts[name, accessor] = counts.get((name, accessor), -1) + 1
            members.append(_Open(MemberKey(name, accessor, number), glued, end, marked))
            before = f"{name} {accessor} {number}"
        elif members and members[-1].key == MemberKey(before, "run", 0):
            members[-1].end = max(end, members[-1].end)
            members[-1].ignored = members[-1].ignored or not markers.isdisjoint(range(row, end))
        else:
            members.append(_Open(MemberKey(before, "run", 0), glued, end, marked))
        row = max(end, row)
    behind = _below(lines, row, len(lines))
    if not markers.isdisjoint(range(row, behind)):
        members[-1].ignored, members[-1].end = True, behind
    return [Member(member.key, member.start, member.end, member.ignored) for member in members]


def _above(lines: Sequence[str], line: int, blanks: bool = True) -> int:
    """The first of the comments (and blank lines) that stand right above a line."""
    while line > 0 and (_COMMENT.match(lines[line - 1]) or (blanks and _BLANK.match(lines[line - 1]))):
        line -= 1
    return line


def _below(lines: Sequence[str], line: int, stop: int) -> int:
    """The line behind the comments that begin in a line, before `stop`."""
    while line < stop and _COMMENT.match(lines[line]):
        line += 1
    return line


def _end(lines: Sequence[str], statement: Statement, first_row: int) -> int:
    """The line behind a statement and the comments at the indent of its own body."""
    end = statement.end - first_row + 1
    if not statement.children or statement.children[0].start == statement.row:
        return end
    inner = lines[statement.children[0].start - first_row]
    indent = inner[: len(inner) - len(inner.lstrip(" \t\f"))]
    for line in range(end, len(lines)):
        if not (_COMMENT.match(lines[line]) or _BLANK.match(lines[line])):
            break
        if lines[line].strip() and lines[line].startswith(indent):
            end = line + 1
    return end


def leave_out(text: str, members: Sequence[Member], keys: Collection[MemberKey]) -> str:
    """The text of a class without some of its members; a body that loses all of them keeps a `pass`."""
    gone = [member for member in members if member.key in keys]
    if not gone:
        return text
    lines = text.split("\n")
    out = {number for member in gone for number in range(member.start, member.end)}
    kept = [line for number, line in enumerate(lines) if number not in out]
    if len(gone) == len(members):
        first = lines[gone[0].start]
        kept.append(first[: len(first) - len(first.lstrip())] + "pass")
    return "\n".join(kept)
