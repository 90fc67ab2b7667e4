"""Two texts → the replacements that make one of them of the other, in their shortest form (contract 14).

A replacement is looked for among the parts of words that differ. It is taken only when it makes more words right than
wrong, and the list of them only when the replaced text is the other one.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from copycheck.comparison.diff import equal
from copycheck.directives.replacements import apply_replacements, parse_options
from copycheck.model.directive import Replacement, print_options
from copycheck.model.errors import GrowthError
from copycheck.suggestion.alignment import opcodes
from copycheck.suggestion.word_pairs import (
    MANY,
    SHORT,
    Pair,
    are_too_many,
    is_fixed,
    is_in,
    joined,
    replacements_for,
    trim,
    unchained,
)

_WORD = re.compile(r"\w+")
_DOTTED = re.compile(r"\.?\w+(?:[./-]\w+)*")
_LAYOUT = b" \t\n\r\f\v,()'\""
_COMMON = 0.6
"""So large a part of the words is common to nearly all pairs that are equal after replacements (measured: 0.64)."""
_FEW_WORDS = 10
"""Of so few words most may be other ones."""


_NOTHING_ALIKE = tuple((f"\0{number}", "") for number in range(MANY + 1))
"""Pairs that no replacements make equal."""
_NAMELIKE = re.compile(r"\w+(?:[ ./-]\w+)*|[\w.-]*/[\w./-]*")
"""Words that may be a name, of a model, say: other code in the place of some is a difference, and no other name."""

_MOST_WORDS, _MOST_WORDS_AT_ONCE = 6_000, 3_000
"""Texts with more words are not aligned, line by line or as they are."""
_WORTH_CHAINS = 20
"""Replacements that look for what others have made are hard to read: so many lines alike are worth them."""
_WRAPPED = 3
"""So many lines of prose at most are wrapped otherwise because of a name in them."""

WORDS = bytes(code for code in range(128) if chr(code).isalnum()) + bytes(range(128, 256)) + b"_ \t\f\r"
"""The letters of words, and the blanks between them."""
_NO_SIGNS = bytes(code for code in range(128) if chr(code).isalnum() or chr(code).isspace()) + bytes(range(128, 256))
_NO_SIGNS += b"_./-,()'\""


class Text:
    """A definition to be compared: its text at no indent, without its own name, and its words in order."""

    __slots__ = ("_lines", "_shapes", "_signs", "_vocabulary", "_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: list[str] | None = None
        self._vocabulary: frozenset[str] | None = None
        self._signs: bytes | None = None
        self._lines: list[str] | None = None
        self._shapes: list[bytes] | None = None

    @property
    def words(self) -> list[str]:
        """The words in order."""
        if self._words is None:
            self._words = _WORD.findall(self.text)
        return self._words

    @property
    def vocabulary(self) -> frozenset[str]:
        """The words, each once."""
        if self._vocabulary is None:
            self._vocabulary = frozenset(self.words)
        return self._vocabulary

    @property
    def lines(self) -> list[str]:
        """The lines."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines

    @property
    def shapes(self) -> list[bytes]:
        """The lines without their words."""
        if self._shapes is None:
            self._shapes = self.text.encode("utf-8", "surrogatepass").translate(None, WORDS).split(b"\n")
        return self._shapes

    @property
    def signs(self) -> bytes:
        """What no replacement of names changes, nor layout: the text without words, blanks and what names may hold."""
        if self._signs is None:
            self._signs = self.text.encode("utf-8", "surrogatepass").translate(None, _NO_SIGNS)
        return self._signs


def infer(source: Text, copy: Text, most: int) -> tuple[Replacement, ...] | None:
    """At most `most` replacements that make the copy of the source, but for layout; None where there are none."""
    if source.words == copy.words:
        return () if same_but_for_layout(source.text, copy.text) else None
    if source.signs != copy.signs or not _have_much_in_common(source, copy):
        return None
    if len(source.words) == len(copy.words):
        differing = [pair for pair in set(zip(source.words, copy.words, strict=True)) if pair[0] != pair[1]]
        if are_too_many(differing, most):
            return None
        one = _one_name(source, copy, differing)
        if one is not None:
            return one
    for pairs in _pairings(source, copy, most):
        found = replacements_for(pairs, most)
        if found is None:
            return None
        made = _first_that_makes(source, copy, found)
        if made is not None:
            return made if can_be_written(made) else None
    return None


def _first_that_makes(
    source: Text, copy: Text, lists: Iterable[tuple[Replacement, ...]]
) -> tuple[Replacement, ...] | None:
    """The first list that makes the copy, in its shortest form; those that look for what others have made come last."""
    chained = []
    for found in lists:
        if not all(is_in(source.text, one) for one in found):
            chained.append(found)
        elif makes(source.text, copy.text, found):
            return shortest(source.text, copy.text, found)
    for found in chained:
        plain = unchained(source.text, source.vocabulary, found)
        if plain is None and len(source.lines) >= _WORTH_CHAINS:
            plain = found
        if plain is not None and makes(source.text, copy.text, plain):
            return shortest(source.text, copy.text, plain)
    return None


def _have_much_in_common(source: Text, copy: Text) -> bool:
    """Whether two texts may be equal after few replacements, where one has more words.

    To find out how such words answer to each other costs most of all; texts that do have much in common.
    """
    if len(source.words) == len(copy.words):
        return True
    mine, theirs = source.vocabulary, copy.vocabulary
    most = max(len(mine), len(theirs))
    return most < _FEW_WORDS or len(mine & theirs) >= _COMMON * most


def _one_name(source: Text, copy: Text, differing: Sequence[Pair]) -> tuple[Replacement, ...] | None:
    """The one replacement that makes all differing words right: most copies have but another name."""
    if any(is_fixed(word) for pair in differing for word in pair):
        return None
    trimmed = {trim(*pair) for pair in differing}
    only = Replacement(*min(trimmed)) if len(trimmed) == 1 else joined(trimmed)
    if only is None or min(len(only.left), len(only.right)) < SHORT:
        return None
    return (only,) if makes(source.text, copy.text, (only,)) and can_be_written((only,)) else None


def _pairings(source: Text, copy: Text, most: int) -> Iterator[Mapping[Pair, int]]:
    """Which words answer to each other, and how often; then the same with what stands before their dots."""
    if len(source.words) != len(copy.words):
        yield Counter(_aligned(source, copy, most))
        return
    yield Counter(zip(source.words, copy.words, strict=True))
    mine, theirs = _DOTTED.findall(source.text), _DOTTED.findall(copy.text)
    if len(mine) == len(theirs) < len(source.words):
        yield Counter(zip(mine, theirs, strict=True))


def makes(source: str, copy: str, replacements: Sequence[Replacement]) -> bool:
    """Whether the replaced source is the copy, but for layout."""
    try:
        return same_but_for_layout(apply_replacements(source, replacements), copy)
    except GrowthError:
        return False


def can_be_written(replacements: Sequence[Replacement]) -> bool:
    """Whether a comment can say these replacements: a blank at the end of one cannot be told from the layout."""
    return not replacements or _can_be_written(tuple(replacements))


@functools.lru_cache(maxsize=4096)
def _can_be_written(replacements: tuple[Replacement, ...]) -> bool:
    written = print_options(replacements)
    return "\n" not in written and parse_options(written).replacements == replacements


def same_but_for_layout(expected: str, actual: str) -> bool:
    """Whether two texts may be equal once a formatter has brought both into shape: the check has the last word."""
    return equal(expected, actual) or _without_layout(expected) == _without_layout(actual)


def _without_layout(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").translate(None, _LAYOUT)


def shortest(source: str, copy: str, replacements: Sequence[Replacement]) -> tuple[Replacement, ...]:
    """The replacements without those that are not needed."""
    kept = list(replacements)
    for replacement in replacements:
        fewer = [other for other in kept if other is not replacement]
        if len(kept) > 1 and makes(source, copy, fewer):
            kept = fewer
        elif replacement.all_casing:
            plain = [other._replace(all_casing=False) if other is replacement else other for other in kept]
            if makes(source, copy, plain):
                kept = plain
    return tuple(kept)


_TOKEN = re.compile(r"\w+(?:[./-]\w+)*|[^\w\s]")
"""A word, dotted, or with the slashes and hyphens of a model's name; or a sign."""


def _aligned(source: Text, copy: Text, most: int) -> Iterable[Pair]:
    """The words that answer to each other where one side has more of them; what cannot be aligned is a phrase.

    To align words takes time in the square of their number, and a name of another length leaves lines as they are:
    it is done line by line, and nothing is alike once more differs than replacements can say, or a word is to be two.
    """
    same = len(source.lines) == len(copy.lines)
    words = len(source.words) + len(copy.words)
    if words > (_MOST_WORDS if same else _MOST_WORDS_AT_ONCE) or abs(len(source.words) - len(copy.words)) > 60:
        return _NOTHING_ALIKE
    lines = zip(source.lines, copy.lines, strict=True) if same else ((source.text, copy.text),)
    found: list[Pair] = []
    meant: dict[str, str] = {}
    alike: list[str] = []
    left = right = ""
    waiting = 0
    for one, other in lines:
        if one == other and not waiting:
            alike.append(one)
            continue
        left, right = (f"{left}\n{one}", f"{right}\n{other}") if waiting else (one, other)
        pairs = _names(left, right)
        waiting = waiting + 1 if pairs is None else 0
        found += pairs or ()
        clash = any(meant.setdefault(word, wanted) != wanted for word, wanted in pairs or ())
        if clash or waiting > _WRAPPED or are_too_many([pair for pair in meant.items() if pair[0] != pair[1]], most):
            return _NOTHING_ALIKE
    found += ((word, word) for line in alike for word in _TOKEN.findall(line))
    return _NOTHING_ALIKE if waiting else found


def _names(source: str, copy: str) -> list[Pair] | None:
    """The words and phrases of two texts that answer to each other; None where something else does."""
    pairs: list[Pair] = []
    for pair in aligned(source, copy):
        if pair is None:
            return None
        pairs.append(pair)
    return pairs


def aligned(source: str, copy: str) -> Iterator[Pair | None]:
    """The words and phrases of two texts that answer to each other; None for what is no name on one of the sides."""
    mine, theirs = _TOKEN.findall(source), _TOKEN.findall(copy)
    skip = 0
    for tag, i1, i2, j1, j2 in opcodes(mine, theirs):
        if tag == "equal" or (i2 - i1 == j2 - j1):
            yield from zip(mine[i1 + skip : i2], theirs[j1 + skip : j2], strict=True)
            skip = 0
            continue
        # Nothing would be left to look for where the copy only has more: the word behind that belongs to it.
        skip = int((i1 == i2 or j1 == j2) and i2 < len(mine))
        phrase = _spelled(mine[i1 : i2 + skip]), _spelled(theirs[j1 : j2 + skip])
        yield phrase if all(map(_is_name, phrase)) else None


def _is_name(phrase: str) -> bool:
    """Whether some words may be a name: what has a word of Python among them is code."""
    return _NAMELIKE.fullmatch(phrase) is not None and not any(map(is_fixed, phrase.split(" ")))


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _spelled(tokens: Sequence[str]) -> str:
    """Tokens as a text most likely has them: words apart, and all others close together."""
    text = ""
    for token in tokens:
        text += f" {token}" if text and _is_letter(token[0]) and (_is_letter(text[-1]) or text[-1] in ",=") else token
    return text
