"""The version of a source that a copy last agreed with: the base of one that goes its own way (contract 11.5)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.model.diagnostic import State
from copycheck.model.errors import CopycheckError
from copycheck.project.git import GitError
from copycheck.project.lock_file import LockedSource, file_as_it_is
from copycheck.resolution.locked_sources import locked_text
from copycheck.upstream.copy_merging import MergeError, locate, sides_of
from copycheck.upstream.full_copy_git_base import base_of_file
from copycheck.upstream.full_copy_merging import FileMerger
from copycheck.upstream.git_base import History, NoBaseError
from copycheck.upstream.project_merging import SHORT
from copycheck.upstream.threeway import Merge, merge


class Agreed(NamedTuple):
    """What a copy last agreed with: `source` as it was at `commit`; without one, the source as it is now.

    `reason` is a clause that says why nobody can tell; empty where it is known.
    """

    source: LockedSource | None = None
    commit: str = ""
    reason: str = ""


def agreed_source(check: Check, found: Examined) -> Agreed:
    """What the copy of a directive last agreed with. Changes nothing."""
    if found.state is not State.DRIFT or (found.source is not None and found.source.is_foreign):
        return Agreed()  # it agrees now, or the lock has its base
    target = found.directive.target
    now = check.project.resolver.resolve(target).definitions
    if not now:
        return Agreed()
    try:
        settings = check.project.settings
        place = locate(check, found, History(settings, check.formatters))
        base = place.base
        sides = sides_of(check.formatters, place.copy, base.region, base.replacements, place.source, settings)
        has_all = _has_all(sides.ours, merge(sides.base, sides.ours, sides.theirs))
    except (MergeError, NoBaseError, GitError, CopycheckError) as error:
        return Agreed(reason=str(error))
    text = locked_text(base.definitions)
    if has_all or text == locked_text(now):
        return Agreed()
    first = base.definitions[0]
    then = LockedSource(target, "", "", first.filename, first.location.row, text).known_by_text()
    return Agreed(then, base.commit[:SHORT])


def agreed_file(check: Check, pair: FullCopy) -> Agreed:
    """What a full copy last agreed with. Changes nothing."""
    verdict = next((verdict for verdict in check.full_copies if verdict.pair == pair), None)
    finding = verdict.diagnostic if verdict is not None else None
    if pair.is_tracked or finding is None or finding.code != "CPY203":
        return Agreed()
    workspace, formatters = check.project.workspace, check.formatters
    try:
        now = workspace.read_bytes(pair.source)
        base = base_of_file(workspace.root, formatters, pair)
        sides = FileMerger(workspace, formatters, pair).sides(base.data, now)
        has_all = _has_all(sides.ours, merge(sides.base, sides.ours, sides.theirs, by_tokens=False))
    except (MergeError, NoBaseError, GitError, CopycheckError) as error:
        return Agreed(reason=str(error))
    if has_all or base.data == now:
        return Agreed()
    return Agreed(file_as_it_is(pair.source, base.data), base.commit[:SHORT])


def _has_all(ours: str, merged: Merge) -> bool:
    """Whether a copy has each change of its source already: somebody has merged them by hand."""
    return not merged.conflicts and merged.text == ours
