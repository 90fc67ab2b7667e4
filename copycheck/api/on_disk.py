"""What a session compares to see what has changed on disk."""

from __future__ import annotations

import os
from typing import NamedTuple

from copycheck.project.discovery import Walk
from copycheck.project.toml import read_toml, tomllib


class Stat(NamedTuple):
    """What tells, at a walk, whether a file is the one of the walk before."""

    size: int
    mtime_ns: int
    inode: int


def stat_of(path: str) -> Stat | None:
    """What is known of a path; None where there is nothing."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return Stat(found.st_size, found.st_mtime_ns, found.st_ino)


def stats_of(found: Walk) -> dict[str, Stat]:
    """The files of a walk by name."""
    return {f.filename: Stat(f.stat.st_size, f.stat.st_mtime_ns, f.stat.st_ino) for f in found.files}


def style_table(path: str) -> object:
    """What a configuration file says about formatting; None where it says nothing that can be read."""
    try:
        document = read_toml(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    if os.path.basename(path) != "pyproject.toml":
        return document
    tool = document.get("tool", {})
    return {name: tool.get(name) for name in ("ruff", "black")} if isinstance(tool, dict) else None
