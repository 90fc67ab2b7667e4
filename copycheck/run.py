"""A check with or without a cache: the least work that gives the same findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copycheck.cache import Cache, Entry, signature
from copycheck.discover import Found, walk
from copycheck.model import Diagnostic, Summary
from copycheck.selection import Selection
from copycheck.settings import Settings

if TYPE_CHECKING:
    from copycheck.check import Check

Report = tuple[tuple[Diagnostic, ...], Summary, tuple[str, ...]]


def checked(settings: Settings, selection: Selection, cached: bool) -> Report:
    """The selected findings, the summary, and what kept the check from doing its work."""
    found = walk(settings)
    if not cached:
        return _from_nothing(settings, found, selection, None)
    cache = Cache(settings)
    entry = cache.load()
    if entry is None:
        return _from_nothing(settings, found, selection, cache)
    changed = cache.changed(entry, _signatures(found))
    if not changed and selection.is_everything:
        return _as_it_was(entry) or _from_nothing(settings, found, selection, cache)
    return _from_known(settings, found, selection, cache, changed)


def _signatures(found: list[Found]) -> dict[str, list[int]]:
    return {file.filename: signature(file.stat) for file in found}


def _as_it_was(entry: Entry) -> Report | None:
    from copycheck.plain import report_of

    try:
        return (*report_of(entry.report), ())
    except (LookupError, TypeError, ValueError):
        return None


def _from_nothing(settings: Settings, found: list[Found], selection: Selection, cache: Cache | None) -> Report:
    from copycheck.check import Check
    from copycheck.project import Project

    return _reported(Check(Project(settings, found)).run(), found, selection, cache)


def _from_known(
    settings: Settings, found: list[Found], selection: Selection, cache: Cache, changed: set[str]
) -> Report:
    from copycheck.check import Check
    from copycheck.project import Project
    from copycheck.records import Memory

    try:
        memory = Memory.decoded(cache.load_details())
    except (LookupError, TypeError, ValueError):
        return _from_nothing(settings, found, selection, cache)
    if any(name.endswith(".toml") for name in changed):  # a style has changed: whatever was formatted is formatted anew
        return _from_nothing(settings, found, selection, cache)
    check = Check(Project(settings, found, memory.parsable - changed))
    check.run_from(memory, changed, selection.is_everything)
    return _reported(check, found, selection, cache if changed else None)


def _reported(check: Check, found: list[Found], selection: Selection, cache: Cache | None) -> Report:
    from copycheck.plain import plain_report

    failures = check.failures()
    diagnostics, summary = check.report(selection)
    if cache is not None and not failures:
        whole = check.report(Selection())
        cache.save(_signatures(found), check.looked_at(), plain_report(*whole), check.memory().encoded())
    return diagnostics, summary, failures
