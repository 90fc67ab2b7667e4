"""Writes and reads trees of files; the command is run as studies run it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studies.command import Run, run
from studies.repository import git

__all__ = ["Run", "changed_files", "committed", "git", "run", "tree_of", "write_tree"]


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


def tracked_findings(project: Path, *args: str) -> list[str]:
    """The findings of `--tracked` with the cache, after a run without it and one that fills it have found the same."""
    results = [
        run(project, "--tracked", "--output-format", "concise", *args, *more) for more in (["--no-cache"], [], [])
    ]
    assert len({result.text for result in results}) == 1, [result.text for result in results]
    assert not any("internal" in result.stderr for result in results)
    return [line for line in results[-1].text.splitlines() if ": CPY" in line]


def committed(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A new repository with these files in its first commit."""
    folder.mkdir(exist_ok=True)
    write_tree(folder, files)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder
