"""The cache and the clock: what is fresh, moved, deleted, switched or restored is seen, in real time."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from copycheck.checking import checker
from studies.cache import run as run_study
from tests.harness import run, write_tree

SOURCE = "def clamp():\n    return 1\n"
COPY = f"# Copied from pkg.base.clamp\n{SOURCE}"


def test_a_fresh_file_that_is_moved_is_missed(project: Path) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "m.py": COPY})
    assert run(project).code == 0
    os.utime(project / "pkg" / "base.py")
    assert run(project).code == 0
    (project / "pkg" / "base.py").rename(project / "pkg" / "basics.py")
    assert [run(project).code for _ in range(3)] == [1, 1, 1]
    (project / "pkg" / "basics.py").rename(project / "pkg" / "base.py")
    assert run(project).code == 0
    (project / "pkg" / "base.py").unlink()
    assert run(project).code == 1


def test_a_change_that_keeps_size_and_times_is_seen_while_the_file_is_fresh(project: Path) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "m.py": COPY})
    path = project / "m.py"
    before = path.stat()
    assert run(project).code == 0
    with path.open("r+b") as stream:
        stream.seek(-2, os.SEEK_END)
        stream.write(b"2")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert run(project).code == 1


def test_the_second_run_after_a_checkout_examines_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "m.py": COPY})
    time.sleep(0.1)  # older than a tick of the clock, and far younger than the two seconds
    first = run(project)
    monkeypatch.setattr("copycheck.checking.checker.Check.run", None)
    monkeypatch.setattr("copycheck.checking.checker.Check.run_from", None)
    assert run(project).stdout == first.stdout


@pytest.mark.parametrize("by_content", [False, True], ids=["in the project", "restored"])
def test_the_cache_finds_what_a_fresh_check_finds(tmp_path: Path, by_content: bool) -> None:
    root, kept = tmp_path / "tree", tmp_path / "kept"
    root.mkdir()
    assert run_study(root, 7, 60, 1, kept if by_content else None) == []


def test_a_restored_cache_serves_another_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, kept = tmp_path / "a", tmp_path / "b", str(tmp_path / "kept")
    write_tree(first, {"copycheck.toml": "", "pkg/base.py": SOURCE, "m.py": COPY})
    time.sleep(0.1)
    report = run(first, "--cache-dir", kept)
    shutil.copytree(first, second)
    with monkeypatch.context() as patch:
        patch.setattr("copycheck.checking.checker.Check.run", None)
        patch.setattr("copycheck.checking.checker.Check.run_from", None)
        assert run(second, "--cache-dir", kept).stdout == report.stdout
    (second / "m.py").write_text(COPY.replace("1", "2"))
    assert run(second, "--cache-dir", kept).code == 1


def test_a_cache_in_the_project_does_not_believe_content_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A committed cache comes with other inodes, whatever the content: every file is examined."""
    write_tree(project, {"pkg/base.py": SOURCE, "m.py": COPY})
    run(project)
    examined: list[str] = []
    kept = checker.Check._examined
    monkeypatch.setattr(checker.Check, "_examined", lambda *its: examined.append(its[1]) or kept(*its))
    for name in ("pkg/base.py", "m.py"):
        shutil.copy2(project / name, project / "copy")
        (project / "copy").rename(project / name)
    run(project)
    assert "m.py" in examined
