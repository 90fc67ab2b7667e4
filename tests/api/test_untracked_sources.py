"""`--tracked`: what git does not track is not there for whoever checks a commit out."""

from __future__ import annotations

from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import committed, run, tracked_findings, write_tree

TREE: dict[str, str | bytes] = {
    "copycheck.toml": '[full-copies]\n"two.yaml" = "one.yaml"\n',
    "pkg/base.py": "def f(x):\n    return 1\n",
    "pkg/facade.py": "from pkg.base import f\n",
    "copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return 1\n",
    "one.yaml": "a: 1\n",
    "two.yaml": "a: 1\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return committed(tmp_path / "project", TREE)


def test_nothing_is_said_where_all_is_tracked(project: Path) -> None:
    write_tree(project, {"new.py": "x = 1\n", ".gitignore": "ignored.py\n", "ignored.py": "y = 1\n"})
    assert tracked_findings(project) == []


@pytest.mark.parametrize(
    ("name", "where", "what"),
    [
        ("pkg/base.py", "copy.py:1:1: CPY101", "the source of `f` is pkg/base.py, which git does not track"),
        ("one.yaml", "two.yaml:1:1: CPY204", "is one.yaml, which git does not track"),
        ("two.yaml", "two.yaml:1:1: CPY204", "the full copy is two.yaml, which git does not track"),
    ],
)
def test_a_file_that_is_taken_out_of_git_and_kept(project: Path, name: str, where: str, what: str) -> None:
    assert tracked_findings(project) == []
    git(project, "rm", "-q", "--cached", name)
    assert run(project).code == 0, "on disk, all is there"
    (line,) = tracked_findings(project)
    assert line.startswith(where) and what in line
    assert run(project, "--tracked", "--fix").code == 1
    assert f"run `git add {name}`" in run(project, "--tracked").text
    git(project, "add", name)
    assert tracked_findings(project) == []


def test_a_new_copy_without_its_source(project: Path) -> None:
    write_tree(
        project, {"new/base.py": "def g():\n    pass\n", "m.py": "# Copied from new.base.g\ndef g():\n    pass\n"}
    )
    assert tracked_findings(project) == [], "neither of them is in a commit"
    git(project, "add", "m.py")
    assert [line.partition(" ")[0] for line in tracked_findings(project)] == ["m.py:1:1:"]
    write_tree(project, {".gitignore": "new/\n"})
    assert len(tracked_findings(project)) == 1, "ignored or not"
    assert tracked_findings(project, "--ignore", "CPY101") == [] == tracked_findings(project, "pkg")


def test_a_link_to_what_git_does_not_track(project: Path) -> None:
    write_tree(project, {".gitignore": "made/\n", "made/base.py": TREE["pkg/base.py"]})
    (project / "pkg" / "base.py").unlink()
    (project / "pkg" / "base.py").symlink_to("../made/base.py")
    git(project, "add", "pkg")
    (line,) = tracked_findings(project)
    assert line.startswith("copy.py:1:1: CPY101") and "the source of `f` is made/base.py, which" in line
    git(project, "add", "-f", "made")
    assert tracked_findings(project) == []


def test_a_module_that_imports_the_source_on(project: Path) -> None:
    write_tree(
        project, {"near.py": "from pkg.base import f\n", "m.py": "# Copied from near.f\ndef f(x):\n    return 1\n"}
    )
    git(project, "add", "m.py")
    (line,) = tracked_findings(project)
    assert line.startswith("m.py:1:1: CPY101") and "the source of `f` is found through near.py, which" in line
    git(project, "add", "near.py")
    assert tracked_findings(project) == []


def test_a_source_that_is_announced_alone(project: Path) -> None:
    """`git add --intent-to-add` gives the index a name; a commit does not have the file."""
    write_tree(project, {"new.py": "def g():\n    pass\n", "m.py": "# Copied from new.g\ndef g():\n    pass\n"})
    git(project, "add", "-N", "new.py")
    git(project, "add", "m.py")
    assert [line.partition(" ")[0] for line in tracked_findings(project)] == ["m.py:1:1:"]
    git(project, "add", "new.py")
    assert tracked_findings(project) == []


def test_in_a_hook_the_index_of_the_commit_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit m.py` leaves out what is staged besides."""
    git(project, "rm", "-q", "--cached", "pkg/base.py")
    (project / ".git" / "next-index").write_bytes((project / ".git" / "index").read_bytes())
    git(project, "add", "pkg/base.py")
    assert tracked_findings(project) == []
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    assert len(tracked_findings(project)) == 1
    monkeypatch.setenv("GIT_INDEX_FILE", str(project / "copy.py"))
    assert tracked_findings(project) == [], "no index of this repository"


def test_files_of_a_submodule_are_tracked_by_it(project: Path, tmp_path: Path) -> None:
    other = committed(tmp_path / "other", {"lib.py": "def h():\n    pass\n"})
    git(project, "submodule", "add", "-q", str(other), "sub")
    write_tree(project, {"m.py": "# Copied from sub.lib.h\ndef h():\n    pass\n"})
    git(project, "add", "-A")
    assert tracked_findings(project) == []


def test_a_project_below_the_top_of_the_repository(tmp_path: Path) -> None:
    root = committed(tmp_path / "top", {f"below/{name}": text for name, text in TREE.items()})
    assert tracked_findings(root / "below") == []
    git(root, "rm", "-q", "--cached", "below/pkg/base.py")
    assert len(tracked_findings(root / "below")) == 1


def test_without_a_repository_it_is_an_error(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    result = run(tmp_path, "--tracked")
    assert result.code == 2 and "is in no git repository" in result.stderr


def test_a_baseline_that_git_does_not_track_does_not_count(project: Path) -> None:
    write_tree(project, {"copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return 2\n"})
    run(project, "--write-baseline")
    assert run(project).code == 0
    assert [line.partition(" ")[0] for line in tracked_findings(project)] == ["copy.py:1:1:"]
    assert "run `git add copycheck-baseline.json`" in run(project, "--tracked").stderr
    git(project, "add", "copycheck-baseline.json")
    assert tracked_findings(project) == []


def test_a_configuration_that_the_commit_does_not_have_fails_the_run(project: Path) -> None:
    (project / "copy.py").write_text("# Copied from pkg.base.f\ndef f(x):\n    return 2\n")
    (project / "copycheck.toml").write_text('exclude = ["copy.py"]\n')
    assert run(project, "--tracked").code == 0, "what is not staged, pre-commit puts aside"
    git(project, "update-index", "--skip-worktree", "copycheck.toml")
    result = run(project, "--tracked")
    assert result.code == 2 and "copycheck.toml: of this configuration git was told not to look at it" in result.stderr
    git(project, "update-index", "--no-skip-worktree", "copycheck.toml")
    git(project, "rm", "-q", "--cached", "copycheck.toml")
    result = run(project, "--tracked")
    assert result.code == 2 and "run `git add copycheck.toml`" in result.stderr
