"""Merge what changed in a source into copies with edits of their own (contract 12)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copycheck.api.check_and_fix import without_garbage_collection
from copycheck.api.edit_writing import written_result
from copycheck.api.paths_to_check import select
from copycheck.caching.incremental import checked_project
from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.checking.selected_findings import takes
from copycheck.fixing.break_on_purpose import directive_at
from copycheck.fixing.fix_session import FixSession
from copycheck.model.diagnostic import Diagnostic, Identity, State
from copycheck.model.errors import CopycheckError
from copycheck.model.merge_report import CopyMerge
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.queries.command_targets import place_of
from copycheck.queries.named_copies import directive_of, is_name


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

    `what` are places, `FILE:ROW`, dotted names of copies, and paths: of these all copies that have drifted, full
    copies too. With `conflicts`, git's markers are written where copy and source contradict each other. Raises
    CopycheckError for what is not there.
    """
    from copycheck.upstream.project_full_copy_merging import merge_full_copies
    from copycheck.upstream.project_merging import merge_copies as run

    with without_garbage_collection():
        settings = settings or load()
        check = checked_project(settings, cache)
        what = [_as_place(text, check) for text in what]
        files, others = _full_copies(check, what, settings)
        merges = run(check, _chosen(check, others, settings) if others or not what else [], conflicts)
        merges += merge_full_copies(check, files, conflicts)
        session = FixSession(check, Selection(only=frozenset()))
        result = written_result(session, session.selection, write)
        unread = _unread(check, what, settings)
        return MergeResult(tuple(sorted(merges)), replace(result, errors=(*result.errors, *unread)))


def _as_place(text: str, check: Check) -> str:
    """The place of the copy with a dotted name; any other text as it is. Raises CopycheckError for no such copy."""
    if not is_name(text) or os.path.isdir(text):
        return text
    filename, row = directive_of(text, check)
    return f"{check.project.settings.root}/{filename}:{row}"


def _unread(check: Check, what: Sequence[str], settings: Settings) -> list[str]:
    """A line for each file that is to be merged and cannot be read, such as one with a conflict that is not settled."""
    places = {text: place_of(text, settings) for text in what}
    paths = [text for text, place in places.items() if place is None or place.row is None]
    named = {place.filename for place in places.values() if place is not None}
    selection = select(settings, paths)[0] if paths else None
    return [
        f"{finding.filename}: {finding.message}: nothing in it is merged"
        for finding in check.file_findings()
        if finding.code == "CPY000"
        and (not what or finding.filename in named or (selection is not None and finding.filename in selection))
    ]


def _full_copies(check: Check, what: Sequence[str], settings: Settings) -> tuple[list[FullCopy], list[str]]:
    """The full copies that a command line names, and what it names besides. Raises CopycheckError."""
    drifted = [v.pair for v in check.full_copies if v.diagnostic is not None and _is_drift(check, v.diagnostic)]
    named: list[FullCopy] = []
    others: list[str] = []
    paths: list[str] = []
    for text in what:
        place = place_of(text, settings)
        pair = next((one for one in check.pairs if place is not None and one.copy == place.filename), None)
        if pair is None:
            others.append(text)
            paths += [text] if place is None or place.row is None else []
        elif pair.is_tracked:
            raise CopycheckError(f"{pair.copy}: its base is in the lock: run `copycheck upstream update {pair.copy}`")
        elif pair not in drifted:
            raise CopycheckError(
                f"{pair.copy} cannot be merged: it is in sync, or not compared. Run `copycheck` to see which"
            )
        else:
            named.append(pair)
    selection = select(settings, paths)[0] if paths else None
    if not what:
        named = drifted
    elif selection is not None:
        named += [pair for pair in drifted if pair.copy in selection and pair not in named]
    return [pair for pair in named if not pair.is_tracked], others


def _is_drift(check: Check, finding: Diagnostic) -> bool:
    return finding.code == "CPY203" and check.gate.stands(finding)


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
