"""Reads wheels and source archives, within bounds, without unpacking them to disk (contract 15)."""

from __future__ import annotations

import posixpath
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING

from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.model.paths import with_folders

if TYPE_CHECKING:
    from typing_extensions import Self

MOST_FILES = 200_000
"""No archive with more files than this is read."""
MOST_BYTES_A_FILE = 50_000_000
"""No Python file beyond this is read: it is not a source."""
MOST_BYTES = 4_000_000_000
"""No more than this is unpacked of an archive, all its files together."""
_OTHER = "name another release"
_PYTHON = (".py", ".pyi")
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class FixedTree:
    """A set of files that never changes, each read when it is asked for: a `FileTree`. Nothing of it is a link.

    `names` are the files with their sizes in bytes, `kind` is what holds them, for messages.
    """

    kind = "tree"

    def __init__(self, names: Mapping[str, int]) -> None:
        self.names = names
        self._folders = {"", *(part for name in names for part in with_folders(name.rpartition("/")[0]))}

    def _read(self, name: str) -> bytes:
        """The bytes of one of the files. Raises CopycheckError. Each kind of tree has its own way."""
        raise NotImplementedError

    def exists(self, filename: str) -> bool:
        """Whether a file of that name is there."""
        return posixpath.normpath(filename) in self.names

    def is_inside(self, filename: str) -> bool:
        """Whether a file is in the tree."""
        return self.exists(filename)

    def missing_folder(self, folder: str) -> str | None:
        """The outermost part of a folder's path that is not there; None for a folder that is."""
        folder = "" if folder in (".", "") else posixpath.normpath(folder)
        missing = None
        while folder and folder not in self._folders:
            missing, folder = folder, posixpath.dirname(folder)
        return missing

    def read_bytes(self, filename: str, keep: bool = True) -> bytes:
        """The bytes of a file. Raises UnreadableFileError."""
        name = posixpath.normpath(filename)
        if name not in self.names:
            raise UnreadableFileError(filename, f"cannot be read: no such file in the {self.kind}")
        if self.names[name] > MOST_BYTES_A_FILE:
            raise UnreadableFileError(
                filename, f"is larger than {MOST_BYTES_A_FILE // 1_000_000} MB: it is not a source"
            )
        try:
            return self._read(name)
        except CopycheckError as error:
            raise UnreadableFileError(filename, f"cannot be read: {error}") from None

    def forget(self, filename: str) -> None:
        """Nothing is kept."""

    def reread(self, filename: str) -> None:
        """Nothing changes."""

    def fork(self) -> Self:
        """The tree itself, of which nothing is dropped."""
        return self


class MemoryTree(FixedTree):
    """The files of an archive."""

    kind = "archive"

    def __init__(self, names: Mapping[str, int], archive: _Reader, path: str = "") -> None:
        """`archive` reads the files, `path` is where it is."""
        super().__init__(names)
        self._archive = archive
        self._path = path

    def other_file(self, name: str) -> bytes | None:
        """The bytes of a file that is no file of Python, such as a licence; None where there is none.

        Raises UnreadableFileError for one that cannot be read.
        """
        try:
            return _other_file(self._path, posixpath.normpath(name))
        except _BROKEN as error:
            raise UnreadableFileError(name, f"cannot be read: the archive is broken: {error}") from None

    def _read(self, name: str) -> bytes:
        try:
            return self._archive.read(name)
        except _BROKEN as error:
            raise CopycheckError(f"the archive is broken: {error}") from None


class _Reader:
    """What reads a file of an archive by its name."""

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        raise NotImplementedError


class _Zip(_Reader):
    def __init__(self, path: str) -> None:
        self._zip = zipfile.ZipFile(path)

    def infos(self) -> list[zipfile.ZipInfo]:
        return self._zip.infolist()

    def read(self, name: str) -> bytes:
        with self._zip.open(name) as stream:
            data = stream.read(MOST_BYTES_A_FILE + 1)
        if len(data) > MOST_BYTES_A_FILE:
            raise OSError(f"a file in it is larger than {MOST_BYTES_A_FILE // 1_000_000} MB")
        return data


class _Memory(_Reader):
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def read(self, name: str) -> bytes:
        return self._files[name]


def open_archive(path: str) -> MemoryTree:
    """The Python files of a wheel, or of a source archive below its one folder.

    Raises CopycheckError, in one line, for an archive that is broken, too large, or that has a name with `..` in it.
    """
    shown = posixpath.basename(path.replace("\\", "/"))
    try:
        if path.endswith((".whl", ".zip")):
            return _wheel(path, shown)
        return _source_archive(path, shown)
    except _BROKEN as error:
        raise CopycheckError(
            f"the archive {shown} is damaged ({' '.join(str(error).split())}): run it again to fetch it anew, or name "
            f"another release"
        ) from None


def _wheel(path: str, shown: str) -> MemoryTree:
    archive = _Zip(path)
    infos = archive.infos()
    if len(infos) > MOST_FILES:
        raise CopycheckError(f"the archive {shown} has more than {MOST_FILES} files, and is not read: {_OTHER}")
    names: dict[str, int] = {}
    checksums: dict[str, int] = {}
    for info in infos:
        name = _sound(info.filename, shown)
        if not _is_file(info):
            continue
        if checksums.setdefault(name, info.CRC) != info.CRC:
            raise CopycheckError(
                f"the archive {shown} has two different files named `{name}`, and is not read: {_OTHER}"
            )
        if name.endswith(_PYTHON) or name.endswith(".dist-info/METADATA"):
            names[name] = info.file_size
    if path.endswith(".zip"):
        return _below_one_folder(names, archive, path)
    return MemoryTree(names, archive, path)


def _is_file(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file, and neither a folder nor a link."""
    return not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16)


def _other_file(path: str, name: str) -> bytes | None:
    """A file of an archive by its name; in a source archive, below its one folder."""
    if path.endswith((".whl", ".zip")):
        archive = _Zip(path)
        files = [info.filename for info in archive.infos() if _is_file(info)]
        found = next((file for file in files if name in (file, file.partition("/")[2])), None)
        return archive.read(found) if found is not None else None
    with tarfile.open(path, "r|*") as tar:
        for member in tar:
            below = posixpath.normpath(member.name)
            if member.isfile() and name in (below, below.partition("/")[2]):
                stream = tar.extractfile(member) if member.size <= MOST_BYTES_A_FILE else None
                if stream is None:
                    raise OSError(f"a file in it is larger than {MOST_BYTES_A_FILE // 1_000_000} MB")
                return _all_of(stream)
    return None


def _source_archive(path: str, shown: str) -> MemoryTree:
    files: dict[str, bytes] = {}
    total = count = 0
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            count += 1
            total += max(member.size, 0)
            if count > MOST_FILES or total > MOST_BYTES:
                size = f"{MOST_BYTES // 1_000_000_000} GB"
                raise CopycheckError(
                    f"the archive {shown} has more than {size} or {MOST_FILES} files, and is not read: {_OTHER}"
                )
            name = _sound(member.name, shown)
            if member.islnk():  # a second name of a file that came before
                first = files.get(posixpath.normpath(member.linkname))
                if first is not None and name.endswith(_PYTHON):
                    files[name] = first
            if not member.isfile() or not name.endswith(_PYTHON) or member.size > MOST_BYTES_A_FILE:
                continue
            stream = archive.extractfile(member)
            if stream is not None:
                files[name] = _all_of(stream)
    return _below_one_folder({name: len(data) for name, data in files.items()}, _Memory(files), path)


def _all_of(stream: IO[bytes]) -> bytes:
    return stream.read(MOST_BYTES_A_FILE)


def _sound(name: str, shown: str) -> str:
    """A name in an archive. Raises CopycheckError for one that leads out of it."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\0" in name:
        raise CopycheckError(
            f"the archive {shown} has a file named `{name}`, which leads out of it, and is not read: {_OTHER}"
        )
    return posixpath.normpath(name)


class _Below(_Reader):
    """Files of an archive under their names below a folder."""

    def __init__(self, archive: _Reader, folder: str) -> None:
        self._archive = archive
        self._folder = folder

    def read(self, name: str) -> bytes:
        return self._archive.read(f"{self._folder}/{name}")


def _below_one_folder(names: Mapping[str, int], archive: _Reader, path: str) -> MemoryTree:
    """The files of a source archive, without the folder that holds all of them."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or not all("/" in name for name in names):
        return MemoryTree(names, archive, path)
    top = next(iter(tops))
    return MemoryTree({name.partition("/")[2]: size for name, size in names.items()}, _Below(archive, top), path)
