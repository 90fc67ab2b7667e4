"""The search of an earlier run, which holds for as long as nothing that it rests on has changed (contract 14)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.caching.codec import decoder
from copycheck.caching.file_freshness import signature
from copycheck.caching.store import Cache
from copycheck.model.suggested_groups import Search
from copycheck.project.discovery import Walk
from copycheck.project.git import head_of
from copycheck.project.settings import Settings


class _Kept(NamedTuple):
    """A search, and the commit that the ages of files were asked of."""

    head: str
    search: Search


class KeptSearch:
    """The search of one project and configuration in the cache, with its own entry beside that of the check."""

    def __init__(self, settings: Settings, walk: Walk) -> None:
        self._settings = settings
        self._cache = Cache(settings, "suggest")
        self._signatures = {file.filename: signature(file.stat) for file in walk.files}
        self._head = head_of(settings.root)

    def load(self) -> Search | None:
        """What the last run found; None where anything that it rests on is not as it was."""
        entry = self._cache.load()
        if entry is None or self._cache.changed(entry, self._signatures):
            return None
        try:
            kept: _Kept = decoder(_Kept)(entry.report)
        except (LookupError, TypeError, ValueError):
            return None
        if kept.head != self._head:
            return None
        self._cache.confirm(entry, self._signatures)
        return kept.search

    def save(self, found: Search) -> None:
        """Keep a search, unless a formatter could not be run."""
        if found.failure is None:
            script = self._settings.full_copies_from
            others = [*found.looked_at, *([script] if script else [])]
            self._cache.save(self._signatures, {}, others, _Kept(self._head, found), b"")
