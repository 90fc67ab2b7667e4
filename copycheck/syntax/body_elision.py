"""Module text → the same rows without the bodies that nobody asks about, for a smaller syntax tree.

A tree of a whole file is mostly statements inside of functions, and what is asked of it is where definitions begin
and end. A body that is left out keeps its first and its last row, so every row and extent stays true. What a skeleton
may not be made of, or what does not parse as one, is parsed whole: `skeleton` needs text that is known to be Python.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Collection, Sequence

from copycheck.syntax.comments_and_strings import docstring_places, has_continuations
from copycheck.syntax.identifiers import LETTER_IN_CODE, NAME_IN_CODE, python_name
from copycheck.syntax.size_bounds import STRING_OR_COMMENT

_TOKEN = re.compile(STRING_OR_COMMENT, re.DOTALL)
_HEADER = re.compile(
    rf"\n([ \t]*)(?:(?:async[ \t]+)?def|class)[ \t]+({NAME_IN_CODE})(?!{LETTER_IN_CODE})"  # all of it, however long
    r"[^\n]*?(?:\n(?!\1[^\s)\]}])[^\n]*?)*?:[ \t]*(?:#[^\n]*)?(?=\n)"
)
_QUOTES_BELOW = re.compile(r"\n[ \t]*[\"']")
"""What a string over several rows may end with, at an indent at which no code of its body is."""
_FIRST_CODE = re.compile(r"(?:\n[ \t]*(?:#[^\n]*)?(?=\n))*\n([ \t]+)(?=[^\s#])")


def skeleton(text: str, inside: Collection[str], words: Sequence[str] = ()) -> str | None:
    """The text with the bodies of definitions cut to two rows; None where that would not be safe.

    The bodies that hold a comment with one of `words`, and those of the definitions named in `inside`, stay open.
    """
    hollow = "\n" + (_without_docstrings(text) or _TOKEN.sub(_hollow, text))
    if "\f" in hollow or "\0" in hollow or (has_continuations(hollow) and _has_odd_continuations(hollow)):
        return None  # the indent of a row behind a form feed says nothing
    words = [word for word in words if word in text]
    asked = _places(words, hollow)
    if len(asked) != len(_places(words, text)):
        return None  # one of them is in a string
    kept: list[str] = []
    done = at = 0
    while header := _HEADER.search(hollow, at):
        first_row, *more = header.group()[1:].split("\n", 1)
        if more and not _is_open(first_row):
            at = header.start() + 1 + len(first_row)  # a body on the row of its header: the colon is that of another
            continue
        at = header.end()
        if python_name(header.group(2)) in inside:
            continue
        body = _body(header.group(1)).match(hollow, at)
        first = body and _FIRST_CODE.match(hollow, at, body.end())
        if not body or not first or _QUOTES_BELOW.match(hollow, body.end()):
            continue
        last = _last_code(hollow, first.end(), body.end())
        rows = hollow.count("\n", first.end(), last)
        if rows > 1 and bisect.bisect(asked, at) == bisect.bisect(asked, last):
            kept += (hollow[done : first.end()], "0", "\n" * rows, first.group(1), "0")
            end = hollow.find("\n", last)
            done = at = end if end >= 0 else len(hollow)
    kept.append(hollow[done:])
    return "".join(kept)[1:]


def _has_odd_continuations(text: str) -> bool:
    """Whether a row behind a backslash is less indented than the one that it continues, and so looks like another."""
    at = text.find("\\\n")
    while at >= 0:
        begin = text.rfind("\n", 0, at) + 1
        row = text[begin:at]
        indent = row[: len(row) - len(row.lstrip(" \t"))]
        goes_on = not row.startswith("#", len(indent))
        if goes_on and not text.startswith(f"{indent} ", at + 2) and not text.startswith(f"{indent}\t", at + 2):
            return True
        at = text.find("\\\n", at + 2)
    return False


def _is_open(row: str) -> bool:
    """Whether a row leaves a bracket open, as far as a count can tell."""
    return any(row.count(left) > row.count(right) for left, right in ("()", "[]", "{}"))


def _places(words: Sequence[str], text: str) -> list[int]:
    """Where words are that may be in a comment, in order."""
    places = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            if text.find("#", text.rfind("\n", 0, at) + 1, at) >= 0:
                places.append(at)
            at = text.find(word, at + 1)
    return sorted(places)


def _without_docstrings(text: str) -> str | None:
    """The text with its strings in three quotes made hollow, where a look at it tells which they are."""
    found = docstring_places(text)
    if found is None:
        return None
    kept: list[str] = []
    done = 0
    for start, end in found:
        rows = text.count("\n", start, end)
        if rows:
            kept += (text[done : start + 3], "\n" * rows, " " * (end - text.rfind("\n", start, end) - 4))
            done = end - 3
    return "".join((*kept, text[done:]))


def _hollow(token: re.Match[str]) -> str:
    """A string over several rows without its content; any other token as it is."""
    text = token.group()
    rows = text.count("\n")
    if not rows:
        return text
    quotes = text[:3] if text.startswith(('"""', "'''")) else '"""'  # any other goes on behind a backslash
    return quotes + "\n" * rows + " " * (len(text) - text.rindex("\n") - 4) + quotes


@functools.cache
def _body(indent: str) -> re.Pattern[str]:
    """The rows of a body below a header at an indent, with the blank ones and the comments."""
    return re.compile(rf"(?:\n(?:{indent}[ \t]+[^\s][^\n]*|[ \t]*(?:#[^\n]*)?(?=\n)))*")


def _last_code(text: str, start: int, end: int) -> int:
    """Where the last row of code between two places begins."""
    begin = end
    while begin > start:
        end, begin = begin, text.rfind("\n", start, begin) + 1
        if begin == 0:
            return start
        row = text[begin:end].strip()
        if row and not row.startswith("#"):
            return begin
        begin -= 1
    return start
