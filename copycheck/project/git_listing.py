"""Lists that git makes of a whole project, in a process of its own while others work."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from copycheck.project.git import PLAIN, GitError, complaint, is_below_repository, run_git, start_git, top_of_repository
from copycheck.project.reading import is_below

if TYPE_CHECKING:
    import subprocess

_PATIENCE = 30
"""So many seconds git may take to list files."""


class TrackedButIgnored:
    """The files below a root that a .gitignore names although git tracks them; git is asked while others work."""

    def __init__(self, root: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.failure = ""
        """Why git has no answer, once the names were asked for; empty where it has one, or there is no repository."""
        pattern_file = os.path.join(root, ".gitignore")
        if not is_below_repository(root) or (os.path.lexists(pattern_file) and not os.path.isfile(pattern_file)):
            return
        try:
            self._process = start_git(root, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
        except GitError as error:
            self.failure = str(error)

    def names(self) -> list[str]:
        """Their names, relative to the root; none where git has no answer."""
        import subprocess

        if self._process is None:
            return []
        try:
            answer, said = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:  # a pipe among the files that git reads
            self._process.kill()
            self._process.communicate()
            self.failure = f"git gave no answer in {_PATIENCE} seconds"
            return []
        if self._process.returncode:
            self.failure = complaint(said)
            return []
        return [os.fsdecode(name) for name in answer.split(b"\0") if name]


def tracked_files(root: str) -> frozenset[str]:
    """The files and submodules below a root that are in git's index. Raises GitError where there is no repository.

    In a hook, the index is the one of the commit: `git commit FILE` makes one that has less than the usual one.
    """
    index = os.path.join(top_of_repository(root), os.environ.get("GIT_INDEX_FILE") or "none")
    own = os.fsdecode(run_git(root, "rev-parse", "--absolute-git-dir").rstrip(b"\n")) if os.path.isfile(index) else ""
    is_of_commit = own and is_below(os.path.realpath(index), os.path.realpath(own))
    more = {"GIT_INDEX_FILE": os.path.realpath(index)} if is_of_commit else None
    names = run_git(root, "ls-files", "-z", "--cached", more=more)
    return frozenset(os.fsdecode(name) for name in names.split(b"\0") if name)


class FirstCommit(NamedTuple):
    """When a file was first committed: in seconds since 1970, and the date."""

    seconds: int
    date: str


class FirstCommits:
    """When the Python files below a root were first committed; git is asked while others work."""

    def __init__(self, root: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[str, FirstCommit] | None = None
        if not is_below_repository(root):
            return
        options = ("--diff-filter=A", "--no-renames", "--no-show-signature", "--name-only", "--relative", "-z")
        with suppress(GitError):
            self._process = start_git(root, "log", *PLAIN, *options, "--format=%x01%ct %cs", "--", "*.py", "*.pyi")

    def of(self, filename: str) -> FirstCommit | None:
        """The first commit of a file; None where git does not know it."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(filename)

    def _read(self) -> dict[str, FirstCommit]:
        import subprocess

        if self._process is None:
            return {}
        try:
            answer, _ = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            return {}
        found: dict[str, FirstCommit] = {}
        when = FirstCommit(0, "")
        for part in answer.split(b"\0"):
            text = part.lstrip(b"\n")
            if text.startswith(b"\x01"):
                seconds, _, date = text[1:].partition(b"\n")[0].partition(b" ")
                when = FirstCommit(int(seconds), date.decode())
                text = text.partition(b"\n")[2]
            if text:
                found[os.fsdecode(text)] = when
        return found
