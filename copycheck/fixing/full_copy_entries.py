"""Other paths for full copies, or none, wherever the project registers them (contract 11)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from copycheck.checking.checker import Check
from copycheck.checking.registered_full_copies import FullCopy, registered
from copycheck.fixing.baseline_fixes import forget_known, keep_known
from copycheck.fixing.full_copies_lock import lock_with
from copycheck.fixing.full_copies_script import edited_script
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.model.paths import is_outside, plain_path, relative_path
from copycheck.project.lock_file import LockedSource
from copycheck.project.settings import Settings
from copycheck.project.toml import tomllib
from copycheck.project.toml_entries import NewText, NoPlaceError, entries_of, with_key, with_texts, without

Rename = Callable[[str], str]
"""A path → the path that takes its place; the same where it stays."""


def rename_entries(check: Check, rename: Rename) -> int:
    """Rewrite the paths of full copies wherever these are registered, and in the baseline; how many entries changed.

    Raises CopycheckError, with nothing changed, where an entry cannot be rewritten, or could not be used any more.
    """
    renamed = {pair: _renamed(pair, rename) for pair in check.pairs}
    changed = {old: new for old, new in renamed.items() if old != new}
    if not changed:
        return 0
    settings = check.project.settings
    entries = [
        entry._replace(
            copy=rename(plain_path(entry.copy)),
            source=entry.source if entry.upstream else rename(plain_path(entry.source)),
        )
        for entry in settings.full_copies
    ]
    if len({pair.copy for pair in renamed.values()}) < len(renamed):
        twice = next(new.copy for new in changed.values() if new.copy in {pair.copy for pair in check.pairs})
        raise CopycheckError(f"`{twice}` is in `full-copies` already: remove one of the two entries")
    _lay(check, settings._replace(full_copies=tuple(entries)), changed)
    identities = {old.identity: new.identity for old, new in changed.items()}
    known = {}
    for key, row in check.gate.known.items():
        new = identities.get(key.identity)
        known[key if new is None else key._replace(filename=new.filename, target=new.target)] = row
    keep_known(check, known)
    return len(changed)


def remove_entry(check: Check, pair: FullCopy, reason: str | None = None, agreed: LockedSource | None = None) -> None:
    """Take a full copy out of where it is registered, and out of the baseline.

    With a reason, its edits are its own from now on: `adapted` says so in the table, with the source that it `agreed`
    with in the lock, by default the source as it is now. A script has no place for that: a comment in it says the
    reason. Raises CopycheckError, with nothing changed, where the entry cannot be edited, and for no reason.
    """
    settings = check.project.settings
    new = None
    if reason is not None:
        if not reason.split():
            raise CopycheckError("--reason needs a text: why the copy differs")
        new = pair._replace(adapted=" ".join(reason.split()))
    entries = []
    for entry in settings.full_copies:
        if plain_path(entry.copy) != pair.copy:
            entries.append(entry)
        elif new is not None:
            entries.append(entry._replace(adapted=new.adapted))
    _lay(check, settings._replace(full_copies=tuple(entries)), {pair: new}, agreed)
    forget_known(check, {pair.identity})


def _renamed(pair: FullCopy, rename: Rename) -> FullCopy:
    return pair._replace(copy=rename(pair.copy), source=pair.source if pair.upstream else rename(pair.source))


def _lay(
    check: Check, after: Settings, changes: Mapping[FullCopy, FullCopy | None], agreed: LockedSource | None = None
) -> None:
    """Edit the entries of some full copies, and check by the settings that they make. Raises CopycheckError."""
    settings, workspace = check.project.settings, check.project.workspace
    in_table = {plain_path(entry.copy) for entry in settings.full_copies}
    by_copy = {old.copy: new for old, new in changes.items()}
    configured = {copy: new for copy, new in by_copy.items() if copy in in_table}
    others = {copy: new for copy, new in by_copy.items() if copy not in in_table}
    try:
        edits = lock_with(workspace, {old: new for old, new in changes.items() if old.copy in in_table}, agreed)
        if configured:
            name = _configuration(settings)
            edits[name] = _edited_table(name, workspace.read_bytes(name), configured)
        if others and settings.full_copies_from is not None:
            name = plain_path(settings.full_copies_from)
            edits[name] = edited_script(workspace.read(name), others)
    except UnreadableFileError as error:
        raise CopycheckError(str(error)) from None
    before = {name: workspace.edited(name) for name in edits}
    check.project.edit(edits)
    try:
        check.pairs = registered(after, workspace)
    except CopycheckError:
        check.project.edit(before)
        raise
    check.update(edits)


def _configuration(settings: Settings) -> str:
    """The file that the table is in, by its name in the project. Raises CopycheckError for one outside of it."""
    if settings.origin is None:
        raise CopycheckError("`full-copies` comes from the command line: change it there")
    name = relative_path(os.path.realpath(settings.origin), os.path.realpath(settings.root))
    if is_outside(name):
        raise CopycheckError(f"{settings.origin} is outside of the project: change its `full-copies` by hand")
    return name


def _edited_table(name: str, data: bytes, changes: Mapping[str, FullCopy | None]) -> bytes:
    """The configuration with its entries edited. Raises CopycheckError where tomllib does not read what was meant."""
    keys = ("tool", "copycheck", "full-copies") if os.path.basename(name) == "pyproject.toml" else ("full-copies",)
    try:
        text = data.decode("utf-8")
        before = _table(text, keys)
        after = _edited(text, keys, changes)
        meant = dict(pair for pair in (_meant(*entry, changes) for entry in before.items()) if pair is not None)
        gone = sum(new is None for new in changes.values())
        if _table(after, keys) != meant or len(meant) != len(before) - gone:
            raise NoPlaceError
        return after.encode("utf-8")
    except (NoPlaceError, UnicodeError, tomllib.TOMLDecodeError):
        what = " and ".join(f"`{copy}`" for copy in changes)
        raise CopycheckError(f"{name}: the entry of {what} cannot be edited: change `full-copies` by hand") from None


def _edited(text: str, keys: tuple[str, ...], changes: Mapping[str, FullCopy | None]) -> str:
    depth = len(keys)
    own = [e for e in entries_of(text) if e.keys[:depth] == keys and len(e.path) > depth]
    own = [e for e in own if plain_path(e.path[depth].text) in changes]
    gone = [e for e in own if changes[plain_path(e.path[depth].text)] is None]
    if gone:
        return without(text, gone)
    texts: list[NewText] = []
    for entry in own:
        new = changes[plain_path(entry.path[depth].text)]
        assert new is not None, "all others are gone"
        texts += [NewText(entry.path[depth], new.copy)]
        if entry.value is not None and (len(entry.path) == depth + 1 or entry.keys[depth + 1 :] == ("source",)):
            texts += [NewText(entry.value, new.source)]
    text = with_texts(text, [one for one in texts if plain_path(one.part.text) != one.text])
    for copy, new in changes.items():
        if new is not None and new.adapted:
            entry_key = next((e.path[depth].text for e in own if plain_path(e.path[depth].text) == copy), copy)
            text = with_key(text, (*keys, entry_key), "source", "adapted", new.adapted)
    return text


def _table(text: str, keys: Sequence[str]) -> dict[str, Any]:
    """The table of full copies in a text. Raises NoPlaceError where it is none."""
    found: Any = tomllib.loads(text.replace("\r\n", "\n"))
    for key in keys:
        found = found.get(key, {}) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise NoPlaceError
    return found


def _meant(key: str, value: Any, changes: Mapping[str, FullCopy | None]) -> tuple[str, Any] | None:
    """An entry as it is to be read after the edit; None for one that is to go."""
    if plain_path(key) not in changes:
        return key, value
    new = changes[plain_path(key)]
    if new is None:
        return None
    key = key if plain_path(key) == new.copy else new.copy
    table = value if isinstance(value, dict) else {"source": value}
    if "source" in table and plain_path(table["source"]) != new.source:
        table = {**table, "source": new.source}
    if new.adapted:
        return key, {**table, "adapted": new.adapted}
    return key, table if isinstance(value, dict) else table["source"]
