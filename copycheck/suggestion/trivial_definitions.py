"""What nobody wants to hear of: definitions that are alike because they are short or formal (contract 14)."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.suggestion.definition_texts import header_length
from copycheck.suggestion.noise_kinds import (
    ATTRIBUTES,
    CONSTANTS,
    HANDED_ON,
    IN_COMMON,
    ONE_STATEMENT,
    OTHER_NAMES,
    OVERLOADS,
    PARAMETERS,
    SHORT,
    STUBS,
)

_DOCSTRING = re.compile(
    r"(?:[ \t]*#[^\n]*\n)*[ \t]*[rRuU]?(?:\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')[ \t]*(?:#[^\n]*)?(?=\n|$)",
    re.DOTALL,
)
_CODE = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_LOOKED_AT = 4
_STUB = re.compile(
    r"(?:pass|\.\.\.|raise NotImplementedError\b.*|return NotImplemented|return None|return)\Z", re.DOTALL
)
_STUB_MEMBER = re.compile(rf"@|(?:'')+\Z|(?:async )?def .*:(?: *\.\.\.)?\Z|{_STUB.pattern}", re.DOTALL)
"""A line of a method that does nothing: its decorator, header, and docstring of one row are such lines too."""
_CONSTANT = re.compile(
    r"[A-Za-z_]\w*(?:\s*=\s*(?:[^()]|(?<![\w\])])\(|\))*|\s*=\s*(?:auto|field|Field|Mapped|[A-Z]\w*)\([^()]*\))?\Z",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"return\s+\(?\s*(?:self|cls)(?:\.\w+|\[[^\]]*\])+\s*\)?\Z")
_PARAMETER = re.compile(r"self\.(\w+)(?:\s*:[^=]+)?\s*=\s*\w+\Z")
_SUPER = re.compile(r"super\([^)]*\)\.__init__\(.*\)\Z|[\w.]+\.__init__\(self.*\)\Z", re.DOTALL)
_ARGUMENT = r"(?:\w+\s*=\s*)?\*{0,2}[\w.]+"
_DELEGATION = re.compile(rf"(?:return\s+)?(?:await\s+)?[\w.]+\(\s*(?:{_ARGUMENT}(?:\s*,\s*{_ARGUMENT})*\s*,?\s*)?\)\Z")
_OPENING, _CLOSING = re.compile(r"[(\[{]"), re.compile(r"[)\]}]")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")

_COMMENT = re.compile(r"#[^\n]*")
_WORD = re.compile(r"[^\W\d]\w*")
_SAY_NOTHING = frozenset((*keyword.kwlist, "self", "cls", "super", "args", "kwargs"))
_SMALL = 12
"""A statement of more lines has content of its own."""
_LEAST_NAMES = 7
_NAMES_A_LINE = 5
"""A diverged pair has to have so many names in common, and so many more for each further line that differs."""
_NAMES_EACH = 4
"""A pair has to have so many names in common for each replacement that nothing backs, and three more."""
_FEW_REPLACEMENTS, _NAMES_OF_MANY = 2, 8
"""A pair with more replacements has to have so many names in common."""
_FEW_STATEMENTS = 5
_BLOCK = re.compile(r"\b(?:for|if|while|try|with|def|match)\b")
_CHOICE = re.compile(r"\b(?:for|if)\b")


def noise_of(text: str, header: int, kind: str, is_init: bool, decorators: str, least: int) -> str | None:
    """Why a definition is left out; None for one that is not.

    `text` is without empty lines, and its header has so many characters. Its docstring is one line of
    code, and its comments are none.
    """
    docstring = _DOCSTRING.match(text, header)
    body = text[docstring.end() if docstring else header :]
    if _has_fewer(text[:header], body, least - bool(docstring)):
        return SHORT
    if "overload" in decorators:
        return OVERLOADS
    if all(_STUB.match(statement) for statement in islice(_statements(body), _LOOKED_AT)):
        return STUBS
    if kind == "class":
        return _noise_of_class(body)
    if "property" in decorators:
        statements = list(islice(_statements(body), 2))
        if len(statements) == 1 and _ATTRIBUTE.match(statements[0]):
            return ATTRIBUTES
    if is_init and all(_PARAMETER.match(s) or _SUPER.match(s) for s in _statements(body)):
        return PARAMETERS
    return None


def _noise_of_class(body: str) -> str | None:
    """Why a class is left out: it has constants alone, and methods that do nothing."""
    noise = STUBS
    for statement in _statements(body):
        bare = _STRING.sub("''", statement)
        if _CONSTANT.match(bare):
            noise = CONSTANTS
        elif not _STUB_MEMBER.match(bare):
            return None
    return noise


def _has_fewer(header: str, body: str, least: int) -> bool:
    """Whether two texts have fewer lines of code together."""
    codes = chain(_CODE.finditer(header), _CODE.finditer(body))
    return next(islice(codes, least - 1, None), None) is None if least > 0 else False


def why_alike_by_form(
    source: str,
    copy: str,
    replacements: Sequence[Replacement],
    unbacked: Sequence[Replacement],
    changed: int,
    enough: float,
) -> str | None:
    """Why a pair is alike by form more than by content, as a wrapper is; None for one that is not.

    A pair that is equal as it is has to do more than to hand its arguments on, and one of other names more than to make
    one statement, or a few that choose nothing where the names of the two do not tell the others. One that differs, or
    is equal after two replacements or more, has to have many names in common, or `enough` of them, a part of all: after
    the replacements where lines differ and at most one is not told by names.

    `source` and `copy` are without empty lines. `unbacked` are the replacements that are not told by the names of the
    two definitions and their files: `Owl->Hawk` is, where a class `OwlNest` answers to a class `HawkNest`. Nor do those
    count that give a parameter another name. `changed` lines differ, or none.
    """
    header, body = _parts(source)
    if not (replacements or changed):
        return HANDED_ON if all(map(_DELEGATION.match, islice(_statements(body), _LOOKED_AT))) else None
    if _is_one_thing(body, not changed and not all(_is_local(one, source, copy) for one in unbacked)):
        return IN_COMMON if changed else ONE_STATEMENT
    others = _without_parameters(unbacked, source, header, copy)
    has_many = _without_parameters(replacements, source, header, copy) > _FEW_REPLACEMENTS
    if not (changed or has_many) and others <= 1:
        return None
    least = _LEAST_NAMES + _NAMES_A_LINE * (changed - 1) if changed else 0
    least = max(least, _NAMES_EACH * others + 3 if others else 0, _NAMES_OF_MANY if has_many else 0)
    mine, theirs = _names(header, body), _names(*_parts(copy))
    common = mine & theirs
    lefts = [one.left.lower() for one in replacements]
    if sum(not any(left in word.lower() for left in lefts) for word in common) >= least:
        return None
    if changed and others <= 1:
        mine = set(apply_replacements("\n".join(mine), replacements).split("\n"))
    if len(mine & theirs) >= enough * len(mine | theirs):
        return None
    return IN_COMMON if changed else OTHER_NAMES


def _without_parameters(replacements: Sequence[Replacement], source: str, header: str, copy: str) -> int:
    """How many replacements do more than to give a parameter, which is no attribute as well, another name."""
    mine, theirs = set(_WORD.findall(header)[2:]), set(_WORD.findall(copy, 0, header_length(copy))[2:])
    return sum(one.left not in mine or one.right not in theirs or f".{one.left}" in source for one in replacements)


def _parts(text: str) -> tuple[str, str]:
    """The header of a definition, and its body without the docstring."""
    header = header_length(text)
    docstring = _DOCSTRING.match(text, header)
    return text[:header], text[docstring.end() if docstring else header :]


def _is_one_thing(body: str, of_other_things: bool) -> bool:
    """Whether a body is one short statement, or a few that are about other things than those of the other body."""
    if len(_CODE.findall(body)) <= _SMALL and _is_one_plain_statement(body):
        return True
    return of_other_things and _is_a_short_list(body)


def _is_one_plain_statement(body: str) -> bool:
    """Whether a body is one statement that chooses nothing, and repeats nothing."""
    statements = list(islice(_statements(body), 2))
    return len(statements) == 1 and not _CHOICE.search(_STRING.sub("''", statements[0]))


def _is_a_short_list(body: str) -> bool:
    """Whether a body is a few statements, one after the other: it chooses nothing, and repeats nothing."""
    statements = list(islice(_statements(body), _FEW_STATEMENTS + 1))
    return len(statements) <= _FEW_STATEMENTS and not any(
        _BLOCK.search(_STRING.sub("''", statement)) for statement in statements
    )


def _is_local(replacement: Replacement, source: str, copy: str) -> bool:
    """Whether a replacement gives a parameter, or a name that is made in the body, another name and no more."""
    return all(
        re.search(rf"(?<![.\w]){re.escape(name)}\s*(?:=(?!=)|[:,)])", text) and f".{name}" not in text
        for name, text in ((replacement.left, source), (replacement.right, copy))
    )


def _names(header: str, body: str) -> set[str]:
    """The names in a definition but for its own one."""
    names = {*_WORD.findall(header)[2:], *_WORD.findall(_COMMENT.sub("", body))}
    return names - _SAY_NOTHING


def code_lines(text: str) -> list[str]:
    """The lines of a definition without its docstring, its comments, and the blanks around them."""
    code = "".join(_parts(text))
    return [kept for line in code.split("\n") if (kept := _COMMENT.sub("", line).strip())]


def prose(text: str) -> str:
    """What a definition says about its code: its docstring and its comments."""
    header, body = _parts(text)
    docstring = text[len(header) : len(text) - len(body)]
    return "\n".join((docstring, *_COMMENT.findall(header), *_COMMENT.findall(body)))


def _statements(body: str) -> Iterator[str]:
    """The logical lines: rows that an open bracket or a backslash joins."""
    text, depth = "", 0
    for line in _lines(body):
        kept = line.strip()
        if not kept or kept[0] == "#":
            continue
        bare = _STRING.sub("''", kept)
        text = f"{text} {kept}" if text else kept
        depth += len(_OPENING.findall(bare)) - len(_CLOSING.findall(bare))
        if depth <= 0 and not bare.endswith("\\"):
            yield text
            text, depth = "", 0
    if text:
        yield text


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, of which most often only the first ones are asked for."""
    start, end = 0, text.find("\n")
    while end >= 0:
        yield text[start:end]
        start, end = end + 1, text.find("\n", end + 1)
    yield text[start:]
