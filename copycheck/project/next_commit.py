"""The files that the next commit of git has: a check of these is what whoever checks it out will see (contract 9)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from copycheck.model.paths import is_outside, with_folders
from copycheck.project.file_tree import Disk
from copycheck.project.git_listing import NextFiles, files_of_next_commit


class NextCommit(Disk):
    """The files on disk that the next commit has: git tracks them, or the submodule that they are in.

    git is asked once, when the first question comes, which raises GitError where there is no repository.
    """

    def __init__(self, root: str, own_repository: str = "") -> None:
        """`own_repository` is one below the root whose commit it is."""
        super().__init__(root)
        self._own_repository = own_repository

    @cached_property
    def files(self) -> NextFiles:
        """What the commit has."""
        return files_of_next_commit(self._root, self._own_repository)

    def exists(self, filename: str) -> bool:
        """Whether a commit has a file of that name that is on disk."""
        return not self._untracked(filename) and super().exists(filename)

    def lacks(self, filename: str) -> str:
        """The name of a file that is on disk and that no commit has: this one, or what it leads to as a link."""
        untracked = self._untracked(filename)
        return untracked if untracked and super().exists(filename) else ""

    def has_all(self, looked_at: Iterable[str]) -> bool:
        """Whether it lacks none of the files that a check rests on, and that may be a source or a full copy."""
        return not any(_may_be_missing(name) and self.lacks(name) for name in looked_at)

    def _untracked(self, filename: str) -> str:
        for name in (filename, self.real_name(filename)):
            if not any(part in self.files.names for part in with_folders(name)):
                return name
        return ""


def _may_be_missing(name: str) -> bool:
    return not (is_outside(name) or name.endswith(".toml") or name.startswith(".git/"))
