"""The only reader and writer of source files; holds unwritten edits as an overlay."""

from __future__ import annotations

import io
import os
import tokenize
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.project.reading import conflict_row, is_below, read_file

_BOM = b"\xef\xbb\xbf"


class SourceFile(NamedTuple):
    """A file as read: its bytes, its text with `\\n` line ends, and how it is encoded."""

    filename: str
    data: bytes
    text: str
    lines: list[str]
    encoding: str

    def raw_lines(self) -> list[bytes]:
        """The lines as bytes, line ends kept; one for each of `lines`, but for a last empty one."""
        return split_rows(self.data, self.encoding)


class Workspace:
    """Files of a project by name, relative to its root and with `/`; each is read once.

    `put` lays new bytes over a file without writing it: what is read afterwards is the edited file, so that a
    fixed copy is visible to those that copy it.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._disk: dict[str, bytes | UnreadableFileError] = {}
        self._overlay: dict[str, bytes] = {}
        self._files: dict[str, SourceFile] = {}
        self._folders: dict[str, frozenset[str]] = {}
        self._missing: dict[str, str | None] = {}

    def path(self, filename: str) -> str:
        """Where a file of the project stands on disk."""
        return os.path.join(self.root, filename)

    def exists(self, filename: str) -> bool:
        """Whether a file of that name is there, or about to be."""
        if filename in self._overlay:
            return True
        folder, _, name = filename.rpartition("/")
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = _files_in(self.path(folder))
        return name in known

    def is_inside(self, filename: str) -> bool:
        """Whether a file is in the project for real, and no link leads out of it."""
        return filename in self._overlay or is_below(os.path.realpath(self.path(filename)), self._real_root)

    def missing_folder(self, folder: str) -> str | None:
        """The outermost part of a folder's path that is not there; None for a folder that is."""
        if folder not in self._missing:
            outer = folder.rpartition("/")[0]
            missing = self.missing_folder(outer) if outer else None
            if missing is None and not os.path.isdir(self.path(folder)) and not self._is_edited(f"{folder}/"):
                missing = folder
            self._missing[folder] = missing
        return self._missing[folder]

    def read_bytes(self, filename: str) -> bytes:
        """The bytes of a file. Raises UnreadableFileError."""
        if filename in self._overlay:
            return self._overlay[filename]
        known = self._disk.get(filename)
        if known is None:
            try:
                known = read_file(self.path(filename))
            except OSError as error:
                known = UnreadableFileError(filename, f"cannot be read: {error.strerror or error}")
            self._disk[filename] = known
        if isinstance(known, UnreadableFileError):
            raise known
        return known

    def peek(self, filename: str) -> bytes:
        """The bytes of a file that is not worth keeping. Raises UnreadableFileError."""
        known = filename in self._disk
        data = self.read_bytes(filename)
        if not known:
            self.forget(filename)
        return data

    def read(self, filename: str) -> SourceFile:
        """The decoded file. Raises UnreadableFileError when it cannot be read or decoded."""
        known = self._files.get(filename)
        if known is None:
            known = self._files[filename] = decode(filename, self.read_bytes(filename))
        return known

    def size(self, filename: str) -> int:
        """How many bytes a file holds; 0 when it cannot be read."""
        try:
            return len(self.read_bytes(filename))
        except UnreadableFileError:
            return 0

    def forget(self, filename: str) -> None:
        """Let go of the bytes of a file that nobody will ask for again; those below an edit stay."""
        if filename not in self._overlay:
            self._disk.pop(filename, None)

    def forget_text(self, filename: str) -> None:
        """Let go of the decoded text of a file; its bytes stay."""
        self._files.pop(filename, None)

    def put(self, filename: str, data: bytes) -> None:
        """Lay new bytes over a file."""
        self._overlay[filename] = data
        self._files.pop(filename, None)

    def restore(self, filename: str, data: bytes | None) -> None:
        """Take an edit back: to the bytes of an earlier one, or with None to the file on disk."""
        self._overlay.pop(filename, None)
        self._files.pop(filename, None)
        self._missing.clear()
        if data is not None:
            self.put(filename, data)

    def _is_edited(self, folder: str) -> bool:
        return any(filename.startswith(folder) for filename in self._overlay)

    def edited(self, filename: str) -> bytes | None:
        """The unwritten bytes of a file, if it has any."""
        return self._overlay.get(filename)

    def edits(self) -> dict[str, tuple[bytes | None, bytes]]:
        """Every file whose bytes differ from the disk's: name → (before, after)."""
        changed: dict[str, tuple[bytes | None, bytes]] = {}
        for filename, after in sorted(self._overlay.items()):
            before = self._disk.get(filename)
            before = before if isinstance(before, bytes) else None
            if before != after:
                changed[filename] = (before, after)
        return changed


def _files_in(folder: str) -> frozenset[str]:
    """The names of the files in a folder; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file())
    except OSError:
        return frozenset()


def decode(filename: str, data: bytes) -> SourceFile:
    """Decode as Python does: UTF-8, a byte order mark, or the encoding that a comment declares (PEP 263).

    Raises UnreadableFileError at the row of the first byte that does not fit, and for an unresolved merge conflict.
    """
    refuse_conflict(filename, data)
    encoding = "utf-8"
    if data.startswith(_BOM) or b"coding" in data[:400]:
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except SyntaxError as error:
            raise UnreadableFileError(filename, f"cannot be decoded: {error.msg}") from None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        reason = f"cannot be decoded as {encoding}: save it as UTF-8, or declare its encoding"
        raise UnreadableFileError(filename, reason, row) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceFile(filename, data, text, text.split("\n"), encoding)


def refuse_conflict(filename: str, data: bytes) -> None:
    """Raises UnreadableFileError, at its row, for an unresolved merge conflict."""
    if row := conflict_row(data):
        raise UnreadableFileError(filename, f"has an unresolved merge conflict (line {row})", row)


def split_rows(data: bytes, encoding: str) -> list[bytes]:
    """Split at `\\n`, `\\r\\n` and `\\r`, as Python does, and nowhere else; line ends are kept."""
    plain = encoding in ("utf-8", "utf-8-sig", "ascii", "iso-8859-1")
    text = data.decode("iso-8859-1" if plain else encoding)
    rows = io.StringIO(text, newline="").readlines()
    return [row.encode("iso-8859-1" if plain else encoding) for row in rows]
