"""The history of single files: which versions there were, under which names, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.model.paths import relative_path
from copycheck.project.git import StartedGit, read_blobs, run_git
from copycheck.project.git_folder import is_below_repository, top_of_repository
from copycheck.project.reading import is_below

_MARK = b"\x01"
"""Begins the line of a commit in the log: no name of a file does."""


class Version(NamedTuple):
    """A commit that changed a file, and the name of the file then, from the root on."""

    commit: str
    filename: str


class FileAt(NamedTuple):
    """A commit, and the name of a file in it."""

    commit: str
    filename: str


class Repository(NamedTuple):
    """The repository that some files of a project are in: that of the project, or of a submodule.

    git is asked in `folder`. Names are from the root of the project on; those of a submodule begin with `prefix`.
    """

    folder: str
    prefix: str = ""

    def versions_of(self, filename: str, most: int) -> list[Version]:
        """The versions of a file, as the function of this name has them. Raises GitError."""
        found = versions_of(self.folder, filename.removeprefix(self.prefix), most)
        return [version._replace(filename=self.prefix + version.filename) for version in found]

    def order(self) -> Mapping[str, int]:
        """The place of each commit, as the function `order_of` has them. Raises GitError."""
        return order_of(self.folder)

    def texts_of(self, wanted: Sequence[FileAt]) -> Mapping[FileAt, bytes]:
        """The bytes of files at commits, as the function of this name has them. Raises GitError."""
        own = (one for one in wanted if one.filename.startswith(self.prefix))
        inside = {one._replace(filename=one.filename.removeprefix(self.prefix)): one for one in own}
        return {inside[one]: data for one, data in texts_of(self.folder, list(inside)).items()}


def repository_of(root: str, filename: str) -> Repository | None:
    """The repository that has a file of a project; None where the project is in none."""
    if not is_below_repository(root):
        return None
    real = os.path.realpath(root)
    top = top_of_repository(os.path.dirname(os.path.join(real, filename)))
    if not is_below(top, real) or top == real:
        return Repository(root)
    return Repository(top, f"{relative_path(top, real)}/")


def is_shallow(root: str) -> bool:
    """Whether the history of the repository is cut off. Raises GitError."""
    return run_git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


class LogEntry(NamedTuple):
    """A commit of a log: the line that the wanted form makes of it, and the names of its files."""

    line: str
    filenames: list[str]


def log_entries(root: str, form: str, *arguments: str) -> Iterator[LogEntry]:
    """The commits of a `git log --name-only`, each in a `form` of git. Raises GitError."""
    return _entries(run_git(root, *_log(form, arguments)))


class StartedLog:
    """The same, with `more` in the environment of git, which works while others do. Raises GitError for no git."""

    def __init__(self, root: str, form: str, *arguments: str, more: Mapping[str, str]) -> None:
        self._git = StartedGit(root, *_log(form, arguments), more=more)
        self.stop = self._git.stop

    def entries(self) -> Iterator[LogEntry]:
        """The commits; asked for once. Raises GitError."""
        return _entries(self._git.answer())


def _log(form: str, arguments: Sequence[str]) -> tuple[str, ...]:
    options = ("--name-only", "-z", "--no-show-signature", "--no-color", f"--format={_MARK.decode()}{form}")
    return ("log", *options, *arguments)


def _entries(answer: bytes) -> Iterator[LogEntry]:
    for entry in answer.split(_MARK)[1:]:
        head, *names = (part.strip(b"\n") for part in entry.split(b"\0"))
        yield LogEntry(head.decode(), [os.fsdecode(name) for name in names if name])


def versions_of(root: str, filename: str, most: int) -> list[Version]:
    """The versions of a file, the newest first, renames followed. At most `most` of them. Raises GitError."""
    prefix = os.fsdecode(run_git(root, "rev-parse", "--show-prefix").rstrip(b"\n"))
    versions: list[Version] = []
    for commit, names in log_entries(root, "%H", "--follow", f"-{most}", "HEAD", "--", filename):
        name = names[0] if names else ""
        if name.startswith(prefix):
            versions.append(Version(commit, name.removeprefix(prefix)))
    return versions


def order_of(root: str) -> Mapping[str, int]:
    """The place of each commit of the history, the newest first: none stands before one that follows it.

    Their times alone do not tell: a rebase makes many in one second, and clocks go wrong. Raises GitError.
    """
    commits = run_git(root, "rev-list", "--date-order", "HEAD").decode().split()
    return {commit: place for place, commit in enumerate(commits)}


def texts_of(root: str, wanted: Sequence[FileAt]) -> Mapping[FileAt, bytes]:
    """The bytes that files had at commits; those that were not there are left out.

    Raises GitError.
    """
    prefix = run_git(root, "rev-parse", "--show-prefix").rstrip(b"\n")
    asked = [one for one in wanted if "\n" not in one.filename]
    names = [commit.encode() + b":" + prefix + os.fsencode(filename) for commit, filename in asked]
    return dict(_paired(asked, read_blobs(root, names)))


def _paired(asked: Iterable[FileAt], blobs: Iterable[bytes | None]) -> Iterable[tuple[FileAt, bytes]]:
    for one, blob in zip(asked, blobs, strict=True):
        if blob is not None:
            yield one, blob
