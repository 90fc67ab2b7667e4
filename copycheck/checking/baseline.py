"""The findings that a repository has when it takes the linter on: counted, and not held against it (contract 10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from copycheck.model.diagnostic import Diagnostic, Edit, FindingKey, Fix
from copycheck.model.errors import ConfigError, UnreadableFileError
from copycheck.model.location import Location
from copycheck.project.reading import CONFLICT, DoubleKeyError, conflict_row, unique_keys
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.project.workspace import Workspace

DEFAULT_NAME = "copycheck-baseline.json"
_VERSION = 1
_ABOUT_ADOPTION = ("CPY008", "CPY009")
"""Findings about what is ignored and known are never known themselves."""


def name_of(settings: Settings) -> str:
    """The path of the baseline from the root; empty when there is to be none."""
    return DEFAULT_NAME if settings.baseline is None else settings.baseline


def load(settings: Settings, workspace: Workspace) -> Mapping[FindingKey, int]:
    """The known findings, each with its row in the file.

    A baseline that the configuration names must be there; the one under the default name may be. Raises ConfigError
    for a file that is missing or no baseline.
    """
    name = name_of(settings)
    if not name:
        return {}
    try:
        text = workspace.read_bytes(name).decode("utf-8")
    except UnreadableFileError as error:
        if not error.is_missing:
            raise ConfigError(f"{name}: the baseline {error.reason}") from None
        if settings.baseline is None:
            return {}
        raise ConfigError(
            f"{name}: the baseline does not exist: run `copycheck --write-baseline` to write it"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: the baseline cannot be read: {error}") from None
    return _read(name, text)


def known(settings: Settings, workspace: Workspace) -> Iterable[FindingKey]:
    """What an old baseline holds that is about to be written anew; nothing where it is not there or no baseline."""
    try:
        return load(settings, workspace)
    except ConfigError:
        return ()


def _read(name: str, text: str) -> dict[FindingKey, int]:
    if row := conflict_row(text.encode("utf-8", "surrogatepass")):
        raise ConfigError(f"{name}:{row}: the baseline {CONFLICT}: keep the entries of both sides")
    try:
        document = json.loads(text, object_pairs_hook=unique_keys)
        if document["version"] != _VERSION:
            raise ConfigError(
                f"{name}: another version of copycheck wrote this baseline: run `copycheck --write-baseline`"
            )
        keys = [_key(entry) for entry in document["findings"]]
    except DoubleKeyError as error:
        raise ConfigError(f"{name}: {error}: run `copycheck --write-baseline`") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ConfigError(f"{name}: this is not a baseline: run `copycheck --write-baseline` to write one") from None
    rows = [row for row, line in enumerate(text.split("\n"), 1) if '"code"' in line]
    return dict(zip(keys, rows if len(rows) == len(keys) else [1] * len(keys), strict=True))


def _key(entry: Mapping[str, Any]) -> FindingKey:
    key = FindingKey(entry["code"], entry["filename"], entry["copy"], entry["target"], entry.get("number", 0))
    if not all(isinstance(part, str) for part in key[:-1]) or not isinstance(key[-1], int):
        raise TypeError("a key of another shape")
    return key


def written(keys: Iterable[FindingKey]) -> bytes:
    """The text of a baseline: an entry a line, sorted, so that two branches merge."""
    ordered = sorted(set(keys), key=lambda key: (key[1], key[2], *key))
    entries = ",\n".join(f"  {json.dumps(_entry(key), ensure_ascii=False)}" for key in ordered)
    listed = f"[\n{entries}\n]" if entries else "[]"
    return f'{{"version": {_VERSION}, "findings": {listed}}}\n'.encode(
        "utf-8", "backslashreplace"
    )  # as JSON escapes it


def _entry(key: FindingKey) -> dict[str, Any]:
    code, filename, copy, target, ordinal = key
    entry: dict[str, Any] = {"code": code, "filename": filename, "copy": copy, "target": target}
    return entry | ({"number": ordinal} if ordinal else {})


def keys_of(diagnostics: Iterable[Diagnostic]) -> set[FindingKey]:
    """What a baseline keeps of findings."""
    return {diagnostic.key for diagnostic in diagnostics if may_be_listed(diagnostic)}


def may_be_listed(diagnostic: Diagnostic) -> bool:
    """Whether a baseline may list a finding: none about itself, and no merge conflict, which is never known of old."""
    if diagnostic.code == "CPY000":
        return CONFLICT not in diagnostic.message
    return diagnostic.code not in _ABOUT_ADOPTION


def unneeded(name: str, key: FindingKey, row: int, edits: Iterable[Edit], is_there: bool) -> Diagnostic:
    """CPY009 for an entry that nothing is found for; of the edits of the baseline, those of its row are its fix.

    `is_there` says whether the file that it is about is still there.
    """
    code, filename, copy, *_ = key
    what = f"{code} of `{copy}` in {filename}" if copy else f"{code} in {filename}"
    message = f"the baseline lists {what}, which no longer occurs"
    place = Location(row, 1)
    help_ = "run `copycheck --fix` to remove the entry, or `copycheck --write-baseline` to write the whole file again"
    if not is_there:
        help_ = (
            f"if {filename} was moved, run `copycheck --write-baseline` to list its findings at their new place; "
            "if it is gone, `copycheck --fix` removes the entry"
        )
    own = tuple(edit for edit in edits if edit.start <= place < edit.end)
    fix = Fix("Remove the entry", edits=own)
    return Diagnostic("CPY009", message, name, place, place, fix=fix, help=help_, copy=copy)
