"""Sources that git does not track: a commit has their copies, and whoever checks it out no sources (contract 9)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator

from copycheck.api.check_and_fix import list_copies
from copycheck.checking.finding_filter import enabled_rules
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Location
from copycheck.model.paths import is_outside, with_folders
from copycheck.project.git_listing import files_of_next_commit
from copycheck.project.settings import Settings


def untracked_sources(settings: Settings, looked_at: Iterable[str] | None, cache: bool) -> tuple[Diagnostic, ...]:
    """A finding for each copy that git tracks and whose source it does not: CPY101, of full copies CPY204.

    `looked_at` are the files that a check rests on: where git tracks all of them, no copy is looked at; None where
    they are not known. Raises GitError where there is no repository.
    """
    tracked = files_of_next_commit(settings.root)
    if looked_at is not None and not any(_is_missing(settings, name, tracked) for name in looked_at):
        return ()
    is_on = enabled_rules(settings)
    found = (d for copy in list_copies((), settings, cache) for d in _findings(copy, tracked))
    return tuple(finding for finding in found if is_on(finding.filename, finding.code))


def _is_missing(settings: Settings, name: str, tracked: Collection[str]) -> bool:
    """Whether a file is there and may be a source or a full copy, and git does not track it."""
    if _is_tracked(name, tracked) or is_outside(name) or name.endswith(".toml"):
        return False
    return not name.startswith(".git/") and os.path.isfile(os.path.join(settings.root, name))


def _is_tracked(name: str, tracked: Collection[str]) -> bool:
    """Whether git tracks a file, or the submodule that it is in."""
    return any(part in tracked for part in with_folders(name))


def _findings(copy: ListedCopy, tracked: Collection[str]) -> Iterator[Diagnostic]:
    source = copy.source.filename if copy.source is not None else copy.filename
    of_upstream = copy.version or (copy.is_full and ":" in copy.target)
    untracked = [name for name in (copy.filename, source) if not _is_tracked(name, tracked)]
    if of_upstream or not untracked or (not copy.is_full and copy.filename in untracked):
        return
    missing, place = untracked[0], copy.location
    what = "the full copy" if copy.is_full and missing == copy.filename else f"the source of `{copy.name or source}`"
    yield Diagnostic(
        "CPY204" if copy.is_full else "CPY101",
        f"{what} is {missing}, which git does not track: whoever checks the commit out has no such file",
        copy.filename,
        place,
        Location(place.row, place.column),
        copy.source,
        help=f"run `git add {missing}`",
        copy=copy.name,
        target=copy.target,
    )
