"""Where lost objects are is said again without a look for them, until something that it rests on has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copycheck.checking import lost_objects
from studies.repository import git
from tests.harness import run, write_tree

F = "def hoot():\n    return 1\n"
FILES = {
    "copycheck.toml": "",
    "zoo/__init__.py": "",
    "zoo/strix.py": F,
    "zoo/copy.py": "# Copied from zoo.owl.hoot\n" + F,
    "zoo/other.py": "x = 1\n",
}
AGAIN: dict[str, Callable[[Path], object]] = {
    "another file changes": lambda root: (root / "zoo/other.py").write_text("x = 2\n"),
    "another directive comes": lambda root: (root / "zoo/other.py").write_text("# Copied from zoo.strix.hoot\n" + F),
}
ANEW: dict[str, Callable[[Path], object]] = {
    "the home changes": lambda root: (root / "zoo/strix.py").write_text(F.replace("1", "2")),
    "the home is gone": lambda root: (root / "zoo/strix.py").unlink(),
    "the home moves": lambda root: (root / "zoo/strix.py").rename(root / "zoo/eagle.py"),
    "another home comes": lambda root: (root / "zoo/new.py").write_text(F),
    "another home comes in a known file": lambda root: (root / "zoo/other.py").write_text(F),
    "the object comes back": lambda root: (root / "zoo/owl.py").write_text(F),
    "the copy moves down": lambda root: (root / "zoo/copy.py").write_text("\n" + FILES["zoo/copy.py"]),
    "the copy changes": lambda root: (root / "zoo/copy.py").write_text(FILES["zoo/copy.py"].replace("1", "3")),
    "a root comes": lambda root: write_tree(root, {"lib/zoo/owl.py": F}),
}


@pytest.fixture(autouse=True)
def left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files and folders for old as soon as they are written, as they are on any day but that of the checkout."""
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", 0)


@pytest.mark.parametrize("change", [*AGAIN, *ANEW])
def test_a_cached_run_says_what_one_without_a_cache_says(
    tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, FILES)
    assert "zoo.strix.hoot" in run(tmp_path).text
    (AGAIN | ANEW)[change](tmp_path)
    looked: list[object] = []
    find = lost_objects.find_homes
    monkeypatch.setattr(lost_objects, "find_homes", lambda *its: looked.append(its) or find(*its))
    cached = run(tmp_path)
    assert bool(looked) == (change in ANEW and change != "the object comes back")
    fresh = run(tmp_path, "--no-cache")
    assert (cached.text, cached.code) == (fresh.text, fresh.code)
    assert run(tmp_path).text == fresh.text


def test_a_commit_that_renames_counts_though_no_file_has_changed(tmp_path: Path) -> None:
    write_tree(tmp_path, {**FILES, "zoo/strix.py": "x = 1\n", "zoo/owl.py": F.replace("1", "2")})
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "an owl")):
        git(tmp_path, *command)
    (tmp_path / "zoo/owl.py").rename(tmp_path / "zoo/eagle.py")
    assert "git reports" not in run(tmp_path).text
    for command in (("add", "-A"), ("commit", "-qm", "renamed")):
        git(tmp_path, *command)
    (tmp_path / "zoo/other.py").write_text("x = 2\n")
    cached, fresh = run(tmp_path), run(tmp_path, "--no-cache")
    assert "the file that git reports as renamed" in fresh.text
    assert cached.text == fresh.text


def test_a_similar_name_rests_on_what_it_leads_to(tmp_path: Path) -> None:
    copy = "# Copied from pkg.clip\ndef clip(x):\n    return x\n"
    files = {"pkg/__init__.py": "from base import clamp\n", "base.py": "def clamp(x): ...\n", "own.py": copy}
    write_tree(tmp_path, {"copycheck.toml": "", **files})
    assert "A similar name is `clamp`" in run(tmp_path).text
    (tmp_path / "base.py").unlink()
    cached, fresh = run(tmp_path), run(tmp_path, "--no-cache")
    assert cached == fresh and "similar" not in fresh.text
