"""Comments → directives; pure text (contract 1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.replacements import (
    BLANKS,
    MOST_REPLACEMENTS,
    WITH,
    Options,
    parse_options,
    split_items,
    tidy_item,
)
from copycheck.directives.suppression_comments import ignores_around
from copycheck.directives.usual_slips import SLIPS
from copycheck.model.directive import Directive
from copycheck.model.location import Excerpt
from copycheck.syntax.comments_and_strings import lines_with
from copycheck.syntax.identifiers import NAME_IN_TEXT as _NAME

IGNORE_COPY = re.compile(r"#[ \t\f]*Ignore copy(?!\w)")
END_COPY = re.compile(r"[ \t\f]*#[ \t\f]*End copy(?!\w)")

WORDS = ("Copied from", "End copy")
"""What the comments say that a body is asked about for: one with neither has no directive in it."""
OPENING = re.compile(r"([ \t\f]*)#[ \t\f]*Copied from[ \t\f]+")
"""How the first line of a directive begins."""
_NAMED = rf"([ \t\f]*#[ \t\f]*(?:Copied|Adapted) from[ \t\f]+)((?:{_NAME}|\.)+)"
_TARGET = re.compile(rb"Copied from[ \t\f]+([\w.\x80-\xff]+)")
_CONTINUATION = re.compile(r"[ \t\f]*#[ \t\f]*")
_COMMENT_BEHIND = re.compile(r"(?<![ \t\f])[ \t\f]+#.*")
"""A comment behind a directive, for another tool: `  # noqa: E501`. `\\#` is a literal.

It is looked for from the first blank of a run only: else a long run of blanks costs its square.
"""
_APART = re.compile(r"[ \t\f]+#(?:(?![ \t\f]+#).)*")
"""Each of several such comments in a row."""
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME})+")
_DOUBLE_DOT = rf"{_NAME}(?:\.+{_NAME})*\.\.+{_NAME}"
_SLASHED = rf"{_NAME}(?:[./]{_NAME})+"
"""These three are compiled when they are needed, which they rarely are."""
_MOST_CHARACTERS, _MOST_SHOWN = 10_000, 200
"""In the first line of a directive, and of the dotted path of one that is longer."""
ABBREVIATIONS = frozenset({"e.g", "i.e", "E.g", "I.e"})
"""What looks like a dotted path and is prose."""
_HOST = re.compile(r"(?:www\.)|.*\.(?:ai|co|com|dev|edu|gov|io|net|org)$")
_FILE = re.compile(r".*\.(?:c|cc|cpp|cu|h|ipynb|js|md|pyi?|rs|rst|txt)$")


def candidate_rows(text: str) -> list[int]:
    """The rows that look like the first line of a directive, in order."""
    rows: list[int] = []
    row, last = 1, 0
    for start in lines_with(text, "Copied from"):
        row += text.count("\n", last, start)
        last = start
        if OPENING.match(text, start):
            rows.append(row)
    return rows


def places(text: str, word: str) -> Iterator[int]:
    """Where a text has a word, from the left."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def possible_targets(data: bytes) -> set[str]:
    """The dotted names that directives of a file may name: cheap, and never misses one."""
    return {name.decode("utf-8", "replace") for name in _TARGET.findall(data)}


def parse_directive(lines: Sequence[str], row: int, addresses: Sequence[str] = ()) -> Directive | None:
    """The directive whose comment begins at `row` (from 1), or None where the comment is prose or an address.

    `addresses` are the repositories, `host/org/repo`, of which an address is a directive and no prose.
    A directive that cannot be read for certain comes back with its `problem` (CPY001).
    """
    directive = _parse(lines, row, addresses)
    if directive is None or not (directive.problem or directive.missing_with or directive.spaced_arrow):
        return directive
    return directive._replace(excerpt=excerpt_of(lines, directive))


def _parse(lines: Sequence[str], row: int, addresses: Sequence[str] = ()) -> Directive | None:
    line = _without_comment(lines[row - 1])
    opening = OPENING.match(line)
    if opening is None:
        return None
    text = line[opening.end() : opening.end() + _MOST_CHARACTERS + 1]
    head = _parse_address(text, addresses) or _parse_path(text)
    if head is None:
        return None
    target, tail, problem = head
    if len(text) > _MOST_CHARACTERS:
        target, problem = target[:_MOST_SHOWN], f"its line has more than {_MOST_CHARACTERS:,} characters"
    end_row, complete = row, True
    options = Options(problem=problem)
    if problem is None and tail:
        end_row, complete, tail = _continue(lines, row, tail)
        options = parse_options(tail)
    if not complete:
        options = Options(
            problem="its replacements end in a comma, and no comment line continues them; remove the comma"
        )
    return Directive(
        row=row,
        end_row=end_row,
        column=len(opening.group(1)) + 1,
        end_column=len(_without_comment(lines[end_row - 1])) + 1,
        indent=opening.group(1),
        target=target,
        replacements=options.replacements,
        problem=options.problem,
        missing_with=options.missing_with,
        spaced_arrow=options.spaced_arrow,
        ignores=tuple(ignores_around(lines, row, end_row)),
    )


def _parse_address(text: str, addresses: Sequence[str]) -> tuple[str, str, str | None] | None:
    """The address of a file in a configured repository, and the options behind it; None for anything else."""
    if not addresses or not text.startswith(("https://", "http://")):
        return None
    target, _, tail = text.partition(" ")
    name = target.partition("://")[2].removeprefix("www.")
    if not any(name.lower().startswith(f"{address.lower()}/") for address in addresses):
        return None
    return target, tail.strip(BLANKS), None


def _parse_path(text: str) -> tuple[str, str, str | None] | None:
    """The dotted path, the options behind it, and what is wrong with them; None for prose and addresses."""
    slashed = re.match(_SLASHED, text) if "/" in text else None
    if slashed and "/" in slashed.group():
        first = slashed.group().partition("/")[0]
        if _HOST.match(first) or "." not in slashed.group() or ("." not in first and _FILE.match(slashed.group())):
            return None
        return slashed.group(), "", f"the path `{slashed.group()}` has a slash; write a dot"
    path = _PATH.match(text)
    if path is None:
        dots = re.match(_DOUBLE_DOT, text)
        return (dots.group(), "", f"the path `{dots.group()}` has two dots in a row; write one") if dots else None
    target, tail = path.group(), text[path.end() :]
    if target in ABBREVIATIONS or target.startswith("www.") or tail.startswith(("://", "@")):
        return None
    if tail and tail[0] not in BLANKS:
        rest = tail if len(tail) <= 20 else tail[:20] + "…"
        return (
            target,
            "",
            f"`{rest}` follows the dotted path; remove it, or write `with LEFT->RIGHT`",
        )
    return target, tail.strip(BLANKS), None


def _continue(lines: Sequence[str], row: int, text: str) -> tuple[int, bool, str]:
    """Follow a trailing comma into the next comment lines: the last row, whether the text is whole, the text."""
    end = row + MOST_REPLACEMENTS  # one more has too many of them
    while text.endswith(",") and not text.endswith("\\,") and row <= end:
        if row >= len(lines) or not (match := _CONTINUATION.match(lines[row])) or OPENING.match(lines[row]):
            return row, False, text
        text += _without_comment(lines[row])[match.end() :]
        row += 1
    return row, True, text


def _without_comment(line: str) -> str:
    """A line of a directive without the comment behind it, and without blanks at its end."""
    start = len(line) - len(line.lstrip(BLANKS)) + 1
    if line.find("#", start) < 0:
        return line.rstrip(BLANKS)
    behind = _COMMENT_BEHIND.search(line, start)
    return (line[: behind.start()] if behind else line).rstrip(BLANKS)


def _comment_behind(line: str) -> str:
    """The comment behind a line of a directive, with the blanks before it; empty where there is none."""
    return line[len(_without_comment(line)) :].rstrip(BLANKS)


def comments_behind(lines: Sequence[str], directive: Directive) -> str:
    """The comments for other tools behind the lines of a directive, each once, with the blanks before them."""
    comments = (_comment_behind(lines[row - 1]) for row in directive.rows)
    return "".join(dict.fromkeys(one for comment in comments for one in _APART.findall(comment)))


_SPACED = re.compile(r"(?<![ \t\f])[ \t\f]+->[ \t\f]+")


def excerpt_of(lines: Sequence[str], directive: Directive) -> Excerpt:
    """What is wrong in the first line of a directive, and that line as it should be, where one fix makes it sound."""
    line = lines[directive.row - 1].rstrip(BLANKS)
    start = line.index(directive.target, directive.column) if directive.target in line else directive.column
    behind = start + len(directive.target)
    spaced = _SPACED.search(line, behind)
    column, end = behind, len(line)
    corrected = ""
    if directive.problem is None:
        corrected = rewrite(lines, directive, True, True, frozenset())[0]
        if spaced and directive.spaced_arrow:
            column, end = spaced.span()
    elif not line[behind:].strip(BLANKS) or "/" in directive.target or ".." in directive.target:
        column, end = start, behind
    else:
        column += len(line[behind:]) - len(line[behind:].lstrip(BLANKS))
    if directive.problem is not None and directive.end_row == directive.row:
        corrected = _corrected(line, start)
    return Excerpt(line, column + 1, max(end - column, 1), corrected if corrected != line else "")


def _corrected(line: str, start: int) -> str:
    """The line with a usual slip behind a column corrected, or nothing where that makes no sound directive."""
    for pattern, right in SLIPS:
        corrected = line[:start] + re.sub(pattern, right, line[start:])
        directive = _parse([corrected], 1) if corrected != line else None
        if directive is not None and directive.problem is None:
            return corrected
    return ""


def retargeted(line: str, renamed: Mapping[str, str]) -> str | None:
    """The first line of a directive, or of `# Adapted from x.y.Z: …`, with the new name of what it names.

    None where it names nothing that is renamed.
    """
    match = re.match(_NAMED, line)
    if match is None or match.group(2) not in renamed:
        return None
    return match.group(1) + renamed[match.group(2)] + line[match.end() :]


class _Line(NamedTuple):
    """A physical line of a directive: what is before its options, its items, and the comment behind them."""

    prefix: str
    items: tuple[str, ...]
    comment: str


def rewrite(
    lines: Sequence[str],
    directive: Directive,
    add_with: bool,
    tidy_arrows: bool,
    drop: frozenset[int],
    one_sided: bool = False,
) -> list[str]:
    """The lines of a directive with CPY002, CPY003 or CPY004 corrected, every other byte kept.

    `drop` holds the numbers, from 0, of the replacements to remove; `one_sided` takes blanks on one side of an arrow
    away, too. A line that loses all its items goes.
    """
    kept: list[_Line] = []
    number = 0
    for line in _option_lines(lines, directive):
        items = []
        for item in line.items:
            if number not in drop:
                items.append(tidy_item(item, one_sided) if tidy_arrows else item)
            number += 1
        kept.append(line._replace(items=tuple(items)))
    path_prefix, comment = kept[0].prefix, kept[0].comment
    kept = [line for line in kept if line.items]
    if not kept:
        return [re.sub(r"[ \t\f]+with$", "", path_prefix.rstrip(BLANKS)) + comment]
    first, *others = kept[0].items
    first = first.lstrip(BLANKS)
    had_with = path_prefix.rstrip(BLANKS).endswith((" with", "\twith", "\fwith"))
    if had_with or add_with:
        # A repeated `with` that has come to stand first would be read as part of the pattern behind the other.
        first = WITH.sub("", first, count=1)
    prefix = path_prefix if had_with or not add_with else f"{path_prefix}with "
    kept[0] = kept[0]._replace(prefix=prefix, items=(first, *others))
    return [line.prefix + ",".join(line.items) + ("," if line is not kept[-1] else "") + line.comment for line in kept]


def _option_lines(lines: Sequence[str], directive: Directive) -> Iterator[_Line]:
    for row in directive.rows:
        line = _without_comment(lines[row - 1])
        opening = OPENING.match(line) if row == directive.row else _CONTINUATION.match(line)
        assert opening is not None, "a parsed directive has its opening"
        start = opening.end()
        if row == directive.row:
            start += len(directive.target)
            blank = re.compile(r"[ \t\f]+(?:with[ \t\f]+)?").match(line, start)
            start = blank.end() if blank else start
        items = split_items(line[start:])
        if row != directive.end_row:
            items = items[:-1]
        yield _Line(line[:start], tuple(items), _comment_behind(lines[row - 1]))
