"""What another program imports: check a project, fix it, and list its copies (contract 5, 8 and 10)."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from copycheck.caching.incremental import checked, checked_project, listed
from copycheck.checking import baseline
from copycheck.model.diagnostic import FindingKey, Identity
from copycheck.model.errors import CopycheckError, WriteError
from copycheck.model.result import Patch, Result
from copycheck.model.rules import OF_SUGGEST
from copycheck.project.config import load
from copycheck.project.discovery import Walk
from copycheck.project.left_out import LeftOut, nothing_checked
from copycheck.project.selection import PathNames, Selection, from_root
from copycheck.project.settings import DEFAULT_ROOTS, Settings

if TYPE_CHECKING:
    from copycheck.checking.checker import Check
    from copycheck.fixing.session import FixSession
    from copycheck.model.copy_entry import Impact, ListedCopy
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
    Raises CopycheckError for a configuration that cannot be used; whatever stands in the checked files is a diagnostic
    of the result.

    >>> check_paths(["src"]).diagnostics  # doctest: +SKIP
    (Diagnostic(code='CPY201', message='`Roberta` differs from its source …', filename='src/roberta.py', …),)
    """
    with without_garbage_collection():
        settings = settings or load(paths)
        settings, selection, missing, warnings = prepare(settings, paths)
        if only:
            from copycheck.queries.impact import copies_in

            below = copies_in(impact(only, settings=settings, cache=cache, workspace=workspace))
            selection = replace(selection, only=frozenset(copy.identity for copy in below))
        found = checked(settings, selection, cache, joint, workspace)
        errors = (*missing, *found.failures)
        warnings = (*warnings, *about(found.walk, settings, selection))
        return Result(found.diagnostics, found.summary, errors=errors, failed=bool(errors), warnings=warnings)


def list_copies(
    paths: Sequence[str] = (),
    settings: Settings | None = None,
    cache: bool = False,
    *,
    workspace: Workspace | None = None,
) -> Iterator[ListedCopy]:
    """Every directive whose copy or source lies in one of the paths, or all of them, by file and row.

    Copies that were broken on purpose (`# Adapted from x.y.Z: reason`) are among them. Raises CopycheckError for a
    configuration that cannot be used, and for a path that is not there.

    >>> [copy.name for copy in list_copies(["src"]) if copy.state == "drift"]  # doctest: +SKIP
    ['Roberta.forward']
    """
    from copycheck.checking.copy_entries import adapted_copies

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
    from copycheck.queries.impact import impacts, with_edited
    from copycheck.queries.targets import objects_of

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
        return (*impacts(objects, copies), *edited, *changes.lost(copies))


def write_baseline(paths: Sequence[str] = (), settings: Settings | None = None) -> tuple[str, int]:
    """Write all findings into the baseline of the project; its path from the root, and how many it holds now.

    Given paths, the entries of other files stay as they are. Raises CopycheckError when there is to be no baseline,
    when the check itself fails, and when the file cannot be written.
    """
    settings = settings or load(paths)
    name = baseline_to_write(settings)
    selection, _ = select(settings, paths)
    result = check_paths(paths, settings._replace(baseline=""))
    if result.failed:
        raise CopycheckError("; ".join(result.errors))
    keys = baseline.keys_of(result.diagnostics)
    return name, put_into_baseline(settings, keys, lambda key: key.code not in OF_SUGGEST and key.filename in selection)


def baseline_to_write(settings: Settings) -> str:
    """The path of the project's baseline, from the root. Raises CopycheckError where there is to be none."""
    name = baseline.name_of(settings)
    if not name:
        raise CopycheckError('`baseline = ""` says that there is to be no baseline')
    return name


def put_into_baseline(settings: Settings, keys: Collection[FindingKey], replaces: Callable[[FindingKey], bool]) -> int:
    """Write findings into the baseline in place of the entries that they replace; how many it holds now.

    Raises CopycheckError where the file cannot be written.
    """
    from copycheck.project.atomic_write import content_of, replace_file
    from copycheck.project.workspace import Workspace

    name = baseline_to_write(settings)
    kept = {key for key in baseline.known(settings, Workspace(settings.root)) if not replaces(key)}
    before, after = content_of(settings.root, name), baseline.written(kept | set(keys))
    if after != before:
        try:
            replace_file(settings.root, name, before, after)
        except WriteError as error:
            raise CopycheckError(str(error)) from None
    return len(kept | set(keys))


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
    from copycheck.fixing.fixer import fix_selected
    from copycheck.fixing.session import FixSession

    with without_garbage_collection():
        settings = settings or load(paths)
        settings, selection, missing, warnings = prepare(settings, paths)
        check = checked_project(settings, cache, workspace)
        if only:
            selection = replace(selection, only=_below(check, only))
        session = FixSession(check, selection, unsafe)
        fix_selected(session)
        warnings = (*warnings, *about(check.project.walk, settings, selection))
        return replace(changed(session, selection, write, missing), warnings=warnings)


def _below(check: Check, what: Sequence[str]) -> frozenset[Identity]:
    """The copies below some objects, through chains."""
    from copycheck.caching.copy_index import CopyIndex
    from copycheck.checking.copy_entries import listed_copies
    from copycheck.queries.impact import copies_in, impacts
    from copycheck.queries.targets import objects_of

    copies = CopyIndex(listed_copies(check))
    settings, workspace = check.project.settings, check.project.workspace
    objects = [found for name in what for found in objects_of(name, settings, copies, workspace)]
    return frozenset(copy.identity for copy in copies_in(impacts(objects, copies)))


def changed(
    session: FixSession,
    selection: Selection,
    write: bool,
    missing: Sequence[str] = (),
    errors: Sequence[str] = (),
    *,
    together: bool = False,
) -> Result:
    """Write what was edited, and say what is left; with `together`, all files or none."""
    from copycheck.fixing.session import mark_unfixable

    check = session.check
    failures = [*missing, *check.failures()]
    errors = [*failures, *session.obstacles(), *errors]
    edits = check.project.workspace.edits()
    patches = [Patch(filename, before, after) for filename, (before, after) in edits.items()]
    if write:
        unwritten = dict((_write_together if together else _write)(check.project.settings.root, patches))
        check.wrote([patch.filename for patch in patches if patch.filename not in unwritten])
        if unwritten:
            errors += dict.fromkeys(unwritten.values())
            patches = [patch for patch in patches if patch.filename not in unwritten]
            check = checked_project(check.project.settings, cached=False)
            for filename in unwritten:
                del session.counts[filename]
    mark_unfixable(check, session.left_alone)
    diagnostics, summary = check.report(selection, frozenset(session.fixed))
    summary = summary._replace(fixed=session.counts.total())
    written = {patch.filename for patch in patches}
    done = tuple(sorted(one for one in session.done.values() if one.filename in written))
    return Result(diagnostics, summary, tuple(patches), tuple(errors), failed=bool(failures), done=done)


def select(settings: Settings, paths: Iterable[str], cwd: str | None = None) -> tuple[Selection, tuple[str, ...]]:
    """The selection that paths stand for, and a line for each path that is not there or not in the project."""
    selected, problems = list[str](), list[str]()
    cwd = cwd or os.getcwd()
    names = PathNames(settings.root, cwd)
    for path in paths:
        found = names.of(path)
        if not os.path.lexists(os.path.join(cwd, path)):
            problems.append(f"{path}: there is no such file or directory{from_root(path, settings.root, cwd)}")
        elif not found:
            problems.append(f"{path}: this is outside of the project {settings.root}: run copycheck in its project")
        else:
            selected += found
    # A selection of nothing but wrong paths selects nothing, not everything.
    return Selection(tuple(selected)) if selected or not problems else Selection.nothing(), tuple(problems)


class Prepared(NamedTuple):
    """The settings and the selection of a run, and lines for the user about paths that are wrong or left out."""

    settings: Settings
    selection: Selection
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def prepare(settings: Settings, paths: Sequence[str]) -> Prepared:
    """What a run over some paths goes by. What is named is checked although excluded or ignored (contract 8).

    With `force-exclude` it is left out.
    """
    selection, problems = select(settings, paths)
    warnings = [
        f"the root `{root}` of `src` is no folder: remove it from `src`, or correct it"
        for root in settings.src
        if settings.src != DEFAULT_ROOTS and not os.path.isdir(os.path.join(settings.root, root))
    ]
    if not settings.force_exclude and selection.names:
        left_out = LeftOut(settings)
        named = [name for name in selection.names if name != "." and left_out.is_passed_over(name)]
        settings = settings._replace(named=tuple(sorted(named)))
    return Prepared(settings, selection, problems, tuple(warnings))


def about(walk: Walk, settings: Settings, selection: Selection) -> list[str]:
    """Lines for the user about what a walk has found, and has not."""
    filenames = [file.filename for file in walk.files]
    nothing = [] if selection == Selection.nothing() else nothing_checked(settings, selection.names, filenames)
    blind = f"git does not say which files it tracks, so .gitignore hides those too: {walk.git_failure}"
    return [*nothing, *([blind] if walk.git_failure else []), *_unused_configurations(walk.nested)]


def unused_configurations(settings: Settings) -> list[str]:
    """A line for the user about the configurations in folders of a project that do not count in it."""
    from copycheck.project.discovery import explore

    return _unused_configurations(explore(settings).nested)


def _unused_configurations(nested: Sequence[str]) -> list[str]:
    """A line about the configurations in folders of the project, which this run does not use."""
    if not nested:
        return []
    others = f" (and {len(nested) - 1} more)" if len(nested) > 1 else ""
    folder = os.path.dirname(nested[0])
    return [f"{nested[0]}{others} does not count in this run: `copycheck {folder}` checks that folder by it"]


def _write(root: str, patches: Sequence[Patch]) -> Iterator[tuple[str, str]]:
    """Write the patches; yields the files that could not be written, with the reason."""
    from copycheck.project.atomic_write import replace_file

    for patch in patches:
        try:
            replace_file(root, patch.filename, patch.before, patch.after)
        except WriteError as error:
            yield patch.filename, str(error)


def _write_together(root: str, patches: Sequence[Patch]) -> Iterator[tuple[str, str]]:
    """Write all patches or none; where one cannot be written, yields all files, with the reason."""
    from copycheck.project.atomic_write import replace_together

    try:
        replace_together(root, patches)
    except WriteError as error:
        yield from ((patch.filename, f"{error}; no other file is written either") for patch in patches)


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
    "select",
    "write_baseline",
]
