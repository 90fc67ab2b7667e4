"""Configuration: where it stands, what it may say, and the project root (contract 9)."""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copycheck import __version__
from copycheck.errors import ConfigError
from copycheck.rules import DEFAULT_CODES, choose, expand_selector
from copycheck.style import FormatterName
from copycheck.toml import tomllib

OWN_FILES = (".copycheck.toml", "copycheck.toml")
# fmt: off
DEFAULT_EXCLUDE = (
    ".bzr", ".copycheck_cache", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints",
    ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv",
    ".vscode", "__pypackages__", "__pycache__", "_build", "buck-out", "build", "dist", "node_modules",
    "site-packages", "venv",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class FullCopySetting:
    """One entry of `full-copies`: the copy's path, the source's, and the replacements as written."""

    copy: str
    source: str
    options: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of a run; `origin` is the file it was read from."""

    root: str
    origin: str | None = None
    src: tuple[str, ...] = (".", "src")
    include: tuple[str, ...] = ("*.py", "*.pyi")
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    respect_gitignore: bool = True
    formatter: FormatterName = "auto"
    header: str = "compare"
    codes: frozenset[str] = DEFAULT_CODES
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    full_copies: tuple[FullCopySetting, ...] = ()
    full_copies_from: str | None = None
    cache_dir: str = ".copycheck_cache"
    external: tuple[str, ...] = ()

    def with_codes(self, select: Iterable[str] | None, ignore: Iterable[str], extend: Iterable[str]) -> Settings:
        """The settings with the selection of a command line laid over them. Raises ConfigError."""
        return dataclasses.replace(self, codes=choose(self.codes, select, ignore, extend))


def load(paths: Sequence[str] = (), config: Sequence[str] = (), cwd: str | None = None) -> Settings:
    """The settings of the project that `paths` (default: the working directory) lie in.

    Each of `config` is a file that takes the place of the project's own configuration, or a `key = value` in TOML
    that is laid over it, as for ruff. Raises ConfigError with one line that names the file and the key.
    """
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
    settings = _read(Settings(root, origin), table, _name_of(origin, root))
    return _read(settings, overrides, "--config") if overrides else settings


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
    return (cwd if _holds(cwd, common) else common), None


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


def _name_of(origin: str | None, root: str) -> str:
    return os.path.relpath(origin, root).replace(os.sep, "/") if origin else "configuration"


class _Table:
    """A table under reading: takes keys out, and names the file and the key in every error."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        self._table = table
        self.name = name

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def error(self, key: str, expected: str) -> ConfigError:
        return ConfigError(f"{self.name}: `{key}` must be {expected}, not {_toml(self._table[key])}")

    def string(self, key: str) -> str:
        value = self._table[key]
        if not isinstance(value, str):
            raise self.error(key, "a string")
        return value

    def boolean(self, key: str) -> bool:
        value = self._table[key]
        if not isinstance(value, bool):
            raise self.error(key, "true or false")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        value = self._table[key]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, "a list of strings")
        return tuple(value)

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        value = self._table[key]
        if value not in choices:
            near = difflib.get_close_matches(str(value), choices, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise ConfigError(f"{self.error(key, 'one of ' + ', '.join(choices))}{hint}")
        return str(value)

    def table(self, key: str) -> Mapping[str, Any]:
        value = self._table[key]
        if not isinstance(value, dict):
            raise self.error(key, "a table")
        return value


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _read(settings: Settings, raw: Mapping[str, Any], name: str) -> Settings:
    """Lay a table over the settings. Raises ConfigError."""
    for key in raw:
        if key not in KEYS:
            near = difflib.get_close_matches(key.replace("_", "-"), KEYS, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(KEYS)}"
            raise ConfigError(f"{name}: unknown key `{key}`; {hint}")
    table = _Table(raw, name)
    if "required-version" in table:
        _require(table)
    changes: dict[str, Any] = {}
    for key, read in _READERS.items():
        if key in table:
            changes[key.replace("-", "_")] = read(table, key)
    if "extend-exclude" in table:
        changes["exclude"] = (*changes.get("exclude", settings.exclude), *table.strings("extend-exclude"))
    select = table.strings("select") if "select" in table else None
    ignore = table.strings("ignore") if "ignore" in table else ()
    extend = table.strings("extend-select") if "extend-select" in table else ()
    try:
        changes["codes"] = choose(settings.codes, select, ignore, extend)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
    return dataclasses.replace(settings, **changes)


def _header(table: _Table, key: str) -> str:
    return table.one_of(key, ("compare", "ignore"))


def _formatter(table: _Table, key: str) -> str:
    return table.one_of(key, ("auto", "ruff", "black", "none"))


def _roots(table: _Table, key: str) -> tuple[str, ...]:
    return tuple(os.path.normpath(root).replace(os.sep, "/") for root in table.strings(key))


def _per_file_ignores(table: _Table, key: str) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for pattern, codes in table.table(key).items():
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise ConfigError(f"{table.name}: `{key}.{pattern}` must be a list of rules")
        try:
            found.append((pattern, frozenset(code for entry in codes for code in expand_selector(entry))))
        except ConfigError as error:
            raise ConfigError(f"{table.name}: `{key}`: {error}") from None
    return tuple(found)


def _full_copies(table: _Table, key: str) -> tuple[FullCopySetting, ...]:
    found = []
    for copy, value in table.table(key).items():
        if isinstance(value, str):
            found.append(FullCopySetting(copy, value))
            continue
        known = isinstance(value, dict) and {"source", "with"} >= value.keys() and "source" in value
        if not known or not all(isinstance(item, str) for item in value.values()):
            raise ConfigError(f'{table.name}: `{key}."{copy}"` must be a path, or {{ source = "…", with = "A->B" }}')
        found.append(FullCopySetting(copy, value["source"], value.get("with", "")))
    return tuple(found)


def _require(table: _Table) -> None:
    """Refuse to run where `required-version` excludes this version."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    wanted = table.string("required-version").strip()
    try:
        specifiers = SpecifierSet(f"=={wanted}" if re.match(r"\d", wanted) else wanted)
    except InvalidSpecifier:
        raise table.error("required-version", 'a version or a specifier such as ">=0.1"') from None
    if not specifiers.contains(__version__, prereleases=True):
        raise ConfigError(f"{table.name}: `required-version` is {wanted}, and this is copycheck {__version__}")


_READERS: dict[str, Callable[[_Table, str], Any]] = {
    "src": _roots,
    "include": _Table.strings,
    "exclude": _Table.strings,
    "respect-gitignore": _Table.boolean,
    "formatter": _formatter,
    "header": _header,
    "per-file-ignores": _per_file_ignores,
    "full-copies": _full_copies,
    "full-copies-from": _Table.string,
    "cache-dir": _Table.string,
    "external": _Table.strings,
}
KEYS = (*_READERS, "extend-exclude", "select", "ignore", "extend-select", "required-version")
