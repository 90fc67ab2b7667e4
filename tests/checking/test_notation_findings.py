"""CPY010: what a comment in another notation rests on, and what is no such comment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import run, write_tree

BASE = "def clamp(x):\n    return max(x, 0)\n"
COPY = "# Copied from: pkg.base.clamp\ndef clamp(x):\n    return max(x, 0)\n"


def codes(folder: Path, *args: str) -> list[str]:
    result = run(folder, "--output-format", "concise", "--color", "never", *args)
    return [line.split()[1] for line in result.text.splitlines() if ": CPY" in line]


def test_a_warm_run_sees_the_object_come_and_go(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"copycheck.toml": "", "copy.py": COPY, "by_path.py": COPY.replace(": pkg.base.", " pkg/base.py::")}
    )
    assert codes(tmp_path) == []
    write_tree(tmp_path, {"pkg/base.py": BASE})
    assert codes(tmp_path) == codes(tmp_path) == codes(tmp_path, "--no-cache") == ["CPY010", "CPY010"]
    (tmp_path / "pkg" / "base.py").write_text("")
    assert codes(tmp_path) == codes(tmp_path, "--no-cache") == []


def test_a_baseline_takes_it_and_a_source_selects_it(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "copy.py": COPY, "pkg/base.py": BASE})
    assert codes(tmp_path, "pkg/base.py") == ["CPY010"]
    run(tmp_path, "--write-baseline")
    assert codes(tmp_path) == []


@pytest.mark.parametrize("comment", ["# Copied from: .clamp", "# Copied from `copy.clamp`"])
def test_a_comment_that_names_its_own_copy_is_prose(tmp_path: Path, comment: str) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "copy.py": f"{comment}\n{BASE}"})
    assert codes(tmp_path) == []


def test_moving_what_it_names_leaves_the_comment(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "copy.py": COPY, "pkg/base.py": BASE, "pkg/new.py": BASE})
    run(tmp_path, "mv", "pkg.base.clamp", "pkg.new.clamp")
    assert (tmp_path / "copy.py").read_text() == COPY


def test_breaking_it_takes_the_comment_away(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "copy.py": COPY, "pkg/base.py": BASE})
    result = run(tmp_path, "break", "copy.py:1")
    assert (result.code, (tmp_path / "copy.py").read_text()) == (0, BASE), result.stderr


@pytest.mark.parametrize("behind", ["with `x->y`", "(x->y)", "with x->y)"])
def test_marks_around_what_follows_are_left_to_a_person(behind: str, tmp_path: Path) -> None:
    copy = f"# Copied from `pkg.base.clamp` {behind}\ndef clamp(y):\n    return y\n"
    (tmp_path / "pkg").mkdir()
    (tmp_path / "copycheck.toml").write_text("")
    (tmp_path / "pkg/base.py").write_text("def clamp(x):\n    return x\n")
    (tmp_path / "own.py").write_text(copy)
    assert "CPY010" in run(tmp_path, "--fix", "--output-format", "concise").text
    assert (tmp_path / "own.py").read_text() == copy
