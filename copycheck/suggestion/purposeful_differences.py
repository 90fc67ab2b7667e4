"""Nearly equal definitions that differ because their authors meant them to, by the lines of code that differ.

What this says is drawn from suggestions that were read (docs/how-suggest-decides.md): a fix that has not reached a
copy adds something to one side. Where each side has words that the other lacks, or numbers and signs differ, the two
are of one family, and do different things; but two of one name in two files are one thing twice.
"""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.suggestion.alignment import opcodes
from copycheck.suggestion.definition_texts import header_length
from copycheck.suggestion.trivial_definitions import code_lines, prose

_WORD = re.compile(r"[^\W\d]\w*")
_OWN = re.compile(r"\b(?:self|cls)\.\w+")
_STEP = re.compile(r"(?:\w[\w, ]* = )?(?:await )?self\.")
_LAYOUT = re.compile(r"[\s,()'\"]+")
_LAYOUT_OF_HEADER = re.compile(rf"-> *None|\*,|\bself\b|\bcls\b|{_LAYOUT.pattern}")
"""A header may say that nothing is returned, have a star that names arguments, and be that of a method."""
_SIGNS = re.compile(r"[-+*/%]+")
_NUMBER = re.compile(r"(?<![\w.])\d[\w.]*")
_BARE = re.compile(r"->|(?<=[(,\n])\s*\*+(?=\w)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
"""What has signs that reckon nothing: the arrow of a function, the stars of arguments, strings."""
_PART = re.compile(r"[rbfuRBFU]{0,2}[\"']|[)\]}.,*+/|&%<>=-]|(?:and|or|not|in|is)\b")
"""A line that begins so is a part of a statement."""
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_SAID = re.compile(r"\w+")
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

    def __init__(self, theirs: Sequence[str], ours: Sequence[str], is_in_header: bool = False) -> None:
        self.theirs, self.ours = "\n".join(theirs), "\n".join(ours)
        self.left, self.right = _names(self.theirs), _names(self.ours)
        self.is_in_header = is_in_header
        ignored = _LAYOUT_OF_HEADER if is_in_header else _LAYOUT
        self.is_layout = ignored.sub("", self.theirs) == ignored.sub("", self.ours) and self.has_equal_strings

    @property
    def has_equal_strings(self) -> bool:
        """Whether the strings are equal once they are joined: a blank in one of them is no layout."""
        theirs, ours = (_STRING.findall(side) for side in (self.theirs, self.ours))
        return "".join(one[1:-1] for one in theirs) == "".join(one[1:-1] for one in ours)

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

    @property
    def has_other_values(self) -> bool:
        """Whether the words are the same, and what is between them is not; or the two sides reckon in two ways."""
        if self.left == self.right:
            return not self.is_layout
        if not (self.theirs and self.ours) or self.is_in_header:
            return False
        theirs, ours = (_BARE.sub("", side) for side in (self.theirs, self.ours))
        numbers, others = _NUMBER.findall(theirs), _NUMBER.findall(ours)
        has_other_numbers = not (_holds(numbers, others) or _holds(others, numbers))
        return has_other_numbers or _SIGNS.findall(theirs) != _SIGNS.findall(ours)

    @property
    def has_own_attributes(self) -> bool:
        """Whether the two sides have other attributes of their own objects."""
        return set(_OWN.findall(self.theirs)) != set(_OWN.findall(self.ours))

    @property
    def is_statement(self) -> bool:
        """Whether one side has whole lines more, and these are statements: no argument, nor a part of a string."""
        if self.theirs and self.ours:
            return False
        text = self.theirs or self.ours
        return _PART.match(text) is None and not text.endswith((",", "+", "|", "or", "and"))


def is_on_purpose(  # noqa: PLR0913
    source: str,
    copy: str,
    replacements: Sequence[Replacement],
    *,
    is_one_file: bool,
    is_special: bool = False,
    is_one_name: bool = True,
    is_member: bool = False,
    is_outvoted: bool = False,
) -> bool:
    """Whether two definitions are likely to differ on purpose: their code at no indent, without their own names.

    It is so where the documentation of both says that they came with other versions, and for short methods of one of
    Python's own names, which `is_special` says they are. Two of one name in two files, as `is_one_name` says, are one
    thing twice: they have to differ in more than those that are of one family. `is_member` says that they are members
    of a class, or in a function, and `is_outvoted` that others agree with the source. Raises GrowthError.
    """
    replacements = _useful(source, copy, replacements)
    replaced = apply_replacements(source, replacements)
    if _SINCE.findall(replaced) != _SINCE.findall(copy):
        return True
    hunks, alike = _hunks(replaced, copy)
    is_short = alike < _MOST_ALIKE
    if hunks and is_special and alike < _MOST_OF_A_FORM:
        return True
    if is_special and not (is_one_name or all(hunk.is_in_header for hunk in hunks)):
        return True
    is_method, has_other = _are_methods(source, copy), bool(replacements)
    if is_one_file:
        is_inner = is_member or is_method
        return _differ_in_view(replaced, copy, hunks, is_short=is_short, is_member=is_inner, has_other=has_other)
    if _differ_apart(hunks, is_short=is_short, is_method=is_method, has_other=has_other):
        return True
    if is_one_name:
        return False
    if hunks and not is_member:
        return is_short and any(hunk.is_in_header and hunk.adds_to for hunk in hunks)
    return _differ_in_a_family(replaced, copy, hunks, is_short=is_short, values_count=not is_outvoted)


def _useful(source: str, copy: str, replacements: Sequence[Replacement]) -> Sequence[Replacement]:
    """The replacements without those that make no line of the source one of the copy, and say nothing that it says."""
    lines, words = Counter(copy.split("\n")), Counter(_SAID.findall(prose(copy)))

    def made(some: Sequence[Replacement]) -> tuple[int, int]:
        text = apply_replacements(source, some)
        said = Counter(_SAID.findall(prose(text)))
        return (Counter(text.split("\n")) & lines).total(), (said & words).total()

    most = made(replacements)
    for one in replacements:
        others = [other for other in replacements if other is not one]
        if all(map(operator.ge, made(others), most)):
            replacements = others
    return replacements


def _hunks(source: str, copy: str) -> tuple[list[_Hunk], int]:
    """The lines of code that differ, and how many do not."""
    theirs, ours = code_lines(source), code_lines(copy)
    header, other = (len(code_lines(text[: header_length(text)])) for text in (source, copy))
    hunks, alike = [], 0
    for tag, i1, i2, j1, j2 in opcodes(theirs, ours):
        if tag == "equal":
            alike += i2 - i1
        else:
            hunks.append(_Hunk(theirs[i1:i2], ours[j1:j2], i1 < header or j1 < other))
    return [hunk for hunk in hunks if not hunk.is_layout], alike


def _differ_in_view(
    source: str, copy: str, hunks: Sequence[_Hunk], *, is_short: bool, is_member: bool, has_other: bool
) -> bool:
    """Whether two definitions of one file differ on purpose: its author has both in view.

    It is so where either side has words that the other lacks, in the code or in what it says about it, or an attribute
    of its own object; where numbers or signs differ; for short members where one side has more words, and short
    functions with more of them in the header; and where a parameter has another default.
    """
    if not hunks:
        lines, others = source.split("\n"), copy.split("\n")
        is_mirrored = has_other and len(lines) == len(others) and all(map(_is_mirrored_line, lines, others))
        return is_mirrored or _say_other_things(source, copy)
    mine, other = _parameters(source), _parameters(copy)
    sides = {side for hunk in hunks for side in hunk.adds_to}
    return (
        len(sides) > (0 if is_short and is_member else 1)
        or any(hunk.has_other_values for hunk in hunks)
        or _own_attributes(source) != _own_attributes(copy)
        or any(name in other and other[name] != default for name, default in mine.items())
        or (is_short and not all(hunk.is_statement for hunk in hunks))
        or _say_other_things(source, copy)
    )


def _differ_apart(hunks: Sequence[_Hunk], *, is_short: bool, is_method: bool, has_other: bool) -> bool:
    """Whether two definitions of two files differ on purpose.

    It is so where one has its base class do something first, and where either side has words that the other lacks: for
    methods, short ones or of other names, and for short functions, whose strings do not count.
    """
    if any(_HANDED_UP.fullmatch(hunk.theirs or hunk.ours) for hunk in hunks if not (hunk.theirs and hunk.ours)):
        return True
    if is_method:
        return (is_short or has_other) and len({side for hunk in hunks for side in hunk.adds_to}) > 1
    bare = [_Hunk([_STRING.sub("", hunk.theirs)], [_STRING.sub("", hunk.ours)]) for hunk in hunks]
    return is_short and len({side for hunk in bare for side in hunk.adds_to}) > 1


def _differ_in_a_family(source: str, copy: str, hunks: Sequence[_Hunk], *, is_short: bool, values_count: bool) -> bool:
    """Whether two members of other names, in two files, differ on purpose: each does a thing of its own.

    It is so where either side has words that the other lacks; where numbers or signs differ, if `values_count`; where
    one side has an attribute of its own object that the other lacks, in a part of a statement, or a step that is made
    with one; and for short ones where a line more is such a part. Without any such line, what both say counts.
    """
    if not hunks:
        return _say_other_things(source, copy)
    if len({side for hunk in hunks for side in hunk.adds_to}) > 1:
        return True
    if values_count and any(hunk.has_other_values for hunk in hunks):
        return True
    if any(hunk.is_statement and _STEP.match(hunk.theirs or hunk.ours) for hunk in hunks):
        return True
    parts = [hunk for hunk in hunks if not (hunk.is_statement or hunk.is_in_header)]
    return any(hunk.has_own_attributes or (is_short and not (hunk.theirs and hunk.ours)) for hunk in parts)


def _say_other_things(source: str, copy: str) -> bool:
    """Whether the docstrings and comments of both have words, or numbers, that the other one lacks."""
    theirs, ours = (_SAID.findall(said.casefold()) for said in (prose(source), prose(copy)))
    return not (_holds(theirs, ours) or _holds(ours, theirs))


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
    """The words of some code, those of Python left out. `List` and `list` are one word."""
    return [word.casefold() for word in _WORD.findall(code) if not keyword.iskeyword(word)]


def _is_mirrored_line(one: str, other: str) -> bool:
    return one == other or one.translate(_MIRRORED) == other


def _holds(more: Sequence[str], less: Sequence[str]) -> bool:
    """Whether a sequence has the words of another one in their order."""
    left = iter(more)
    return all(word in left for word in less)
