"""Merge what changed in a source into copies with edits of their own (contract 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copycheck.api.checking import without_garbage_collection
from copycheck.api.selecting import select
from copycheck.api.writing import written_result
from copycheck.caching.incremental import checked_project
from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.checking.report import takes
from copycheck.fixing.break_copy import directive_at
from copycheck.fixing.session import FixSession
from copycheck.model.diagnostic import Identity, State
from copycheck.model.errors import CopycheckError
from copycheck.model.merge_report import CopyMerge
from copycheck.model.result import Result
from copycheck.project.config import load
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.queries.targets import place_of


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What a merge has done: each copy by file and row, and the changed files."""

    copies: tuple[CopyMerge, ...]
    result: Result

    @property
    def is_complete(self) -> bool:
        """Whether no copy is left with a conflict or a refusal."""
        return all(copy.outcome not in ("conflict", "refused", "gone") for copy in self.copies)


def merge_copies(
    what: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    write: bool = True,
    conflicts: bool = False,
    cache: bool = False,
) -> MergeResult:
    """Merge what changed in the sources of copies into them since they were in sync. Their own edits stay.

    `what` are places, `FILE:ROW`, and paths: of these all copies that have drifted. With `conflicts`, git's markers
    are written where copy and source contradict each other. Raises CopycheckError for what is not there.
    """
    from copycheck.upstream.merge_run import merge_copies as run

    with without_garbage_collection():
        settings = settings or load()
        check = checked_project(settings, cache)
        merges = run(check, _chosen(check, what, settings), conflicts)
        session = FixSession(check, Selection(only=frozenset()))
        return MergeResult(tuple(merges), written_result(session, session.selection, write))


def _chosen(check: Check, what: Sequence[str], settings: Settings) -> list[Identity]:
    """The copies that a command line names. Raises CopycheckError."""
    named, paths = list[Identity](), list[str]()
    for text in what:
        place = place_of(text, settings)
        if place is None or place.row is None:
            paths.append(text)
            continue
        check.update([place.filename])
        found = directive_at(check, place.filename, place.row)
        if reason := _not_mergeable(found):
            raise CopycheckError(f"{found.filename}:{found.directive.row}: `{found.name}` {reason}")
        named.append(found.identity)
    if named and not paths:
        return named
    selection, problems = select(settings, paths)
    if problems:
        raise CopycheckError("; ".join(problems))
    exists = check.project.workspace.exists
    return [*named, *(f.identity for f in check.directives if takes(selection, f, exists) and _has_drifted(check, f))]


def _not_mergeable(found: Examined) -> str:
    """Why a copy that was named is no case for a merge; empty where it is one."""
    if found.state is State.IN_SYNC:
        return "is in sync: there is nothing to merge"
    drift = next((d for d in found.diagnostics if d.code in ("CPY201", "CPY202")), None)
    if drift is None:
        return "is not compared with a source: `copycheck` says why"
    return "" if _is_mergeable(found) else "is governed by another directive: `copycheck` says which"


def _has_drifted(check: Check, found: Examined) -> bool:
    """Whether a copy has a drift that is neither suppressed nor baselined. That a fix is refused says nothing here."""
    return _is_mergeable(found) and any(d.code == "CPY201" for d in check.gate.standing(found))


def _is_mergeable(found: Examined) -> bool:
    """Whether a copy has drifted from its own source: no copy around it, and no directive above it, decides."""
    return (
        found.state is State.DRIFT
        and found.formatted_expected is not None
        and not found.inside_outer_copy
        and not found.is_duplicate
    )
