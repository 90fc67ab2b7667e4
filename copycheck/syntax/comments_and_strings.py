"""Comments and many-line strings of a text, from its tokens.

`tokenize` is exact and slow: it is asked about single statements and fragments, never about every file.
"""

from __future__ import annotations

import bisect
import functools
import io
import keyword
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from copycheck.model.location import Rows

_STARTS = frozenset(getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name))
_ENDS = frozenset(getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name))
_LAYOUT = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.DEDENT})
_QUOTES = '"""'
_QUOTE = re.compile("[\"']")
_DOUBTFUL = re.compile("[\"'#]")
_COMMENTED = re.compile(r"""(?:[^"'#\n]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')*#""")
"""A row up to its comment, if what looks like strings of one row are some."""
_FORMATTED_IN_ROW = re.compile(r"""\b(?:[fFtT][rR]?|[rR][fFtT])["']""")
_FORMATTED = re.compile(r"[fFtT][rR]?$")
_DEFINERS = frozenset({"class", "def"})


class Comment(NamedTuple):
    """A comment; rows count from 1, columns from 0."""

    row: int
    column: int
    text: str


class TextRange(NamedTuple):
    """Where a part of a text begins and ends, in characters: `end` is behind the last one."""

    start: int
    end: int


@dataclass(slots=True)
class Literals:
    """Comments, and the rows of strings over several of them."""

    comments: list[Comment] = field(default_factory=list)
    strings: list[Rows] = field(default_factory=list)
    docstrings: list[Rows] = field(default_factory=list)

    def rows_begun_in_string(self, docstrings: bool = False) -> set[int]:
        """The rows whose first character belongs to a string that began on an earlier row."""
        spans = self.strings + self.docstrings if docstrings else self.strings
        return {row for first, last in spans for row in range(first + 1, last + 1)}

    def rows_ended_in_string(self) -> set[int]:
        """The rows whose end belongs to a string, docstrings excepted, that goes on in the next row."""
        return {row for first, last in self.strings for row in range(first, last)}


@functools.lru_cache(maxsize=8)
def read_literals(text: str) -> Literals:
    """The comments and many-line strings of `text`; of a text that breaks off, those before the break."""
    found = Literals()
    opened: list[int] = []
    line_opener, previous = "", tokenize.INDENT
    definer = True
    first_in_body: Rows | None = None  # a docstring, if nothing goes on behind it
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = token.type
            if first_in_body and kind not in _LAYOUT:
                ends = kind in (tokenize.NEWLINE, tokenize.ENDMARKER) or token.string == ";"
                (found.docstrings if ends else found.strings).append(first_in_body)
                first_in_body = None
            if kind == tokenize.COMMENT:
                found.comments.append(Comment(*token.start, token.string))
            elif kind in _STARTS:
                opened.append(token.start[0])
            elif kind in _ENDS:
                first = opened.pop()
                if not opened and token.end[0] > first:
                    found.strings.append(Rows(first, token.end[0]))
            elif kind == tokenize.STRING and token.end[0] > token.start[0] and not opened:
                place = Rows(token.start[0], token.end[0])
                is_first = previous == tokenize.INDENT and definer and "b" not in token.string[:2].lower()
                first_in_body = place if is_first else None
                found.strings += [] if is_first else [place]
            if kind == tokenize.NEWLINE:
                definer, line_opener = line_opener in _DEFINERS, ""
            elif kind not in _LAYOUT and kind != tokenize.INDENT and line_opener in ("", "async"):
                line_opener = token.string if keyword.iskeyword(token.string) else "-"
            if kind not in _LAYOUT:
                previous = kind
    except (tokenize.TokenError, SyntaxError, IndexError):
        found.strings += [first_in_body] if first_in_body else []
    return found


def comment_rows(text: str) -> set[int]:
    """The rows of `text`, from 1, that hold a comment."""
    return {row for row, _, _ in read_literals(text).comments}


def has_continuations(text: str) -> bool:
    """Whether a row goes on behind a backslash."""
    return "\\" in text and "\\\n" in text  # one character is found ten times as fast as two


def _is_open(text: str, start: int, end: int) -> bool:
    """Whether a formatted string has a field that quotes are in: what closes a string elsewhere begins one there."""
    if not _FORMATTED.search(text, max(start - 2, 0), start):
        return False
    return text.count("{", start, end) != text.count("}", start, end)


@functools.lru_cache(maxsize=1)  # a file is asked for one thing after the other
def docstring_places(text: str) -> Sequence[TextRange] | None:
    """Where the strings in three double quotes begin and end, by a look at the text; None where only tokens can tell.

    This holds for most files, in a tenth of the time: each string begins on a row without another quote or comment.
    """
    if "'''" in text:
        return None
    places: list[TextRange] = []
    start = text.find(_QUOTES)
    while start >= 0:
        row = text.rfind("\n", 0, start) + 1
        behind = max(row, places[-1].end if places else 0)
        if _COMMENTED.match(text, behind, start) and not _FORMATTED_IN_ROW.search(text, behind, start):
            row_end = text.find("\n", start)
            start = text.find(_QUOTES, row_end) if row_end >= 0 else -1
            continue
        end = text.find(_QUOTES, start + 3)
        if end < 0 or text[end - 1] == "\\" or _DOUBTFUL.search(text, row, start) or _is_open(text, start, end):
            return None
        places.append(TextRange(start, end + 3))
        start = text.find(_QUOTES, end + 3)
    return None if has_continuations(text) and _may_continue_strings(text, places) else places


def _may_continue_strings(text: str, places: Sequence[TextRange]) -> bool:
    """Whether a row with a quote goes on behind a backslash, outside of the strings in three quotes."""
    at = text.find("\\\n")
    while at >= 0:
        if not is_within(places, at) and _QUOTE.search(text, text.rfind("\n", 0, at) + 1, at):
            return True
        at = text.find("\\\n", at + 2)
    return False


def is_within(places: Sequence[TextRange], at: int) -> bool:
    """Whether a character is in one of some places, given in order, and not the first of it."""
    number = bisect.bisect_right(places, (at, at)) - 1
    return number >= 0 and at < places[number].end


def docstrings(text: str) -> list[Rows] | None:
    """The rows of the same strings, without those on one row."""
    places = docstring_places(text)
    return None if places is None else [rows for rows in _rows_of(text, places) if rows.last > rows.first]


def _rows_of(text: str, places: Sequence[TextRange]) -> Iterator[Rows]:
    """The first and the last row of some places, which are in order."""
    row, done = 1, 0
    for start, end in places:
        first = row + text.count("\n", done, start)
        row, done = first + text.count("\n", start, end), end
        yield Rows(first, row)


_PREFIX = re.compile(r"[A-Za-z]*$")
_OPEN_FIELD = re.compile(r"(?:\b[fFtT][rR]?|\b[rR][fFtT])[\"'][^\n]*\{[^}\n]*$", re.MULTILINE)
"""A formatted string with a field that may go on in the next row."""
_SHORT_STRING = re.compile(r"\"[^\"\\\n]*\"|'[^'\\\n]*'")
_DEFINER = re.compile(r"(?:async[ \t]+def|def|class)\b")
_LONGEST_HEADER = 200
"""A header of more rows is left to the tokens."""


def strings_over_rows(text: str) -> list[Rows] | None:
    """The strings over several rows that are no docstrings, as `Literals.strings` has them, by a look at the text.

    None where only tokens can tell. Text that is no Python may have more of them here.
    """
    places = docstring_places(text)
    if places is None:
        places = _long_strings_of_tokens(text)
    if places is None or _OPEN_FIELD.search(text):
        return None
    rows = text.split("\n")
    found: list[Rows] = []
    for (start, end), (first, row) in zip(places, _rows_of(text, places), strict=True):
        before = text[text.rfind("\n", 0, start) + 1 : start]
        prefix = _PREFIX.search(before)
        letters = prefix.group().lower() if prefix else ""
        if not {"f", "t"}.isdisjoint(letters):
            return None
        is_statement = letters in ("", "r", "u") and not before[: len(before) - len(letters)].strip()
        behind = rows[row - 1][end - text.rfind("\n", 0, end) - 1 :].strip()
        if is_statement and (not behind or behind[0] in "#;"):
            is_docstring = _is_below_header(rows, first)
            if is_docstring is None:
                return None
            if is_docstring:
                continue
        if row > first:
            found.append(Rows(first, row))
    return found


def _is_below_header(rows: Sequence[str], row: int) -> bool | None:
    """Whether a row is the first of a definition's body, or of the text; None where only tokens can tell."""
    above = row - 1
    while above and (not rows[above - 1].strip() or rows[above - 1].lstrip().startswith("#")):
        above -= 1
    if not above:
        return True
    if '"' in rows[above - 1] or "'" in rows[above - 1] or "#" in rows[above - 1]:
        return None
    if not rows[above - 1].rstrip().endswith(":"):
        return False
    first = above
    while first and above - first < _LONGEST_HEADER and not _DEFINER.match(rows[first - 1].lstrip()):
        first -= 1
    return True if first and _is_header(rows[first - 1 : above]) else None


def _is_header(rows: Sequence[str]) -> bool:
    """Whether rows that begin with `def` or `class` are one header: its brackets are closed by the last row alone."""
    depth = 0
    for number, row in enumerate(rows, 1):
        code = _SHORT_STRING.sub("", row)
        if '"' in code or "'" in code or "#" in code:
            return False
        depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
        if (depth > 0) is (number == len(rows)):
            return False
    return depth == 0


_TOKEN = re.compile(
    r"#[^\n]*"
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'",
    re.DOTALL,
)


def _long_strings_of_tokens(text: str) -> list[TextRange] | None:
    """Where the strings over several rows begin and end; None where quotes are in a field of a formatted string."""
    places = []
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if text[start] == "#":
            continue
        if _is_open(text, start, end):
            return None
        if text.find("\n", start, end) >= 0:
            places.append(TextRange(start, end))
    return places


def long_strings(text: str) -> list[TextRange]:
    """Where the strings over several rows begin and end, by a look at the text of a file that is Python.

    It takes no tokenizer, and may be wrong about a quote inside of the braces of a formatted string.
    """
    places = docstring_places(text)
    if places is None:
        places = [TextRange(*match.span()) for match in _TOKEN.finditer(text) if match.end() - match.start() > 6]
    return [place for place in places if text.find("\n", *place) >= 0]


def is_inside(strings: Sequence[Rows], row: int) -> bool:
    """Whether a row begins inside of one of the strings, given by their rows in order."""
    before = bisect.bisect_left(strings, (row, 0)) - 1
    return before >= 0 and row <= strings[before][1]


def lines_with(text: str, word: str) -> Iterator[int]:
    """Where the lines begin that have a word; each once, for one line may have it 100,000 times."""
    at = text.find(word)
    while at >= 0:
        yield text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        at = text.find(word, end) if end >= 0 else -1
