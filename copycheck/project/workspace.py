"""The one reader of source files, in layers: the files, the open buffers of an editor, and edits not written yet."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Collection
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import from_outermost
from copycheck.project.committed_files import CommittedFiles
from copycheck.project.file_tree import Disk, FileTree
from copycheck.project.reading import CONFLICT, MOST_TEXT, conflict_row

_COMMENTS = (b"Copied", b"Adapted from", b"copycheck:")
"""What the comments say that are looked at one by one."""
_MOST_COMMENTS = 20_000
_MOST_ROWS = 2_000_000
"""In one text: each row of a copy takes 400 bytes, also where nothing is in it."""
_BOM = b"\xef\xbb\xbf"
_UTF_8 = ("utf-8", "utf-8-sig")
_WIDTH = 4
"""So many bytes has a character of UTF-32: in none of the encodings that Python reads is one of the first a zero."""


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


class FileEdit(NamedTuple):
    """The bytes of a file before an edit, None for a new file, and after it."""

    before: bytes | None
    after: bytes


class Workspace:
    """Files of a project by name, relative to its root and with `/`: the one reader of sources in a run.

    Three layers, of which the upper ones hide the lower ones: edits that a fix has made and nobody has written yet, so
    that a fixed copy is visible to those that copy it; open buffers, the unsaved texts of an editor; and the files
    themselves, on disk or in another tree.

    >>> workspace = Workspace("/home/me/project")
    >>> workspace.open_buffer("zoo/owl.py", b"def hoot(): ...")
    >>> workspace.read("zoo/owl.py").text
    'def hoot(): ...'
    """

    def __init__(self, root: str, tree: FileTree | None = None) -> None:
        """`tree` holds the files themselves, in place of the folder `root` on disk."""
        self.root = root
        self._tree: FileTree = tree if tree is not None else Disk(root)
        self._buffers: dict[str, bytes] = {}
        self._edits: dict[str, bytes] = {}
        self._files: dict[str, SourceFile] = {}
        self.committed = CommittedFiles(root)
        """What the files have in the last commit."""
        self._unwritten: set[str] | None = None
        """The folders of edits and buffers, once they were asked for."""

    def path(self, filename: str) -> str:
        """Where a file of the project is on disk."""
        return os.path.join(self.root, filename)

    def exists(self, filename: str) -> bool:
        """Whether a file of that name is there, or about to be."""
        return filename in self._edits or filename in self._buffers or self._tree.exists(filename)

    def is_inside(self, filename: str) -> bool:
        """Whether a file is in the project for real, and no link leads out of it."""
        return filename in self._edits or filename in self._buffers or self._tree.is_inside(filename)

    def missing_folder(self, folder: str) -> str | None:
        """The outermost part of a folder's path that is not there; None for a folder that is."""
        missing = self._tree.missing_folder(folder)
        if missing is None or not (self._edits or self._buffers):
            return missing
        if self._unwritten is None:
            folders = {name.rpartition("/")[0] for name in (*self._edits, *self._buffers)}
            self._unwritten = {part for name in folders for part in from_outermost(name)}
        parts = (part for part in from_outermost(folder) if len(part) >= len(missing))
        return next((part for part in parts if part not in self._unwritten), None)

    def read_bytes(self, filename: str) -> bytes:
        """The bytes of a file. Raises UnreadableFileError."""
        if filename in self._edits:
            return self._edits[filename]
        return self._below_edits(filename)

    def without_edit(self, filename: str) -> bytes | None:
        """The bytes of a file as a person left it, without the edits of a fix; None where it cannot be read."""
        try:
            return self._below_edits(filename)
        except UnreadableFileError:
            return None

    def read_uncached(self, filename: str) -> bytes:
        """The bytes of a file that is not worth keeping in memory. Raises UnreadableFileError."""
        above = self._edits.get(filename, self._buffers.get(filename))
        return above if above is not None else self._tree.read_bytes(filename, keep=False)

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
        """Drop the bytes of a file that nobody will ask for again; those below an edit stay."""
        if filename not in self._edits:
            self._tree.forget(filename)

    def forget_text(self, filename: str) -> None:
        """Drop the decoded text of a file; its bytes stay."""
        self._files.pop(filename, None)

    def set_edit(self, filename: str, data: bytes | None) -> None:
        """Give a file other bytes without writing it; None takes its edit back."""
        if (data is None) == (filename in self._edits):
            self._unwritten = None
        if data is None:
            self._edits.pop(filename, None)
        else:
            self._edits[filename] = data
        self.forget_text(filename)

    def open_buffer(self, filename: str, data: bytes) -> None:
        """Take these bytes, which an editor has not saved, for those of a file, until the buffer is closed."""
        self._buffers[filename] = data
        self._unwritten = None
        self.forget_text(filename)

    def close_buffer(self, filename: str) -> None:
        """Take a file from its tree again, and look at it anew."""
        self._buffers.pop(filename, None)
        self._unwritten = None
        self.reread(filename)

    def buffer(self, filename: str) -> bytes | None:
        """The bytes of the open buffer of a file, if it has one."""
        return self._buffers.get(filename)

    @property
    def buffers(self) -> Collection[str]:
        """The files that have an open buffer."""
        return self._buffers.keys()

    def reread(self, filename: str) -> None:
        """Drop what is known of a file or folder: it has changed, appeared or gone. Buffers and edits stay."""
        self._tree.reread(filename)
        for name in [known for known in self._files if known == filename or known.startswith(f"{filename}/")]:
            del self._files[name]

    def fork(self) -> Workspace:
        """A workspace that knows the same, and has no edits. What happens to one is not seen by the other."""
        other = Workspace(self.root, self._tree.fork())
        other.committed = self.committed
        other._buffers = dict(self._buffers)
        other._files = {name: file for name, file in self._files.items() if name not in self._edits}
        return other

    def edited(self, filename: str) -> bytes | None:
        """The bytes of a file that a fix has made and nobody has written yet, if there are any."""
        return self._edits.get(filename)

    def edits(self) -> dict[str, FileEdit]:
        """Every file whose edit differs from what is below it."""
        changed: dict[str, FileEdit] = {}
        for filename, after in sorted(self._edits.items()):
            try:
                before: bytes | None = self._below_edits(filename)
            except UnreadableFileError:
                before = None
            if before != after:
                changed[filename] = FileEdit(before, after)
        return changed

    def _below_edits(self, filename: str) -> bytes:
        if filename in self._buffers:
            return self._buffers[filename]
        return self._tree.read_bytes(filename)


def decode(filename: str, data: bytes) -> SourceFile:
    """Decode as Python does: UTF-8, a byte order mark, or the encoding that a comment declares (PEP 263).

    Raises UnreadableFileError at the row of the first byte that does not fit, for an unresolved merge conflict, and for
    what is longer than any text that a person wrote.
    """
    refuse_conflict(filename, data)
    _refuse_size(filename, data)
    try:
        encoding = declared_encoding(data)
    except SyntaxError as error:
        raise UnreadableFileError(
            filename, f"cannot be decoded: {error.msg}; correct the declaration of its encoding"
        ) from None
    try:
        if b"\0" in data[:_WIDTH]:
            raise UnicodeError("UTF-16 or UTF-32")
        text = data.decode(encoding)
        if encoding not in _UTF_8 and "coding" not in text:
            raise UnicodeError("the declaration itself is no text in that encoding")  # nor does Python take it
    except (UnicodeError, LookupError) as error:  # the latter for what turns text into text, or bytes into bytes
        row = data.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
        reason = f"cannot be decoded as {encoding}: save it as UTF-8, or declare its encoding"
        raise UnreadableFileError(filename, reason, row) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceFile(filename, data, text, text.split("\n"), encoding)


def declared_encoding(data: bytes) -> str:
    """The encoding that a byte order mark or a comment declares, else UTF-8. Raises SyntaxError for an unknown one."""
    if data.startswith(_BOM) or b"coding" in _first_two_rows(data):
        try:
            return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except (LookupError, UnicodeError) as error:  # Python 3.14 decodes these rows; `hex` makes no text of bytes
            raise SyntaxError(str(error).partition(";")[0]) from None
    return "utf-8"


def _first_two_rows(data: bytes) -> bytes:
    """Where a file may declare its encoding; the first row may be long."""
    first = data.find(b"\n")
    second = data.find(b"\n", first + 1) if first >= 0 else -1
    return data[:second] if second >= 0 else data


def refuse_conflict(filename: str, data: bytes) -> None:
    """Raises UnreadableFileError, at its row, for an unresolved merge conflict."""
    if row := conflict_row(data):
        raise UnreadableFileError(filename, f"{CONFLICT} (line {row})", row)


def _refuse_size(filename: str, data: bytes) -> None:
    """Raises UnreadableFileError for a text of more than 50 MB, or with more lines or comments of ours than any."""
    if len(data) > MOST_TEXT:
        raise UnreadableFileError(filename, f"cannot be parsed: it is larger than {MOST_TEXT // 1_000_000} MB")
    if len(data) > _MOST_ROWS and max(data.count(b"\n"), data.count(b"\r")) > _MOST_ROWS:
        raise UnreadableFileError(filename, f"cannot be parsed: it has more than {_MOST_ROWS:,} lines")
    if len(data) > _MOST_COMMENTS * len(_COMMENTS[0]) and sum(map(data.count, _COMMENTS)) > _MOST_COMMENTS:
        raise UnreadableFileError(filename, f"has more than {_MOST_COMMENTS:,} comments such as `# Copied from`")


def split_rows(data: bytes, encoding: str) -> list[bytes]:
    """Split at `\\n`, `\\r\\n` and `\\r`, as Python does, and nowhere else; line ends are kept."""
    if encoding in ("utf-8", "utf-8-sig", "ascii", "iso-8859-1"):
        return data.splitlines(keepends=True)  # of bytes, unlike of text, these are all ends of lines
    rows = io.StringIO(data.decode(encoding), newline="").readlines()
    return [row.encode(encoding) for row in rows]
