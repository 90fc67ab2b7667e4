"""`--tracked`: the text that a commit has counts, where the disk has another one and git shows no change."""

from __future__ import annotations

from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import committed, run, tracked_findings, write_tree

SOURCE = "def h(x):\n    return {}\n\n\ndef other():\n    return 1\n"
COPY = "# Copied from sub.lib.h\ndef h(x):\n    return {}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    library = committed(tmp_path / "library", {"lib.py": SOURCE.format(1), "a.yaml": "a: 1\n"})
    root = committed(tmp_path / "project", {"copycheck.toml": "", "copy.py": COPY.format(1)})
    git(root, "submodule", "--quiet", "add", str(library), "sub")
    git(root, "commit", "-q", "-m", "submodule")
    return root


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_source_in_a_submodule_that_the_commit_has_otherwise(project: Path, is_committed: bool) -> None:
    assert tracked_findings(project) == []
    write_tree(project, {"copy.py": COPY.format(2), "sub/lib.py": SOURCE.format(2)})
    git(project, "add", "copy.py")
    if is_committed:
        git(project / "sub", "commit", "-q", "-a", "-m", "second")
    assert run(project).code == 0, "on disk, all is there"
    (line,) = tracked_findings(project)
    assert line.startswith("copy.py:1:1: CPY201") and "of sub/lib.py the commit has the submodule sub at" in line
    assert "run `git add sub`" in run(project, "--tracked").text
    assert run(project, "--tracked", "--fix").code == 1
    git(project / "sub", "commit", "-q", "-a", "--allow-empty", "-m", "third")
    git(project, "add", "sub")
    assert tracked_findings(project) == []


def test_what_else_changes_in_the_file_of_a_source_is_its_own_business(project: Path) -> None:
    write_tree(project, {"sub/lib.py": SOURCE.format(1).replace("other", "another"), "sub/new.py": "x = 1\n"})
    assert tracked_findings(project) == []


def test_a_source_that_the_commit_of_a_submodule_has_not(project: Path) -> None:
    write_tree(project, {"sub/.gitignore": "made.py\n", "sub/made.py": SOURCE.format(1)})
    write_tree(project, {"new.py": COPY.format(1).replace(".lib.", ".made.")})
    git(project, "add", "new.py")
    (line,) = tracked_findings(project)
    assert line.startswith("new.py:1:1: CPY101")


def test_a_full_copy_of_a_file_in_a_submodule(project: Path) -> None:
    write_tree(project, {"copycheck.toml": '[full-copies]\n"b.yaml" = "sub/a.yaml"\n', "b.yaml": "a: 1\n"})
    git(project, "add", "-A")
    assert tracked_findings(project) == []
    write_tree(project, {"b.yaml": "a: 2\n", "sub/a.yaml": "a: 2\n"})
    git(project, "add", "b.yaml")
    (line,) = tracked_findings(project)
    assert line.startswith("b.yaml:1:1: CPY203")


def test_the_commit_of_a_submodule_that_is_not_here(project: Path) -> None:
    git(project, "update-index", "--cacheinfo", f"160000,{'1' * 40},sub")
    result = run(project, "--tracked")
    assert result.code == 2 and "run `git submodule update sub`" in result.stderr


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_whose_changes_git_does_not_look_at(project: Path, flag: str) -> None:
    write_tree(project, {"near.py": SOURCE.format(1), "m.py": COPY.format(1).replace("sub.lib", "near")})
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "near")
    git(project, "update-index", flag, "near.py")
    assert tracked_findings(project) == []
    write_tree(project, {"near.py": SOURCE.format(2), "m.py": COPY.format(2).replace("sub.lib", "near")})
    git(project, "add", "m.py")
    (line,) = tracked_findings(project)
    assert line.startswith("m.py:1:1: CPY201") and "git was told not to look at it" in line


def test_a_copy_that_a_sparse_checkout_leaves_out(project: Path) -> None:
    write_tree(project, {"near.py": SOURCE.format(1), "far/m.py": COPY.format(1).replace("sub.lib", "near")})
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "far")
    git(project, "update-index", "--skip-worktree", "far/m.py")
    (project / "far" / "m.py").unlink()
    assert tracked_findings(project) == []
    write_tree(project, {"near.py": SOURCE.format(2)})
    (line,) = tracked_findings(project)
    assert line.startswith("far/m.py:1:1: CPY201")
