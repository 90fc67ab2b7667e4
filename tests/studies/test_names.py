"""The studies of names, on a few trees."""

from __future__ import annotations

from pathlib import Path

from copycheck.model.result import Patch, Result, Summary
from studies import edit_trees, imported_trees, layout, name_trees, undefined_names
from tests.harness import write_tree


def test_random_trees(tmp_path: Path) -> None:
    assert name_trees.study(tmp_path, [*range(8), 76, 82]) == []


def test_what_could_be_imported_can_still_be(tmp_path: Path) -> None:
    counts, wrong = imported_trees.study(tmp_path, [*range(4), 179, 288])
    assert (list(counts), list(wrong)) == (["files fixed: 15"], [])


def test_a_module_that_cannot_be_imported_any_more_is_found(tmp_path: Path) -> None:
    write_tree(tmp_path / "1", {"alpha.py": "import pkg.beta\n\nX = 1\n", "pkg/__init__.py": "", "pkg/beta.py": ""})
    before = imported_trees.failures(tmp_path, [1])
    assert "1 alpha" not in before
    write_tree(tmp_path / "1", {"pkg/beta.py": "from alpha import X\n"})
    assert "partially initialized module" in imported_trees.failures(tmp_path, [1])["1 alpha"]


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


def test_what_the_formatter_would_change_is_found(tmp_path: Path) -> None:
    before, after = b"x = 1\ny = [ 1 ]\n", b"x = 1\nz = ( 3 )\ny = [ 1 ]\n"
    [line] = layout.relaid(tmp_path, [Patch("a.py", b"x = 1\n\n\n\n\ny = 1\n", after.replace(b"y = [ 1 ]", b"y = 1"))])
    assert line.startswith("a.py:2: the formatter changes what a fix wrote: ['z = ( 3 )'")
    assert list(layout.relaid(tmp_path, [Patch("a.py", before, b"w = 0\n" + before)])) == []


def test_random_trees_under_every_edit(tmp_path: Path) -> None:
    counts, wrong = edit_trees.study(tmp_path, range(6))
    assert wrong == []
    done = {name.partition(":")[0] for name in counts if name.endswith(": done")}
    assert done == {"fix", *edit_trees.EDITS}, "each edit was made at least once"


def test_an_edit_that_breaks_a_file_is_found(tmp_path: Path) -> None:
    def edit() -> Result:
        project.write("a.py", "import os\n\n\n# Copied from a.f\ndef g():\n    return 2\n\n\ny = nothing\n")
        return Result((), Summary())

    project = edit_trees.Project(tmp_path, {"a.py": "import re\n\n\ndef f():\n    return 1\n", "copycheck.toml": ""})
    attempt = edit_trees.attempt("break", project, edit)
    assert attempt.wrong == ("a.py: a line outside of the edit has changed", "a.py: an import is gone")
