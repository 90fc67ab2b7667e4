"""How large and how deep a text may be: no parser may fill the memory or take the process down (contract 3.10)."""

from __future__ import annotations

import itertools
import re

MOST_TOKENS = 400_000
"""A syntax tree takes 400 to 900 bytes for each token and each line that begins with one, and several are in memory."""
MOST_TOKENS_OF_LIBCST = 150_000
"""Its tree takes ten times as much memory, and time."""
_MOST_DOTS = 10_000
"""CPython makes each beginning of a dotted name that is imported: of 100,000 parts these take 10 GB."""
_MOST_FIELDS = 20_000
"""In one formatted string: for each of them, CPython up to 3.11 reads the string from its beginning."""
_DEEPEST_BRACKETS = 200
_DEEPEST_INDENT = 100
"""CPython's own limits."""
_DEEPEST_PATTERN = 8
"""In `case` and `del`, libcst takes twice as long for each bracket around another one."""
_MOST_LINKS = 500
"""So many operators, calls and strings in a row, without a comma between them; each is nested in the one before it."""
_MOST_DIGITS = 10_000
"""In one number. `tokenize` and libcst take half a kilobyte for each, and Python itself reads no more than 4,300."""
_FEW = 300_000
"""A text of fewer characters holds no number that would fill the memory, and is not searched for one."""
_MOST_BRANCHES = 100
"""So many `elif` of one `if`: each is nested in the one before it."""

STRING_OR_COMMENT = (
    r"#[^\n]*"
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"
)
_TOKEN = re.compile(STRING_OR_COMMENT + r"|\w+|\\\n|\n[ \t\f]*|[^\w\s]", re.DOTALL)
_SOLID = re.compile(STRING_OR_COMMENT + r"|\n[ \t\f]*(?=[^\s#])|\w+|\\\n|[^\w\s]", re.DOTALL)
"""A token that is no line end, or the end of a line before one: of line ends alone, nothing is gone over one by one."""
_LONG_NUMBER = re.compile(rf"(?<![\w.])\d[\w.]{{{_MOST_DIGITS}}}")
_LINKING = frozenset({"and", "await", "else", "for", "from", "if", "in", "is", "lambda", "not", "or", "yield"})
_CLOSING = frozenset(")]}")
_OPENING = frozenset("([{")
_QUOTES = frozenset("\"'")


def is_too_large(text: str) -> bool:
    """Whether the syntax tree of a text would take more than 500 MB."""
    if text.count(".") > _MOST_DOTS and _imports_a_long_name(text):
        return True
    return has_more_tokens(text, MOST_TOKENS)


def has_more_tokens(text: str, most: int) -> bool:
    """Whether a text has more than so many tokens, and lines that begin with one."""
    return len(text) > most and next(itertools.islice(_SOLID.finditer(text), most, None), None) is not None


def endless(text: str) -> str:
    """What one token of a text has so many of that it takes a parser all memory or time; nothing of most texts."""
    if len(text) > _FEW and _LONG_NUMBER.search(text):
        return f"a number of more than {_MOST_DIGITS:,} digits"
    if text.count("{") > _MOST_FIELDS and _formats_too_much(text):
        return f"a string of more than {_MOST_FIELDS:,} fields"
    return ""


def _formats_too_much(text: str) -> bool:
    """Whether one string has more fields than anybody formats at once."""
    return any(
        match.group().count("{") > _MOST_FIELDS for match in _TOKEN.finditer(text) if match.group()[0] in _QUOTES
    )


def _imports_a_long_name(text: str) -> bool:
    """Whether a line that imports something has more dots than any name has."""
    lines = text.replace("\\\n", "").split("\n")
    return any(line.count(".") > _MOST_DOTS and ("import" in line or "from" in line) for line in lines)


def is_too_deep(text: str) -> bool:
    """Whether a text nests more than a parser that recurses without a limit of its own can be trusted with.

    It errs on the side of caution: brackets that are never closed, and what looks like code in strings, may count.
    """
    depth = _Depth()
    return any(depth.is_exceeded_by(match.group()) for match in _TOKEN.finditer(text))


class _Depth:
    """How deep a text is nested at a token, as far as that can be told without a grammar."""

    def __init__(self) -> None:
        self._brackets = [0]
        """The links so far, for each bracket that is open, the outermost first."""
        self._branches: dict[int, int] = {}
        self._indents = [0]
        self._deepest = _DEEPEST_BRACKETS
        self._before = "\n"

    def is_exceeded_by(self, token: str) -> bool:
        """Whether the next token is too deep."""
        before, first = self._before, token[0]
        if first.isdigit() and len(token) > _MOST_DIGITS:
            return True
        is_outside = len(self._brackets) == 1
        if first == "#" or token == "\\\n" or (first == "\n" and not is_outside):
            return False
        self._before = token
        if first == "\n":
            self._brackets[0], self._deepest = 0, _DEEPEST_BRACKETS
            return False
        if before[0] == "\n" and is_outside and self._nests_blocks(token, len(before) - 1):
            return True
        if first in _QUOTES:
            self._brackets[-1] += 1
            if "{" in token and before[-1] in "fFrRtT" and is_too_deep(token[1:-1]):
                return True
        else:
            self._count(token)
        return self._brackets[-1] > _MOST_LINKS or len(self._brackets) - 1 > self._deepest

    def _count(self, token: str) -> None:
        """Count a token that is no string, and opens no line."""
        first = token[0]
        if first in _OPENING:
            self._brackets[-1] += 1
            self._brackets.append(0)
        elif first in _CLOSING:
            del self._brackets[max(len(self._brackets) - 1, 1) :]
        elif first in ",;":
            self._brackets[-1] = 0
        elif token in ("case", "del"):
            self._deepest = _DEEPEST_PATTERN
        elif token in _LINKING or not (first.isalnum() or first == "_"):
            self._brackets[-1] += 1

    def _nests_blocks(self, word: str, indent: int) -> bool:
        """Whether the line that begins with a word is in too many blocks, or the branch of too long a chain."""
        while self._indents[-1] > indent:
            self._indents.pop()
        if indent > self._indents[-1]:
            self._indents.append(indent)
        so_far = self._branches.get(indent, 0)
        self._branches[indent] = so_far + 1 if word == "elif" else 0 if word == "if" else so_far
        return self._branches[indent] > _MOST_BRANCHES or len(self._indents) > _DEEPEST_INDENT
