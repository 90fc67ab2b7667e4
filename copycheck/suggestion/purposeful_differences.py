"""Nearly equal definitions that differ because their authors meant them to, by the lines of code that differ.

What this says is drawn from 200 suggestions that were read (docs/how-suggest-decides.md): a fix that has not reached a
copy adds something to one side, or changes a sign or a number. Where one side has other names than the other, the two
are of one family, and do different things.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.suggestion.alignment import opcodes
from copycheck.suggestion.definition_texts import header_length
from copycheck.suggestion.trivial_definitions import code_lines

_WORD = re.compile(r"[^\W\d]\w*")
_OWN = re.compile(r"\b(?:self|cls)\.\w+")
_LAYOUT = re.compile(r"[\s,()\[\]{}'\"]+")
_MIRRORED = str.maketrans("+-<>", "-+><")
_HANDED_UP = re.compile(r"(?:return )?(?:await )?super\(\)\.(?!__)\w+\([^()]*\)")
_SINCE = re.compile(r"^[ \t]*\.\. (?:versionadded|versionchanged|deprecated):: *(\S.*)", re.MULTILINE)
_HEAD = re.compile(r"\b(def|class)\b")
_MOST_ALIKE = 15
"""Two classes whose methods have fewer lines of code in common may have states of their own."""
_MOST_OF_A_FORM = 8
"""Methods that Python, or a framework, calls by such a name have fewer lines of code in common."""


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


def is_on_purpose(
    source: str, copy: str, replacements: Sequence[Replacement], *, is_one_file: bool, is_special: bool = False
) -> bool:
    """Whether two definitions are likely to differ on purpose: their code at no indent, without their own names.

    It is so where the documentation of both says that they came with other versions, and for short methods of one of
    Python's own names, which `is_special` says they are. Raises GrowthError.
    """
    replaced = apply_replacements(source, replacements)
    if _SINCE.findall(replaced) != _SINCE.findall(copy):
        return True
    theirs, ours = code_lines(replaced), code_lines(copy)
    hunks, alike = [], 0
    for tag, i1, i2, j1, j2 in opcodes(theirs, ours):
        if tag == "equal":
            alike += i2 - i1
        else:
            hunks.append(_Hunk(theirs[i1:i2], ours[j1:j2]))
    if hunks and is_special and alike < _MOST_OF_A_FORM:
        return True
    differ = _differ_in_view if is_one_file else _differ_apart
    return differ(replaced, copy, hunks, is_short=alike < _MOST_ALIKE, has_other=bool(replacements))


def _differ_in_view(source: str, copy: str, hunks: Sequence[_Hunk], *, is_short: bool, has_other: bool) -> bool:
    """Whether two definitions of one file differ on purpose: its author has both in view.

    It is so where either side has words that the other lacks, or an attribute of its own object; for short methods
    where one side has; where a parameter has another default; or where a pair of other names has opposite signs, or
    its words in another order.
    """
    if not hunks:
        lines, others = source.split("\n"), copy.split("\n")
        return has_other and len(lines) == len(others) and all(map(_is_mirrored_line, lines, others))
    mine, other = _parameters(source), _parameters(copy)
    sides = {side for hunk in hunks for side in hunk.adds_to}
    return (
        len(sides) > (0 if is_short and _are_methods(source, copy) else 1)
        or _own_attributes(source) != _own_attributes(copy)
        or any(name in other and other[name] != default for name, default in mine.items())
        or (has_other and not sides and any(map(_is_mirrored, hunks)))
    )


def _differ_apart(source: str, copy: str, hunks: Sequence[_Hunk], *, is_short: bool, has_other: bool) -> bool:
    """Whether two definitions of two files differ on purpose.

    It is so where one has its base class do something first, and for methods, short ones or of other names, where
    either side has words that the other lacks.
    """
    if any(_HANDED_UP.fullmatch(hunk.theirs or hunk.ours) for hunk in hunks if not (hunk.theirs and hunk.ours)):
        return True
    has_words = len({side for hunk in hunks for side in hunk.adds_to}) > 1
    return has_words and (is_short or has_other) and _are_methods(source, copy)


def _parameters(text: str) -> Mapping[str, str]:
    """The parameters of a function without its name, with their defaults, which are empty for those without one."""
    head = _HEAD.sub(r"\1 one", text[: header_length(text)], count=1)
    with suppress(SyntaxError, ValueError):
        (node,) = ast.parse(f"{head.rstrip()} pass").body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return dict(_with_defaults(node.args))
    return {}


def _are_methods(source: str, copy: str) -> bool:
    """Whether both use an object of their own."""
    return _OWN.search(source) is not None and _OWN.search(copy) is not None


def _own_attributes(text: str) -> set[str]:
    return set(_OWN.findall("\n".join(code_lines(text))))


def _with_defaults(found: ast.arguments) -> Iterator[tuple[str, str]]:
    by_place = [*found.posonlyargs, *found.args]
    without: list[ast.expr | None] = [None] * (len(by_place) - len(found.defaults))
    defaults = [*without, *found.defaults, *found.kw_defaults]
    for parameter, default in zip([*by_place, *found.kwonlyargs], defaults, strict=True):
        yield parameter.arg, ast.unparse(default) if default is not None else ""


def _names(code: str) -> list[str]:
    """The words of some code, those of Python left out."""
    return [word for word in _WORD.findall(code) if not keyword.iskeyword(word)]


def _is_mirrored(hunk: _Hunk) -> bool:
    """Whether lines differ in signs alone that are each other's opposite, as those of a minimum and a maximum."""
    theirs, ours = (_LAYOUT.sub("", side) for side in (hunk.theirs, hunk.ours))
    return theirs != ours and (theirs.translate(_MIRRORED) == ours or sorted(theirs) == sorted(ours))


def _is_mirrored_line(one: str, other: str) -> bool:
    return one == other or one.translate(_MIRRORED) == other


def _holds(more: Sequence[str], less: Sequence[str]) -> bool:
    """Whether a sequence has the words of another one in their order."""
    left = iter(more)
    return all(word in left for word in less)
