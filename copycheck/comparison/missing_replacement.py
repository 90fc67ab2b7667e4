"""A copy that differs by one more replacement, which its directive does not say (contract 5.12)."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.model.line_matcher import common_ends

_WORD = re.compile(r"\w+")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|_+|[^\WA-Za-z\d_]+")
"""A part of a word as people write them together: `Parts`, `OF`, `words_2`."""
_NO_SIGN = re.compile(r"[\w\s,()]+")
"""Words, and what a formatter adds and takes away where one has become longer."""
_NO_NAMES = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self", "cls"}
_MOST_TRIED = 8
"""Parts of words that are held against all others."""
_SHORT, _TWICE = 3, 2
"""A name of a model has so many letters, and is used so often."""
_MOST_PAIRS = 60
"""Texts with more differing words have no name in common that was exchanged."""


class MissingReplacement(NamedTuple):
    """A replacement that a directive lacks, and whether the dotted names of source and copy differ by it, too.

    One that `is_alone` would bring the copy in sync.
    """

    replacement: Replacement
    is_in_names: bool
    is_alone: bool = True


def missing_replacement(expected: str, actual: str, target: str, copy: str) -> MissingReplacement | None:
    """The one replacement of names that makes the actual text of the expected one, but for layout; None for none.

    `target` and `copy` are the dotted names of source and copy. One word alone that is another one is an edit like all
    others.
    """
    name = copy.rpartition(".")[2]
    mine, theirs = (_WORD.findall(part) for part in _differing_rows(expected, actual))
    if len(mine) != len(theirs):
        return None
    differing = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    pairs = set(differing)
    if len(differing) < 2 or len(pairs) > _MOST_PAIRS:
        return None
    found = next((one for one in _candidates(pairs) if all(_makes(one, *pair) for pair in pairs)), None)
    if found is None or _NO_SIGN.sub("", expected) != _NO_SIGN.sub("", actual):
        return None
    answers = {*zip(_WORD.findall(expected), _WORD.findall(actual), strict=True)} - {(name, name)}
    if not all(_makes(found, *pair) for pair in answers):
        return None
    return MissingReplacement(found, is_in_names(found, target, copy))


def own_name(expected: str, actual: str, target: str, copy: str) -> MissingReplacement | None:
    """The name of the source's model that the expected text has where the actual one has the copy's; None for none.

    Both names are parts of the dotted names of source and copy. The expected text has its one twice or more where the
    actual one has the other, and nowhere else: the copy has drifted otherwise, too.
    """
    pairs = zip(reversed(target.split(".")), reversed(copy.split(".")), strict=False)
    parts = {(a.lower(), b.lower()) for left, right in pairs if left != right for a, b in [_trimmed(left, right)]}
    candidates = [(a, b) for a, b in parts if len(a) >= _SHORT and a in expected and b in actual]
    candidates = [(a, b) for a, b in candidates if _is_name(a) and _is_name(b)]
    if not candidates:
        return None
    new, old = (Counter(_WORD.findall(text)) for text in (expected, actual))
    for left, right in sorted(candidates, key=lambda pair: (-len(pair[0]), pair)):
        lost = [word for word in new if left in word and word not in old]
        kept = [(word, word.replace(left, right)) for word in lost]
        if sum(min(new[word], old[own]) for word, own in kept if own not in new) >= _TWICE:
            return MissingReplacement(Replacement(left, right), is_in_names=True, is_alone=False)
    return None


def _makes(replacement: Replacement, left: str, right: str) -> bool:
    if replacement.left.lower() not in left.lower():
        return left == right  # so it is of most words, in a tenth of the time
    return apply_replacements(left, (replacement,)) == right


def is_in_names(replacement: Replacement, target: str, copy: str) -> bool:
    """Whether the dotted names of a source and of its copy differ by a replacement, too, in whatever casing.

    >>> is_in_names(Replacement("Bert", "Roberta"), "models.bert.BertLayer", "models.roberta.RobertaLayer")
    True
    """
    parts, casings = target.split("."), (replacement._replace(all_casing=True),)
    tails = (".".join(parts[start:]) for start in range(len(parts)))
    return any(
        (made := apply_replacements(tail, casings)) != tail and f".{copy}".endswith(f".{made}") for tail in tails
    )


def _differing_rows(expected: str, actual: str) -> tuple[str, str]:
    """Two texts without the rows that they begin and end with alike: most copies differ in a few."""
    mine, theirs = expected.split("\n"), actual.split("\n")
    head, tail = common_ends(mine, theirs)
    return "\n".join(mine[head : len(mine) - tail]), "\n".join(theirs[head : len(theirs) - tail])


def _is_name(text: str) -> bool:
    return text.isidentifier() and text not in _NO_NAMES


def _trimmed(left: str, right: str) -> tuple[str, str]:
    """What differs in two words, without the parts that they begin and end with alike."""
    mine, theirs = PART.findall(left), PART.findall(right)
    while mine and theirs and mine[0] == theirs[0]:
        del mine[0], theirs[0]
    while mine and theirs and mine[-1] == theirs[-1]:
        del mine[-1], theirs[-1]
    return ("".join(mine), "".join(theirs)) if mine and theirs else (left, right)


def _candidates(pairs: set[tuple[str, str]]) -> Iterator[Replacement]:
    """The replacements that some pairs of words may come from, those of the shortest parts first."""
    parts = sorted({_trimmed(*pair) for pair in pairs}, key=lambda pair: (len(pair[0]) + len(pair[1]), pair))
    words = [word.lower() for word, _ in pairs]
    for left, right in (*parts[:_MOST_TRIED], *sorted(pairs)[:_MOST_TRIED]):
        if all(left.lower() in word for word in words) and _is_name(left) and _is_name(right):
            yield Replacement(left, right)
            yield Replacement(left.lower(), right.lower(), all_casing=True)
            yield Replacement(left[0].upper() + left[1:], right[0].upper() + right[1:], all_casing=True)
