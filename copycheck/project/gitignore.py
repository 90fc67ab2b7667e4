"""What .gitignore files say about the files of a project (contract 9)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from copycheck.project.reading import MOST_CONFIGURATION, read_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class GitIgnore(NamedTuple):
    """A .gitignore and the folder it is in, which ends in `/` or is empty. One above the root begins with `/`."""

    folder: str
    spec: GitIgnoreSpec
    path: str
    """The file itself, from the root on: `../.gitignore` for one above it."""

    @staticmethod
    def read(root: str, folder: str) -> GitIgnore:
        """The .gitignore in a folder of a root; empty where it cannot be read."""
        from pathspec import GitIgnoreSpec

        try:
            data = read_file(os.path.join(root, folder, ".gitignore"), MOST_CONFIGURATION)
            lines = data.decode("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        return GitIgnore(folder, GitIgnoreSpec.from_lines(lines), f"{folder}.gitignore")


def ignores_above(root: str) -> tuple[GitIgnore, ...]:
    """The .gitignore files between the top of the repository and a root that is not the top."""
    above: list[GitIgnore] = []
    if os.path.exists(os.path.join(root, ".git")):
        return ()
    folder, prefix, steps = root, "/", ""
    while os.path.dirname(folder) != folder:
        prefix = f"/{os.path.basename(folder)}{prefix}"
        folder = os.path.dirname(folder)
        steps += "../"
        if os.path.isfile(os.path.join(folder, ".gitignore")):
            above.insert(0, GitIgnore(prefix, GitIgnore.read(folder, "").spec, f"{steps}.gitignore"))
        if os.path.exists(os.path.join(folder, ".git")):
            return tuple(above)
    return ()


def ignored_by(ignores: Sequence[GitIgnore], filename: str) -> GitIgnore | None:
    """The .gitignore that has git ignore a file, or a folder, which ends in `/`: the nearest with a say decides."""
    for ignore in reversed(ignores):
        own = ignore.folder.startswith("/")
        result = ignore.spec.check_file(ignore.folder[1:] + filename if own else filename[len(ignore.folder) :])
        if result.include is not None:
            return ignore if result.include else None
    return None
