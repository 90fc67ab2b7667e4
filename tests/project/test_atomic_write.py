"""Writing: atomic, inside the project, byte for byte (contract 5.2, 5.4, 5.6)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from copycheck.model.errors import CopycheckError, WriteError
from copycheck.project import atomic_write
from copycheck.project.config_search import load
from tests.harness import run, tree_of

SOURCE = "def total(values):\n    return sum(values)\n"
DRIFTED = "# Copied from pkg.source.total\ndef total(values):\n    return 0\n"
FIXED = "# Copied from pkg.source.total\ndef total(values):\n    return sum(values)\n"


@pytest.fixture
def drifted(project: Path) -> Path:
    (project / "pkg").mkdir()
    (project / "pkg" / "source.py").write_text(SOURCE)
    (project / "pkg" / "copy.py").write_text(DRIFTED)
    return project


def test_mode_and_link_are_kept(drifted: Path) -> None:
    real = drifted / "kept.txt"
    (drifted / "pkg" / "copy.py").rename(real)
    real.chmod(0o755)
    (drifted / "pkg" / "copy.py").symlink_to(real)
    assert run(drifted, "--fix").code == 0
    assert (drifted / "pkg" / "copy.py").is_symlink()
    assert real.read_text() == FIXED
    assert real.stat().st_mode & 0o777 == 0o755


def test_link_out_of_the_project_is_not_followed(drifted: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "copy.py"
    (drifted / "pkg" / "copy.py").rename(outside)
    (drifted / "pkg" / "copy.py").symlink_to(outside)
    result = run(drifted, "--fix")
    assert outside.read_text() == DRIFTED
    assert result.code == 1
    assert "pkg/copy.py is not written: it leads out of the project" in result.stderr


def test_read_only_file_is_left_alone(drifted: Path) -> None:
    (drifted / "pkg" / "copy.py").chmod(0o444)
    result = run(drifted, "--fix")
    assert (drifted / "pkg" / "copy.py").read_text() == DRIFTED
    assert result.code == 1
    assert "it is read-only" in result.stderr


def test_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("new\n")
    with pytest.raises(WriteError, match="has changed since it was read"):
        atomic_write.replace_file(str(tmp_path), "a.py", b"old\n", b"fixed\n")
    assert tree_of(tmp_path) == {"a.py": b"new\n"}


def test_file_that_vanished_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="is not written"):
        atomic_write.replace_file(str(tmp_path), "a.py", b"old\n", b"fixed\n")
    assert tree_of(tmp_path) == {}


def test_no_space_leaves_the_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.py").write_text("old\n")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        atomic_write.replace_file(str(tmp_path), "a.py", b"old\n", b"fixed\n")
    assert tree_of(tmp_path) == {"a.py": b"old\n"}


def test_failed_write_is_told_and_the_rest_is_fixed(drifted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (drifted / "pkg" / "other.py").write_text(DRIFTED)
    replace = os.replace

    def failing(src: str, dst: str) -> None:
        if dst.endswith("copy.py"):
            raise OSError(5, "Input/output error")
        replace(src, dst)

    monkeypatch.setattr(os, "replace", failing)
    result = run(drifted, "--fix", "--output-format", "concise", "--no-cache")
    assert result.code == 1
    assert "pkg/copy.py is not written: Input/output error" in result.stderr
    assert "pkg/copy.py:1:1: CPY201" in result.text
    assert (drifted / "pkg" / "other.py").read_text() == FIXED


@pytest.mark.parametrize("name", ["copy.py", "with blank.py", 'quo"te.py', "ünï.py"])
@pytest.mark.parametrize("text", [DRIFTED, DRIFTED.replace("\n", "\r\n"), DRIFTED.rstrip("\n"), "\ufeff" + DRIFTED])
def test_patch_is_what_git_apply_takes(drifted: Path, name: str, text: str) -> None:
    (drifted / "pkg" / "copy.py").unlink()
    copy = drifted / "pkg" / name
    copy.write_bytes(text.encode())
    (drifted / "pyproject.toml").write_text('[tool.copycheck.full-copies]\n"new.txt" = "pkg/source.py"\n')
    before = tree_of(drifted)
    patch = run(drifted, "--diff", "--no-cache")
    assert patch.code == 1
    assert tree_of(drifted) == before
    subprocess.run(["git", "init", "-q"], cwd=drifted, check=True)
    applied = subprocess.run(["git", "apply", "-"], cwd=drifted, input=patch.stdout, capture_output=True, check=False)
    assert applied.returncode == 0, applied.stderr
    by_git = {key: data for key, data in tree_of(drifted).items() if not key.startswith(".git/")}
    copy.write_bytes(text.encode())
    (drifted / "new.txt").unlink()
    assert run(drifted, "--fix", "--no-cache").code == 0
    assert {key: data for key, data in tree_of(drifted).items() if not key.startswith(".git/")} == by_git


def test_folder_that_cannot_be_written_is_told(drifted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("pkg") and access(path, mode))
    result = run(drifted, "--fix")
    assert result.code == 1
    assert "pkg/copy.py is not written: its folder is not writable" in result.stderr
    assert (drifted / "pkg" / "copy.py").read_text() == DRIFTED


@pytest.mark.parametrize("name", ["copycheck-lock.json", "copycheck-baseline.json", "pyproject.toml", "a.py"])
def test_a_report_takes_the_place_of_nothing_that_the_check_reads(name: str, tmp_path: Path) -> None:
    text = "[tool.copycheck]\n" if name.endswith(".toml") else "mine"
    (tmp_path / name).write_text(text)
    with pytest.raises(CopycheckError, match="the check reads this file"):
        atomic_write.write_report(str(tmp_path / name), "a report", load([str(tmp_path)], cwd=str(tmp_path)))
    assert (tmp_path / name).read_text() == text
