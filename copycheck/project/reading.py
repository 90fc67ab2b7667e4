"""The one door through which files are read: regular files only, and none that would fill any memory.

A link in a repository may lead to a device or a pipe, which never ends or never answers.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections import Counter
from collections.abc import Sequence

MOST_BYTES = 500_000_000
"""No single file beyond this is read: it is not a source."""
MOST_TEXT = 50_000_000
"""No file beyond this is decoded and parsed, which may take thirty times its size."""
MOST_CONFIGURATION = 10_000_000
"""No configuration file beyond this is read."""

CONFLICT = "has an unresolved merge conflict"
"""What is said of a file with the marks of one."""
_CONFLICT = tuple(
    re.compile(rb"^(?:\xef\xbb\xbf)?" + part, re.MULTILINE)
    for part in (rb"<{7,}(?: [^\n]*)?\r?\n", rb"={7,}\r?\n", rb">{7,}(?: |\r?$)")
)
"""The marks of a conflict: `conflict-marker-size` says how long git makes them. The first of each kind behind the one
before it are one, if any are."""
_SPACED_MARKS = (b"<\0" * 7, b"<\0\0\0" * 7)
"""A mark in UTF-16 and UTF-32, which git merges where `.gitattributes` says so (`working-tree-encoding`)."""


class DoubleKeyError(ValueError):
    """A key that an object of JSON has twice, as a clause."""


def read_file(path: str, most: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file. Raises OSError, whose `strerror` says what is wrong, for anything else."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", path)
        if found.st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most // 1_000_000} MB", path)
        data = os.read(descriptor, found.st_size + 1)
        while len(data) <= most and (more := os.read(descriptor, 1 << 20)):
            data += more  # it grows while it is read, or a file system hands it out in parts
        return data
    finally:
        os.close(descriptor)


def conflict_row(data: bytes) -> int:
    """The row of the first unresolved merge conflict of a file, as git marks them; 0 where there is none."""
    if b"<<<<<<<" not in data:
        if b"\0" not in data or not any(mark in data for mark in _SPACED_MARKS):
            return 0
        data = data.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    first, end = -1, 0
    for mark in _CONFLICT:
        match = mark.search(data, end)
        if match is None:
            return 0
        first, end = match.start() if first < 0 else first, match.end()
    return data.count(b"\n", 0, first) + 1


def is_below(path: str, folder: str) -> bool:
    """Whether a real path is below a real folder; never raises, also where the two are on other drives."""
    return path.startswith(folder if folder.endswith(os.sep) else f"{folder}{os.sep}")


def unique_keys(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON. Raises ValueError for a key that is there twice: a review would see only one of them."""
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise DoubleKeyError(f"`{counts.most_common(1)[0][0]}` is there twice")
    return found
