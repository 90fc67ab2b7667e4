"""Where files come from: a folder on disk, and whatever else has files by name (an archive, a revision)."""

from __future__ import annotations

import os
from typing import Protocol

from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import from_outermost, relative_path, with_folders
from copycheck.project.reading import is_below, read_file


class FileTree(Protocol):
    """Files by name, relative to a root and with `/`. A workspace has one below its open buffers and edits."""

    def exists(self, filename: str) -> bool:
        """Whether a file of that name is there."""

    def is_inside(self, filename: str) -> bool:
        """Whether a file is in the tree for real, and no link leads out of it."""

    def missing_folder(self, folder: str) -> str | None:
        """The outermost part of a folder's path that is not there; None for a folder that is."""

    def read_bytes(self, filename: str, keep: bool = True) -> bytes:
        """The bytes of a file; with `keep`, they stay in memory. Raises UnreadableFileError."""

    def forget(self, filename: str) -> None:
        """Drop the bytes of a file, which nobody will ask for again, from memory."""

    def reread(self, filename: str) -> None:
        """Drop what is known of a file or folder: it has changed, appeared or gone."""

    def fork(self) -> FileTree:
        """A tree of the same files that knows the same. What one drops, the other keeps."""


class Disk:
    """The files below a folder on disk; each is read once, and each folder listed once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._known: dict[str, bytes | UnreadableFileError] = {}
        self._folders: dict[str, frozenset[str]] = {}
        self._missing: dict[str, str | None] = {}
        self._real_folders: dict[str, str] = {}

    def exists(self, filename: str) -> bool:
        """Whether a regular file of that name is there."""
        folder, _, name = filename.rpartition("/")
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = _files_in(os.path.join(self._root, folder))
        return name in known

    def is_inside(self, filename: str) -> bool:
        """Whether a file is below the root, links resolved."""
        return is_below(self._real_path(filename), self._real_root)

    def real_name(self, filename: str) -> str:
        """The name of a file, links resolved; the same where these lead out of the root."""
        path = self._real_path(filename)
        return relative_path(path, self._real_root) if is_below(path, self._real_root) else filename

    def _real_path(self, filename: str) -> str:
        folder, _, name = filename.rpartition("/")
        real = self._real_folders.get(folder)
        if real is None:
            real = self._real_folders[folder] = os.path.realpath(os.path.join(self._root, folder))
        path = os.path.join(real, name)
        return os.path.realpath(path) if os.path.islink(path) else path

    def missing_folder(self, folder: str) -> str | None:
        """The outermost part of a folder's path that is not there; None for a folder that is."""
        if folder in self._missing:
            return self._missing[folder]
        for part in from_outermost(folder):
            if part not in self._missing:
                self._missing[part] = None if os.path.isdir(os.path.join(self._root, part)) else part
            if self._missing[part] is not None:
                return part
        return None

    def read_bytes(self, filename: str, keep: bool = True) -> bytes:
        """The bytes of a file. Raises UnreadableFileError, the same one each time."""
        known = self._known.get(filename)
        if known is None:
            try:
                known = read_file(os.path.join(self._root, filename))
            except OSError as error:
                is_missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
                reason = f"cannot be read: {error.strerror or error}"
                known = UnreadableFileError(filename, reason, is_missing=is_missing)
            if keep:
                self._known[filename] = known
        if isinstance(known, UnreadableFileError):
            raise known
        return known

    def forget(self, filename: str) -> None:
        """Drop the bytes of a file from memory."""
        self._known.pop(filename, None)

    def reread(self, filename: str) -> None:
        """Drop what is known of a file or folder, and of the folders around it."""
        self._missing.clear()
        self._real_folders.clear()
        for known in (self._known, self._folders):
            for name in [name for name in known if name == filename or name.startswith(f"{filename}/")]:
                del known[name]
        for name in with_folders(filename):
            self._folders.pop(name.rpartition("/")[0], None)

    def fork(self) -> Disk:
        """The same files, with all that is known of them."""
        other = Disk(self._root)
        other._known, other._folders, other._missing = dict(self._known), dict(self._folders), dict(self._missing)
        return other


def _files_in(folder: str) -> frozenset[str]:
    """The names of the files in a folder; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file())
    except OSError:
        return frozenset()
