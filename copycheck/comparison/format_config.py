"""How the project formats a file: which formatter, and which of its configuration files (contract 4.7 and 9)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from copycheck.comparison.format_config_types import (
    BLACK,
    RUFF,
    RUFF_FORMAT,
    check_types,
    checked_table,
    is_switched_on,
)
from copycheck.model.errors import ConfigError
from copycheck.model.paths import relative_path
from copycheck.project.settings import FormatterName
from copycheck.project.toml import read_toml

_RUFF_FORMAT_KEYS = frozenset({"format", "line-length", "indent-width", "extend"})


_WIDTH = 88
"""The longest line where no configuration says otherwise, for ruff and for black."""
_MOST_EXTENDED = 16


class Style(NamedTuple):
    """A formatter and its settings: for ruff a configuration file, for black command-line options."""

    formatter: Literal["ruff", "black", "none"]
    config: str | None = None
    options: tuple[str, ...] = ()


class Styles:
    """The style of each file: that of the nearest configuration above it.

    `of` raises ConfigError, one line that names the file and the key, for a configuration that cannot be used.
    """

    def __init__(self, root: str, formatter: FormatterName) -> None:
        self._root = root
        self._formatter = formatter
        self._known: dict[str, Style] = {}
        self.configurations: dict[str, None] = {}
        """The configuration files that were looked at."""

    def of(self, filename: str) -> Style:
        """The style of a file of the project."""
        return self._of_folder(os.path.dirname(os.path.join(self._root, filename)))

    def is_configured(self, filename: str) -> bool:
        """Whether the project says how a file is formatted; else the formatter's own style is taken."""
        return self._formatter != "auto" or self.of(filename) != self._default()

    def width_of(self, filename: str) -> int:
        """The longest line in the style of a file, in characters."""
        style = self.of(filename)
        if "--line-length" in style.options:
            text = style.options[style.options.index("--line-length") + 1]
            return int(text) if text.isdecimal() else _WIDTH
        return self._width_in(style.config) if style.config else _WIDTH

    def _width_in(self, path: str, depth: int = 0) -> int:
        table = self._read(path)
        if os.path.basename(path) == "pyproject.toml":
            tool = checked_table(table.get("tool", {}), "tool", self._shown(path))
            table = checked_table(tool.get("ruff", {}), "tool.ruff", self._shown(path))
        width, extended = table.get("line-length"), table.get("extend")
        if isinstance(width, int):
            return width
        if isinstance(extended, str) and depth < _MOST_EXTENDED:
            return self._width_in(os.path.join(os.path.dirname(path), os.path.expanduser(extended)), depth + 1)
        return _WIDTH

    def _of_folder(self, folder: str) -> Style:
        known = self._known.get(folder)
        if known is None:
            parent = os.path.dirname(folder)
            known = self._configured_in(folder)
            if known is None:
                known = self._default() if parent == folder else self._of_folder(parent)
            self._known[folder] = known
        return known

    def _default(self) -> Style:
        return Style("ruff" if self._formatter == "auto" else self._formatter)

    def _configured_in(self, folder: str) -> Style | None:
        if self._formatter == "none":
            return Style("none")
        ruff_file, ruff = self._ruff_table(folder)
        black = self._tool(folder, "black")
        if black is not None:
            path = self._shown(os.path.join(folder, "pyproject.toml"))
            check_types(black, BLACK, path, "tool.black.", lenient=True)
        if self._formatter == "black":
            return None if black is None else Style("black", options=_black_options(black))
        if black is not None and self._formatter == "auto" and not (ruff and _RUFF_FORMAT_KEYS & ruff.keys()):
            return Style("black", options=_black_options(black))
        if ruff_file is None:
            return None
        self._check_ruff(ruff_file, ruff or {})
        self._follow(ruff_file, ruff or {})
        return Style("ruff", ruff_file)

    def _ruff_table(self, folder: str) -> tuple[str | None, Mapping[str, Any] | None]:
        for name in (".ruff.toml", "ruff.toml"):
            path = os.path.join(folder, name)
            self.configurations[path] = None
            if os.path.isfile(path):
                return path, self._read(path)
        table = self._tool(folder, "ruff")
        return (None if table is None else os.path.join(folder, "pyproject.toml")), table

    def _tool(self, folder: str, name: str) -> Mapping[str, Any] | None:
        path = os.path.join(folder, "pyproject.toml")
        table = checked_table(self._read(path).get("tool", {}), "tool", self._shown(path))
        return checked_table(table[name], f"tool.{name}", self._shown(path)) if name in table else None

    def _shown(self, path: str) -> str:
        """A configuration file as a message names it."""
        return relative_path(path, self._root)

    def _read(self, path: str) -> Mapping[str, Any]:
        """A TOML file as a table; empty where it is missing. Raises ConfigError where it is not TOML."""
        self.configurations[path] = None
        try:
            return read_toml(path)
        except OSError:
            return {}
        except ValueError as error:
            raise ConfigError(f"{self._shown(path)}: this is not TOML: {error}") from None

    def _check_ruff(self, path: str, table: Mapping[str, Any]) -> None:
        prefix = "tool.ruff." if os.path.basename(path) == "pyproject.toml" else ""
        check_types(table, RUFF, self._shown(path), prefix, lenient=False)
        check_types(table.get("format", {}), RUFF_FORMAT, self._shown(path), f"{prefix}format.", lenient=False)

    def _follow(self, path: str, table: Mapping[str, Any]) -> None:
        """Note the files that a configuration of ruff extends: they decide on the style as well."""
        extended = table.get("extend")
        while isinstance(extended, str):
            path = os.path.normpath(os.path.join(os.path.dirname(path), os.path.expanduser(extended)))
            if path in self.configurations:
                return
            table = self._read(path)
            if os.path.basename(path) == "pyproject.toml":
                tool = checked_table(table.get("tool", {}), "tool", self._shown(path))
                table = checked_table(tool.get("ruff", {}), "tool.ruff", self._shown(path))
            extended = table.get("extend")


def _black_options(table: Mapping[str, Any]) -> tuple[str, ...]:
    """`[tool.black]` as options, without those that pick files."""
    options: list[str] = []
    for key, flag in (("line-length", "--line-length"), ("target-version", "--target-version")):
        value = table.get(key, table.get(key.replace("-", "_")))
        for item in value if isinstance(value, list) else [] if value is None else [value]:
            options += [flag, str(item)]
    for key in ("skip-string-normalization", "skip-magic-trailing-comma", "preview", "unstable"):
        if is_switched_on(table.get(key, table.get(key.replace("-", "_")))):
            options.append(f"--{key}")
    features = table.get("enable-unstable-feature", table.get("enable_unstable_feature", []))
    for feature in features if isinstance(features, list) else [features]:
        options += ["--enable-unstable-feature", str(feature)]
    return tuple(options)
