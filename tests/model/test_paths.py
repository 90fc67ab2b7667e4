"""Paths on other drives have no name relative to the project: nothing raises, and they are outside."""

from __future__ import annotations

import io
import ntpath
import os
import sys
from pathlib import Path

import pytest

from copycheck.api import load, select
from copycheck.model.paths import is_outside, relative_path
from tests.harness import committed, run, write_tree


def test_a_path_on_another_drive_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.model.paths.os.path", ntpath)
    monkeypatch.setattr("copycheck.model.paths.os.sep", "\\")
    assert relative_path("D:\\a\\b.py", "C:\\project") == "D:/a/b.py"
    assert relative_path("C:\\project\\a\\b.py", "C:\\project") == "a/b.py"
    assert is_outside("D:/a/b.py") and is_outside("../b.py") and is_outside("..") and not is_outside("..a/b.py")


def test_a_path_on_another_drive_is_outside_of_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(cwd=str(project))

    def on_another_drive(path: str, start: str = "") -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", on_another_drive)
    selection, problems = select(settings, [str(project)])
    assert "outside of the project" in problems[0] and not selection.holds("a.py")


@pytest.fixture
def two_drives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that refers to files on another drive in each way that there is. The other drive is its neighbour."""
    other = tmp_path / "other"
    write_tree(
        other, {"ruff.toml": "", "copycheck.toml": "", "x.py": "", "up/pkg/base.py": "def f(x):\n    return 1\n"}
    )
    tree: dict[str, str | bytes] = {
        "copycheck.toml": f"upstream = {{ up = {{ path = '{other}/up' }} }}\nsrc = ['.', '{other}']\n",
        "ruff.toml": f"extend = '{other}/ruff.toml'\n",
        "base.py": "def f(x):\n    return 1\n",
        "copy.py": "# Copied from base.f\ndef f(x):\n    return 2\n\n\n# Copied from up.pkg.base.f\ndef g(x): ...\n",
    }
    project = committed(tmp_path / "project", tree)
    (project / "link.py").symlink_to(other / "x.py")
    original = os.path.relpath

    def on_drives(path: str, start: str = os.curdir) -> str:
        here, there = (os.path.abspath(one).startswith(str(other)) for one in (path, start))
        if here != there:
            raise ValueError("path is on mount 'D:', start on mount 'C:'")
        return original(path, start)

    monkeypatch.setattr(os.path, "relpath", on_drives)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(other))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    return project


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "check OTHER/x.py",
        "check --config OTHER/copycheck.toml",
        "check --cache-dir OTHER/cache",
        "check --output-format github --output-file OTHER/report.txt",
        "check --since HEAD --diff",
        "check --stdin-filename OTHER/x.py -",
        "check --show-settings",
        "list",
        "graph --format html -o OTHER/graph.html",
        "impact OTHER/x.py",
        "merge",
        "promote OTHER/x.py:1",
        "break OTHER/x.py:1",
        "mv OTHER/x.py y.py",
        "suggest OTHER",
        "upstream sync",
        "check --fix --unsafe-fixes",
    ],
)
def test_every_command_takes_paths_on_another_drive(two_drives: Path, command: str) -> None:
    result = run(two_drives, *command.replace("OTHER", str(two_drives.parent / "other")).split())
    assert result.code in (0, 1, 2) and "internal error" not in result.stderr, result.stderr


def test_a_project_on_another_drive_than_the_working_directory(two_drives: Path) -> None:
    result = run(two_drives.parent / "other", str(two_drives), "--output-format", "concise", "--color", "never")
    assert f"{two_drives}/copy.py:1:1: CPY201" in result.text, result.stderr
