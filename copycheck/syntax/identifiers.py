"""Identifiers as Python reads them: which characters they have, and when two of them are one name (contract 3.9)."""

from __future__ import annotations

import functools
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

NAME_IN_TEXT = (
    r"[^\W\d]\w*(?:[^\w\x00-\xbf\xd7\xf7\u037e\u2000-\u203e\u2041-\u2053\u2055-\u20cf\u20f1-\u2117\u2119-\u212d\u212f-\u2bff\u2e00-\u2e7f\u3000-\u3029\u3030-\u303f"
    r"\ufe30-\ufe32\ufe35-\ufe4c\ufe50-\ufe6f\uff00-\uff3e\uff40-\uffef\U0001f000-\U0001ffff]\w*)*"
)
"""A name among prose: combining marks belong to it, which `\\w` leaves out; dashes, quotes and arrows do not.

No character fits both of its classes: where one does, prose of thirty letters in a row takes a minute. Letters are
taken as one run: one by one, each of them takes 125 bytes to go back to.
"""
LETTER_IN_CODE = r"[^\x00-/:-@\[-^`{-\x7f]"
NAME_IN_CODE = f"{LETTER_IN_CODE}+"
"""A name in text that is known to be Python, where no other character beyond ASCII touches it.

Written by what it leaves out: the class of what it holds takes fifty times as long to compile.
"""

_NAME = re.compile(NAME_IN_CODE)
_STRINGS = {getattr(tokenize, name) for name in ("STRING", "FSTRING_START", "TSTRING_START") if hasattr(tokenize, name)}
"""How a string begins: what a formatted one holds are tokens of their own from Python 3.12 on."""
_BEYOND_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
"""What may not be in its normal form: characters beyond ASCII, with the one that the first of them may change."""


class NameRange(NamedTuple):
    """Where an identifier is in a text: `end` is behind its last character."""

    start: int
    end: int


def python_name(name: str) -> str:
    """The name that Python makes of an identifier, or a dotted name, as it is written: its NFKC form."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


@functools.lru_cache(maxsize=8)
def with_python_names(text: str) -> str:
    """A fragment of code with each identifier as Python reads it; comments and strings stay.

    What cannot be split into tokens stays as it is from there on.
    """
    if text.isascii() or _has_no_other_names(text):
        return text
    pieces: list[str] = []
    done = 0
    for start, end in _names_in(text):
        pieces += (text[done:start], python_name(text[start:end]))
        done = end
    return "".join((*pieces, text[done:]))


def _names_in(text: str) -> Iterator[NameRange]:
    """The identifiers of a fragment of code that are not ASCII, in order; none from where it cannot be split on."""
    from copycheck.syntax.formatted_strings import is_formatted, read_formatted

    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    done = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.NAME and token.type not in _STRINGS:
                continue
            start = starts[token.start[0] - 1] + token.start[1]
            if start < done:
                continue
            found: Iterable[NameRange] = ()
            if token.type in _STRINGS:
                if not is_formatted(text, start):
                    continue
                found, done = read_formatted(text, start)
            elif match := _NAME.match(text, start):
                found, done = (NameRange(start, match.end()),), match.end()
            yield from (name for name in found if not text[name.start : name.end].isascii())
    except (tokenize.TokenError, SyntaxError, IndexError):
        return


def _has_no_other_names(text: str) -> bool:
    """Whether Python reads each identifier as it is written: its characters beyond ASCII are all in their normal form.

    Prose has many that no name can hold, such as the full-width comma.
    """
    found = "\n".join(_BEYOND_ASCII.findall(text))
    no_names = {ord(character): " " for character in set(found) if not f"a{character}".isidentifier()}
    return unicodedata.is_normalized("NFKC", found.translate(no_names))
