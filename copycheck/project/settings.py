"""The settings of a run: every key with its default, and how it is read (contract 9)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from copycheck import __version__
from copycheck.model.errors import ConfigError
from copycheck.model.rules import DEFAULT_CODES, OF_SUGGEST, choose, expand_selector
from copycheck.project.upstream_settings import Upstream, UpstreamError, read_upstreams

# fmt: off
DEFAULT_EXCLUDE = (
    ".bzr", ".copycheck_cache", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints",
    ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv",
    ".vscode", "__pypackages__", "__pycache__", "_build", "buck-out", "build", "dist", "node_modules",
    "site-packages", "venv",
)
# fmt: on


class FullCopySetting(NamedTuple):
    """One entry of `full-copies`: the copy's path, the source's, and the replacements as written."""

    copy: str
    source: str
    options: str = ""


DEFAULT_ROOTS = (".", "src")


class SuggestSettings(NamedTuple):
    """What `suggest` looks for (contract 14): lines, replacements, changed lines, tests, and preferred sources."""

    min_lines: int = 6
    max_replacements: int = 3
    diverged: int = 3
    tests: bool = False
    source: tuple[str, ...] = ()
    codes: frozenset[str] = OF_SUGGEST
    """Which of its own rules are on: all that the configuration does not ignore."""


class Settings(NamedTuple):
    """The configuration of a run; `origin` is the file it was read from."""

    root: str
    origin: str | None = None
    src: tuple[str, ...] = DEFAULT_ROOTS
    include: tuple[str, ...] = ("*.py", "*.pyi")
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    respect_gitignore: bool = True
    formatter: FormatterName = "auto"
    header: str = "compare"
    tool_comments: str = "compare"
    codes: frozenset[str] = DEFAULT_CODES
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    full_copies: tuple[FullCopySetting, ...] = ()
    full_copies_from: str | None = None
    cache_dir: str = ".copycheck_cache"
    external: tuple[str, ...] = ()
    baseline: str | None = None
    force_exclude: bool = False
    upstream: tuple[Upstream, ...] = ()
    """Where the sources of other packages come from."""
    named: tuple[str, ...] = ()
    """Files and folders that the command line names, and that a walk would pass over."""
    suggest: SuggestSettings = SuggestSettings()
    cache_by_content: bool = False
    """Whether a file with the content of an earlier run counts as unchanged; no configuration file can say so."""

    def with_codes(self, select: Iterable[str] | None, ignore: Iterable[str], extend: Iterable[str]) -> Settings:
        """The settings with the selection of a command line laid over them. Raises ConfigError."""
        return self._replace(codes=choose(self.codes, select, ignore, extend))

    def without_baseline(self) -> Settings:
        """The settings with every finding reported, known or not."""
        return self._replace(baseline="")

    def with_cache_dir(self, folder: str | None) -> Settings:
        """The settings with the cache in a folder that the command line or the environment names, if one does.

        What is outside of the project comes from no commit of it: there, content alone tells whether a file changed.
        """
        if not folder:
            return self
        folder = os.path.abspath(folder)
        root = os.path.realpath(self.root)
        is_outside = not f"{os.path.realpath(folder)}{os.sep}".startswith(f"{root.rstrip(os.sep)}{os.sep}")
        return self._replace(cache_dir=folder, cache_by_content=is_outside)


class Where(NamedTuple):
    """A configuration under reading: the name that messages give it, and its text."""

    name: str
    text: str = ""

    def of(self, key: str) -> str:
        """The name with the row of a key: `pyproject.toml:3`. The tables of other tools above ours are passed over."""
        pattern = rf"^[ \t]*(?:\[[^\]\n]*\.)?[\"']?{re.escape(key)}[\"']?[ \t]*(?:[=.\]])"
        ours = re.search(r"^[ \t]*\[[ \t]*tool\.copycheck\b", self.text, re.MULTILINE)
        match = re.compile(pattern, re.MULTILINE).search(self.text, ours.start() if ours else 0)
        return f"{self.name}:{self.text.count(chr(10), 0, match.start()) + 1}" if match else self.name


class _Table:
    """A table under reading: takes keys out, and names the file and the key in every error."""

    def __init__(self, table: Mapping[str, Any], where: Where) -> None:
        self._table = table
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def error(self, key: str, expected: str) -> ConfigError:
        return ConfigError(f"{self.where.of(key)}: `{key}` must be {expected}, not {_toml(self._table[key])}")

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

    def number(self, key: str, least: int) -> int:
        value = self._table[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.error(key, f"a whole number of {least} or more")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        value = self._table[key]
        if not isinstance(value, list) or not _all_strings(value):
            raise self.error(key, "a list of strings")
        return tuple(value)

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        value = self._table[key]
        if value not in choices:
            import difflib

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


def read_settings(settings: Settings, raw: Mapping[str, Any], where: Where) -> Settings:
    """Lay a table over the settings. Raises ConfigError."""
    for key in raw:
        if key not in KEYS:
            import difflib

            near = difflib.get_close_matches(key.replace("_", "-"), KEYS, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(KEYS)}"
            raise ConfigError(f"{where.of(key)}: unknown key `{key}`; {hint}")
    table = _Table(raw, where)
    if "required-version" in table:
        _require(table)
    changes: dict[str, Any] = {}
    for key, read in _READERS.items():
        if key in table:
            changes[key.replace("-", "_")] = read(table, key)
    if "extend-exclude" in table:
        changes["exclude"] = (*changes.get("exclude", settings.exclude), *table.strings("extend-exclude"))
    if "suggest" in table:
        changes["suggest"] = _suggest(settings.suggest, table)
    select = table.strings("select") if "select" in table else None
    ignore = table.strings("ignore") if "ignore" in table else ()
    extend = table.strings("extend-select") if "extend-select" in table else ()
    try:
        changes["codes"] = choose(settings.codes, select, ignore, extend)
        looked_for = changes.get("suggest", settings.suggest)
        changes["suggest"] = looked_for._replace(codes=choose(looked_for.codes, None, ignore, extend) & OF_SUGGEST)
    except ConfigError as error:
        raise ConfigError(f"{where.of('select')}: {error}") from None
    return settings._replace(**changes)


def _suggest(settings: SuggestSettings, table: _Table) -> SuggestSettings:
    """The table `suggest`, which overrides what was said before."""
    raw = table.table("suggest")
    for key in raw:
        if key not in SUGGEST_KEYS:
            import difflib

            near = difflib.get_close_matches(key.replace("_", "-"), SUGGEST_KEYS, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(SUGGEST_KEYS)}"
            raise ConfigError(f"{table.where.of(key)}: unknown key `{key}` of `suggest`; {hint}")
    own = _Table(raw, table.where)
    changes: dict[str, Any] = {}
    for key, least in (("min-lines", 2), ("max-replacements", 0), ("diverged", 0)):
        if key in own:
            changes[key.replace("-", "_")] = own.number(key, least)
    if "tests" in own:
        changes["tests"] = own.boolean("tests")
    if "source" in own:
        paths = (raw["source"],) if isinstance(raw["source"], str) else own.strings("source")
        changes["source"] = tuple(os.path.normpath(path).replace(os.sep, "/") for path in paths)
    return settings._replace(**changes)


def _header(table: _Table, key: str) -> str:
    return table.one_of(key, ("compare", "ignore"))


def _tool_comments(table: _Table, key: str) -> str:
    return table.one_of(key, ("compare", "ignore"))


def _formatter(table: _Table, key: str) -> str:
    return table.one_of(key, ("auto", "ruff", "black", "none"))


def _roots(table: _Table, key: str) -> tuple[str, ...]:
    return tuple(os.path.normpath(root).replace(os.sep, "/") for root in table.strings(key))


def _baseline(table: _Table, key: str) -> str:
    path = os.path.normpath(table.string(key)).replace(os.sep, "/") if table.string(key) else ""
    if os.path.isabs(path) or path.startswith("../"):
        raise table.error(key, "a path inside of the project")
    return path


def _per_file_ignores(table: _Table, key: str) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for pattern, codes in table.table(key).items():
        if not isinstance(codes, list) or not _all_strings(codes):
            raise ConfigError(f"{table.where.of(key)}: `{key}.{pattern}` must be a list of rules")
        try:
            found.append((pattern, frozenset(code for entry in codes for code in expand_selector(entry))))
        except ConfigError as error:
            raise ConfigError(f"{table.where.of(key)}: `{key}`: {error}") from None
    return tuple(found)


def _full_copies(table: _Table, key: str) -> tuple[FullCopySetting, ...]:
    found = []
    at = f"{table.where.of(key)}: `{key}`"
    for copy, value in table.table(key).items():
        if isinstance(value, str):
            found.append(FullCopySetting(copy, value))
            continue
        if isinstance(value, dict):
            for name in value:
                if name not in ("source", "with"):
                    raise ConfigError(f"{at}: unknown key `{name}` of `{copy}`; known are `source` and `with`")
        if not isinstance(value, dict) or "source" not in value or not _all_strings(value.values()):
            raise ConfigError(f'{at}: `{copy}` must be a path, or {{ source = "…", with = "A->B" }}')
        found.append(FullCopySetting(copy, value["source"], value.get("with", "")))
    return tuple(found)


def _upstream(table: _Table, key: str) -> tuple[Upstream, ...]:
    try:
        return read_upstreams(table.table(key))
    except UpstreamError as error:
        raise ConfigError(f"{table.where.of(str(error).split('`')[1])}: `{key}`: {error}") from None


def _all_strings(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _require(table: _Table) -> None:
    """Refuse to run where `required-version` excludes this version."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    wanted = table.string("required-version").strip()
    try:
        specifiers = SpecifierSet(f"=={wanted}" if re.match(r"\d", wanted) else wanted)
    except InvalidSpecifier:
        raise table.error("required-version", 'a version or a specifier such as ">=0.1"') from None
    if not specifiers.contains(__version__, prereleases=True):
        raise ConfigError(
            f"{table.where.of('required-version')}: `required-version` is {wanted}, and this is copycheck {__version__}"
        )


_READERS: dict[str, Callable[[_Table, str], Any]] = {
    "src": _roots,
    "include": _Table.strings,
    "exclude": _Table.strings,
    "respect-gitignore": _Table.boolean,
    "force-exclude": _Table.boolean,
    "formatter": _formatter,
    "header": _header,
    "tool-comments": _tool_comments,
    "per-file-ignores": _per_file_ignores,
    "full-copies": _full_copies,
    "full-copies-from": _Table.string,
    "cache-dir": _Table.string,
    "external": _Table.strings,
    "baseline": _baseline,
    "upstream": _upstream,
}
SUGGEST_KEYS = ("min-lines", "max-replacements", "diverged", "tests", "source")
KEYS = (*_READERS, "suggest", "extend-exclude", "select", "ignore", "extend-select", "required-version")


FormatterName = Literal["auto", "ruff", "black", "none"]
