"""Lists that git makes of a whole project, in a process of its own while others work."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from copycheck.project.git import PLAIN, GitError, complaint, is_below_repository, run_git, start_git, top_of_repository
from copycheck.project.reading import is_below

if TYPE_CHECKING:
    import subprocess

_PATIENCE = 30
"""So many seconds git may take to list files."""


class TrackedName(NamedTuple):
    """A file that git tracks, or a submodule."""

    name: str
    is_submodule: bool


class TrackedNames:
    """The files and submodules below a root that git tracks; git is asked while others work.

    All of them: git's own meaning of a .gitignore is not in every case the one that is made out here.
    """

    def __init__(self, root: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.failure = ""
        """Why git has no answer, once the names were asked for; empty where it has one, or there is no repository."""
        pattern_file = os.path.join(root, ".gitignore")
        if not is_below_repository(root) or (os.path.lexists(pattern_file) and not os.path.isfile(pattern_file)):
            return
        try:
            self._process = start_git(root, "ls-files", "-z", "--stage", "--cached")
        except GitError as error:
            self.failure = str(error)

    def names(self) -> Iterable[TrackedName]:
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
        entries = (entry.partition(b"\t") for entry in answer.split(b"\0") if entry)
        return (TrackedName(os.fsdecode(name), kind.startswith(b"160000")) for kind, _, name in entries)


def tracked_files(root: str) -> frozenset[str]:
    """The files and submodules below a root that are in git's index. Raises GitError where there is no repository.

    In a hook, the index is the one of the commit: `git commit FILE` makes one that has less than the usual one.
    """
    return frozenset(os.fsdecode(name) for name in _of_index(root))


def files_of_next_commit(root: str) -> frozenset[str]:
    """The same without those of which the next commit has no text although there is one on disk.

    Of a file that `git add --intent-to-add` announced, the index has the name alone.
    """
    found = set()
    for entry in _of_index(root, "--stage"):
        kind, _, name = entry.partition(b"\t")
        filename = os.fsdecode(name)
        if kind.split(b" ")[1] not in _EMPTY or not _has_text(os.path.join(root, filename)):
            found.add(filename)
    return frozenset(found)


_EMPTY = (
    b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)
"""What git calls a file without a byte, by SHA-1 and by SHA-256."""


def _has_text(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0
    except OSError:
        return False


def _of_index(root: str, *options: str) -> list[bytes]:
    """What `git ls-files` prints of the index, an entry each."""
    index = os.path.join(top_of_repository(root), os.environ.get("GIT_INDEX_FILE") or "none")
    own = os.fsdecode(run_git(root, "rev-parse", "--absolute-git-dir").rstrip(b"\n")) if os.path.isfile(index) else ""
    is_of_commit = own and is_below(os.path.realpath(index), os.path.realpath(own))
    more = {"GIT_INDEX_FILE": os.path.realpath(index)} if is_of_commit else None
    entries = run_git(root, "ls-files", "-z", "--cached", *options, more=more)
    return [entry for entry in entries.split(b"\0") if entry]


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
