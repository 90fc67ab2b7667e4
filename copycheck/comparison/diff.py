"""Expected text against actual text (contract 4.6), and the difference between the two."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.model.line_matcher import LineMatcher
from copycheck.model.location import DiffRows
from copycheck.syntax.comments_and_strings import Literals, read_literals, strings_over_rows
from copycheck.syntax.identifiers import with_python_names


class Line(NamedTuple):
    """A line that counts, and its row."""

    text: str
    row: int


_new = tuple.__new__  # a third of what the class itself takes: there is one for each line of each text


@functools.lru_cache(maxsize=16)  # copies of one source have the same texts
def significant(text: str) -> Sequence[Line]:
    """The lines that count: blank ones and trailing blanks only inside of strings that are no docstrings.

    Rows count from 1 within the text.
    """
    begun: set[int] = set()
    ended: set[int] = set()
    if '"""' in text or "'''" in text or "\\\n" in text:
        strings = strings_over_rows(text)
        literals = read_literals(text) if strings is None else Literals(strings=strings)
        begun, ended = literals.rows_begun_in_string(), literals.rows_ended_in_string()
    lines = []
    for row, line in enumerate(text.split("\n"), 1):
        kept = line if row in ended else line.rstrip()
        if kept or row in begun:
            lines.append(_new(Line, (kept, row)))
    return lines


def equal(expected: str, actual: str) -> bool:
    """Whether two texts are the same but for blank lines and trailing blanks outside of strings.

    Identifiers are the same where Python takes them for one name.
    """
    if expected == actual:
        return True
    mine, theirs = _squeezed(expected), _squeezed(actual)
    if mine != theirs:
        if not _may_be_same_names(mine, theirs):
            return False
        expected, actual = with_python_names(expected), with_python_names(actual)
        if _squeezed(expected) != _squeezed(actual):
            return False
    return [line.text for line in significant(expected)] == [line.text for line in significant(actual)]


def _may_be_same_names(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether some lines differ only where both, or one of them, have characters beyond ASCII."""
    pairs = zip(mine, theirs, strict=False)
    return len(mine) == len(theirs) and all(
        one == other or not (one.isascii() and other.isascii()) for one, other in pairs
    )


def _squeezed(text: str) -> list[str]:
    return [kept for line in text.split("\n") if (kept := line.rstrip())]


class Difference(NamedTuple):
    """A unified diff from a copy to its expected text.

    `rows` has, for each line that follows the two heads, its line in the copy and in the source.
    """

    text: str
    rows: tuple[DiffRows, ...]


def unified(actual: Sequence[Line], expected: Sequence[Line], actual_place: str, expected_place: str) -> Difference:
    """The difference from the copy to its expected text, as `--diff` shows it (contract 8).

    The heads of its hunks have the lines of the files.
    """
    matcher = LineMatcher([line.text for line in actual], [line.text for line in expected])
    # A name may hold a line end, which must not begin a line of its own.
    out = [f"{sign} {place}".replace("\n", "\\n") for sign, place in (("---", actual_place), ("+++", expected_place))]
    rows: list[DiffRows] = []
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        out.append(f"@@ -{_hunk(actual, first[1], last[2])} +{_hunk(expected, first[3], last[4])} @@")
        rows.append(DiffRows(0, 0))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                out += [" " + line.text for line in actual[i1:i2]]
                pairs = zip(actual[i1:i2], expected[j1:j2], strict=True)
                rows += [DiffRows(left.row, right.row) for left, right in pairs]
                continue
            out += ["-" + line.text for line in actual[i1:i2]]
            out += ["+" + line.text for line in expected[j1:j2]]
            rows += [DiffRows(line.row, 0) for line in actual[i1:i2]]
            rows += [DiffRows(0, line.row) for line in expected[j1:j2]]
    return Difference("\n".join(out) + "\n", tuple(rows))


def _hunk(lines: Sequence[Line], start: int, stop: int) -> str:
    """`row,count` of a side of a hunk."""
    if start < stop:
        return f"{lines[start].row},{stop - start}"
    return f"{lines[start - 1].row if start else 0},0"
