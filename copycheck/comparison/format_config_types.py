"""The types of the keys that decide on the layout in `[tool.black]` and ruff's configuration (contract 4.7).

Both tools report what is wrong in several lines, or not before a file is formatted. One line that names the key is
what a user needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copycheck.model.errors import ConfigError

_INTEGER, _SWITCH, _STRING, _LIST = "an integer", "true or false", "a string", "a list of strings"
_TABLE = "a table"

BLACK = {
    "line-length": _INTEGER,
    "target-version": _LIST,
    "skip-string-normalization": _SWITCH,
    "skip-magic-trailing-comma": _SWITCH,
    "preview": _SWITCH,
    "unstable": _SWITCH,
    "enable-unstable-feature": _LIST,
}
RUFF = {
    "line-length": _INTEGER,
    "indent-width": _INTEGER,
    "target-version": _STRING,
    "extend": _STRING,
    "preview": _SWITCH,
    "format": _TABLE,
}
RUFF_FORMAT = {
    "quote-style": _STRING,
    "indent-style": _STRING,
    "line-ending": _STRING,
    "skip-magic-trailing-comma": _SWITCH,
    "docstring-code-format": _SWITCH,
    "preview": _SWITCH,
    "exclude": _LIST,
}
_SWITCH_WORDS = frozenset({"true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0"})
"""What black takes for true and false, for it reads its configuration as options of a command line."""


def checked_table(value: object, key: str, path: str) -> Mapping[str, Any]:
    """A table of a configuration file. Raises ConfigError for anything else."""
    if not isinstance(value, dict):
        raise _wrong(path, key, _TABLE, value)
    return value


def check_types(table: Mapping[str, Any], types: Mapping[str, str], path: str, prefix: str, lenient: bool) -> None:
    """Raises ConfigError for a key of a wrong type. With `lenient`, text will do for a number, a switch or a list."""
    for key, wanted in types.items():
        for name in {key, key.replace("-", "_")} & table.keys():
            if not _fits(table[name], wanted, lenient):
                raise _wrong(path, prefix + name, wanted, table[name])


def _fits(value: object, wanted: str, lenient: bool) -> bool:
    if lenient and isinstance(value, str):
        words = {_INTEGER: value.strip().isdigit(), _SWITCH: value.lower() in _SWITCH_WORDS, _LIST: True}
        return words.get(wanted, wanted == _STRING)
    if wanted == _LIST:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if wanted == _INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, {_SWITCH: bool, _STRING: str, _TABLE: dict}[wanted])


def is_switched_on(value: object) -> bool:
    """Whether black takes a value for true."""
    return value is True or (isinstance(value, str) and value.lower() in ("true", "t", "yes", "y", "on", "1"))


def _wrong(path: str, key: str, wanted: str, value: object) -> ConfigError:
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    return ConfigError(f"{path}: `{key}` must be {wanted}, not {shown}")
