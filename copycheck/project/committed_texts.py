"""Texts of the next commit that are not those on disk, where git shows no change: in submodules, and unwatched files.

A hook sees the files on disk. pre-commit puts aside what is not staged, but neither in a submodule, nor of a file whose
changes git was told not to look at (contract 9).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import with_folders
from copycheck.project.file_tree import Disk
from copycheck.project.git import PLAIN, GitError, read_blobs, run_git, without_filters
from copycheck.project.git_listing import NextFiles, files_of_commit, unwatched_files
from copycheck.project.reading import read_file

_POINTER = b"version https://git-lfs"
"""What the commit has of a file that is kept elsewhere."""
_PYTHON = (".py", ".pyi")
_MOST_ABSENT = 5_000
"""So many files of Python that a sparse checkout leaves out are read from git; of more, none."""


class CommittedText(NamedTuple):
    """The bytes that the next commit has of a file, None where it has none; why, as a clause, and what to do."""

    data: bytes | None
    reason: str
    remedy: str


class MissingCommitError(GitError):
    """The commit of a submodule that the next commit names is not there."""


class _Place(NamedTuple):
    """A file that may have another text in the commit: the repository to ask, and its object there, if it has one."""

    repository: str
    blob: str | None
    reason: str
    remedy: str


def committed_texts(root: str, files: NextFiles, names: Collection[str]) -> Mapping[str, CommittedText]:
    """The files of which the next commit has another text than the disk, or none, if one of `names` is such a file.

    Of a submodule all of them, for these may lead to each other. Raises MissingCommitError.
    """
    places = dict(_unwatched(root, files.unwatched))
    around = {part for name in names for part in with_folders(name)}
    for folder, commit in files.submodules.items():
        if folder in around and os.path.lexists(os.path.join(root, folder, ".git")):
            places.update(_Submodule(root, folder, commit).suspects(names))
    return dict(_differing(root, places))


def unwatched_texts(root: str, files: NextFiles) -> Mapping[str, CommittedText]:
    """The files of which the next commit has another text, because git was told not to look at them."""
    return dict(_differing(root, dict(_unwatched(root, files.unwatched)))) if files.unwatched else {}


def _unwatched(root: str, blobs: Mapping[str, str]) -> Iterator[tuple[str, _Place]]:
    reason = "git was told not to look at it, and has another text of it"
    absent = [name for name in blobs if not os.path.lexists(os.path.join(root, name))]
    unseen = absent if len(absent) > _MOST_ABSENT else [name for name in absent if not name.endswith(_PYTHON)]
    left_out = frozenset(unseen)
    for name, blob in blobs.items():
        if name in left_out:
            continue
        remedy = f"run `git update-index --no-assume-unchanged --no-skip-worktree {name}`, and `git add {name}`"
        yield name, _Place(root, blob, reason, remedy)


class _Submodule:
    """A submodule of a project at the commit that the next commit has of it."""

    def __init__(self, root: str, folder: str, commit: str) -> None:
        self._root, self._folder, self._commit = root, folder, commit
        self._path = os.path.join(root, folder)
        try:
            self._files = files_of_commit(self._path, commit)
        except GitError:
            remedy = f"run `git submodule update {folder}`, or `git add {folder}`"
            raise MissingCommitError(
                f"{folder}: the commit {commit[:10]} of this submodule is not here: {remedy}"
            ) from None

    def suspects(self, names: Iterable[str]) -> Iterator[tuple[str, _Place]]:
        """The files that may have another text there: those that git calls changed, or does not look at, or has not."""
        prefix = f"{self._folder}/"
        inside = {name for name in names if name.startswith(prefix)}
        around = {part for name in inside for part in with_folders(name)}
        for inner, commit in self._files.submodules.items():
            if f"{prefix}{inner}" in around and os.path.lexists(os.path.join(self._path, inner, ".git")):
                submodule = _Submodule(self._root, f"{prefix}{inner}", commit)
                yield from submodule.suspects(inside)
        options = ("--name-only", "--relative", "--no-renames", "--ignore-submodules=all", "-z")
        found = run_git(self._path, "diff", *PLAIN, *options, self._commit, "--", more=without_filters(self._path))
        changed = {os.fsdecode(name) for name in found.split(b"\0") if name}
        unknown = {name.removeprefix(prefix) for name in inside} - self._files.blobs.keys()
        reason = f"the commit has the submodule {self._folder} at {self._commit[:10]}, with another text of it"
        committed = f"commit it in {self._folder} and run `git add {self._folder}`"
        remedy = f"{committed}, or run `git submodule update {self._folder}`"
        for name in sorted(changed | unknown | unwatched_files(self._path)):
            if not any(part in self._files.submodules for part in with_folders(name)):
                yield f"{prefix}{name}", _Place(self._path, self._files.blobs.get(name), reason, remedy)


def _differing(root: str, places: Mapping[str, _Place]) -> Iterator[tuple[str, CommittedText]]:
    for repository in {place.repository for place in places.values()}:
        own = {name: place for name, place in places.items() if place.repository == repository}
        asked = {name: place.blob.encode() for name, place in own.items() if place.blob is not None}
        blobs = dict(zip(asked, read_blobs(repository, list(asked.values())), strict=True)) if asked else {}
        for name, place in own.items():
            data, on_disk = blobs.get(name), _on_disk(os.path.join(root, name))
            is_elsewhere = data is None if place.blob is not None else False
            if not is_elsewhere and _plain(data) != _plain(on_disk) and not (data or b"").startswith(_POINTER):
                yield name, CommittedText(data, place.reason, place.remedy)


def _on_disk(path: str) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None


def _plain(data: bytes | None) -> bytes | None:
    """The bytes without what `core.autocrlf` changes."""
    return data if data is None else data.replace(b"\r\n", b"\n")


class WithoutFiles(Disk):
    """The files on disk but for some that a commit does not have."""

    def __init__(self, root: str, missing: frozenset[str]) -> None:
        super().__init__(root)
        self._without = missing

    def exists(self, filename: str) -> bool:
        """Whether a regular file of that name is there, and in the commit."""
        return filename not in self._without and super().exists(filename)

    def read_bytes(self, filename: str, keep: bool = True) -> bytes:
        """The bytes of a file. Raises UnreadableFileError."""
        if filename in self._without:
            raise UnreadableFileError(filename, "cannot be read: the commit does not have it", is_missing=True)
        return super().read_bytes(filename, keep)

    def fork(self) -> WithoutFiles:
        """The same files; nothing that is known of them comes along."""
        return WithoutFiles(self._root, self._without)
