"""What ruff is asked about, and what becomes of an answer that is no answer."""

from __future__ import annotations

from pathlib import Path

from copycheck.syntax.ruff_preflight import parsable
from tests.harness import write_tree


def test_it_says_which_files_are_python(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "x = 1\n", "sub/b.py": "x = (\n", 'q"u\\o.py': "x = )\n", "ünï.py": "def\n"})
    names = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")]
    assert len(names) == 4
    assert parsable(str(tmp_path), [*names, "gone.py"]) == {"a.py"}


def test_a_large_file_is_not_asked_about(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "x = 1\n", "large.py": "x = 1\n" * 200_000})
    assert parsable(str(tmp_path), ["a.py", "large.py"]) == {"a.py"}


def test_errors_without_end_are_no_answer(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "x = 1\n", "bad.py": "=\n" * 60_000})
    assert parsable(str(tmp_path), ["a.py", "bad.py"]) == frozenset()
