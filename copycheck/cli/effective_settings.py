"""`--show-settings` and `--show-files`: what a check would go by (contract 8 and 9)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from copycheck.api import select
from copycheck.cli.command_options import CheckOptions
from copycheck.cli.working_directory import Here
from copycheck.model.errors import CopycheckError
from copycheck.output.report_parts import visible, visible_start
from copycheck.project.config_search import ConfigLayers, find_layers
from copycheck.project.config_table import ConfigLocation, ConfigTable
from copycheck.project.discovery import walk
from copycheck.project.settings import FullCopySetting, Settings
from copycheck.project.settings_reader import KEYS, SUGGEST_KEYS

_ADDED_TO = {"extend-exclude": "exclude", "extend-select": "select", "ignore": "select"}
"""Keys that only change another one: they are shown as part of it."""
_WIDTH = 100


def show_files(settings: Settings, paths: Sequence[str]) -> int:
    """Print the files of the project, or those of them that lie in one of the paths."""
    selection, problems = select(settings, paths)
    if problems:
        raise CopycheckError("; ".join(problems))
    here = Here(settings)
    _print(visible_start(here.path(found.filename)) for found in walk(settings) if found.filename in selection)
    return 0


def show_settings(settings: Settings, options: CheckOptions) -> int:
    """Print the settings, as the command line changes them, as the TOML that would make them so."""
    layers = find_layers(options.paths, options.config)
    given = {
        "select": options.select,
        "ignore": (*options.ignore, *options.extend_ignore),
        "extend-select": options.extend_select,
        "cache-dir": options.cache_dir,
    }
    command_line = ConfigTable(ConfigLocation("command line"), {key: value for key, value in given.items() if value})
    _print(_settings(settings, layers, [*layers.tables, command_line]))
    return 0


def _print(lines: Iterator[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    click.echo(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"), nl=False)


def _settings(settings: Settings, layers: ConfigLayers, tables: Sequence[ConfigTable]) -> Iterator[str]:
    own_file = layers.origin is not None and os.path.basename(layers.origin) != "pyproject.toml"
    yield f"# root: {visible(layers.root)}"
    yield f"# configuration: {visible(layers.origin) if layers.origin else 'none, the defaults'}"
    if not own_file:
        yield "[tool.copycheck]"
    filled: list[str] = []
    for key in KEYS:
        if key in _ADDED_TO:
            continue
        value, origin = _value(key, settings, tables), _origin(key, tables)
        if isinstance(value, dict) and value:
            filled += ["", f"[{'' if own_file else 'tool.copycheck.'}{key}]  # {origin}"]
            filled += [f"{_toml(name)} = {_toml(entry)}" for name, entry in value.items()]
        else:
            yield from _line(key, value, origin)
    yield from filled


def _line(key: str, value: object, origin: str) -> Iterator[str]:
    line = f"{key} = {_toml(value)}"
    if value is None:
        yield f"# {key} is not set"
    elif isinstance(value, (list, tuple)) and len(line) > _WIDTH:
        yield f"{key} = [  # {origin}"
        yield from (f"    {_toml(entry)}," for entry in value)
        yield "]"
    else:
        yield f"{line}  # {origin}"


def _value(key: str, settings: Settings, tables: Sequence[ConfigTable]) -> Any:
    """The value of a key in the shape that TOML has it; None for one that is not set."""
    match key:
        case "select":
            return sorted(settings.codes)
        case "per-file-ignores":
            return {pattern: sorted(codes) for pattern, codes in settings.per_file_ignores}
        case "suggest":
            return {name: getattr(settings.suggest, name.replace("-", "_")) for name in SUGGEST_KEYS}
        case "full-copies":
            return {entry.copy: _full_copy(entry) for entry in settings.full_copies}
        case "upstream":
            return {entry.key: entry.as_written() for entry in settings.upstream}
        case "required-version":
            return next((table.values[key] for table in reversed(tables) if key in table.values), None)
    return getattr(settings, key.replace("-", "_"))


def _full_copy(entry: FullCopySetting) -> str | dict[str, object]:
    source = {"upstream": entry.upstream, "file": entry.source} if entry.upstream else {"source": entry.source}
    more = {"with": entry.options, "keep": list(entry.keep), "adapted": entry.adapted}
    own = {key: value for key, value in more.items() if value}
    return {**source, **own} if own or entry.upstream else entry.source


def _origin(key: str, tables: Sequence[ConfigTable]) -> str:
    """Where the value of a key was said: its last place, and those of the keys that were added to it."""
    places = ["default"]
    for where, values in tables:
        if key in values:
            places = [where.of(key)]
        places += [f"{other}: {where.of(other)}" for other, to in _ADDED_TO.items() if to == key and other in values]
    return visible("; ".join(places))


def _toml(value: object) -> str:
    """A value on one line of TOML, nothing in it but printable characters."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + " }" if value else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)
