"""Where the configuration stands, and with it the project root (contract 9)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from copycheck.model.errors import ConfigError
from copycheck.project.settings import Settings, Where, read_settings
from copycheck.project.toml import tomllib

OWN_FILES = (".copycheck.toml", "copycheck.toml")


class Layers(NamedTuple):
    """A project, the file of its configuration, and the tables to read, each laid over those before it."""

    root: str
    origin: str | None
    tables: tuple[tuple[Where, Mapping[str, Any]], ...]


def load(paths: Sequence[str] = (), config: Sequence[str] = (), cwd: str | None = None) -> Settings:
    """The settings of the project that `paths` (default: the working directory) lie in.

    Each of `config` is a file that takes the place of the project's own configuration, or a `key = value` in TOML
    that is laid over it, as for ruff. Raises ConfigError with one line that names the file and the key.
    """
    layers = find_layers(paths, config, cwd)
    settings = Settings(layers.root, layers.origin)
    for where, table in layers.tables:
        settings = read_settings(settings, table, where)
    return settings


def find_layers(paths: Sequence[str] = (), config: Sequence[str] = (), cwd: str | None = None) -> Layers:
    """What `load` reads. Raises ConfigError for what is no TOML."""
    cwd = os.path.abspath(cwd or os.getcwd())
    root, origin = find_root(paths, cwd)
    table = _table_of(origin) if origin else {}
    overrides: dict[str, Any] = {}
    for entry in config:
        if os.path.isfile(os.path.join(cwd, entry)):
            origin = os.path.join(cwd, entry)
            table = _table_of(origin)
        elif "=" in entry:
            try:
                overrides.update(tomllib.loads(entry))
            except tomllib.TOMLDecodeError as error:
                raise ConfigError(f"--config {entry!r} is no TOML: {error}") from None
        else:
            raise ConfigError(f"--config {entry}: there is no such file, and no `key = value` either")
    own = (_where(origin, root), table)
    return Layers(root, origin, (own, (Where("--config"), overrides)) if overrides else (own,))


def find_root(paths: Sequence[str], cwd: str) -> tuple[str, str | None]:
    """The project root, and the configuration file in it.

    The nearest folder above all paths with a configuration of ours; else the nearest with a pyproject.toml or a
    repository, from the working directory upwards and then from the paths; else the working directory.
    """
    absolute = [os.path.abspath(os.path.join(cwd, path)) for path in paths] or [cwd]
    common = os.path.commonpath([p if os.path.isdir(p) else os.path.dirname(p) for p in absolute])
    for folder in _upwards(common):
        origin = _own_configuration(folder)
        if origin:
            return folder, origin
    for start in (cwd, common):
        for folder in _upwards(start):
            marked = any(os.path.exists(os.path.join(folder, name)) for name in ("pyproject.toml", ".git", ".hg"))
            if marked and _holds(folder, common):
                return folder, None
    # A walk over a whole disk or home helps nobody: there the paths themselves are the project.
    too_wide = cwd in (os.path.abspath(os.sep), os.path.expanduser("~"))
    return (cwd if _holds(cwd, common) and not too_wide else common), None


def _holds(folder: str, path: str) -> bool:
    return os.path.commonpath([folder, path]) == folder


def _upwards(folder: str) -> Iterable[str]:
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _own_configuration(folder: str) -> str | None:
    for name in OWN_FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    path = os.path.join(folder, "pyproject.toml")
    try:
        with open(path, "rb") as stream:
            return path if b"copycheck" in stream.read() and _has_section(path) else None
    except OSError:
        return None


def _has_section(path: str) -> bool:
    """Whether a pyproject.toml has `[tool.copycheck]`; one that is broken and mentions it counts, to be reported."""
    try:
        with open(path, "rb") as stream:
            return "copycheck" in tomllib.load(stream).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True


def _table_of(path: str) -> dict[str, Any]:
    """Our table in a configuration file. Raises ConfigError."""
    try:
        with open(path, "rb") as stream:
            document = tomllib.load(stream)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{os.path.basename(path)}: this is no TOML: {error}") from None
    if os.path.basename(path) != "pyproject.toml":
        return document
    table = document.get("tool", {}).get("copycheck", {})
    if not isinstance(table, dict):
        raise ConfigError("pyproject.toml: `tool.copycheck` must be a table")
    return table


def _where(origin: str | None, root: str) -> Where:
    if origin is None:
        return Where("configuration")
    try:
        with open(origin, encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        text = ""
    return Where(os.path.relpath(origin, root).replace(os.sep, "/"), text)
