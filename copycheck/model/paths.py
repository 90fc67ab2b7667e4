"""Paths as people and reports read them."""

from __future__ import annotations

import os
from collections.abc import Iterator

_LONGEST = 4096
"""No system takes a longer path, and folders are made by functions that call themselves for each part."""


def relative_path(path: str, folder: str) -> str:
    """A path as seen from a folder, with `/`. A path on another drive, which has no such name, stays as it is."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return path.replace(os.sep, "/")


def plain_path(path: str) -> str:
    """A path as the project names its files: without `.` and `..` that lead nowhere else, with `/`."""
    return os.path.normpath(path).replace(os.sep, "/")


def why_no_path(name: str) -> str:
    """Why no file can have a name, as a clause; empty for what may be one. Functions of `os` raise for such names."""
    if "\0" in name:
        return "holds a NUL character"
    if len(name) > _LONGEST:
        return f"has more than {_LONGEST:,} characters"
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return "holds what no path can"
    return ""


def is_outside(name: str) -> bool:
    """Whether a path, as seen from a folder, leads out of it."""
    return name == ".." or name.startswith("../") or os.path.isabs(name)


def from_outermost(name: str) -> Iterator[str]:
    """A file or folder of the project and the folders around it, the outermost first."""
    end = name.find("/", 1)
    while end > 0:
        yield name[:end]
        end = name.find("/", end + 1)
    if name:
        yield name


def with_folders(name: str) -> Iterator[str]:
    """A file of the project and the folders around it, the nearest first."""
    while name:
        yield name
        name = name.rpartition("/")[0]
