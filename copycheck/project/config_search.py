"""Finds the configuration of a project, and with it the root (contract 9)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from copycheck.model.errors import ConfigError
from copycheck.model.paths import is_outside, plain_path, relative_path
from copycheck.project.config_table import ConfigLocation, ConfigTable
from copycheck.project.git_folder import top_of_repository
from copycheck.project.patterns import folders_of, has_wildcard
from copycheck.project.reading import MOST_CONFIGURATION, is_below, read_file
from copycheck.project.settings import Settings
from copycheck.project.settings_reader import read_settings
from copycheck.project.toml import own_configuration, read_toml, toml_document, tomllib


class ConfigLayers(NamedTuple):
    """A project, the file of its configuration, and the tables to read: each overrides those before it."""

    root: str
    origin: str | None
    tables: tuple[ConfigTable, ...]


def load(paths: Sequence[str] = (), config: Sequence[str] = (), cwd: str | None = None) -> Settings:
    """The settings of the project that `paths` (default: the working directory) lie in.

    Each of `config` is a file that takes the place of the project's own configuration, or a `key = value` in TOML
    that overrides it, as for ruff. Raises ConfigError with one line that names the file and the key.
    """
    layers = find_layers(paths, config, cwd)
    settings = Settings(layers.root, layers.origin, own_repository=_own_repository(layers.root, cwd))
    for table in layers.tables:
        settings = read_settings(settings, table)
    return settings._replace(src=tuple(_expanded(settings)))


def _own_repository(root: str, cwd: str | None) -> str:
    """The repository that the working directory is in, from the root on; empty where it is none below the root."""
    real, top = os.path.realpath(root), top_of_repository(cwd or os.getcwd())
    return relative_path(top, real) if top and is_below(top, real) else ""


def _expanded(settings: Settings) -> Iterator[str]:
    """The roots, each glob among them replaced by the folders that it fits, sorted: `packages/*/src`."""
    for root in settings.src:
        folders = folders_of(settings.root, root) if has_wildcard(root) and not is_outside(plain_path(root)) else []
        yield from sorted(map(plain_path, folders)) or [root]


def find_layers(paths: Sequence[str] = (), config: Sequence[str] = (), cwd: str | None = None) -> ConfigLayers:
    """What `load` reads. Raises ConfigError for what is not TOML."""
    cwd = os.path.abspath(cwd or os.getcwd())
    root, origin = find_root(paths, cwd)
    table = _table_of(origin, cwd) if origin else {}
    overrides: dict[str, Any] = {}
    for entry in config:
        if os.path.isfile(os.path.join(cwd, entry)):
            origin = os.path.join(cwd, entry)
            table = _table_of(origin, cwd)
        elif "=" in entry:
            try:
                overrides.update(toml_document(entry.encode("utf-8", "surrogateescape")))
            except ValueError as error:
                raise ConfigError(f"--config {entry!r} is not TOML: {error}") from None
        else:
            raise ConfigError(f"--config {entry}: there is no such file, and no `key = value` either")
    own = ConfigTable(_location(origin, cwd), table)
    command_line = ConfigTable(ConfigLocation("--config"), overrides)
    return ConfigLayers(root, origin, (own, command_line) if overrides else (own,))


class FoundRoot(NamedTuple):
    """The root of a project, and the file of its configuration; None where it has none of ours."""

    root: str
    origin: str | None = None


def find_root(paths: Sequence[str], cwd: str) -> FoundRoot:
    """The project root, and the configuration file in it: the project is that of the working directory.

    The nearest folder upwards with a configuration of ours; else the top of the git repository; else the nearest
    folder with a pyproject.toml; else the working directory. One exception: a single path that is a folder with a
    configuration of its own is itself the project. Which other paths are named decides nothing.

    Raises ConfigError where that would be a whole disk or home.
    """
    if len(paths) == 1:
        folder = os.path.abspath(os.path.join(cwd, paths[0]))
        origin = own_configuration(folder) if os.path.isdir(folder) else None
        if origin:
            return FoundRoot(folder, origin)
    for folder in _upwards(cwd):
        origin = own_configuration(folder)
        if origin:
            return FoundRoot(folder, origin)
    for marker in (".git", "pyproject.toml"):
        for folder in _upwards(cwd):
            if os.path.exists(os.path.join(folder, marker)):
                return FoundRoot(folder)
    if cwd in (os.path.abspath(os.sep), os.path.expanduser("~")):
        raise ConfigError(f"{cwd} is not a project: change into the folder of a project, or put a copycheck.toml there")
    return FoundRoot(cwd)


def _upwards(folder: str) -> Iterable[str]:
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _table_of(path: str, cwd: str) -> dict[str, Any]:
    """Our table in a configuration file. Raises ConfigError."""
    try:
        document = read_toml(path)
    except OSError as error:
        raise ConfigError(f"{relative_path(path, cwd)}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{relative_path(path, cwd)}: this is not TOML: {error}") from None
    if os.path.basename(path) != "pyproject.toml":
        return document
    tool = document.get("tool", {})
    if not isinstance(tool, dict):
        raise ConfigError(f"{relative_path(path, cwd)}: `tool` must be a table")
    table = tool.get("copycheck", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{relative_path(path, cwd)}: `tool.copycheck` must be a table")
    return table


def _location(origin: str | None, cwd: str) -> ConfigLocation:
    """A configuration, under the name that it has from the working directory."""
    if origin is None:
        return ConfigLocation("configuration")
    try:
        text = read_file(origin, MOST_CONFIGURATION).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    return ConfigLocation(relative_path(origin, cwd), text)
