"""A repository whose configuration names programs: nothing runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from copycheck.project.git import GitError, run_git
from studies.repository import git
from tests.harness import committed, run

TREE: dict[str, str | bytes] = {
    "copycheck.toml": "",
    ".gitignore": "ignored.py\n",
    "pkg/base.py": "def f(x):\n    return 1\n",
    "pkg/copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return 1\n",
}
DRIFTED: dict[str, str | bytes] = {**TREE, "pkg/copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return 2\n"}
PROGRAMS = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.alternateRefsCommand"),
    *("diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean", "filter.x.smudge", "filter.x.process"),
    *("filter.a=b.c.clean", "pager.diff", "pager.log", "alias.diff", "alias.ls-files", "interactive.diffFilter"),
    *("merge.x.driver", "credential.helper", "gpg.program", "uploadpack.packObjectsHook"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = committed(tmp_path / "project", TREE)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    hook = root / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(program.read_bytes())
    hook.chmod(0o755)
    for name in PROGRAMS:
        git(root, "config", "--file", ".git/config", name, str(program))
    git(root, "config", "--file", ".git/config", "filter.x.required", "true")
    (root / ".gitattributes").write_text("*.py filter=x diff=x merge=x\nb*.py filter=a=b.c\n")
    (root / "pkg" / "copy.py").write_text("# Copied from pkg.base.f\ndef f(x):\n    return 2\n")
    return root


@pytest.mark.parametrize(
    "args",
    [
        ("check",),
        ("check", "--since", "HEAD"),
        ("list",),
        ("impact", "--since", "HEAD"),
        ("merge",),
        ("break", "pkg/copy.py:1", "--diff"),
        ("promote", "pkg/copy.py:1"),
        ("check", "--fix"),
    ],
    ids=" ".join,
)
def test_no_program_of_the_repository_runs(project: Path, args: tuple[str, ...]) -> None:
    result = run(project, *args)
    assert not (project.parent / "ran").exists()
    assert "internal error" not in result.stderr and result.code != 2, result.stderr


@pytest.mark.parametrize(
    "name", ["core.excludesFile", "core.attributesFile", "mailmap.file", "blame.ignoreRevsFile"], ids=str
)
def test_no_pipe_that_the_configuration_names_is_read(tmp_path: Path, name: str) -> None:
    root = committed(tmp_path / "project", TREE)
    os.mkfifo(tmp_path / "pipe")
    git(root, "config", "--file", ".git/config", name, str(tmp_path / "pipe"))
    (root / "pkg" / "copy.py").write_text("# Copied from pkg.base.f\ndef f(x):\n    return 2\n")
    assert run(root).code == 1
    assert "pkg/copy.py:1 f" in run(root, "report").text
    assert run(root, "impact", "--since", "HEAD").code == 0


def test_what_has_changed_is_seen_without_the_filters(project: Path) -> None:
    (project / "pkg" / "base.py").write_text("def f(x):\n    return 3\n")
    assert "pkg/copy.py" in run(project, "impact", "--since", "HEAD").text


def test_a_name_that_is_no_text_goes_into_the_baseline_and_comes_back(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for name, text in TREE.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(str(text))
    odd = bytes(root / "pkg") + b"/na\xffme.py"
    try:
        Path(odd.decode("utf-8", "surrogateescape")).write_text("# Copied from pkg.base.f\ndef f(x):\n    return 2\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert run(root, "--write-baseline").code == 0
    assert run(root).code == 0
    assert run(root, "--no-baseline").code == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
@pytest.mark.parametrize("name", [".git", ".git/HEAD", ".git/index", ".git/refs/heads/main", ".git/info/attributes"])
def test_a_pipe_among_the_files_of_git_is_named_and_hangs_no_run(tmp_path: Path, name: str) -> None:
    root = committed(tmp_path / "tree", DRIFTED)
    (root / "ignored.py").touch()
    path = root / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    os.mkfifo(path)
    found = run(root, "--output-format", "concise")
    assert "pkg/copy.py:1:1: CPY201" in found.text and f"{name} is no regular file" in found.stderr
    assert run(root, "--fix").code == 0, "the same without git: nobody knows an edit that is not committed"
    assert f"{name} is no regular file" in run(root, "--tracked").stderr


def test_a_git_that_gives_no_answer_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = committed(tmp_path / "tree", DRIFTED)
    asked = []

    def hang(*arguments: object, **more: object) -> None:
        asked.append(arguments)
        raise subprocess.TimeoutExpired("git", 120)

    monkeypatch.setattr(subprocess, "run", hang)
    for _ in range(2):
        with pytest.raises(GitError, match="git gave no answer in 120 seconds: run `git status`"):
            run_git(str(root), "status")
    assert len(asked) == 1
