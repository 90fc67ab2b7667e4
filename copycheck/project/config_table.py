"""A table of a configuration file under reading: each key with the type that it must have (contract 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from copycheck.model.errors import ConfigError


class ConfigLocation(NamedTuple):
    """A configuration under reading: the name that messages give it, and its text."""

    name: str
    text: str = ""

    def of(self, key: str) -> str:
        """The name with the row of a key: `pyproject.toml:3`. The tables of other tools above ours are passed over."""
        pattern = rf"^[ \t]*(?:\[[^\]\n]*\.)?[\"']?{re.escape(key)}[\"']?[ \t]*(?:[=.\]])"
        ours = re.search(r"^[ \t]*\[[ \t]*tool\.copycheck\b", self.text, re.MULTILINE)
        match = re.compile(pattern, re.MULTILINE).search(self.text, ours.start() if ours else 0)
        return f"{self.name}:{self.text.count(chr(10), 0, match.start()) + 1}" if match else self.name


class ConfigTable(NamedTuple):
    """A table of a configuration, as TOML gives it, and where it is written."""

    location: ConfigLocation
    values: Mapping[str, Any]


class TableReader:
    """Takes the keys out of a table. Each method raises ConfigError, which names the file, the row and the key."""

    def __init__(self, table: ConfigTable) -> None:
        self._table = table.values
        self.where = table.location

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def refuse_others(self, keys: Sequence[str], of: str = "") -> None:
        """Refuse a key that is none of some, and suggest a similar one. `of` says in the error whose keys they are."""
        for key in self._table:
            if key not in keys:
                import difflib

                near = difflib.get_close_matches(key.replace("_", "-"), keys, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(keys)}"
                raise ConfigError(f"{self.where.of(key)}: unknown key `{key}`{of}; {hint}")

    def refuse_nul(self) -> None:
        """Refuse a text that no path can be, and that no other value needs."""
        for key, value in self._table.items():
            if _holds_nul(key) or _holds_nul(value):
                raise ConfigError(f"{self.where.of(key)}: `{key}` holds a NUL character: remove it")

    def error(self, key: str, expected: str) -> ConfigError:
        """What is raised for a key that is not what was expected."""
        return ConfigError(f"{self.where.of(key)}: `{key}` must be {expected}, not {_toml(self._table[key])}")

    def string(self, key: str) -> str:
        """A text."""
        value = self._table[key]
        if not isinstance(value, str):
            raise self.error(key, "a string")
        return value

    def boolean(self, key: str) -> bool:
        """True or false."""
        value = self._table[key]
        if not isinstance(value, bool):
            raise self.error(key, "true or false")
        return value

    def number(self, key: str, least: int) -> int:
        """A whole number, of `least` or more."""
        value = self._table[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.error(key, f"a whole number of {least} or more")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._table[key]
        if not isinstance(value, list) or not all_strings(value):
            raise self.error(key, "a list of strings")
        return tuple(value)

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        """One of some texts. The error suggests a similar one."""
        value = self._table[key]
        if value not in choices:
            import difflib

            near = difflib.get_close_matches(str(value), choices, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise ConfigError(f"{self.error(key, 'one of ' + ', '.join(choices))}{hint}")
        return str(value)

    def table(self, key: str) -> Mapping[str, Any]:
        """A table in this one."""
        value = self._table[key]
        if not isinstance(value, dict):
            raise self.error(key, "a table")
        return value


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def all_strings(values: Iterable[object]) -> bool:
    """Whether all of some values are texts."""
    return all(isinstance(value, str) for value in values)
