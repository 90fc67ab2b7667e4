"""Replacements: parsing `with A->B all-casing, C->D` and applying it. Pure text (contract 1.3 to 1.7 and 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from copycheck.model.directive import Replacement
from copycheck.model.errors import GrowthError

BLANKS = " \t\f"
MAX_LENGTH = 10_000_000
"""No replacement may grow a text beyond so many characters: forty doublings would fill any memory."""
MOST_REPLACEMENTS = 1_000
"""In one directive: each goes over the whole source."""

_COMMA = re.compile(r"(?<!\\),")
_ARROW = re.compile(r"(?<!\\)->")
WITH = re.compile(r"^with(?=[ \t\f]|$)[ \t\f]*")
_ALL_CASING = "all-casing"
_NOTHING = "a comma has no replacement beside it; remove the comma"
_NEAR_ALL_CASING = re.compile(r"(?<!\w)all[\W_]{0,2}cas+e?ings?$", re.IGNORECASE)


class Options(NamedTuple):
    """What follows the dotted path of a directive.

    `problem` says why the text cannot be read; `replacements` is empty then.
    """

    replacements: tuple[Replacement, ...] = ()
    problem: str | None = None
    missing_with: bool = False
    spaced_arrow: bool = False


def split_items(text: str) -> list[str]:
    """Split options at their commas, but not at `\\,`; blanks stay."""
    return _COMMA.split(text)


def parse_options(text: str) -> Options:
    """Read `[with] LEFT->RIGHT [all-casing] {, …}`, never raising (contract 1.3 to 1.7).

    >>> parse_options("with Bert->Roberta all-casing").replacements
    (Replacement(left='Bert', right='Roberta', all_casing=True),)
    """
    replacements = []
    spaced = missing_with = False
    items = split_items(text)
    if len(items) > MOST_REPLACEMENTS:
        return Options(problem=f"there are more than {MOST_REPLACEMENTS:,} replacements")
    if WITH.fullmatch(text.strip(BLANKS)):
        return Options(problem="no replacement follows `with`; write `with LEFT->RIGHT`, or remove `with`")
    for number, raw in enumerate(items):
        item = raw.strip(BLANKS)
        with_ = WITH.match(item)
        missing_with = missing_with or (number == 0 and with_ is None)
        parsed = _parse_item(item[with_.end() :] if with_ else item)
        if isinstance(parsed, str):
            return Options(problem=parsed)
        replacement, item_spaced = parsed
        replacements.append(replacement)
        spaced = spaced or item_spaced
    if missing_with and any(re.search(r"\s", replacement.left) for replacement in replacements):
        return Options(problem=f"`{text.strip(BLANKS)}` is no replacement; write `with LEFT->RIGHT`")
    return Options(tuple(replacements), None, missing_with, spaced)


def has_one_sided_blank(replacement: Replacement) -> bool:
    """Whether a blank beside the arrow belongs to the pattern, and there is text on both sides (contract 1.6)."""
    left, right = replacement.left, replacement.right
    return bool(right.strip(BLANKS)) and (left[-1:] in tuple(BLANKS) or right[:1] in tuple(BLANKS))


def without_one_sided_blank(replacement: Replacement) -> Replacement:
    """The replacement as it would be without such a blank; any other as it is."""
    if not has_one_sided_blank(replacement):
        return replacement
    return replacement._replace(left=replacement.left.rstrip(BLANKS), right=replacement.right.lstrip(BLANKS))


def tidy_item(item: str, one_sided: bool = False) -> str:
    """An item of the options without the blanks around its arrow, if it has blanks on both sides of it (CPY003).

    `one_sided` takes a blank on one side away as well, where there is text on both.
    """
    if one_sided:
        return re.sub(r"(?<=\S)[ \t\f]*(?<!\\)->[ \t\f]*(?=\S)(?!all-casing$)", "->", item, count=1)
    return re.sub(r"(?<=\S)[ \t\f]+(?<!\\)->[ \t\f]+(?=\S)", "->", item, count=1)


def _parse_item(item: str) -> tuple[Replacement, bool] | str:
    """A replacement, and whether blanks stand on both sides of its arrow; or why it is none."""
    sides = _ARROW.split(item)
    if len(sides) == 1:
        return f"`{item}` has no arrow; write `LEFT->RIGHT`" if item else _NOTHING
    if len(sides) > 2:
        return f"`{item}` has more than one arrow; separate replacements with commas: `A->B, C->D`"
    left, right = sides
    all_casing = right.endswith(_ALL_CASING) and right[: -len(_ALL_CASING)][-1:] in tuple(BLANKS)
    if all_casing:
        right = right[: -len(_ALL_CASING)].rstrip(BLANKS)
    elif _NEAR_ALL_CASING.search(right) and right.strip(BLANKS) != _ALL_CASING:
        return f"`{item}` ends in a word that is nearly `all-casing`; write `all-casing`"
    spaced = left[-1:] in (" ", "\t", "\f") and right[:1] in (" ", "\t", "\f")
    if spaced:
        left, right = left.rstrip(BLANKS), right.lstrip(BLANKS)
    if not left.strip(BLANKS):
        return f"`{item}` has nothing on the left of its arrow; write `LEFT->RIGHT`"
    return Replacement(_unescape(left), _unescape(right), all_casing), spaced


def _unescape(text: str) -> str:
    return text.replace("\\,", ",").replace("\\->", "->").replace("\\#", "#")


def apply_replacements(text: str, replacements: Iterable[Replacement]) -> str:
    """Apply each replacement to the result of the one before, literally (contract 2.1 to 2.3).

    Raises GrowthError when the text would grow beyond `MAX_LENGTH` characters.
    """
    for replacement in replacements:
        text = _apply_one(text, replacement)[0]
    return text


def unused_replacements(text: str, replacements: Sequence[Replacement]) -> list[int]:
    """The numbers, from 0, of the replacements that occur nowhere at their turn (CPY004, contract 2.4)."""
    numbers = []
    for number, replacement in enumerate(replacements):
        text, count = _apply_one(text, replacement)
        if not count:
            numbers.append(number)
    return numbers


def _apply_one(text: str, replacement: Replacement) -> tuple[str, int]:
    variants = _variants(replacement)
    count = sum(text.count(left) for left in variants)
    if not count:
        return text, 0
    growth = max(len(right) - len(left) for left, right in variants.items())
    if len(text) + count * max(growth, 0) > MAX_LENGTH:
        raise GrowthError(
            f"`{replacement.left}->{replacement.right}` would grow the source beyond {MAX_LENGTH:,} characters"
        )
    if len(variants) == 1:
        return text.replace(replacement.left, replacement.right), count
    # One pass for all variants, so that none rewrites what another has written.
    pattern = re.compile("|".join(map(re.escape, variants)))
    return pattern.sub(lambda match: variants[match.group()], text), count


def _variants(replacement: Replacement) -> dict[str, str]:
    """Left → right, the spelling of the directive first."""
    left, right = replacement.left, replacement.right
    variants = {left: right}
    if replacement.all_casing:
        variants.setdefault(left.lower(), right.lower())
        variants.setdefault(left.upper(), right.upper())
    return variants


class Fed(NamedTuple):
    """A replacement, and a later one that changes what it makes."""

    before: Replacement
    after: Replacement


def fed_replacement(replacements: Sequence[Replacement]) -> Fed | None:
    """The first replacement of a directive whose right side a later one takes for its left; None where none is.

    One that comes back to what it was (`A->B, B->A`) cannot be put right by another order, and is none.
    """
    for number, after in enumerate(replacements):
        for before in replacements[:number]:
            if after.left in before.right and after.left not in before.left and before.left not in after.right:
                return Fed(before, after)
    return None
