"""Replacements read backwards: which line of a source gives a line of its copy; pure text (contract 11)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.model.line_matcher import LineMatcher

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class SourceLine(NamedTuple):
    """A line of a source, and what the replacements make of it."""

    text: str
    expected: str


def invert(line: str, old: SourceLine | None, replacements: Sequence[Replacement], source: str = "") -> str | None:
    """The line of the source from which the replacements make `line`; None where none is found, or more than one.

    `old` is the line that is in the source now: whatever it and its expected text have in common with the new line is
    taken from the source as it is. Of the rest, a word that is made of a word of `source`, its text, comes
    from that one, and only what is new is read backwards.

    >>> invert("x = RobertaLayer(1)", None, [Replacement("Bert", "Roberta")])
    'x = BertLayer(1)'
    """
    back = _backwards(tuple(replacements), source)
    try:
        for candidate in _candidates(line, old, back):
            if apply_replacements(candidate, replacements) == line:
                return candidate
    except _AmbiguousError:
        pass
    return None


class _AmbiguousError(Exception):
    """A text may be made of more than one."""


class _Backwards:
    """The replacements of a directive, read backwards with the words of its source in view."""

    def __init__(self, replacements: Sequence[Replacement], source: str) -> None:
        self._replacements = replacements
        self._made_of: dict[str, set[str]] = {}
        across = [r for r in replacements if not re.fullmatch(r"\w*", r.left + r.right)]
        beyond = {word for replacement in across for word in re.findall(r"\w+", replacement.right)}
        for word in set(re.findall(r"\w+", source)):
            made = apply_replacements(word, replacements)
            if made not in beyond:  # such a word may also come from a pattern of several
                self._made_of.setdefault(made, set()).add(word)

    def with_words(self, text: str) -> str:
        """What a text is made of: words of the source as they stand there, the rest read backwards.

        Raises _AmbiguousError.
        """
        parts, new = [], ""
        for token in _TOKEN.findall(text):
            known = self._made_of.get(token)
            if known is None:
                new += token
                continue
            if len(known) > 1:
                raise _AmbiguousError
            parts += [self.plain(new), *known]
            new = ""
        return "".join([*parts, self.plain(new)])

    def plain(self, text: str) -> str:
        """Each right side by its left one, the last replacement first; what was taken out cannot be known.

        Raises _AmbiguousError for a right side of two replacements.
        """
        rights = [pair for replacement in self._replacements for pair in _pairs(replacement).items()]
        if any(right in text and right == other and left != also for right, left in rights for other, also in rights):
            raise _AmbiguousError
        for replacement in reversed(self._replacements):
            pairs = _pairs(replacement)
            known = sorted(pairs, key=len, reverse=True)
            if known:
                text = re.sub("|".join(map(re.escape, known)), lambda match: pairs[match.group()], text)  # noqa: B023
        return text


_backwards = functools.lru_cache(maxsize=2)(_Backwards)
"""One line after the other is asked about, of one source: its words are looked through once."""


def _pairs(replacement: Replacement) -> dict[str, str]:
    """Right side → left side, in all the casings that it is written in."""
    pairs = {replacement.right: replacement.left}
    if replacement.all_casing:
        pairs.setdefault(replacement.right.lower(), replacement.left.lower())
        pairs.setdefault(replacement.right.upper(), replacement.left.upper())
    pairs.pop("", None)
    return pairs


def _candidates(line: str, old: tuple[str, str] | None, back: _Backwards) -> Iterator[str]:
    if old is not None:
        source, made = _TOKEN.findall(old[0]), _TOKEN.findall(old[1])
        if len(source) == len(made):
            yield _merged(source, made, _TOKEN.findall(line), back)
    yield back.with_words(line)
    yield back.plain(line)
    yield line


def _merged(source: Sequence[str], made: Sequence[str], new: Sequence[str], back: _Backwards) -> str:
    parts = []
    matcher = LineMatcher(made, new)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        same = tag == "equal"
        parts.append("".join(source[i1:i2]) if same else back.with_words("".join(new[j1:j2])))
    return "".join(parts)
