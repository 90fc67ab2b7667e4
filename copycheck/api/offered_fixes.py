"""The fixes that a session offers: planned for open buffers at once, and for other files when they are asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from copycheck.fixing.fix_planner import Planner, PlanOpenFiles
from copycheck.fixing.withdrawn_fixes import OfferTrials
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.checking.checker import Check


class OfferedFixes:
    """Plans the fixes of a check that is kept up to date, and takes those back that `--fix` would not keep (5.7)."""

    def __init__(self, settings: Settings, cached: bool) -> None:
        """With `cached`, the texts that fixes wrote are known, in this session or in another run."""
        self._settings, self._cached = settings, cached
        self.of_open_files = PlanOpenFiles(self._planner)
        """The planner of the check itself."""
        self._trials = OfferTrials()
        self._tried: set[str] = set()

    def _planner(self) -> Planner:
        """A planner that knows what fixes have written by now."""
        if not self._cached:
            return Planner()
        from copycheck.caching.fixed_text_hashes import WrittenTexts

        return Planner(WrittenTexts(self._settings))

    def fork(self, check: Check) -> Check:
        """A check that knows the same, to be edited by itself: it plans the fixes of all files."""
        return check.fork(self._planner())

    def changed(self, check: Check) -> None:
        """Look again at the offers in open buffers, after an update of the check."""
        self._tried = set()
        self._try(check, check.project.workspace.buffers)

    def plan(self, check: Check, filenames: Collection[str]) -> bool:
        """Make the fixes of some files known that were not so far; whether any finding may be another one now."""
        return self._plan(check, filenames) | self._try(check, filenames)

    def _plan(self, check: Check, filenames: Collection[str]) -> bool:
        wanted = self.of_open_files.skipped.intersection(filenames)
        if wanted:
            self.of_open_files.skipped -= wanted
            check.replan(wanted, self._planner())
        return bool(wanted)

    def _try(self, check: Check, filenames: Collection[str]) -> bool:
        """Take back the offers in some files that come to nothing; whether any was tried.

        The fixes of the copies that their sources rest on are planned first.
        """
        wanted = set(filenames) - self._tried
        if not wanted:
            return False
        self._tried |= wanted
        chains = self._trials.wanted(check, wanted)
        while self._plan(check, {check.directives[up].filename for above in chains.values() for up in above}):
            chains = self._trials.wanted(check, wanted)
        self._trials.run(check, lambda names: check.fork(self._planner(), names), chains)
        return bool(chains)
