"""The studies of names, on a few trees."""

from __future__ import annotations

from pathlib import Path

from studies import name_trees, undefined_names
from tests.harness import write_tree


def test_random_trees(tmp_path: Path) -> None:
    assert name_trees.study(tmp_path, [*range(8), 76, 82]) == []


def test_a_name_that_a_fix_leaves_undefined_is_found(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "def f():\n    return known\n\n\nknown = 1\n"})
    before = undefined_names.undefined(tmp_path)
    write_tree(tmp_path, {"a.py": "def f():\n    return unknown, unknown\n"})
    [(_, message)] = undefined_names.undefined(tmp_path) - before
    assert message == "Undefined name `unknown`"


def test_the_table_of_a_project(tmp_path: Path) -> None:
    source = "import re\n\n\ndef f(x):\n    return re\n\n\ndef g(x):\n    return f(x)\n"
    copy = "# Copied from a.f\ndef f(x):\n    return 1\n\n\n# Copied from a.g\ndef h(x):\n    return 1\n"
    write_tree(tmp_path, {"copycheck.toml": "", "a.py": source, "b.py": copy.replace("def f", "def k")})
    measured, wrong = undefined_names.measure("zoo", tmp_path, "compare")
    assert (measured.row(), wrong) == ("| zoo | 2 | 1 | 1 | 0 | 1 | a helper of the source 1 | 0 |", [])
