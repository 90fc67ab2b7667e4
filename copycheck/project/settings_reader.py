"""A table of a configuration file → settings: every key, and how it is read (contract 9)."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from copycheck import __version__
from copycheck.model.errors import ConfigError
from copycheck.model.paths import plain_path
from copycheck.model.rules import OF_SUGGEST, choose, expand_selector
from copycheck.project.config_table import ConfigTable, TableReader, all_strings
from copycheck.project.keep_patterns import why_no_pattern
from copycheck.project.reading import is_below
from copycheck.project.settings import FullCopySetting, PerFileIgnore, Settings, SuggestSettings
from copycheck.project.upstream_settings import Upstream, UpstreamError, read_upstreams


def read_settings(settings: Settings, written: ConfigTable) -> Settings:
    """The settings with what a table says in place of what they said. Raises ConfigError."""
    table = TableReader(written)
    table.refuse_others(KEYS)
    table.refuse_nul()
    if "required-version" in table:
        _require(table)
    changes: dict[str, Any] = {}
    for key, read in _READERS.items():
        if key in table:
            changes[key.replace("-", "_")] = read(table, key)
    if "cache-dir" in table and not is_below(_real(settings.root, changes["cache_dir"]), _real(settings.root)):
        raise ConfigError(
            f"{written.location.of('cache-dir')}: `cache-dir` leaves the project: name a folder in it; "
            "`--cache-dir` takes any folder"
        )
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
        raise ConfigError(f"{written.location.of('select')}: {error}") from None
    return settings._replace(**changes)


def _real(root: str, name: str = "") -> str:
    return os.path.realpath(os.path.join(root, name))


def _suggest(settings: SuggestSettings, table: TableReader) -> SuggestSettings:
    """The table `suggest`, which overrides what was said before."""
    raw = table.table("suggest")
    own = TableReader(ConfigTable(table.where, raw))
    own.refuse_others(SUGGEST_KEYS, " of `suggest`")
    changes: dict[str, Any] = {}
    for key, least in (("min-lines", 2), ("max-replacements", 0), ("diverged", 0)):
        if key in own:
            changes[key.replace("-", "_")] = own.number(key, least)
    if "tests" in own:
        changes["tests"] = own.boolean("tests")
    if "source" in own:
        paths = (raw["source"],) if isinstance(raw["source"], str) else own.strings("source")
        changes["source"] = tuple(plain_path(path) for path in paths)
    return settings._replace(**changes)


CHOICES: Mapping[str, tuple[str, ...]] = {
    "formatter": ("auto", "ruff", "black", "none"),
    "header": ("compare", "ignore"),
    "tool-comments": ("compare", "ignore"),
}
"""The keys that take one of some texts."""


def _choice(table: TableReader, key: str) -> str:
    return table.one_of(key, CHOICES[key])


def _roots(table: TableReader, key: str) -> tuple[str, ...]:
    return tuple(plain_path(root) for root in table.strings(key))


def _baseline(table: TableReader, key: str) -> str:
    path = plain_path(table.string(key)) if table.string(key) else ""
    if os.path.isabs(path) or path.startswith("../"):
        raise table.error(key, "a path inside of the project")
    return path


def _per_file_ignores(table: TableReader, key: str) -> tuple[PerFileIgnore, ...]:
    found = []
    for pattern, codes in table.table(key).items():
        if not isinstance(codes, list) or not all_strings(codes):
            raise ConfigError(f"{table.where.of(key)}: `{key}.{pattern}` must be a list of rules")
        try:
            found.append(PerFileIgnore(pattern, frozenset(code for entry in codes for code in expand_selector(entry))))
        except ConfigError as error:
            raise ConfigError(f"{table.where.of(key)}: `{key}`: {error}") from None
    return tuple(found)


def _full_copies(table: TableReader, key: str) -> tuple[FullCopySetting, ...]:
    found = []
    at = f"{table.where.of(key)}: `{key}`"
    for copy, value in table.table(key).items():
        if isinstance(value, str):
            found.append(FullCopySetting(copy, value))
            continue
        found.append(_full_copy(at, copy, value))
    return tuple(found)


FULL_COPY_KEYS = ("source", "upstream", "file", "with", "keep", "adapted")


def _full_copy(at: str, copy: str, value: object) -> FullCopySetting:
    """An entry that is a table, either with `source`, or with `upstream` and `file`."""
    if not isinstance(value, dict):
        raise ConfigError(f'{at}: `{copy}` must be a path, or {{ source = "…", with = "A->B" }}')
    for name in value:
        if name not in FULL_COPY_KEYS:
            known = ", ".join(f"`{key}`" for key in FULL_COPY_KEYS)
            raise ConfigError(f"{at}: unknown key `{name}` of `{copy}`; known are {known}")
    keep = value.get("keep", [])
    if not isinstance(keep, list) or not all_strings(keep):
        raise ConfigError(f"{at}: `keep` of `{copy}` must be a list of patterns")
    texts = {name: text for name, text in value.items() if name != "keep"}
    is_foreign = "upstream" in value or "file" in value
    wanted = {"upstream", "file"} if is_foreign else {"source"}
    if not all_strings(texts.values()) or wanted != texts.keys() & {"source", "upstream", "file"}:
        shapes = '{ source = "…", with = "A->B" } or { upstream = "…", file = "…", with = "A->B" }'
        raise ConfigError(f"{at}: `{copy}` must be a path, {shapes}")
    for pattern in keep:
        if reason := why_no_pattern(pattern):
            raise ConfigError(f"{at}: `keep` of `{copy}`: `{pattern}` {reason}")
    if "adapted" in texts and not texts["adapted"].strip():
        raise ConfigError(f"{at}: `adapted` of `{copy}` must say why it has edits of its own")
    source = texts["file"] if is_foreign else texts["source"]
    options, adapted = texts.get("with", ""), " ".join(texts.get("adapted", "").split())
    return FullCopySetting(copy, source, options, tuple(keep), texts.get("upstream", ""), adapted)


def _upstream(table: TableReader, key: str) -> tuple[Upstream, ...]:
    try:
        return read_upstreams(table.table(key))
    except UpstreamError as error:
        raise ConfigError(f"{table.where.of(str(error).split('`')[1])}: `{key}`: {error}") from None


def _require(table: TableReader) -> None:
    """Refuse to run where `required-version` excludes this version."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    wanted = table.string("required-version").strip()
    try:
        specifiers = SpecifierSet(f"=={wanted}" if re.match(r"\d", wanted) else wanted)
    except InvalidSpecifier:
        raise table.error("required-version", 'a version or a specifier such as ">=0.1"') from None
    if not specifiers.contains(__version__, prereleases=True):
        install = shlex.quote(f"copycheck-lint{specifiers}")
        where = table.where.of("required-version")
        raise ConfigError(
            f"{where}: `required-version` is {wanted}, and this is copycheck {__version__}: run `pip install {install}`"
        )


_READERS: dict[str, Callable[[TableReader, str], Any]] = {
    "src": _roots,
    "include": TableReader.strings,
    "exclude": TableReader.strings,
    "respect-gitignore": TableReader.boolean,
    "force-exclude": TableReader.boolean,
    "formatter": _choice,
    "header": _choice,
    "tool-comments": _choice,
    "per-file-ignores": _per_file_ignores,
    "full-copies": _full_copies,
    "full-copies-from": TableReader.string,
    "cache-dir": TableReader.string,
    "external": TableReader.strings,
    "baseline": _baseline,
    "upstream": _upstream,
}


SUGGEST_KEYS = ("min-lines", "max-replacements", "diverged", "tests", "source")


KEYS = (*_READERS, "suggest", "extend-exclude", "select", "ignore", "extend-select", "required-version")
