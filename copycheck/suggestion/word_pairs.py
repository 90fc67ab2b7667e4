"""Pairs of words that differ → the replacements that make most of them right (contract 14)."""

from __future__ import annotations

import functools
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|_+|\W|[^\WA-Za-z\d_]+")
MANY = 60
"""Texts with more differing pairs of words than this are no copies."""
SHORT = 3
"""A part of a word with fewer characters says little: the whole word is tried first."""
_FIXED = frozenset(keyword.kwlist)
Pair = tuple[str, str]
_Rule = tuple[str, str, bool]
"""The fields of a `Replacement`, of which very many are weighed, and few taken."""


def replacements_for(pairs: Mapping[Pair, int], most: int) -> Iterator[tuple[Replacement, ...]] | None:
    """Lists of replacements that may turn the left words into the right ones; None where it would take too many."""
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    if not differing or are_too_many(differing, most):
        return None
    if len({word for word, _ in pairs}) < len(pairs):
        return iter(())  # replacements make one word of a word, and not now this one and now another one
    if _has_other_numbers(differing):
        return iter(())  # with what stands before its dots, a word may be another one
    return _lists(pairs, differing, most)


def are_too_many(differing: Sequence[Pair], most: int) -> bool:
    """Whether so many pairs of words differ that it would take more replacements than allowed, twice over."""
    if len(differing) > MANY:
        return True
    parts: set[Pair] = set()
    for pair in differing:
        left, right = trim(*pair)
        parts.add((left.lower(), right.lower()))
        if len(parts) > 2 * most:
            return True
    return False


def _has_other_numbers(differing: Sequence[Pair]) -> bool:
    """Whether a number, or a word of Python, is another one, and no replacement in a name can make it so."""
    fixed = [pair for pair in differing if is_fixed(pair[0]) and is_fixed(pair[1])]
    others = [pair for pair in differing if pair not in fixed] if fixed else []
    lefts = [((trim(*pair)[0] or pair[0]).lower(), pair[0].lower()) for pair in others]
    return not all(any(part in word.lower() or word.lower() in whole for part, whole in lefts) for word, _ in fixed)


def _lists(pairs: Mapping[Pair, int], differing: Sequence[Pair], most: int) -> Iterator[tuple[Replacement, ...]]:
    seen = set()
    for parts in (True, False):
        found, is_all = greedy(pairs, most, 1, parts)
        if is_all and found not in seen:
            seen.add(found)
            yield found


class Taken(NamedTuple):
    """The replacements that were taken, and whether they make all words right."""

    replacements: tuple[Replacement, ...]
    is_all: bool


def greedy(pairs: Mapping[Pair, int], most: int, least: int = 1, parts: bool = True) -> Taken:
    """Take, one after the other, the replacement that makes most words right: at least `least`, and more than wrong.

    With `parts`, the differing parts of words are tried before the words as wholes.
    """
    taken: list[Replacement] = []
    current: Mapping[Pair, int] = pairs
    wrong = [pair for pair in current if pair[0] != pair[1]]
    while wrong and len(taken) < most and len(wrong) <= MANY:
        candidates = _candidates(wrong, parts)
        best = _best(current, candidates, least, parts)
        if best is None:
            ahead = _ahead(pairs, taken, candidates) if least == 1 else None
            if ahead is None:
                break
            taken.insert(0, Replacement(*ahead))
            current = pairs
            for replacement in taken:
                current = _applied(current, replacement)
        else:
            taken.append(Replacement(*best))
            current = _applied(current, best)
        wrong = [pair for pair in current if pair[0] != pair[1]]
    return Taken(tuple(taken), not wrong)


def _best(current: Mapping[Pair, int], candidates: Iterable[_Rule], least: int, parts: bool) -> _Rule | None:
    """The replacement that makes most words right: at least `least`, and more than wrong."""
    wrong = [(word, wanted, count) for (word, wanted), count in current.items() if word != wanted]
    right = {word: count for (word, wanted), count in current.items() if word == wanted}
    text = "\n".join(right)
    best: _Rule | None = None
    best_rank = (0, 0, 0)
    for replacement in candidates:
        gain = _gain(wrong, replacement)
        length = -len(replacement[0]) if parts else len(replacement[0])
        if gain < least or (best is not None and (gain, 0, length) <= best_rank):
            continue
        broken = _broken(right, text, replacement)
        rank = (gain - 2 * broken, -broken, length)
        if gain > broken and (best is None or rank > best_rank):
            best, best_rank = replacement, rank
    return best


def _gain(wrong: Iterable[tuple[str, str, int]], replacement: _Rule) -> int:
    """How many words a replacement makes right."""
    left, right, over_casings = replacement
    if over_casings:
        return sum(count for word, wanted, count in wrong if _made_over_casings(word, replacement) == wanted)
    return sum([count for word, wanted, count in wrong if left in word and word.replace(left, right) == wanted])


def _broken(right: Mapping[str, int], text: str, replacement: _Rule) -> int:
    """How many words that are right a replacement makes wrong; `text` has all of them."""
    if not any(left in text for left in _spellings(replacement)):
        return 0
    return sum(count for word, count in right.items() if _made(word, replacement) != word)


def _spellings(replacement: _Rule) -> tuple[str, ...]:
    left, _, over_casings = replacement
    return (left, left.lower(), left.upper()) if over_casings else (left,)


def _made(word: str, replacement: _Rule) -> str:
    """What a replacement makes of a word."""
    left, right, over_casings = replacement
    if over_casings:
        return _made_over_casings(word, replacement)
    return word.replace(left, right) if left in word else word


@functools.lru_cache(maxsize=65536)
def _made_over_casings(word: str, replacement: _Rule) -> str:
    if not any(left in word for left in _spellings(replacement)):
        return word
    return apply_replacements(word, (Replacement(*replacement),))


def _ahead(pairs: Mapping[Pair, int], taken: Sequence[Replacement], candidates: Iterable[_Rule]) -> _Rule | None:
    """A replacement that helps ahead of all others: behind them it would change what they have made."""
    made = [(word, wanted, count, _made_by_all(word, taken) != wanted) for (word, wanted), count in pairs.items()]
    text = "\n".join(word for word, _ in pairs)
    for candidate in candidates:
        if not any(left in text for left in _spellings(candidate)):
            continue
        change = 0
        for word, wanted, count, is_wrong in made:
            first = _made(word, candidate)
            if first != word:
                change += count * ((_made_by_all(first, taken) != wanted) - is_wrong)
        if change < 0:
            return candidate
    return None


def _made_by_all(word: str, replacements: Iterable[_Rule]) -> str:
    for replacement in replacements:
        word = _made(word, replacement)
    return word


def _applied(pairs: Mapping[Pair, int], replacement: _Rule) -> dict[Pair, int]:
    """The pairs with the replacement applied to the left words."""
    changed: dict[Pair, int] = {}
    left, right, over_casings = replacement
    for (word, wanted), count in pairs.items():
        made = _made_over_casings(word, replacement) if over_casings else word
        if not over_casings and left in word:
            made = word.replace(left, right)
        changed[made, wanted] = changed.get((made, wanted), 0) + count
    return changed


def _candidates(wrong: Sequence[Pair], parts: bool) -> list[_Rule]:
    """What may turn some of the words into what is wanted: trimmed parts, over casings where these go together."""
    found: dict[_Rule, None] = {}
    wrong = [pair for pair in wrong if not (is_fixed(pair[0]) or is_fixed(pair[1]))]
    trimmed = [trim(*pair) for pair in wrong]
    casings: dict[Pair, set[Pair]] = {}
    for left, right in trimmed:
        casings.setdefault((left.lower(), right.lower()), set()).add((left, right))
    for some in casings.values():
        joint = joined(some)
        if joint is not None:
            found[joint] = None
    for (left, right), (word, wanted) in zip(trimmed, wrong, strict=True):
        forms = [(left, right), *_longer(word, wanted, left, right), (word, wanted)]
        if not parts or len(left) < SHORT:
            forms = forms[::-1]
        for one, other in forms:
            if one:
                found[one, other, False] = None
    return list(found)


@functools.lru_cache(maxsize=4096)
def is_fixed(word: str) -> bool:
    """Whether a word is a number, or has a meaning in Python: another one in its place is no other name."""
    return word.replace(".", "").isdigit() or word in _FIXED


def joined(pairs: Iterable[Pair]) -> Replacement | None:
    """The one replacement with `all-casing` that stands for several pairs; None where they do not go together."""
    some = sorted(pairs, key=lambda pair: (pair[0] in (pair[0].lower(), pair[0].upper()), pair))
    if len(some) < 2:
        return None
    left, right = some[0]
    variants = {left: right, left.lower(): right.lower(), left.upper(): right.upper()}
    return Replacement(left, right, True) if all(variants.get(one) == other for one, other in some) else None


@functools.lru_cache(maxsize=65536)
def trim(left: str, right: str) -> Pair:
    """The parts of two words that differ, without what they begin and end with in common."""
    mine, theirs = _PART.findall(left), _PART.findall(right)
    start = 0
    while start < len(mine) and start < len(theirs) and mine[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(theirs)) - start and mine[-1 - end] == theirs[-1 - end]:
        end += 1
    if start + end == len(mine):  # nothing would be left to look for: what stands beside it belongs to it
        if end:
            end -= 1
        elif start:
            start -= 1
    one, other = mine[start : len(mine) - end], theirs[start : len(theirs) - end]
    return "".join(one), "".join(other)


def _longer(word: str, wanted: str, left: str, right: str) -> Iterator[Pair]:
    """The differing part with the part before it, and with that behind it."""
    before, behind = word.find(left), word.find(left) + len(left)
    if word[:before] != wanted[:before] or not left:
        return
    head = _PART.findall(word[:before])
    tail = _PART.findall(word[behind:])
    if head:
        more = "".join(head[-1:] if head[-1][0] not in "_." else head[-2:])
        yield more + left, more + right
    if tail:
        more = "".join(tail[:1] if tail[0][0] not in "_." else tail[:2])
        yield left + more, right + more


def is_in(text: str, replacement: Replacement) -> bool:
    """Whether a text has what a replacement looks for."""
    return any(left in text for left in _spellings(replacement))


def unchained(
    text: str, vocabulary: Iterable[str], replacements: Sequence[Replacement]
) -> tuple[Replacement, ...] | None:
    """The replacements without those that look for a word that others have made: its own word comes ahead of them.

    None where what they look for is a part of a word, or comes from several.
    """
    first: list[Replacement] = []
    others: list[Replacement] = []
    for number, one in enumerate(replacements):
        if is_in(text, one):
            others.append(one)
            continue
        made = [word for word in vocabulary if _made_by_all(word, replacements[:number]) == one.left]
        if len(made) != 1:
            return None
        first.append(Replacement(made[0], one.right))
    return (*first, *others)
