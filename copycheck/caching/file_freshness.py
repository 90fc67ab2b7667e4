"""Tells whether a file is as it was when a run looked at it: by what its inode says, and by its content where it must.

An inode proves that a file is unchanged only when the file was left alone for two seconds before it was looked at: a
second change within the clock's grain leaves no trace. A fresher file is known by its content besides. Its content
was the one that the run had read if the file was not written since the run began, which its times tell.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping

from copycheck.project.reading import read_file

Signature = list[int | str]
"""Size, both times (nanoseconds) and number of an inode. A hash of the content follows where these do not suffice.

An empty one is that of a file that cannot be known again.
"""

_GRAIN = 2_000_000_000
_TICK = 50_000_000
"""Longer than the step of any kernel's file clock: a file older than this when a run began was not written since."""
_COARSE = 1_000_000
"""File systems that keep whole milliseconds or seconds round the times of files, maybe into the past."""
_INODE = 4
"""How many parts of a signature come from the inode. After these come the hash, and whether the inode alone will do."""
_IS_TRUSTED = 5


def signature(stat: os.stat_result) -> Signature:
    """What an inode says of a file's content."""
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def signature_of(path: str) -> Signature | None:
    """The signature of a path, or None where there is nothing."""
    try:
        return signature(os.stat(path))
    except OSError:
        return None


class Freshness:
    """Signs files for a later run, and compares them with the signatures of an earlier one.

    With `by_content`, a file with the same content counts as unchanged whatever its inode says, as in a fresh
    checkout. Without it, the inode must be the same too, so that a cache that somebody committed proves nothing.
    """

    def __init__(self, root: str, by_content: bool = False) -> None:
        self._root = root
        self._by_content = by_content
        self._started = time.time_ns()
        self._digests: dict[str, str] = {}
        """The hashes of files that are known to be as they were: their content need not be read again."""
        self.confirmed: set[str] = set()
        """Files whose content was looked at and is as it was: a later run may believe their inodes."""

    def sign(self, name: str, sign: Signature | None) -> Signature | None:
        """The signature to keep for a file, with a hash of its content where its inode alone will not do."""
        is_trusted = sign is not None and self.is_trusted(sign)
        if sign is None or (is_trusted and not self._by_content):
            return sign
        digest = self._digests.get(name) or self._digest(name, sign)
        if digest is None:
            return sign if is_trusted else []
        return [*sign, digest, int(is_trusted)]

    def is_trusted(self, sign: Signature) -> bool:
        """Whether the file was left alone for long enough that another change would show in its inode."""
        return bool(sign) and _last_written(sign) < self._started - _GRAIN

    def is_unchanged(self, name: str, was: Signature | None, now: Signature | None) -> bool:
        """Whether a file with this inode is the one that was signed."""
        if was is None or now is None:
            return was is now
        if not was:
            return False
        same_inode = was[:_INODE] == now
        if len(was) == _INODE:
            return same_inode
        digest = str(was[_INODE])
        if not (same_inode and was[_IS_TRUSTED]):
            if not (same_inode or self._by_content) or was[0] != now[0]:
                return False
            if _hash(os.path.join(self._root, name)) != digest:
                return False
            self.confirmed.add(name)
        self._digests[name] = digest
        return True

    def changed(self, was: Mapping[str, Signature | None], now: Mapping[str, Signature | None]) -> set[str]:
        """The names of two sets of files whose content is, or may be, another; new ones and missing ones included."""
        gone = {name for name in was if name not in now}
        return gone | {name for name, sign in now.items() if not self.is_unchanged(name, was.get(name), sign)}

    def signed(self, names: Iterable[str]) -> dict[str, Signature | None]:
        """The inodes of some paths as they are now; None for what is not there."""
        return {name: signature_of(os.path.join(self._root, name)) for name in names}

    def _digest(self, name: str, sign: Signature) -> str | None:
        """The hash of what the run has read of a file; None where the file may have been written in the meantime."""
        path = os.path.join(self._root, name)
        digest = _hash(path)
        if digest is None or signature_of(path) != sign[:_INODE]:
            return None
        is_exact = any(int(time_) % _COARSE for time_ in sign[1:3])
        is_older = is_exact and _last_written(sign) < self._started - _TICK
        return digest if is_older or self.is_trusted(sign) else None


def _last_written(sign: Signature) -> int:
    return max(int(sign[1]), int(sign[2]))


def _hash(path: str) -> str | None:
    """A hash of a regular file; None for anything else, and for what cannot be read. OpenSSL's SHA-256 is quick."""
    import hashlib

    try:
        return hashlib.sha256(read_file(path)).hexdigest()
    except OSError:
        return None
