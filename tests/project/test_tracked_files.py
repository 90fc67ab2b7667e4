"""What git tracks counts, whatever is made out of a .gitignore here (contract 9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import committed, run

FILES: dict[str, str | bytes] = {
    "pkg/base.py": "def f(x):\n    return x + 1\n",
    "pkg/copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return x + 2\n",
    "other.py": "# Copied from pkg.base.f\ndef f(x):\n    return x + 1\n",
}


KEEPING = (
    "*\n!*/\n!*.py\n!.gitignore\n",
    "pkg/**\n!pkg/*.py\n",
    "*\n!pkg/\n!pkg/copy.py\n!pkg/base.py\n",
    "pkg\t\n",
    "x\fpkg\n",
)


@pytest.mark.parametrize("patterns", KEEPING)
def test_a_list_of_what_is_kept_leaves_out_nothing_that_git_tracks(patterns: str, tmp_path: Path) -> None:
    root = committed(tmp_path / "zoo", {**FILES, ".gitignore": patterns})
    for options in ((), ("--tracked",), ("--no-cache",)):
        assert "pkg/copy.py:1:1: CPY201" in run(root, "--output-format", "concise", *options).text


@pytest.mark.parametrize("line", ["!", "x\\", "[c-a]x", "[[:alpha:]]en", "\ufeffx"])
def test_a_line_that_is_no_pattern_is_passed_over(line: str, tmp_path: Path) -> None:
    root = committed(tmp_path / "zoo", {**FILES, ".gitignore": f"{line}\nother.py\n".encode()})
    (root / "new.py").write_text("# Copied from pkg.base.f\ndef f(x):\n    return 3\n")
    (root / ".gitignore").write_text(f"{line}\nnew.py\n")
    found = run(root, "--output-format", "concise", "--no-cache")
    assert found.code == 1 and "pkg/copy.py" in found.text and "new.py" not in found.text and not found.stderr
