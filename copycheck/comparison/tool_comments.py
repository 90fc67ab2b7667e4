"""Comments for other tools behind code: `# type: ignore`, `# noqa: N805`, `# pragma: no cover` (contract 4.13)."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.comparison.diff import significant
from copycheck.comparison.line_numbers import placed
from copycheck.directives.directive_parser import IGNORE_COPY
from copycheck.model.line_matcher import LineMatcher
from copycheck.syntax.comments_and_strings import read_literals

_MARK = (
    r"#[ \t]*(?:"
    r"type:[ \t]*ignore\b|(?:(?:ruff|flake8):[ \t]*)?noqa\b|(?:ruff|ty|pyrefly|zuban):[ \t]*(?:ignore|disable|isort)\b"
    r"|pragma:?[ \t]*no(?:[ \t]*(?:cover|branch|mutate))?\b|pragma:[ \t]*(?:allow|white)list\b"
    r"|pylint:|pyright:|mypy:|pyre-(?:ignore|fixme)\b|lint-(?:ignore|fixme)\b|(?:isort|usort):|nosec\b|nosemgrep\b"
    r"|fmt:[ \t]*skip\b|yapf:|autopep8:|skipcq\b|gitleaks:|trufflehog:|checkov:|sourcery[ \t]+skip\b|lgtm\b|codeql\b"
    r"|deptry:|noinspection\b|nopycln:|pydoclint:|codespell:|cspell:|spellchecker:|pytype:|basedpyright:|coverage:|NOSONAR\b)"
)
_ANY = re.compile(_MARK, re.IGNORECASE)
_OF_A_TOOL = re.compile(rf"[ \t]*{_MARK}", re.IGNORECASE)
_PART = re.compile(r"[ \t]*#.*?(?=[ \t]+#|$)")
"""One of the comments that share a line, with the blanks before it."""


class ToolComment(NamedTuple):
    """Comments for tools in a line, from 0, with the blanks before them; `behind` is the comment after them.

    `is_first` says that nothing but code is before them.
    """

    line: int
    text: str
    behind: str = ""
    is_first: bool = True


class Stripped(NamedTuple):
    """A text without the comments for tools, and these."""

    text: str
    comments: tuple[ToolComment, ...] = ()


class StrippedSides(NamedTuple):
    """The copy, and the source or expected text that it is compared with."""

    copy: Stripped
    source: Stripped


def without_tool_comments(text: str, others: Iterable[str] = (), keeps_remarks: bool = False) -> Stripped:
    """Take the comments for tools off the lines of code that they follow; other comments stay.

    What follows a comment for a tool explains it, and goes with it: `# type: ignore  # mypy 1.4 is wrong`. It stays
    where one of the `others`, the texts that this one is compared with, has it as a comment of its own: mypy reads its
    comment only in the first place. With `keeps_remarks` it stays in any case.
    """
    if _ANY.search(text) is None:
        return Stripped(text)
    lines = text.split("\n")
    found: list[ToolComment] = []
    known: frozenset[str] | None = None
    for row, column, comment in read_literals(text).comments:
        line = lines[row - 1]
        match = _OF_A_TOOL.search(line, column)
        if match is None or not line[:column].strip() or IGNORE_COPY.search(comment):
            continue
        start = len(line[: match.start()].rstrip())
        remarks = [part for part in _PART.findall(line[start:]) if _OF_A_TOOL.match(part) is None]
        if remarks and known is None and not keeps_remarks:
            known = frozenset(remark for other in others for remark in _remarks_in(other))
        kept = [part for part in remarks if keeps_remarks or (known and _plain(part) in known)]
        behind = "".join(kept).lstrip()
        gone = [part for part in _PART.findall(line[start:]) if part not in kept]
        found.append(ToolComment(row - 1, "".join(gone), behind, start <= column))
        lines[row - 1] = line[:start] + (f"  {behind}" if behind else "")
    return Stripped("\n".join(lines), tuple(found))


def _remarks_in(text: str) -> Iterator[str]:
    """The comments of a text that are certain to be none for tools, nor about one."""
    lines = text.split("\n")
    for row, column, _ in read_literals(text).comments:
        for part in _PART.findall(lines[row - 1][column:]):
            if _OF_A_TOOL.match(part):
                break
            yield _plain(part)


def _plain(comment: str) -> str:
    """A comment as the formatter writes it."""
    return f"# {comment.strip().lstrip('#').strip()}"


class ComparedSides(NamedTuple):
    """An expected text, and the text of the copy."""

    expected: str
    actual: str


def sides_as_compared(expected: str, actual: str, setting: str) -> ComparedSides:
    """Both sides as they are compared: where the key `tool-comments` is `ignore`, without comments for tools."""
    if setting != "ignore":
        return ComparedSides(expected, actual)
    sides = ((expected, actual), (actual, expected))
    return ComparedSides(*(without_tool_comments(text, [other]).text for text, other in sides))


class Commented(NamedTuple):
    """A formatted text without comments for tools, and the text that it was made of, with these."""

    formatted: str
    stripped: Stripped


def with_comments_of(sides: Sequence[Commented], text: str) -> str:
    """A formatted text with comments for tools: a line keeps those of the first side that has it, at any place."""
    lines, codes = text.split("\n"), _code_of_lines(text)
    comments: dict[int, Sequence[ToolComment]] = {}
    for side in reversed(sides):
        before, own = side.formatted.split("\n"), _by_formatted_line(*side)
        opcodes = LineMatcher(before, lines).get_opcodes() if own or comments else ()
        same = {
            i1 + number: j1 + number
            for tag, i1, i2, j1, _ in opcodes
            for number in range(i2 - i1 if tag == "equal" else 0)
        }
        comments |= {new: own.get(old, ()) for old, new in same.items()}
        if not own.keys() <= same.keys():
            old_codes = _code_of_lines(side.formatted)
            for olds, news in (([*map(str.strip, before)], [*map(str.strip, lines)]), (old_codes, codes)):
                found = _once_on_each_side(olds, news, same)
                comments |= {new: own[old] for old, new in found.items() if old in own}
                same |= found
    return "\n".join(
        with_tool_comments(line, comments.get(number, ()), codes[number]) for number, line in enumerate(lines)
    )


def _once_on_each_side(olds: Sequence[str], news: Sequence[str], same: Mapping[int, int]) -> dict[int, int]:
    """The lines that are in another place now, by their numbers: of those that are not the same, what is there once."""
    taken = set(same.values())
    left = {number: line for number, line in enumerate(olds) if line and number not in same}
    places = {line: number for number, line in enumerate(news) if line and number not in taken}
    counts = (
        Counter(left.values()),
        Counter(line for number, line in enumerate(news) if number not in taken),
    )
    return {n: places[line] for n, line in left.items() if all(count[line] == 1 for count in counts)}


def _code_of_lines(text: str) -> list[str]:
    """The lines of a text without the comments behind code, and without blanks around."""
    lines = text.split("\n")
    for row, column, _ in read_literals(text).comments if "#" in text else ():
        if lines[row - 1][:column].strip():
            lines[row - 1] = lines[row - 1][:column]
    return [line.strip() for line in lines]


class BothSides(NamedTuple):
    """Two texts that are compared, without comments for tools, and the expected one as a fix writes it, with these."""

    own: str
    expected: str
    written: str


def without_those_of_both(own: str, expected: str) -> BothSides:
    """A copy and its expected text as they are compared where comments for tools do not count."""
    mine, theirs = without_tool_comments(own, [expected]), without_tool_comments(expected, [own])
    written = with_comments_of([Commented(mine.text, mine), Commented(theirs.text, theirs)], theirs.text)
    return BothSides(mine.text, theirs.text, written)


def with_tool_comments(line: str, comments: Iterable[ToolComment], code: str = "") -> str:
    """A line with the comments for tools that were taken off it, each before what it was before.

    `code` is the line without the comment behind it. Where that comment is another one now, it takes the place of the
    remark that explained a comment for a tool.
    """
    for comment in comments:
        behind = _plain(comment.behind) if comment.behind else ""
        if behind and line.endswith((behind, comment.behind)):
            before = line[: -len(behind if line.endswith(behind) else comment.behind)].rstrip()
            line = f"{before}{comment.text}  {behind}"
        elif comment.is_first and code and line.strip() != code:
            at = line.index(code) + len(code)
            parts = (part for part in _PART.findall(comment.text) if _OF_A_TOOL.match(part))
            line = f"{line[:at]}{''.join(parts)}{line[at:]}"
        else:
            line += comment.text
    return line


def _by_formatted_line(formatted: str, stripped: Stripped) -> dict[int, list[ToolComment]]:
    """The comments by the lines of the formatted text, from 0, that hold the end of the code before them."""
    if not stripped.comments:
        return {}
    lines = significant(formatted)
    rows = [line.row for line in placed(formatted, stripped.text, range(1, stripped.text.count("\n") + 2))]
    found: dict[int, list[ToolComment]] = {}
    for comment in stripped.comments:
        line = lines[max(bisect.bisect_right(rows, comment.line + 1) - 1, 0)].row - 1
        found.setdefault(line, []).append(comment)
    return found


def differ_in_tool_comments_alone(expected: str, actual: str) -> bool:
    """Whether two texts that differ are the same without their comments for tools."""
    sides = [without_tool_comments(*pair) for pair in ((expected, [actual]), (actual, [expected]))]
    if not any(side.comments for side in sides):
        return False
    left, right = ([line for line in side.text.split("\n") if line.strip()] for side in sides)
    return left == right
