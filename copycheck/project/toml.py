"""Reads TOML on every Python, and says whether a folder has a configuration of ours (contract 9)."""

from __future__ import annotations

import os
import sys
from typing import Any

from copycheck.project.reading import MOST_CONFIGURATION, read_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["CONFIGURATIONS", "OWN_FILES", "own_configuration", "read_toml", "tomllib"]

OWN_FILES = (".copycheck.toml", "copycheck.toml")
CONFIGURATIONS = frozenset({*OWN_FILES, "pyproject.toml"})
"""The files that a configuration of ours can be in."""


def read_toml(path: str) -> dict[str, Any]:
    """The document of a TOML file. Raises OSError, tomllib.TOMLDecodeError or UnicodeDecodeError."""
    return _document(read_file(path, MOST_CONFIGURATION))


def own_configuration(folder: str) -> str | None:
    """The path of the configuration of ours in a folder, if there is one.

    One that cannot be read (a link to nowhere, a pipe, too large) counts, to be reported: nobody knows what it says.
    """
    for name in OWN_FILES:
        path = os.path.join(folder, name)
        if _is_there(path):
            return path
    path = os.path.join(folder, "pyproject.toml")
    try:
        data = read_file(path, MOST_CONFIGURATION)
    except OSError:
        return path if _is_there(path) else None
    return path if b"copycheck" in data and _has_section(data) else None


def _is_there(path: str) -> bool:
    """Whether there is anything of that name but a folder."""
    return os.path.lexists(path) and not os.path.isdir(path)


def _document(data: bytes) -> dict[str, Any]:
    return tomllib.loads(data.decode("utf-8").replace("\r\n", "\n"))


def _has_section(data: bytes) -> bool:
    """Whether a pyproject.toml has `[tool.copycheck]`; one that is broken and mentions it counts, to be reported."""
    try:
        return "copycheck" in _document(data).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True
