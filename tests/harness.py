"""Runs the command in this process, and writes and reads trees of files."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from copycheck.cli import main
from studies.repository import git


@dataclass(frozen=True)
class Run:
    """What a run of the command left behind."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout.decode()


def run(cwd: Path, *args: str) -> Run:
    """Run `copycheck ARGS` in a folder, as the console script does."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    saved = sys.stdout, sys.stderr, os.getcwd(), sys.argv
    sys.stdout, sys.stderr, sys.argv = out, err, ["copycheck", *args]
    os.chdir(cwd)
    try:
        main.main()
        code = 0
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    finally:
        sys.stdout, sys.stderr, sys.argv = saved[0], saved[1], saved[3]
        os.chdir(saved[2])
    out.flush()
    return Run(code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]


def tree_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".copycheck_cache" not in path.parts
    }


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder, by their paths; texts as UTF-8, line ends as they are."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def changed_files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """The names of the files that differ between two trees."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def committed(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A new repository with these files in its first commit."""
    folder.mkdir(exist_ok=True)
    write_tree(folder, files)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder
