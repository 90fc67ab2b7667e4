"""A line that is shown bears the number of the line in the file where that text is (contract 4.12)."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.api import check_paths
from copycheck.comparison.line_numbers import placed, rows_behind
from copycheck.directives.replacements import apply_replacements
from copycheck.model.diagnostic import Diagnostic
from copycheck.project.config_search import load
from tests.harness import run, write_tree

_LAYOUTS = (
    "    v{n} = call(Bird.a{n}, b{n})",
    "    v{n} = call(Bird.a{n},\n        b{n})",
    "    v{n} = call(\n        Bird.a{n}, b{n}\n    )",
    "    v{n} = call(\n        Bird.a{n},\n        b{n},\n    )",
    "    v{n} = (call(Bird.a{n}, b{n}))",
    "    v{n} = \\\n        call(Bird.a{n}, b{n})",
    "    v{n} =  call( Bird.a{n}, b{n} )",
    "\n\n    v{n} = call(Bird.a{n}, b{n})",
)
_ARGUMENTS = "first_argument{n}, second_argument{n}, third_argument{n}"
_LONG = (
    f"    v{{n}} = call_with_a_long_name({_ARGUMENTS}, fourth_argument{{n}})",
    f"    v{{n}} = call_with_a_long_name({_ARGUMENTS},\n        fourth_argument{{n}})",
    f"    v{{n}} = call_with_a_long_name(\n        {_ARGUMENTS}, fourth_argument{{n}}\n    )",
)
_QUOTED = ("    v{n} = 'bird{n}'", '    v{n} = "bird{n}"', "    v{n} = u'bird{n}'", "    v{n} = ('bird{n}')")
_BRANCH = ("    if v{n}: return v{n}, Bird", "    if (v{n}):\n        return (v{n}, Bird)")
_COMMENTS = ("    #v{n} is a bird", "    # v{n} is a bird", '    """\n    Docs of v{n}\n      deeper\n    """')
_JOINED = ("    v{n} = 1; w{n} = 2", "    v{n} = 1\n    w{n} = 2", "    v{n} = 1;\n    w{n} = 2")
_KINDS = (_LAYOUTS, _LONG, _QUOTED, _BRANCH, _COMMENTS, _JOINED)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    """A source and a copy of it that has drifted, neither laid out as a formatter would."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=2, max_size=9))
    edited = draw(st.sets(st.integers(0, len(kinds) - 1), min_size=1, max_size=3))
    sides: list[list[str]] = [["def f(x):"], ["# Copied from a.f with Bird->Owl", "def f(x):"]]
    for n, kind in enumerate(kinds):
        for number, lines in enumerate(sides):
            text = draw(st.sampled_from(kind)).replace("{n}", f"{n}x")
            if number and n in edited:
                text = draw(st.sampled_from([text.replace("v", "other"), "", text + f"\n    more{n} = 1"]))
            lines.append(text.replace("Bird", "Owl") if number else text)
    above = ["\n" * draw(st.integers(0, 3)) for _ in sides]
    ends = [f"{gap}" + "\n".join([*lines, "    return x"]) + "\n" for gap, lines in zip(above, sides, strict=True)]
    options = draw(st.sampled_from(['header = "compare"', 'header = "ignore"']))
    return {"a.py": ends[0], "b.py": ends[1], "pyproject.toml": f"[tool.copycheck]\n{options}\n"}


def shown(diagnostic: Diagnostic) -> list[tuple[int, int, str]]:
    """The numbers of each line that is shown, those of the source and of the copy, and its text."""
    assert diagnostic.diff is not None
    lines = diagnostic.diff.split("\n")[2:-1]
    return [
        (expected, actual, line[1:])
        for line, (actual, expected) in zip(lines, diagnostic.rows, strict=True)
        if line[0] != "@"
    ]


def by_hunk(diagnostic: Diagnostic) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """For each hunk, the numbers in its head, and those of its lines."""
    hunks: list[tuple[list[int], list[tuple[int, int]]]] = []
    assert diagnostic.diff is not None
    for line, rows in zip(diagnostic.diff.split("\n")[2:-1], diagnostic.rows, strict=True):
        if line[0] == "@":
            hunks.append(([int(start) for start in re.findall(r"[-+](\d+)", line)], []))
        else:
            hunks[-1][1].append(rows)
    return hunks


def assert_true(lines: list[str], numbered: list[tuple[int, str]]) -> None:
    """Each line that is in the file once bears its number, and the others are in order, at the line of their words."""
    assert [row for row, _ in numbered] == sorted(row for row, _ in numbered)
    for row, text in numbered:
        if lines.count(text) == 1 and re.search(r"\w", text):
            assert lines[row - 1] == text  # brackets alone may be the formatter's here, and the file's elsewhere
        words = [word for word in re.findall(r"\w+", text) if word not in ("call", "u", "f", "x", "return", "Owl")]
        if words:
            assert words[0] in lines[row - 1], (row, text)


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(projects())
def test_the_number_of_a_line_is_that_of_its_text(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder), files)
        drifts = [d for d in check_paths(settings=load([folder], cwd=folder)).diagnostics if d.diff]
    for drift in drifts:
        source = apply_replacements(files["a.py"], drift.replacements).split("\n")
        assert_true(source, [(expected, text) for expected, _, text in shown(drift) if expected])
        assert_true(files["b.py"].split("\n"), [(actual, text) for _, actual, text in shown(drift) if actual])
        for head, lines in by_hunk(drift):
            assert head == [next((pair[side] for pair in lines if pair[side]), 0) for side in (0, 1)]


@pytest.mark.parametrize(
    ("formatted", "raw", "rows"),
    [
        ("f(\n    a,\n)\ng(\n    b,\n)", "f(a)\ng(\n    b,\n)", [1, 1, 1, 2, 3, 4]),
        ('x = "a"\ny = 1', "x = u'a'; y = 1", [1, 1]),
        ("x = [1, 2]", "x = [1,\n 2\n ]", [1]),
        ("x = 0xAB\ny = f(a)", "x = 0Xab\n\n\ny = f((a))", [1, 4]),
        ("a = 1\nc = 3\nb = 2", "a = 1\nb = 2\n# moved\nc = 3", [1, 4, 2]),
        ("", "", []),
    ],
)  # fmt: skip
def test_rows_of_formatted_lines(formatted: str, raw: str, rows: list[int]) -> None:
    assert [line.row for line in placed(formatted, raw, range(1, raw.count("\n") + 2))] == rows


def test_what_a_copy_keeps_of_its_own_has_the_nearest_row() -> None:
    text, original = "def f(a,\n      b):\n    own = 1\n    return 2", "def f(a):\n    return 2"
    assert rows_behind(text, original, [10, 11]) == (10, 10, 10, 11)


BODY = "        x = 1\n        y = 2\n        return x\n"


def test_own_headers_ignored_members_and_own_bodies_do_not_shift_the_rows(tmp_path: Path) -> None:
    source = f"class A:\n    def own(self):\n{BODY}\n    def f(self, a, b):\n{BODY}        z = 3\n"
    own = f"        # Ignore copy\n{BODY}"
    copy = f"# Copied from a.A\nclass A:\n    # Ignore copy\n    own = 1\n\n    def f(\n        self,\n    ):\n{BODY}"
    write_tree(tmp_path, {
        "pyproject.toml": '[tool.copycheck]\nheader = "ignore"\n', "a.py": source, "b.py": copy,
        "c.py": f"class C:\n    # Copied from a.A.f\n    @d\n    def f(self):\n{own}",
    })  # fmt: skip
    files = {"a.py": source.split("\n"), "b.py": copy.split("\n"), "c.py": own.split("\n")}
    for drift in check_paths(settings=load([str(tmp_path)], cwd=str(tmp_path))).diagnostics:
        for expected, actual, text in shown(drift):
            assert not actual or drift.filename == "c.py" or files[drift.filename][actual - 1] == text
            assert not expected or text not in files["a.py"][7:] or files["a.py"][expected - 1] == text


def test_full_copies_and_the_graph_have_the_rows_of_the_files(tmp_path: Path) -> None:
    source = "x = {'a':1,\n  'b':2}\n\n\n\n\n\n\ndef f():\n    return 'Bird'\n"
    config = '[tool.copycheck.full-copies]\n"b.py" = { source = "a.py", with = "Bird->Owl" }\n'
    write_tree(tmp_path, {
        "pyproject.toml": config, "a.py": source, "b.py": 'x = {"a": 1, "b": 2}\n\n\ndef f():\n    return "Kite"\n',
        "c.py": "# Copied from a.f\n\n\ndef f():\n\n\n    return 'Kite'\n",
    })  # fmt: skip
    full = next(
        d for d in check_paths(settings=load([str(tmp_path)], cwd=str(tmp_path))).diagnostics if d.filename == "b.py"
    )
    assert [(expected, actual) for expected, actual, _ in shown(full)] == [(1, 1), (9, 4), (0, 5), (10, 0)]
    document = json.loads(run(tmp_path, "graph", "--format", "json").stdout)
    [finding] = [f for copy in document["copies"] if copy["target"] == "a.f" for f in copy["findings"]]
    assert finding["rows"] == [[0, 0], [4, 9], [7, 0], [0, 10]]
