"""Files are replaced atomically, inside the project, and only as they were read (contract 5.2 and 5.4)."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence

from copycheck.model.errors import CopycheckError, WriteError
from copycheck.model.result import Patch
from copycheck.project.patterns import Patterns
from copycheck.project.reading import is_below, read_file
from copycheck.project.settings import Settings
from copycheck.project.toml import CONFIGURATIONS
from copycheck.project.upstream_settings import LOCK


def obstacle(root: str, filename: str) -> str | None:
    """Why a file of the project must not or cannot be written; None when nothing stands in the way."""
    path = os.path.realpath(os.path.join(root, filename))
    real_root = os.path.realpath(root)
    if not is_below(path, real_root):
        return "it leads out of the project"
    try:
        mode = os.stat(path).st_mode
    except OSError:
        mode = stat.S_IFREG | 0o600
    folder = os.path.dirname(path)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not os.path.isdir(folder):
        return "what should be its folder is a file"
    if not stat.S_ISREG(mode):
        return "it is not a regular file"
    if not mode & 0o222 or (os.path.exists(path) and not os.access(path, os.W_OK)):
        return "it is read-only"
    if not os.access(folder, os.W_OK):
        return "its folder is not writable"
    return None


def replace_file(root: str, filename: str, before: bytes | None, after: bytes) -> None:
    """Replace a file by new bytes in one step, or create it when `before` is None.

    The new file stands beside the old one until it is complete, and takes its mode, its owner and its extended
    attributes; links stay links. Raises WriteError when the file is no longer as it was read, or cannot be written; it
    is untouched then.
    """
    with _complete_for(root, filename, before, after) as replace:
        replace()


def replace_together(root: str, patches: Sequence[Patch]) -> None:
    """Replace files as `replace_file` does, once all new ones are complete. Raises WriteError, with none replaced."""
    with contextlib.ExitStack() as stack:
        steps = [stack.enter_context(_complete_for(root, p.filename, p.before, p.after)) for p in patches]
        for step in steps:
            step()


@contextlib.contextmanager
def _complete_for(root: str, filename: str, before: bytes | None, after: bytes) -> Iterator[Callable[[], None]]:
    """A complete new file of the project, and the step that puts it in its place. Raises WriteError."""
    reason = obstacle(root, filename)
    if reason is not None:
        raise WriteError(f"{filename} is not written: {reason}")
    path = os.path.realpath(os.path.join(root, filename))
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with _complete_beside(path, after, mode_of=None if before is None else path) as replace:
            if _content(path) != before:
                raise WriteError(f"{filename} is not written: it has changed since it was read; run copycheck again")
            yield replace
    except OSError as error:
        raise WriteError(f"{filename} is not written: {error.strerror or error}") from None


@contextlib.contextmanager
def _complete_beside(path: str, data: bytes, mode_of: str | None) -> Iterator[Callable[[], None]]:
    """A complete file beside a path, on the disk for good, and the step that puts it in the place of that path.

    It has the mode of another file, or that of a new one. Without that step, nothing of it is left. Raises OSError.
    """
    beside: str | None = None
    try:
        handle, beside = tempfile.mkstemp(prefix=".copycheck-", suffix=".tmp", dir=os.path.dirname(path))
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode_of is None:
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(beside, 0o666 & ~umask)
        else:
            _take_over(mode_of, beside)
        yield lambda: os.replace(beside, path)
    finally:
        if beside is not None:
            _remove(beside)  # gone already where it took the place of the path


def _take_over(old: str, new: str) -> None:
    """Give a new file the owner, the mode and, where they can be set, the extended attributes (and ACL) of another."""
    found = os.stat(old)
    if hasattr(os, "chown") and (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):
            os.chown(new, found.st_uid, found.st_gid)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            for name in {*os.listxattr(new)}.difference(os.listxattr(old)):  # what its folder gives to each new file
                with contextlib.suppress(OSError):
                    os.removexattr(new, name)
            for name in os.listxattr(old):
                with contextlib.suppress(OSError):
                    os.setxattr(new, name, os.getxattr(old, name))
    shutil.copymode(old, new)  # last: to change the owner takes set-uid bits away


def write_report(path: str, text: str, settings: Settings) -> None:
    """Write a report where the user wants it, in one step.

    What is not a regular file (a device, a pipe, the terminal) is written to, and never replaced. Raises CopycheckError
    where that fails, and for a file that the check reads: a report must not take its place.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if _is_special(path):
            with open(path, "wb", buffering=0) as stream:
                stream.write(data)
            return
    except OSError as error:
        raise CopycheckError(f"{path}: the report cannot be written: {error.strerror or error}") from None
    if reason := _what_reads(path, settings):
        raise CopycheckError(f"{path}: the report is not written: {reason}. Name another file")
    try:
        with _complete_beside(os.path.realpath(path), data, mode_of=None) as replace:
            replace()
    except OSError as error:
        raise CopycheckError(f"{path}: the report cannot be written: {error.strerror or error}") from None


def _is_special(path: str) -> bool:
    """Whether a path leads to something that must not be replaced: a device, a pipe, or an open file of a process."""
    if os.path.abspath(path).startswith(("/dev/", "/proc/")) or os.path.realpath(path).startswith(("/dev/", "/proc/")):
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _what_reads(path: str, settings: Settings) -> str:
    """Why a report must not take the place of a file; empty where it may."""
    target, root = os.path.realpath(path), os.path.realpath(settings.root)
    name = os.path.basename(target)
    if os.path.isdir(target):
        return "it is a folder"
    if not is_below(target, root):
        return ""
    filename = target[len(root.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
    copies = {part for pair in settings.full_copies for part in pair.inside}
    read = {*copies, settings.full_copies_from, settings.baseline, "copycheck-baseline.json", LOCK}
    is_read = Patterns(settings.include).match(filename, name) and os.path.exists(target)
    if is_read or filename in read or name in (*CONFIGURATIONS, "ruff.toml", ".ruff.toml", ".gitignore"):
        return "the check reads this file"
    return ""


def content_of(root: str, filename: str) -> bytes | None:
    """The bytes of a file that is about to be replaced; None where there is none."""
    return _content(os.path.join(root, filename))


def _content(path: str) -> bytes | None:
    try:
        return read_file(path)
    except FileNotFoundError:
        return None


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):  # it has gone already, or the folder has
        os.unlink(path)
