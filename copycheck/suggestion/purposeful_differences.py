"""Nearly equal definitions that differ because their authors meant them to, by the lines of code that differ.

What this says is drawn from 200 suggestions that were read (docs/how-suggest-decides.md): a fix that has not reached a
copy adds something to one side, or changes a sign or a number. Where one side has other names than the other, the two
are of one family, and do different things.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.suggestion.alignment import opcodes
from copycheck.suggestion.trivial_definitions import code_lines

_WORD = re.compile(r"[^\W\d]\w*")
_OWN = re.compile(r"\b(?:self|cls)\.\w+")
_LAYOUT = re.compile(r"[\s,()\[\]{}'\"]+")
_MIRRORED = str.maketrans("+-<>", "-+><")
_MOST_ALIKE = 15
"""Two classes whose methods have fewer lines of code in common may have states of their own."""


class _Hunk:
    """Lines of code that differ, and the words in them, in order."""

    def __init__(self, theirs: Sequence[str], ours: Sequence[str]) -> None:
        self.theirs, self.ours = "\n".join(theirs), "\n".join(ours)
        self.left, self.right = _names(self.theirs), _names(self.ours)

    @property
    def adds_to(self) -> set[str]:
        """The sides that have more words, which are both where either has words that the other lacks."""
        if self.left == self.right:
            return set()
        return {
            side
            for side, more, less in (("source", self.left, self.right), ("copy", self.right, self.left))
            if not _holds(less, more)
        }


def is_on_purpose(source: str, copy: str, replacements: Sequence[Replacement], is_one_file: bool) -> bool:
    """Whether two definitions are likely to differ on purpose: their code at no indent, without their own names.

    In one file, whose author has both in view, this is so where either side has words that the other lacks, or where a
    pair of other names has opposite signs. Elsewhere it is so for short methods that name other attributes of their
    own objects. Raises GrowthError.
    """
    theirs, ours = code_lines(apply_replacements(source, replacements)), code_lines(copy)
    hunks, alike = [], 0
    for tag, i1, i2, j1, j2 in opcodes(theirs, ours):
        if tag == "equal":
            alike += i2 - i1
        else:
            hunks.append(_Hunk(theirs[i1:i2], ours[j1:j2]))
    if not hunks:
        return False
    if is_one_file:
        sides = {side for hunk in hunks for side in hunk.adds_to}
        return len(sides) > 1 or (bool(replacements) and not sides and any(map(_is_mirrored, hunks)))
    return alike < _MOST_ALIKE and _names_own_state(hunks)


def _names(code: str) -> list[str]:
    """The words of some code, those of Python left out."""
    return [word for word in _WORD.findall(code) if not keyword.iskeyword(word)]


def _is_mirrored(hunk: _Hunk) -> bool:
    """Whether lines differ in signs alone that are each other's opposite, as those of a minimum and a maximum."""
    theirs, ours = (_LAYOUT.sub("", side) for side in (hunk.theirs, hunk.ours))
    return theirs != ours and theirs.translate(_MIRRORED) == ours


def _names_own_state(hunks: Iterable[_Hunk]) -> bool:
    """Whether both sides name an attribute of their own object that the other one does not."""
    left = {name for hunk in hunks for name in _OWN.findall(hunk.theirs)}
    right = {name for hunk in hunks for name in _OWN.findall(hunk.ours)}
    return not (left <= right or right <= left)


def _holds(more: Sequence[str], less: Sequence[str]) -> bool:
    """Whether a sequence has the words of another one in their order."""
    left = iter(more)
    return all(word in left for word in less)
