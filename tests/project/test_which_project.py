"""Which project a run is about, which of its files, and what is said of those that are left out (contract 8 and 9)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copycheck.api import load
from copycheck.project.selection import Selection
from tests.harness import committed, git, run, write_tree

SOURCE = "def clamp():\n    return 1\n"
DRIFT = "# Copied from pkg.base.clamp\ndef clamp():\n    return 2\n"


@pytest.mark.parametrize(
    ("files", "cwd", "paths", "root"),
    [
        ({"copycheck.toml": "", "sub/.copycheck.toml": "", "sub/m.py": ""}, "", ["sub/m.py"], ""),
        ({"copycheck.toml": "", "sub/.copycheck.toml": "", "sub/m.py": ""}, "sub", ["m.py"], "sub"),
        ({"copycheck.toml": "", "sub/.copycheck.toml": "", "sub/m.py": ""}, "", ["sub"], "sub"),
        ({"copycheck.toml": "", "sub/.copycheck.toml": "", "sub/m.py": ""}, "", ["sub", "sub/m.py"], ""),
        ({"copycheck.toml": "", "a/b/m.py": ""}, "a/b", [], ""),
        ({"pyproject.toml": "[tool.copycheck]\n", "a/pyproject.toml": "[tool.ruff]\n"}, "a", [], ""),
        ({"pyproject.toml": "[tool.ruff]\n", "a/b/m.py": ""}, "a/b", [], ""),
        ({".git/HEAD": "", "a/pyproject.toml": "[tool.ruff]\n", "a/b/m.py": ""}, "a/b", [], ""),
        ({"a/b/m.py": ""}, "a/b", [], "a/b"),
    ],
)
def test_the_project_is_that_of_the_working_directory(
    tmp_path: Path, files: dict[str, str], cwd: str, paths: list[str], root: str
) -> None:
    write_tree(tmp_path, files)
    assert Path(load(paths, cwd=str(tmp_path / cwd)).root) == tmp_path / root


def test_named_files_do_not_choose_the_configuration(tmp_path: Path) -> None:
    files = {"copycheck.toml": "", "owls/copycheck.toml": 'ignore = ["CPY201"]\n', "top.py": "x = 1\n"}
    write_tree(tmp_path, {**files, "pkg/base.py": SOURCE, "owls/m.py": DRIFT})
    assert [run(tmp_path, *paths).code for paths in (["owls/m.py"], ["owls/m.py", "top.py"], [])] == [1, 1, 1]
    found = run(tmp_path, "owls/m.py")
    assert "warning: owls/copycheck.toml does not count in this run" in found.stderr
    assert run(tmp_path, "owls").code == 1  # the source is not in that project: CPY101
    assert "warning" not in run(tmp_path / "owls", "m.py").stderr


def test_a_path_outside_is_wrong_usage(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/copycheck.toml": "", "b/m.py": ""})
    found = run(tmp_path / "a", "../b/m.py")
    assert found.code == 2
    assert "outside of the project" in found.stderr


def test_a_tracked_file_is_never_ignored(tmp_path: Path) -> None:
    root = committed(tmp_path / "tree", {"copycheck.toml": "", "pkg/base.py": SOURCE, "gen/m.py": DRIFT})
    (root / ".gitignore").write_text("gen/\nother.py\n")
    (root / "other.py").write_text(DRIFT)
    assert "gen/m.py:1:1: CPY201" in run(root).text and "other.py" not in run(root).text
    git(root, "rm", "-q", "--cached", "gen/m.py")
    assert run(root).code == 0


@pytest.mark.parametrize("by", ["exclude", "gitignore"])
@pytest.mark.parametrize("force", [False, True])
def test_a_named_file_is_checked_unless_exclusion_is_forced(tmp_path: Path, by: str, force: bool) -> None:
    text = 'exclude = ["gen"]\n' if by == "exclude" else ""
    files = {
        "copycheck.toml": f"{text}force-exclude = {str(force).lower()}\n",
        "pkg/base.py": SOURCE,
        "gen/m.py": DRIFT,
    }
    root = committed(tmp_path / "tree", files | ({".gitignore": "gen/\n"} if by == "gitignore" else {}))
    assert run(root).code == 0
    found = run(root, "gen/m.py")
    assert found.code == (0 if force else 1)
    assert ("gen/m.py is not checked" in found.stderr) is force


@pytest.mark.parametrize(
    ("name", "reason"), [("notes.txt", "no Python file"), ("a.ipynb", "a notebook"), ("gone.py", "no such file")]
)
def test_a_run_that_checks_nothing_says_why(project: Path, name: str, reason: str) -> None:
    write_tree(project, {"notes.txt": "", "a.ipynb": "{}"})
    assert reason in run(project, name).stderr


def test_roots_can_be_globs(project: Path) -> None:
    write_tree(project, {"packages/a/src/one/m.py": SOURCE, "packages/b/src/two/m.py": SOURCE, "packages/c/x.py": ""})
    (project / "copycheck.toml").write_text('src = ["packages/*/src"]\n')
    assert load(cwd=str(project)).src == ("packages/a/src", "packages/b/src")
    write_tree(
        project, {"copy.py": "# Copied from one.m.clamp\n" + SOURCE + "\n\n# Copied from two.m.clamp\n" + SOURCE}
    )
    assert run(project).code == 0


def test_a_root_that_is_not_there_is_named(project: Path) -> None:
    (project / "copycheck.toml").write_text('src = ["lib", "packages/*/src"]\n')
    found = run(project)
    assert "the root `lib` of `src` is not a folder" in found.stderr
    assert "the root `packages/*/src` of `src` is not a folder" in found.stderr
    assert "warning" not in run(project, "--quiet").stderr


def test_a_missing_root_is_suggested(project: Path) -> None:
    write_tree(project, {"packages/billing/src/billing/tax.py": SOURCE})
    write_tree(project, {"m.py": "# Copied from billing.tax.clamp\n" + SOURCE})
    [finding] = json.loads(run(project, "--output-format", "json").text)["diagnostics"]
    assert finding["code"] == "CPY101" and finding["fix"] is None
    assert "add `packages/billing/src` to `src`" in run(project).text


def test_many_names_are_looked_up_in_a_set() -> None:
    names = Selection((*(f"pkg/m{n}.py" for n in range(3)), "src"))
    assert [names.holds(name) for name in ("pkg/m1.py", "pkg/m9.py", "src/a/b.py", "srcs/a.py")] == [1, 0, 1, 0]
    assert not Selection.nothing().holds("pkg/m1.py")


@pytest.mark.parametrize("name", ["copycheck.toml", ".copycheck.toml", "pyproject.toml"])
@pytest.mark.parametrize("target", ["nowhere", "/dev/zero"])
def test_a_configuration_that_cannot_be_read_is_not_passed_over(tmp_path: Path, name: str, target: str) -> None:
    write_tree(tmp_path, {".git/HEAD": "", "m.py": "X = 1\n"})
    (tmp_path / name).symlink_to(target)
    result = run(tmp_path)
    assert result.code == 2 and f"copycheck: {name}: cannot be read: " in result.stderr, result.stderr
