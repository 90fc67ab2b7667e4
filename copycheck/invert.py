"""Replacements read backwards: which line of a source gives a line of its copy; pure text (contract 11)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from copycheck.model import Replacement
from copycheck.replace import apply

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def invert(line: str, old: tuple[str, str] | None, replacements: Sequence[Replacement]) -> str | None:
    """The line of the source from which the replacements make `line`; None where no such line is found.

    `old` is the line that stands in the source now, and what is made of it: whatever the two have in common with the
    new line is taken from the source as it is, and only the rest is read backwards.

    >>> invert("x = RobertaLayer(1)", None, [Replacement("Bert", "Roberta")])
    'x = BertLayer(1)'
    """
    for candidate in _candidates(line, old, replacements):
        if apply(candidate, replacements) == line:
            return candidate
    return None


def _candidates(line: str, old: tuple[str, str] | None, replacements: Sequence[Replacement]) -> Iterator[str]:
    if old is not None:
        source, made = _TOKEN.findall(old[0]), _TOKEN.findall(old[1])
        if len(source) == len(made):
            yield _merged(source, made, _TOKEN.findall(line), replacements)
    yield _backwards(line, replacements)
    yield line


def _merged(source: Sequence[str], made: Sequence[str], new: Sequence[str], replacements: Sequence[Replacement]) -> str:
    parts = []
    matcher = difflib.SequenceMatcher(None, made, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        same = tag == "equal"
        parts.append("".join(source[i1:i2]) if same else _backwards("".join(new[j1:j2]), replacements))
    return "".join(parts)


def _backwards(text: str, replacements: Sequence[Replacement]) -> str:
    """Each right side by its left one, the last replacement first; what was taken out cannot be known."""
    for replacement in reversed(replacements):
        pairs = {replacement.right: replacement.left}
        if replacement.all_casing:
            pairs.setdefault(replacement.right.lower(), replacement.left.lower())
            pairs.setdefault(replacement.right.upper(), replacement.left.upper())
        known = sorted(filter(None, pairs), key=len, reverse=True)
        if known:
            text = re.sub("|".join(map(re.escape, known)), lambda match: pairs[match.group()], text)  # noqa: B023
    return text
