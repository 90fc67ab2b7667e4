"""A check in a process of its own, which tells what it found before a session can begin with it (contract 13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from copycheck.api.check_and_fix import without_garbage_collection
from copycheck.caching.incremental import checked_and_kept
from copycheck.checking.copy_states import listed_copy
from copycheck.checking.live_findings import StandingFindings
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.checking.checker import Check

_DRIFTS = frozenset({"CPY201", "CPY202", "CPY203"})


class FirstFindings(NamedTuple):
    """What a first check says of files; a `Session` says the same of files that are as they were."""

    by_file: Mapping[str, tuple[Diagnostic, ...]]
    copies: Mapping[str, tuple[ListedCopy, ...]]
    """The copies of each file with a source that has drifted copies."""

    def findings(self, filename: str) -> tuple[Diagnostic, ...]:
        """The findings of a file, by place and code."""
        return self.by_file.get(filename, ())

    def copies_of(self, filename: str) -> tuple[ListedCopy, ...]:
        """The copies whose source is in a file, by file and row; nothing where none of them has drifted."""
        return self.copies.get(filename, ())


def first_check(settings: Settings, tell: Callable[[FirstFindings], None]) -> None:
    """Check a project, tell what is found, and keep it in the cache. Where nothing has changed, the cache has it.

    Raises CopycheckError for a configuration that cannot be used.
    """
    with without_garbage_collection():
        checked_and_kept(settings, lambda check: tell(_findings_of(check)))


def _findings_of(check: Check) -> FirstFindings:
    drifted = {
        found.source.filename
        for found in check.directives
        if found.source is not None and any(finding.code in _DRIFTS for finding in found.diagnostics)
    }
    copies: dict[str, list[ListedCopy]] = {}
    for found in check.directives:
        if found.source is not None and found.source.filename in drifted:
            copies.setdefault(found.source.filename, []).append(listed_copy(check, found))
    return FirstFindings(StandingFindings().of(check), {name: tuple(some) for name, some in copies.items()})
