"""What another program imports: check a project, fix it, and list its copies (contract 5, 8 and 10)."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from copycheck.api.paths_to_check import about, prepare, select
from copycheck.api.selected_copies import copies_below, copies_of_check_below
from copycheck.caching.incremental import Checked, checked, checked_project, listed
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.model.copy_entry import Impact, ListedCopy
    from copycheck.project.next_commit import NextCommit
    from copycheck.project.selection import Selection
    from copycheck.project.workspace import Workspace


def check_paths(
    paths: Sequence[str] = (),
    settings: Settings | None = None,
    cache: bool = False,
    only: Sequence[str] = (),
    *,
    joint: bool = False,
    workspace: Workspace | None = None,
) -> Result:
    """Check the directives whose copy or source lies in one of the paths, or all of them.

    With `only`, the copies below these objects, through chains, and no others. The fix of a finding has the edits that
    it makes alone; with `joint`, those that `fix_paths` makes, which fixes all of them together. A `workspace` may hold
    the unsaved texts of an editor: these are checked in place of the files.
    Nothing of the project is written; with `cache`, what was found is kept for the next run in the folder `cache-dir`.
    Raises CopycheckError for a configuration that cannot be used; what is wrong in the checked files is a diagnostic
    of the result.

    >>> check_paths(["src"]).diagnostics  # doctest: +SKIP
    (Diagnostic(code='CPY201', message='`Roberta` differs from its source …', filename='src/roberta.py', …),)
    """
    with without_garbage_collection():
        settings = settings or load(paths)
        settings, selection, missing, warnings = prepare(settings, paths)
        if only:
            selection = replace(selection, only=copies_only(only, settings, cache=cache, workspace=workspace))
        tracked, settings = settings.tracked, settings._replace(tracked=False)  # one entry of the cache for both
        if tracked:
            commit = _next_commit(settings)
            settings, unseen = _with_tracked_baseline(settings, commit)
            warnings = (*warnings, *unseen)
        found = checked(settings, selection, cache, joint, workspace)
        errors = (*missing, *found.failures)
        warnings = (*warnings, *about(found.walk, settings, selection))
        result = Result(found.diagnostics, found.summary, errors=errors, failed=bool(errors), warnings=warnings)
        return of_next_commit(result, settings, selection, found, cache, commit) if tracked else result


def _next_commit(settings: Settings) -> NextCommit:
    from copycheck.project.next_commit import NextCommit

    return NextCommit(settings.root, settings.own_repository)


def _with_tracked_baseline(settings: Settings, commit: NextCommit) -> tuple[Settings, tuple[str, ...]]:
    """The settings without a baseline that the next commit does not have, and a line for the user about it.

    Raises CopycheckError where there is no repository of git.
    """
    from copycheck.checking.baseline import name_of

    name = name_of(settings)
    if not name or not os.path.isfile(os.path.join(settings.root, name)) or not commit.lacks(name):
        return settings, ()
    return settings.without_baseline(), (
        f"the baseline {name} does not count, for git does not track it: run `git add {name}`",
    )


def of_next_commit(
    result: Result,
    settings: Settings,
    selection: Selection,
    found: Checked,
    cache: bool,
    commit: NextCommit,
    fixed: bool = False,
) -> Result:
    """A result with what a check of the next commit finds besides (contract 9).

    That is a finding for each selected copy whose source git does not track, and those about texts that the commit has
    and the disk has not. `found` is what the result rests on, which `fixed` files have left. Raises CopycheckError
    where there is no repository of git.
    """
    names = [*(file.filename for file in found.walk.files), *found.looked_at]
    more: list[Diagnostic] = []
    errors = _about_configuration(settings, commit)
    if fixed or not commit.has_all(names):  # else nothing that the check rests on is missing: no copy is looked at
        from copycheck.api.untracked_sources import untracked_sources

        more += (d for d in untracked_sources(settings, commit, cache) if d.filename in selection)
    if commit.files.submodules or commit.files.unwatched:
        from copycheck.api.committed_findings import committed_findings

        others = committed_findings(settings, selection, commit, names, result.diagnostics)
        more, errors = [*more, *others.diagnostics], (*errors, *others.errors)
    diagnostics = sorted({*result.diagnostics, *more}, key=lambda diagnostic: diagnostic.sort_key)
    summary = result.summary._replace(findings=len(diagnostics))
    failed = result.failed or bool(errors)
    return replace(
        result, diagnostics=tuple(diagnostics), summary=summary, errors=(*result.errors, *errors), failed=failed
    )


def _about_configuration(settings: Settings, commit: NextCommit) -> tuple[str, ...]:
    """A line about a configuration in the repository of the commit that the commit does not have, or has otherwise."""
    from copycheck.project.committed_texts import unwatched_texts
    from copycheck.project.toml import CONFIGURATIONS

    name = relative_path(settings.origin, settings.root) if settings.origin else ""
    if name not in CONFIGURATIONS or settings.own_repository:
        return ()
    if commit.lacks(name):
        return (f"{name}: git does not track this configuration, and nobody else checks by it: run `git add {name}`",)
    text = unwatched_texts(settings.root, commit.files).get(name)
    return (f"{name}: of this configuration {text.reason}: {text.remedy}",) if text is not None else ()


def list_copies(
    paths: Sequence[str] = (),
    settings: Settings | None = None,
    cache: bool = False,
    *,
    workspace: Workspace | None = None,
) -> Iterator[ListedCopy]:
    """Every directive and full copy of which copy or source lies in one of the paths, or all, by file and row.

    Copies that were broken on purpose (`# Adapted from x.y.Z: reason`) are among them. Raises CopycheckError for a
    configuration that cannot be used, and for a path that is not there.

    >>> [copy.name for copy in list_copies(["src"]) if copy.state == "drift"]  # doctest: +SKIP
    ['Roberta.forward']
    """
    from copycheck.checking.copy_states import adapted_copies

    settings = settings or load(paths)
    selection, missing = select(settings, paths)
    if missing:
        raise CopycheckError("; ".join(missing))
    from copycheck.project.workspace import Workspace

    workspace = workspace if workspace is not None else Workspace(settings.root)
    with without_garbage_collection():
        copies = [*listed(settings, cache, workspace), *adapted_copies(settings, workspace)]
    chosen = (c for c in copies if c.filename in selection or (c.source and c.source.filename in selection))
    return iter(sorted(chosen, key=lambda copy: (copy.filename, copy.location)))


def impact(
    what: Sequence[str] = (),
    since: str | None = None,
    settings: Settings | None = None,
    cache: bool = False,
    *,
    workspace: Workspace | None = None,
) -> tuple[Impact, ...]:
    """The trees of copies below some objects (contract 11).

    Each of `what` is a dotted name, a file or FILE:ROW; `since` is a git revision, and stands for all objects that
    differ between it and the working tree. Raises CopycheckError for what is not there.
    """
    from copycheck.queries.command_targets import objects_of
    from copycheck.queries.impact import impacts, with_edited, with_full_copies

    settings = settings or load()
    from copycheck.project.workspace import Workspace

    workspace = workspace if workspace is not None else Workspace(settings.root)
    with without_garbage_collection():
        copies = listed(settings, cache, workspace)
        objects = [found for name in what for found in objects_of(name, settings, copies, workspace)]
        if since is None:
            return tuple(impacts(objects, copies))
        from copycheck.queries.changed_objects import differences

        changes = differences(workspace, since)
        edited = with_edited(impacts(changes.changed, copies), copies)
        edited = with_full_copies([*edited, *changes.lost(copies)], changes.files, copies)
        return (*impacts(objects, copies), *edited)


def fix_paths(
    paths: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    write: bool = True,
    only: Sequence[str] = (),
    unsafe: bool = False,
    cache: bool = False,
    workspace: Workspace | None = None,
) -> Result:
    """Fix what can be fixed of the selected directives, sources before their copies (contract 5).

    The result holds the findings that are left and a patch for each changed file; with `write` the files are
    replaced, each atomically. With `only`, the copies below these objects, through chains, and no others; with
    `unsafe`, directives whose object has moved are rewritten. Raises CopycheckError for a configuration that cannot be
    used.
    """
    from copycheck.api.edit_writing import written_result
    from copycheck.fixing.fix_session import FixSession
    from copycheck.fixing.fixer import fix_selected

    with without_garbage_collection():
        settings = settings or load(paths)
        tracked, settings = settings.tracked, settings._replace(tracked=False)
        settings, unseen = _with_tracked_baseline(settings, _next_commit(settings)) if tracked else (settings, ())
        command = f"copycheck {'--fix' if write else '--diff'}{' --unsafe-fixes' if unsafe else ''}"
        settings, selection, missing, warnings = prepare(settings, paths, command)
        warnings = (*warnings, *unseen)
        check = checked_project(settings, cache, workspace)
        if only:
            selection = replace(selection, only=copies_of_check_below(only, check))
        session = FixSession(check, selection, unsafe)
        fix_selected(session)
        warnings = (*warnings, *about(check.project.walk, settings, selection))
        result = replace(written_result(session, selection, write, missing), warnings=warnings)
        if not tracked:
            return result
        found = Checked((), result.summary, (), check.project.walk, check.looked_at())
        return of_next_commit(result, settings, selection, found, cache, _next_commit(settings), fixed=True)


def copies_only(
    what: Sequence[str], settings: Settings, *, cache: bool = False, workspace: Workspace | None = None
) -> frozenset[Identity]:
    """The copies that `only` means: those below some objects, and those whose own places are named (contract 11).

    Raises CopycheckError for what is not there.
    """
    from copycheck.project.workspace import Workspace

    workspace = workspace if workspace is not None else Workspace(settings.root)
    return copies_below(what, settings, listed(settings, cache, workspace), workspace)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Syntax trees are many objects without a cycle: collecting among them takes a third of a run and frees nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


__all__ = [
    "CopycheckError",
    "Result",
    "Settings",
    "check_paths",
    "fix_paths",
    "impact",
    "list_copies",
    "load",
]
