"""Undefined names: ruff's F821 is the judge."""

from __future__ import annotations

import ast
import json
import subprocess
import sysconfig
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copycheck.directives.directive_parser import WORDS
from copycheck.syntax.python_tree import parse
from copycheck.syntax.scopes import BUILTINS, NestedScopes, Scope
from copycheck.syntax.statement_walk import Walk
from copycheck.syntax.undefined_names import (
    Fragment,
    Surroundings,
    new_undefined_names,
    parse_around,
    undefined_names,
)

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "fixtures" / "names" / "undefined.py"
RUFF = Path(sysconfig.get_path("scripts")) / "ruff"


def by_ruff(path: Path) -> Counter[str]:
    command = [
        RUFF,
        "check",
        "--isolated",
        "--no-cache",
        "--ignore-noqa",
        "--select",
        "F821",
        "--output-format",
        "json",
    ]
    found = subprocess.run([*command, path], capture_output=True, check=False).stdout
    return Counter(entry["message"].split("`")[1] for entry in json.loads(found))


@pytest.mark.parametrize("future", [False, True])
def test_ruff_finds_the_same(tmp_path: Path, future: bool) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "sample.py"
    path.write_text("from __future__ import annotations\n" * future + text, encoding="utf-8")
    assert undefined_names(path.read_text(encoding="utf-8")) == by_ruff(path)


def test_a_star_binds_all_that_is_looked_up_below_it() -> None:
    assert undefined_names("a\nfrom x import *\nb\n") == Counter({"a": 1})


def test_a_stub_looks_nothing_up_before_its_end() -> None:
    text = "def f(x: B) -> C: ...\nclass A(B): ...\nclass B: ...\n"
    assert undefined_names(text, "x.pyi") == Counter({"C": 1})
    assert undefined_names(text, "x.py") == Counter({"B": 2, "C": 1})


def test_type_parameters_are_names() -> None:
    text = "def f[T](x: T) -> T: return x\nclass A[T: B]: y: T\ntype X[T] = T | A | X | D\n"
    if parse(text) is not None:
        assert undefined_names(text) == Counter({"B": 1, "D": 1})


def test_what_cannot_be_parsed_has_no_answer() -> None:
    assert undefined_names("def f(:\n") is None
    assert new_undefined_names("x = 1\n", "def f(:\n") == []


def test_only_what_is_new_counts() -> None:
    assert new_undefined_names("a\nb\n", "a\na\nc\n") == ["a", "c"]
    assert new_undefined_names("a\na\n", "a\n") == []


def test_a_fragment_is_answered_for_as_its_file_is() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    lines, tree = text.split("\n"), ast.parse(text)
    places = [*_definitions(tree.body, lines, ())]
    around = Surroundings("", tree, [first for first, _, _ in places], has_globals=True)
    uses = [use for use in Walk(tree).uses if use.name not in BUILTINS]
    for first, last, indents in places:
        missing = around.missing(Fragment(first, last, tuple(lines[first - 1 : last]), indents))
        assert missing is not None
        expected = Counter((use.name, use.row) for use in uses if first <= use.row <= last)
        assert Counter((use.name, use.row + first - 1) for use in missing) == expected


@pytest.mark.parametrize("path", [SAMPLE, *sorted((ROOT / "copycheck" / "syntax").glob("*.py"))], ids=lambda p: p.name)
def test_the_bodies_of_other_definitions_change_no_answer(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    for first, last, indents in _definitions(ast.parse(text).body, lines, ()):
        line = lines[first - 1]
        marked = [
            *lines[: first - 1],
            f"{line[: len(line) - len(line.lstrip())]}# Copied from a.b",
            *lines[first - 1 :],
        ]
        whole, around = parse("\n".join(marked)), parse_around("\n".join(marked), WORDS)
        assert whole is not None and around is not None
        fragment = Fragment(first + 1, last + 1, tuple(lines[first - 1 : last]), indents)
        one, other = (Surroundings("", tree, [first + 1], has_globals=False) for tree in (whole, around))
        assert one.bound == other.bound
        assert one.missing(fragment) == other.missing(fragment)


def _definitions(body, lines, indents):  # type: ignore[no-untyped-def]
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield first, node.end_lineno, indents
            line = lines[first - 1]
            if node.body[0].lineno > node.lineno:
                yield from _definitions(node.body, lines, (*indents, line[: len(line) - len(line.lstrip())]))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=12), st.integers(1, 60), st.integers(0, 9))
def test_the_scopes_around_rows_are_those_that_hold_them(places: list[tuple[int, int]], first: int, more: int) -> None:
    scopes: list[Scope] = []
    for start, length in places:
        scope = Scope("class", start, start + length)
        if all(
            scope.first > other.last
            or scope.last < other.first
            or (scope.first >= other.first and scope.last <= other.last)
            or (scope.first <= other.first and scope.last >= other.last)
            for other in scopes
        ):
            scopes.append(scope)
    around = [scope for scope in scopes if scope.first < first and first + more <= scope.last]
    expected = sorted(around, key=lambda scope: (scope.first, -scope.last), reverse=True)
    found = NestedScopes(scopes).around(first, first + more)
    assert [(scope.first, scope.last) for scope in found] == [(scope.first, scope.last) for scope in expected]
