"""Tables of plain values are left out of a text, and nothing else. Python itself is the judge."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.syntax import data_tables, emptied_tables
from copycheck.syntax.data_tables import without_tables

ROWS = [
    "    1,",
    "    1, 2,",
    "    'a'",
    "    'a',",
    "    'a': 1,",
    "    'a': [1, 2], 'b': (),",
    "    'a': [",
    "    [",
    "    {",
    "    ],",
    "    ]",
    "    },",
    "    )",
    "    (1, 2),",
    '    """',
    "    x,",
    "    007,",
    "    '\\N{no}',",
    "    # why",
    "",
    "]",
    "}",
    "X = [",
    "Y: dict[str, int] = {",
    "def f():",
    "    return 1",
]


@pytest.fixture(autouse=True)
def every_table_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_tables, "_FEW", 0)
    monkeypatch.setattr(emptied_tables, "_FEW_ROWS", 0)


def outline(text: str) -> list[tuple[str, int, int | None]] | None:
    try:
        return [(type(node).__name__, node.lineno, node.end_lineno) for node in ast.parse(text).body]
    except SyntaxError:
        return None


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(ROWS), max_size=10), st.sampled_from(["X = [", "X = {", "X = ("]))
def test_a_text_without_its_tables_has_the_same_statements_in_the_same_rows(rows: list[str], first: str) -> None:
    text = "\n".join((first, *rows, "y = 2"))
    assert outline(without_tables(text)) == outline(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("X = [\n    1,\n    2\n]\n", "X = [\n\n\n]\n"),
        ("X: list[int] = [\n    1,\n    -2.5e3,\n    0xFF,\n]\n", "X: list[int] = [\n\n\n\n]\n"),
        ("X = (\n    (1, 'a'),\n    [\n        \"b\\n\",\n    ],\n)\n", "X = (\n\n\n\n\n)\n"),
        ("X = {\n    'a': 1,\n    'b': {\n        'c': None\n    },\n}\n", "X = {\n\n\n\n\n}\n"),
        ("X = {\n    1,\n    2,\n}\n", "X = {\n\n\n}\n"),
        ("class A:\n    X = [\n        1,\n    ]\n", "class A:\n    X = [\n\n    ]\n"),
        ("X = [\n    1\n    2,\n]\n", "X = [\n    1\n    2,\n]\n"),
    ],
)
def test_what_is_left_out(text: str, left: str) -> None:
    assert without_tables(text) == left


@pytest.mark.parametrize(
    "row", ["f(1),", "x,", "x.y,", "lambda: 1,", "(x := 1),", "*x,", "# Copied from a.b", "f'{x}',", "1 if x else 2,"]
)
def test_what_binds_or_uses_a_name_stays(row: str) -> None:
    text = f"X = [\n    1,\n    {row}\n    2,\n]\n"
    assert without_tables(text) == text
