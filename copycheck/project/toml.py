"""Reads TOML on every Python, and says whether a folder has a configuration of ours (contract 9)."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from copycheck.project.reading import MOST_CONFIGURATION, read_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["CONFIGURATIONS", "OWN_FILES", "own_configuration", "read_toml", "toml_document", "tomllib"]

OWN_FILES = (".copycheck.toml", "copycheck.toml")
CONFIGURATIONS = frozenset({*OWN_FILES, "pyproject.toml"})
"""The files that a configuration of ours can be in."""


class RefusedTomlError(tomllib.TOMLDecodeError):
    """TOML that nobody writes: why it is not read, as a clause."""

    def __init__(self, reason: str) -> None:
        ValueError.__init__(self, reason)  # that of the base wants the text and a place, and warns of anything else


_MOST_PARTS = 200
"""Of one key: `tomllib` takes the square of their number."""
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_NO_KEY = re.compile(r"[^\w.\- \t]+")


def read_toml(path: str) -> dict[str, Any]:
    """The document of a TOML file. Raises OSError, tomllib.TOMLDecodeError or UnicodeDecodeError."""
    return toml_document(read_file(path, MOST_CONFIGURATION))


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


def toml_document(data: bytes) -> dict[str, Any]:
    """The document of some bytes. Raises tomllib.TOMLDecodeError or UnicodeDecodeError."""
    text = data.decode("utf-8").replace("\r\n", "\n")
    if any(line.count(".") > _MOST_PARTS and _has_endless_key(line) for line in text.split("\n")):
        raise RefusedTomlError(f"a key of more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise RefusedTomlError("it is nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise RefusedTomlError(str(error).partition(";")[0]) from None


def _has_endless_key(line: str) -> bool:
    """Whether a line has more dots in a row than any key, outside of strings; a part of a key may be one."""
    return any(part.count(".") > _MOST_PARTS for part in _NO_KEY.split(_STRING.sub("q", line)))


def _has_section(data: bytes) -> bool:
    """Whether a pyproject.toml has `[tool.copycheck]`; one that is broken and mentions it counts, to be reported."""
    try:
        tool = toml_document(data).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True
    return "copycheck" in tool if isinstance(tool, dict) else True
