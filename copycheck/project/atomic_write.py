"""Files are replaced atomically, inside the project, and only as they were read (contract 5.2 and 5.4)."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile

from copycheck.model.errors import CopycheckError, WriteError


def obstacle(root: str, filename: str) -> str | None:
    """Why a file of the project must not or cannot be written; None when nothing stands in the way."""
    path = os.path.realpath(os.path.join(root, filename))
    real_root = os.path.realpath(root)
    if os.path.commonpath([real_root, path]) != real_root:
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
        return "it is no regular file"
    if not mode & 0o222 or (os.path.exists(path) and not os.access(path, os.W_OK)):
        return "it is read-only"
    if not os.access(folder, os.W_OK):
        return "its folder is not writable"
    return None


def replace_file(root: str, filename: str, before: bytes | None, after: bytes) -> None:
    """Replace a file by new bytes in one step, or create it when `before` is None.

    The new file stands beside the old one until it is complete, and takes its mode; links stay links. Raises
    WriteError when the file is no longer as it was read, or cannot be written; it is untouched then.
    """
    reason = obstacle(root, filename)
    if reason is not None:
        raise WriteError(f"{filename} is not written: {reason}")
    path = os.path.realpath(os.path.join(root, filename))
    folder = os.path.dirname(path)
    beside = None
    try:
        os.makedirs(folder, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".copycheck-", suffix=".tmp", dir=folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(after)
            stream.flush()
            os.fsync(stream.fileno())
        if before is None:
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(beside, 0o666 & ~umask)
        else:
            shutil.copymode(path, beside)
        if _content(path) != before:
            raise WriteError(f"{filename} is not written: it has changed since it was read; run copycheck again")
        os.replace(beside, path)
        beside = None
    except OSError as error:
        raise WriteError(f"{filename} is not written: {error.strerror or error}") from None
    finally:
        if beside is not None:
            _remove(beside)


def write_report(path: str, text: str) -> None:
    """Write a report where the user wants it, in one step. Raises CopycheckError."""
    beside = None
    target = os.path.realpath(path)
    try:
        handle, beside = tempfile.mkstemp(prefix=".copycheck-", suffix=".tmp", dir=os.path.dirname(target))
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(beside, 0o666 & ~umask)
        os.replace(beside, target)
        beside = None
    except OSError as error:
        raise CopycheckError(f"{path}: the report cannot be written: {error.strerror or error}") from None
    finally:
        if beside is not None:
            _remove(beside)


def content_of(root: str, filename: str) -> bytes | None:
    """The bytes of a file that is about to be replaced; None where there is none."""
    return _content(os.path.join(root, filename))


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):  # it has gone already, or the folder has
        os.unlink(path)
