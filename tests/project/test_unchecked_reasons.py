"""Nothing that a person names, or that git tracks, is passed over in silence (contract 8 and 9)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copycheck.api import load
from copycheck.project.discovery import walk
from tests.harness import committed, git, run, write_tree

SOURCE = "def clamp():\n    return 1\n"
DRIFT = "# Copied from pkg.base.clamp\ndef clamp():\n    return 2\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {"copycheck.toml": "", ".gitignore": "gen/\n", "pkg/base.py": SOURCE, "build/m.py": DRIFT}
    root = committed(tmp_path / "tree", files)
    write_tree(root, {"gen/deep/m.py": DRIFT, "notes/a.txt": ""})
    (root / "empty").mkdir()
    return root


def names_of(root: Path) -> list[str]:
    return [found.filename for found in walk(load(cwd=str(root)))]


@pytest.mark.parametrize("path", ["build", "build/", "build/m.py", "gen", "gen/deep", "gen/deep/m.py", "./gen/../gen"])
def test_what_is_named_is_checked(tree: Path, path: str) -> None:
    assert run(tree).code == 0
    found = run(tree, path)
    assert found.code == 1 and "m.py:1:1: CPY201" in found.text
    assert "warning" not in found.stderr


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("build", "no file in build is checked: build/m.py is excluded by `build` in `exclude`"),
        ("build/m.py", "build/m.py is not checked: it is excluded by `build` in `exclude`"),
        ("gen", "no file in gen is checked: gen/deep/m.py is ignored by .gitignore"),
        ("gen/deep/m.py", "gen/deep/m.py is not checked: it is ignored by .gitignore"),
        ("notes", "no file in notes is checked: none is a `*.py` or `*.pyi`"),
        ("notes/a.txt", "notes/a.txt is not checked: it is no Python file: `include` does not name it"),
        ("empty", "no file in empty is checked: none is a `*.py` or `*.pyi`"),
    ],
)
def test_with_force_exclude_it_is_not_and_the_reason_is_said(tree: Path, path: str, reason: str) -> None:
    (tree / "copycheck.toml").write_text("force-exclude = true\n")
    for args in ([path], [path, "--fix"], [path, "--no-cache"]):
        found = run(tree, *args)
        assert found.code == 0
        assert f"copycheck: warning: {reason}\n" in found.stderr
    assert "warning" not in run(tree, path, "--quiet").stderr
    assert "warning" not in run(tree, "pkg").stderr


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"copycheck.toml": ""}, "none is a `*.py` or `*.pyi`"),
        ({"copycheck.toml": "", "a.ipynb": "{}"}, "a.ipynb is a notebook"),
        ({"copycheck.toml": 'exclude = ["*"]\n', "m.py": ""}, "m.py is excluded by `*` in `exclude`"),
        ({"copycheck.toml": 'include = ["*.pyx"]\n', "m.py": ""}, "none is a `*.pyx`"),
        ({"copycheck.toml": "", "a/.gitignore": "*.py\n", "a/m.py": ""}, "a/m.py is ignored by a/.gitignore"),
    ],
)
def test_a_project_without_any_file_says_why(tmp_path: Path, files: dict[str, str | bytes], reason: str) -> None:
    write_tree(tmp_path, files)
    found = run(tmp_path)
    assert found.code == 0
    assert found.stderr == f"copycheck: warning: no file in the project is checked: {reason}\n"


@pytest.mark.parametrize("path", ["gone.py", "pakages/a", ".."])
def test_a_wrong_path_is_one_line(tree: Path, path: str) -> None:
    found = run(tree, path)
    assert found.code == 2 and found.stderr.count("\n") == 1


def test_a_full_copy_is_looked_at(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": '[full-copies]\n"b.yaml" = "a.yaml"\n', "a.yaml": "1\n", "b.yaml": "2\n"})
    assert run(tmp_path).code == 1
    for args in ([], ["a.yaml"], ["b.yaml"]):
        assert "warning" not in run(tmp_path, *args).stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_the_project_stands_for_what_it_leads_to(tree: Path) -> None:
    (tree / "link.py").symlink_to("build/m.py")
    (tree / "folder").symlink_to("gen")
    for name in ("link.py", "folder"):
        found = run(tree, name)
        assert found.code == 1 and "warning" not in found.stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_into_nowhere_says_so(tree: Path, tmp_path: Path) -> None:
    (tree / "gone.py").symlink_to("none.py")
    assert "gone.py is not checked: it is a link to what the project does not hold" in run(tree, "gone.py").stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_the_project_can_be_named_through_a_link(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tree)
    assert run(tree, str(tmp_path / "link" / "build" / "m.py")).code == 1


def test_git_counts_from_a_folder_of_the_repository(tmp_path: Path) -> None:
    """The project is a folder of a repository whose .gitignore is above it."""
    root = committed(tmp_path / "tree", {"sub/copycheck.toml": "", "sub/pkg/base.py": SOURCE, "sub/gen/m.py": DRIFT})
    (root / ".gitignore").write_text("gen/\n")
    assert names_of(root / "sub") == ["gen/m.py", "pkg/base.py"]
    git(root, "rm", "-q", "--cached", "sub/gen/m.py")
    assert names_of(root / "sub") == ["pkg/base.py"]
    (root / "sub" / "copycheck.toml").write_text("force-exclude = true\n")
    assert "gen/m.py is not checked: it is ignored by ../.gitignore" in run(root / "sub", "gen/m.py").stderr


@pytest.mark.parametrize("linked", [False, True], ids=["main", "linked"])
def test_git_counts_in_a_hook(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool) -> None:
    """git sets its own variables for a hook; in a linked working tree, GIT_DIR among them."""
    root = tree
    write_tree(root, {"sub/copycheck.toml": "", "sub/pkg/base.py": SOURCE, "sub/gen/m.py": DRIFT})
    git(root, "add", "-f", "sub")
    git(root, "commit", "-q", "-m", "second")
    if linked:
        git(root, "worktree", "add", "-q", str(tmp_path / "linked"))
        root = tmp_path / "linked"
    monkeypatch.setenv("GIT_DIR", git(root, "rev-parse", "--absolute-git-dir").strip())
    monkeypatch.setenv("GIT_INDEX_FILE", git(root, "rev-parse", "--git-path", "index").strip())
    assert run(root / "sub").code == 1
    assert "gen/m.py" in names_of(root / "sub")


@pytest.mark.parametrize("above", ["*.py\n", "lib/\n", ""])
def test_a_submodule_has_rules_of_its_own(tmp_path: Path, above: str) -> None:
    inner = committed(tmp_path / "inner", {"pkg/base.py": SOURCE, "gen/m.py": DRIFT})
    (inner / ".gitignore").write_text("gen/\n")
    git(inner, "add", "-A")
    git(inner, "commit", "-q", "-m", "ignored, and tracked")
    outer = committed(tmp_path / "outer", {"copycheck.toml": ""})
    git(outer, "submodule", "--quiet", "add", str(inner), "lib")
    (outer / ".gitignore").write_text(above)
    (outer / "copycheck.toml").write_text('src = ["lib"]\n')
    write_tree(outer, {"lib/gen/other.py": DRIFT})
    assert names_of(outer) == ["lib/gen/m.py", "lib/pkg/base.py"]


def test_without_git_a_gitignore_counts_all_the_same(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree / "empty"))
    assert names_of(tree) == ["pkg/base.py"]
    assert ".gitignore hides those too: git cannot be run: there is no `git` on the PATH" in run(tree).stderr


def test_a_git_that_refuses_to_answer_is_named(tree: Path) -> None:
    """As in a container whose user does not own the checkout: what git tracks may be left out."""
    (tree / ".git" / "HEAD").write_text("no reference\n")
    found = run(tree)
    assert "warning: git does not say which files it tracks, so .gitignore hides those too: " in found.stderr
    (tree / ".gitignore").unlink()
    assert "warning" not in run(tree).stderr


@pytest.mark.parametrize("is_around", [True, False], ids=["in a repository", "in a folder"])
def test_a_repository_that_a_project_around_it_ignores_is_checked_from_inside(tmp_path: Path, is_around: bool) -> None:
    """The project is that of the folder around; what git tracks in the one that we are in counts all the same."""
    outer = tmp_path / "outer"
    write_tree(outer, {"copycheck.toml": "", ".gitignore": "work/\n"})
    if is_around:
        git(outer, "init", "-q")
    files = {"base.py": SOURCE, "m.py": DRIFT.replace("pkg.base", "work.inner.base"), "made.py": DRIFT}
    (outer / "work").mkdir()
    inner = committed(outer / "work" / "inner", {**files, ".gitignore": "made.py\n", "deep/a.py": ""})
    for cwd in (inner, inner / "deep"):
        found = run(cwd, "--tracked", "--output-format", "concise")
        assert found.code == 1 and "m.py:1:1: CPY201" in found.text and "made.py" not in found.text
    assert run(outer, "--no-cache").code == 0, "from there, it is ignored"
    (inner / "m.py").write_text(DRIFT.replace("pkg.base", "work.inner.base").replace("2", "1"))
    assert run(inner, "--tracked").code == 0
    git(inner, "rm", "-q", "--cached", "base.py")
    assert "base.py, which git does not track" in run(inner, "--tracked").text
    write_tree(outer, {"near.py": SOURCE})
    (inner / "m.py").write_text(DRIFT.replace("pkg.base", "near").replace("2", "1"))
    assert "near.py, which git does not track" in run(inner, "--tracked").text, "a clone has no file around it"
    (outer / "copycheck.toml").write_text('exclude = ["work"]\n')
    assert "is excluded by `work`" in run(inner).stderr
