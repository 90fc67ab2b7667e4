"""Lists that git makes of a whole project, in a process of its own while others work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from copycheck.project.git import PLAIN, GitError, StartedGit, run_git
from copycheck.project.git_folder import is_below_repository, top_of_repository
from copycheck.project.reading import is_below

_PATIENCE = 30
"""So many seconds git may take to list files."""
_SUBMODULE = b"160000"
"""The mode under which git lists a submodule."""


class TrackedName(NamedTuple):
    """A file that git tracks, or a submodule."""

    name: str
    is_submodule: bool


class TrackedNames:
    """The files and submodules below a root that git tracks; git is asked while others work.

    All of them: git's own meaning of a .gitignore is not in every case the one that is made out here.
    """

    def __init__(self, root: str) -> None:
        self._asked: StartedGit | None = None
        self.failure = ""
        """Why git has no answer, once the names were asked for; empty where it has one, or there is no repository."""
        pattern_file = os.path.join(root, ".gitignore")
        if not is_below_repository(root) or (os.path.lexists(pattern_file) and not os.path.isfile(pattern_file)):
            return
        try:
            self._asked = StartedGit(root, "ls-files", "-z", "--stage", "--cached", patience=_PATIENCE)
        except GitError as error:
            self.failure = str(error)

    def names(self) -> Iterable[TrackedName]:
        """Their names, relative to the root; none where git has no answer."""
        if self._asked is None:
            return []
        try:
            answer = self._asked.answer()
        except GitError as error:
            self.failure = str(error)
            return []
        entries = (entry.partition(b"\t") for entry in answer.split(b"\0") if entry)
        return (TrackedName(os.fsdecode(name), kind.startswith(_SUBMODULE)) for kind, _, name in entries)


def tracked_files(root: str) -> frozenset[str]:
    """The files and submodules below a root that are in git's index. Raises GitError where there is no repository.

    In a hook, the index is the one of the commit: `git commit FILE` makes one that has less than the usual one.
    """
    return frozenset(os.fsdecode(name) for name in _of_index(root))


class NextFiles(NamedTuple):
    """What the next commit has below a root.

    `submodules` have their commits. `unwatched` are files of which git was told not to look at changes
    (`--assume-unchanged`, `--skip-worktree`, a sparse checkout), with the object that the commit has of each.
    """

    names: frozenset[str]
    submodules: Mapping[str, str]
    unwatched: Mapping[str, str]


def files_of_next_commit(root: str, own_repository: str = "") -> NextFiles:
    """The files and submodules of the next commit, without those of which it has no text although one is on disk.

    Of a file that `git add --intent-to-add` announced, the index has the name alone. Of a repository below the root
    that the working directory is in, its own index counts: that of the one around it only where it is a submodule.
    Raises GitError where there is no repository.
    """
    if not own_repository:
        return _next_files(root)
    below = _next_files(os.path.join(root, own_repository), f"{own_repository}/")
    around = _next_files(root) if is_below_repository(root) else NextFiles(frozenset(), {}, {})
    if own_repository not in around.submodules:
        return below
    submodules = {name: commit for name, commit in around.submodules.items() if name != own_repository}
    names = {name for name in around.names if name != own_repository}
    return NextFiles(below.names | names, {**submodules, **below.submodules}, {**around.unwatched, **below.unwatched})


def _next_files(root: str, prefix: str = "") -> NextFiles:
    names, submodules, unwatched = set[str](), dict[str, str](), dict[str, str]()
    for entry in _of_index(root, "--stage", "-v"):
        head, _, path = entry.partition(b"\t")
        flag, mode, blob, _ = head.split(b" ")
        filename = os.fsdecode(path)
        if blob not in _EMPTY or not _has_text(os.path.join(root, filename)):
            names.add(prefix + filename)
        if mode == _SUBMODULE:
            submodules[prefix + filename] = blob.decode()
        elif flag.islower() or flag == b"S":
            unwatched[prefix + filename] = blob.decode()
    return NextFiles(frozenset(names), submodules, unwatched)


class CommitFiles(NamedTuple):
    """What a commit has: the object of each file, and the commit of each submodule."""

    blobs: Mapping[str, str]
    submodules: Mapping[str, str]


def files_of_commit(root: str, commit: str) -> CommitFiles:
    """What a commit has below a folder. Raises GitError."""
    blobs, submodules = dict[str, str](), dict[str, str]()
    for entry in run_git(root, "ls-tree", "-r", "-z", commit).split(b"\0"):
        head, _, path = entry.partition(b"\t")
        if path:
            mode, _, name = head.decode().split(" ")
            (submodules if mode == _SUBMODULE.decode() else blobs)[os.fsdecode(path)] = name
    return CommitFiles(blobs, submodules)


def unwatched_files(root: str) -> frozenset[str]:
    """The files below a folder of which git was told not to look at changes. Raises GitError."""
    return frozenset(_next_files(root).unwatched)


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
        self._asked: StartedGit | None = None
        self._known: dict[str, FirstCommit] | None = None
        if not is_below_repository(root):
            return
        options = ("--diff-filter=A", "--no-renames", "--no-show-signature", "--name-only", "--relative", "-z")
        with suppress(GitError):
            form = "--format=%x01%ct %cs"
            self._asked = StartedGit(root, "log", *PLAIN, *options, form, "--", "*.py", "*.pyi", patience=_PATIENCE)

    def of(self, filename: str) -> FirstCommit | None:
        """The first commit of a file; None where git does not know it."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(filename)

    def _read(self) -> dict[str, FirstCommit]:
        try:
            answer = self._asked.answer() if self._asked is not None else b""
        except GitError:
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
