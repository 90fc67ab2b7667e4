"""A patch that `git apply` takes where it is read, and the line about configurations that do not count."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.harness import committed, run, write_tree

TREE: dict[str, str | bytes] = {
    "lib/copycheck.toml": "",
    "lib/pkg/base.py": "def f(x):\n    return 1\n",
    "lib/pkg/copy.py": "# Copied from pkg.base.f\ndef f(x):\n    return 2\n",
}


def apply(folder: Path, patch: bytes) -> str:
    done = subprocess.run(["git", "apply", "--verbose"], cwd=folder, input=patch, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.decode()


@pytest.mark.parametrize("args", [("--diff",), ("promote", "pkg/copy.py:1", "--diff")])
@pytest.mark.parametrize("inside", ["", "pkg"])
def test_git_applies_it_where_it_was_printed(tmp_path: Path, args: tuple[str, ...], inside: str) -> None:
    project = committed(tmp_path / "top", TREE) / "lib"
    folder = project / inside
    if inside and len(args) > 1:
        args = ("promote", "copy.py:1", "--diff")
    apply(folder, run(folder, *args).stdout)
    assert run(project).code == 0


def test_without_a_repository_names_count_from_here(tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    apply(tmp_path / "lib" / "pkg", run(tmp_path / "lib" / "pkg", "--diff").stdout)
    assert run(tmp_path / "lib").code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("check",),
        ("list",),
        ("impact", "pkg.base.f"),
        ("graph",),
        ("break", "pkg/copy.py:1"),
        ("promote", "pkg/copy.py:1"),
    ],
)
def test_each_command_names_a_configuration_that_does_not_count(tmp_path: Path, args: tuple[str, ...]) -> None:
    write_tree(tmp_path, {**TREE, "lib/sub/copycheck.toml": ""})
    assert "sub/copycheck.toml does not count in this run" in run(tmp_path / "lib", *args).stderr
    if args[0] in ("check", "list", "impact"):
        assert "does not count" not in run(tmp_path / "lib", *args, "--quiet").stderr
