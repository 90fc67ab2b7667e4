"""Identifiers as Python reads them. The oracle is Python itself."""

from __future__ import annotations

import ast
import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.syntax.identifiers import NAME_IN_TEXT, python_name, with_python_names

_RARE = {"\u00b7", "\u0387", "\u200c", "\u200d", "\uff65"}
"""Middle dots and joiners: prose puts them between words more often than Python (joiners from 3.13 on) into names."""


def test_a_name_among_prose_has_the_characters_that_python_allows() -> None:
    name = re.compile(NAME_IN_TEXT)
    behind = ("a" + chr(number) for number in range(sys.maxunicode + 1))
    assert {text[1] for text in behind if text.isidentifier() and not name.fullmatch(text)} <= _RARE


@pytest.mark.parametrize("letter", ["\u6211", "\u0436", "\u00e9", "e\u0301", "\U00020000"])
def test_prose_without_blanks_takes_no_time(letter: str) -> None:
    dotted = re.compile(rf"{NAME_IN_TEXT}(?:\.{NAME_IN_TEXT})+$")
    assert dotted.match(letter * 50_000) is None
    assert dotted.match(f"{letter}." * 20_000) is None


@pytest.mark.parametrize(
    "between", [" ", "\u00a0", "\u2014", "\u2192", "\u201c", "\u3002", "\uff0c", "`", "(", "\u200b"]
)
def test_what_ends_a_name_among_prose(between: str) -> None:
    match = re.match(NAME_IN_TEXT, f"fly{between}on")
    assert match is not None and match.group() == "fly"


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Mn"]), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_a_name_is_what_python_makes_of_it(text: str) -> None:
    name = f"x{text}"  # no keyword begins so
    if name.isidentifier():
        tree = ast.parse(f"def {name}(): pass").body[0]
        assert isinstance(tree, ast.FunctionDef) and tree.name == python_name(name)
        assert with_python_names(f"{name} = '{name}'  # {name}") == f"{python_name(name)} = '{name}'  # {name}"


def test_what_is_no_python_stays_from_there_on() -> None:
    assert with_python_names("\ufb01 = (\n'''") == "fi = (\n'''"
    assert with_python_names("x\u00a0= \ufb01\x0c\n\ufb01\r").count("\n") == 1


def test_layout_stays() -> None:
    text = "    @\ufb01\n    def x(\ufb01,\n          y):\n\n        return '''\n\ufb01'''\n"
    head, string = text.split("'''", 1)
    assert with_python_names(text) == unicodedata.normalize("NFKC", head) + "'''" + string


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f'{ﬁ}'", "f'{fi}'"),
        ("f'ﬁ{{ﬁ}}{ﬁ!r:>{ﬁ}ﬁ}'", "f'ﬁ{{ﬁ}}{fi!r:>{fi}ﬁ}'"),
        ("rf'\\{ﬁ}' + f'\\N{LATIN SMALL LIGATURE FI}\\'{ﬁ}'", "rf'\\{fi}' + f'\\N{LATIN SMALL LIGATURE FI}\\'{fi}'"),
        ("f'{ﬁ=}{ﬁ = !r}{ﬁ=:x}{ﬁ!=ﬁ}{ﬁ==ﬁ}'", "f'{ﬁ=}{ﬁ = !r}{ﬁ=:x}{fi!=fi}{fi==fi}'"),
        ('f\'{x if"{ﬁ}"else F"{ﬁ}"}\'', 'f\'{x if"{ﬁ}"else F"{fi}"}\''),
        ("f'''{\nﬁ[\"ﬁ\"](ﬁ=1)\n}''' + ﬁ", "f'''{\nfi[\"ﬁ\"](fi=1)\n}''' + fi"),
        (
            "f'{f\"{ﬁ}ﬁ\"}ﬁ', ﬁ, 'ﬁ', b'', F\"{(lambda ﬁ: ﬁ)}\"",
            "f'{f\"{fi}ﬁ\"}ﬁ', fi, 'ﬁ', b'', F\"{(lambda fi: fi)}\"",
        ),
    ],
)
def test_names_in_the_fields_of_formatted_strings(text: str, expected: str) -> None:
    assert with_python_names(text) == expected
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(expected))


@pytest.mark.parametrize("text", ["f'{ﬁ", "f'{" * 5_000 + "ﬁ", "f'{x:" + "{x:" * 5_000, "f'\\N{", "f'{ﬁ:{'"])
def test_a_formatted_string_that_breaks_off_is_no_error(text: str) -> None:
    assert with_python_names(text)
