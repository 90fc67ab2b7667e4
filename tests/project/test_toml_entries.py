"""Where keys and values of TOML are, and edits of them that change nothing else; tomllib is the judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.project.toml import tomllib
from copycheck.project.toml_entries import entries_of, with_key, with_texts, without, written_as

TEXT = '''\
# [not.a."header"]
title = "a # is no comment"

[tool."copy.check" . table]  # behind
bare-1 = 'it = "x"'
"quoted key" = { source = "s", with = "A->B", } # the comma is TOML 1.1
dotted . "two three" = """
many = "lines"
"""
list = [ "a", { in = "list" }, # in between
  [1, 2], ]
number = 1979-05-27T07:32:00Z
[[array.of.tables]]
x = "y"
[[array.of.tables]]
x = \'\'\'z\'\'\'
'''.replace(", } # the comma is TOML 1.1", " }")


def test_keys_and_texts() -> None:
    found = [(entry.keys, entry.value.text if entry.value else None) for entry in entries_of(TEXT)]
    assert found == [
        (("title",), "a # is no comment"),
        (("tool", "copy.check", "table"), None),
        (("tool", "copy.check", "table", "bare-1"), 'it = "x"'),
        (("tool", "copy.check", "table", "quoted key", "source"), "s"),
        (("tool", "copy.check", "table", "quoted key", "with"), "A->B"),
        (("tool", "copy.check", "table", "quoted key"), None),
        (("tool", "copy.check", "table", "dotted", "two three"), 'many = "lines"\n'),
        (("tool", "copy.check", "table", "list"), None),
        (("tool", "copy.check", "table", "number"), None),
        (("array", "of", "tables"), None),
        (("array", "of", "tables", "x"), "y"),
        (("array", "of", "tables"), None),
        (("array", "of", "tables", "x"), "z"),
    ]


@pytest.mark.parametrize(
    ("token", "new", "written"),
    [
        ('"a"', "b/c", '"b/c"'),
        ("'a'", "b/c", "'b/c'"),
        ("'a'", "it's", '"it\'s"'),
        ("a", "b", "b"),
        ("a", "b/c", '"b/c"'),
        ('"a"', 'q"\\\n', r'"q\"\\\U0000000a"'),
    ],
)
def test_the_notation_stays_where_it_can(token: str, new: str, written: str) -> None:
    assert written_as(new, token) == written
    assert tomllib.loads(f"{written} = {written if written[0] in chr(34) + chr(39) else 1}").keys() == {new}


NAMES = st.sampled_from(["a", "docs/a.txt", "b c", "x.y", "ü", "with"])
BLANKS = st.sampled_from(["", " ", "  "])


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A document with a table `t` of texts in one of the notations of TOML."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    values = [draw(NAMES) for _ in names]
    pairs = [f'"{name}"{draw(BLANKS)}={draw(BLANKS)}"{value}"' for name, value in zip(names, values, strict=True)]
    notation = draw(st.sampled_from(["header", "inline", "dotted", "headers"]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    if notation == "header":
        lines = ["[t]", *(f"{pair}  # {number}" for number, pair in enumerate(pairs))]
    elif notation == "inline":
        lines = [f"t = {{{draw(BLANKS)}{f',{draw(BLANKS)}'.join(pairs)}{draw(BLANKS)}}}  # all"]
    elif notation == "dotted":
        lines = [f"t.{pair}" for pair in pairs]
    else:
        lines = [
            line for pair in pairs for line in (f"[t.{pair.split(chr(34))[1]!r}]", f"v = {pair.rpartition('=')[2]}")
        ]
    return end.join(["# first", "", *lines, "", "[u]", "last = 1  # last", ""])


def read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.replace("\r\n", "\n"))


def lines_of(text: str, but: Iterable[str] = ()) -> list[str]:
    return [line for line in text.split("\n") if not any(part in line for part in but)]


@settings(max_examples=50, deadline=None)
@given(tables(), st.data())
def test_an_entry_goes_and_all_else_stays(text: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(read(text)["t"])))
    gone = [entry for entry in entries_of(text) if entry.keys[:2] == ("t", name)]
    after = without(text, gone)
    meant = {key: value for key, value in read(text)["t"].items() if key != name}
    assert read(after).get("t", {}) == meant
    assert read(after)["u"] == {"last": 1}
    kept = [line for line in lines_of(after, ["t = {"]) if line]
    before = iter(lines_of(text, ["t = {"]))
    assert all(line in before for line in kept)
    assert len(text.split("\n")) - len(after.split("\n")) in (0, 1, 2)


@settings(max_examples=50, deadline=None)
@given(tables(), st.data())
def test_a_key_is_renamed_and_all_else_stays(text: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(read(text)["t"])))
    keys = [entry.path[1] for entry in entries_of(text) if entry.keys[:2] == ("t", name)]
    after = with_texts(text, [(key, "new/name") for key in keys])
    before = read(text)
    assert read(after) == {**before, "t": {"new/name" if k == name else k: v for k, v in before["t"].items()}}
    assert with_texts(after, [(e.path[1], name) for e in entries_of(after) if e.keys[:2] == ("t", "new/name")]) == text


@settings(max_examples=50, deadline=None)
@given(tables(), st.data())
def test_a_key_is_added_to_a_table_and_then_changed(text: str, data: st.DataObject) -> None:
    before = read(text)
    name = data.draw(st.sampled_from(sorted(before["t"])))
    table = before["t"][name] if isinstance(before["t"][name], dict) else {"v": before["t"][name]}
    for value in ("why", 'it\'s "so"'):
        text = with_key(text, ("t", name), "v", "adapted", value)
        assert read(text) == {**before, "t": {**before["t"], name: {**table, "adapted": value}}}
