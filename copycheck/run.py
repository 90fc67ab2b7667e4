"""A check with or without a cache: the least work that gives the same findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copycheck import progress
from copycheck.cache import Cache, Entry, Signature, signature
from copycheck.discover import Found, walk
from copycheck.model import Diagnostic, Summary
from copycheck.selection import Selection
from copycheck.settings import Settings

if TYPE_CHECKING:
    from copycheck.check import Check

Report = tuple[tuple[Diagnostic, ...], Summary, tuple[str, ...]]


def checked(settings: Settings, selection: Selection, cached: bool) -> Report:
    """The selected findings, the summary, and what kept the check from doing its work."""
    progress.at("Looking for files")
    found = walk(settings)
    if not cached:
        return _Run(settings, found, selection).from_nothing()
    cache = Cache(settings)
    entry = cache.load()
    run = _Run(settings, found, selection, cache)
    if entry is None:
        return run.from_nothing()
    changed = cache.changed(entry, run.signatures())
    if changed or not selection.is_everything:
        return run.from_known(entry, changed) or run.from_nothing()
    return _as_it_was(entry) or run.from_nothing()


def _as_it_was(entry: Entry) -> Report | None:
    from copycheck.plain import report_of

    try:
        return (*report_of(entry.report), ())
    except (LookupError, TypeError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Run:
    """A check of what a walk has found, which the cache is told of, if there is one."""

    settings: Settings
    found: list[Found]
    selection: Selection
    cache: Cache | None = None

    def signatures(self) -> dict[str, Signature]:
        return {file.filename: signature(file.stat) for file in self.found}

    def from_nothing(self) -> Report:
        """Check everything."""
        from copycheck.check import Check
        from copycheck.project import Project

        return self._reported(Check(Project(self.settings, self.found)).run(), {})

    def from_known(self, entry: Entry, changed: set[str]) -> Report | None:
        """Check what has changed since the run of an entry; None where that does not do."""
        from copycheck.check import Check
        from copycheck.project import Project
        from copycheck.records import Memory

        assert self.cache is not None, "an entry comes out of a cache"
        if any(name.endswith(".toml") for name in changed):
            return None  # a style has changed: whatever was formatted is formatted anew
        try:
            memory = Memory.decoded(self.cache.load_details())
        except (LookupError, TypeError, ValueError):
            return None
        check = Check(Project(self.settings, self.found, memory.parsable - changed))
        check.run_from(memory, changed, self.selection.is_everything)
        known = {name: sign for name, sign in entry.others.items() if name not in changed}
        return self._reported(check, known, news=bool(changed))

    def _reported(self, check: Check, known: Mapping[str, Signature | None], news: bool = True) -> Report:
        from copycheck.plain import plain_report

        failures = check.failures()
        diagnostics, summary = check.report(self.selection)
        if self.cache is not None and news and not failures:
            whole = plain_report(*check.report(Selection()))
            self.cache.save(self.signatures(), known, check.looked_at(), whole, check.memory().encoded())
        return diagnostics, summary, failures
