"""Lock the sources of copies of other packages, say what changed there, and bring it here (contract 15)."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copycheck.api.check_and_fix import without_garbage_collection
from copycheck.api.edit_writing import written_result
from copycheck.api.merging import MergeResult
from copycheck.api.upstream_targets import keys_of
from copycheck.caching.incremental import checked_project
from copycheck.checking.checker import Check
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.fixing.fix_session import FixSession
from copycheck.model.errors import CopycheckError, UnreadableFileError, WriteError
from copycheck.model.result import Patch, Result
from copycheck.model.upstream_report import LockedCopyReport, SourceStatus
from copycheck.model.wording import listed
from copycheck.project.atomic_write import replace_file
from copycheck.project.config_search import load
from copycheck.project.lock_file import Lock, LockedCopy, read_lock, sound_part, written
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import LOCK, upstream_of
from copycheck.project.workspace import Workspace
from copycheck.queries.command_targets import place_of
from copycheck.resolution.project_index import Project
from copycheck.resolution.unresolved_name_hints import nearest
from copycheck.upstream.syncing import sync
from copycheck.upstream.tracked_copies import tracked_in, unread_files, upstreams_named
from copycheck.upstream.update_run import Updated, Wanted
from copycheck.upstream.updating import Update
from copycheck.upstream.upstream_versions import Upstreams, is_ahead, require_span


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync has found: each copy of an upstream, lines about what is not to be had, and the changed lock."""

    copies: tuple[LockedCopyReport, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    patch: Patch | None

    @property
    def is_complete(self) -> bool:
        """Whether every copy has a base."""
        return not self.problems and all(copy.version for copy in self.copies)


@dataclass(frozen=True, slots=True)
class StatusResult:
    """What upstream changed since copies were made, by source, and lines about what is not to be had.

    `notes` say where copies are ahead of the configuration.
    """

    sources: tuple[SourceStatus, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_due(self) -> bool:
        """Whether an update would do something, or cannot."""
        return any(copy.outcome != "nothing" for source in self.sources for copy in source.copies)


def sync_upstreams(
    settings: Settings | None = None,
    *,
    write: bool = True,
    find_version: bool = False,
    versions: str = "",
    python: str = "",
) -> SyncResult:
    """Lock the source of each copy of a configured upstream, and drop what nobody needs from the lock.

    Uses the network. With `find_version`, copies that are not in sync with their base are held against the releases
    that `versions` names (`4.30..4.57`; by default the newest of each minor), and get the one that they are in sync
    with, else the nearest one. Raises CopycheckError for a lock or `versions` that cannot be used.
    """
    with without_garbage_collection():
        settings = settings or load()
        _require_upstreams(settings)
        require_span(versions)
        project = Project(settings)
        before = _lock_bytes(project)
        upstreams = Upstreams(settings.root, python)
        formatters = Formatters(Styles(settings.root, settings.formatter))
        done = sync(project, formatters, upstreams, sound_part(before), find_version, versions)
        after = written(done.lock)
        patch = Patch(LOCK, before, after) if after != before and (before is not None or done.lock.copies) else None
        if patch is not None and write:
            _write_lock(settings, before, after)
        warnings = (*_unused(project, done.lock), *upstreams.warnings)
        return SyncResult(done.copies, done.problems, warnings, patch)


def upstream_status(settings: Settings | None = None, *, to: str = "", python: str = "") -> StatusResult:
    """What upstream changed since the copies were made, and what an update would do. Uses the network; writes nothing.

    `to` is a version, by default the configured ones. Raises CopycheckError for a lock that cannot be used.
    """
    with without_garbage_collection():
        settings = settings or load()
        upstreams = Upstreams(settings.root, python)
        check = checked_project(settings, cached=False)
        lock = _lock_of(check)
        done = Update(check, upstreams, lock, Wanted(to=to)).run()
        notes = tuple(_ahead(settings, lock))
        return StatusResult(tuple(done.sources), tuple(done.problems), tuple(upstreams.warnings), notes)


def update_copies(  # noqa: PLR0913
    what: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    to: str = "",
    write: bool = True,
    steps: bool = True,
    conflicts: bool = False,
    keep: bool = False,
    python: str = "",
    workspace: Workspace | None = None,
) -> MergeResult:
    """Bring what upstream changed into copies, and keep their own edits. Uses the network.

    `what` are places, `FILE:ROW`, paths, dotted names of sources, or the names of upstreams; by default all. The base
    of each copy that was written moves on in the lock; with `keep`, that of adaptations, and nothing else is written. A
    `workspace` may hold open buffers. Raises CopycheckError
    for what is not there.
    """
    with without_garbage_collection():
        settings = settings or load()
        upstreams = Upstreams(settings.root, python)
        check = checked_project(settings, cached=False, workspace=workspace)
        lock = _lock_of(check)
        keys = keys_of(what, settings, check.project, lock) if what else None
        done = Update(check, upstreams, lock, Wanted(keys, to, steps, conflicts, keep)).run()
        session = FixSession(check, Selection(only=frozenset()))
        result = written_result(session, session.selection, write)
        errors = (*result.errors, *done.problems)
        result = _with_lock(
            replace(result, errors=errors, warnings=tuple(upstreams.warnings)), settings, check, done, write
        )
        return MergeResult(tuple(sorted(done.merges)), result)


def _with_lock(result: Result, settings: Settings, check: Check, done: Updated, write: bool) -> Result:
    """The result with the new lock, written after all files: until then each base is that of the copy as it was."""
    before = _lock_bytes(check.project)
    unwritten = _unwritten(check, result) if write else set[str]()
    kept = {key: source for key, source in done.moved.items() if key.filename not in unwritten}
    lock = read_lock(before)
    gone = {key for key in done.left if key.filename not in unwritten}
    lock = lock._replace(copies=tuple(copy for copy in lock.copies if copy.key not in gone))
    entries = [LockedCopy(*key, source.version) for key, source in kept.items()]
    lock = lock.with_entries(kept.values(), entries).used()
    after = written(lock)
    result = replace(result, notes=(*result.notes, *_ahead(settings, lock)))
    if after == before or (before is None and not kept):
        return result
    if write:
        _write_lock(settings, before, after)
    return replace(result, patches=(*result.patches, Patch(LOCK, before, after)))


def _unwritten(check: Check, result: Result) -> set[str]:
    """The files that should have been written and were not."""
    return check.project.workspace.edits().keys() - {patch.filename for patch in result.patches}


def adapt_copy(place: str, settings: Settings | None = None, *, reason: str = "", write: bool = True) -> Result:
    """Turn the `# Copied from` at FILE:ROW, whose copy has edits of its own, into `# Adapted from`.

    Its base stays in the lock, or comes into it. Raises CopycheckError, with nothing written.
    """
    from copycheck.api.refactoring import break_copy

    settings = settings or load()
    where = place_of(place, settings)
    if where is not None and where.row is not None:
        _refuse_adapted(settings, where.filename, where.row)
    return break_copy(place, settings, write=write, reason=reason or "has edits of its own")


def _refuse_adapted(settings: Settings, filename: str, row: int) -> None:
    """Raises CopycheckError where the copy in a row is an adaptation already."""
    for copy in tracked_in(Project(settings), filename):
        if copy.is_adapted and copy.copy.directive.row <= row <= copy.copy.region.rows[-1]:
            update = f"copycheck upstream update {shlex.quote(copy.place)}"
            raise CopycheckError(
                f"{copy.place}: this copy is adapted already. `{update}` merges what its source has changed since, "
                f"`{update} --keep` leaves the copy as it is and moves its base on"
            )


def _require_upstreams(settings: Settings) -> None:
    if not settings.upstream and not any(entry.adapted for entry in settings.full_copies):
        name = os.path.basename(settings.origin) if settings.origin else "pyproject.toml"
        raise CopycheckError(
            f'no upstream is configured: name one in {name}, such as `[tool.copycheck.upstream]` with `NAME = "1.2.3"`'
        )


def _unused(project: Project, lock: Lock) -> list[str]:
    """A line for each upstream that no copy names, with the name that was meant where one is near."""
    settings = project.settings
    if not settings.upstream:
        return []
    unread = unread_files(project, lock)
    hidden = (upstream_of(settings.upstream, copy.target) for copy in lock.copies if copy.file in unread)
    named = upstreams_named(project) | {upstream.key for upstream in hidden if upstream is not None}
    used = {one.key for one in settings.upstream if one.key in named} | {pair.upstream for pair in settings.full_copies}
    lines = []
    for key in (one.key for one in settings.upstream if one.key not in used):
        near = nearest(key, sorted(named - used))
        example = f"https://{key}/blob/REVISION/PATH#L1" if "/" in key else f"{key}.…"
        meant = f"; {near}" if near else f": write `# Copied from {example}` above a copy"
        lines.append(f"no copy names the upstream `{key}`{meant}")
    return lines


def _ahead(settings: Settings, lock: Lock) -> list[str]:
    """A line for each upstream with copies whose bases are newer than the configured release."""
    by_key: dict[str, set[str]] = {}
    for copy in lock.copies:
        first = copy.target if copy.name else copy.target.partition(":")[0]
        upstream = upstream_of(settings.upstream, first)
        if upstream is not None and is_ahead(upstream, copy.version):
            by_key.setdefault(upstream.key, set()).add(copy.version)
    lines = []
    for key, version in ((one.key, one.version) for one in settings.upstream if one.key in by_key):
        newer = listed(sorted(by_key[key])).replace("`", "")
        lines.append(
            f"note: copies of `{key}` are based on {newer}, which is newer than the configured {version}: configure "
            f"the newer release, or run `copycheck upstream update {key} --to {version}` to go back"
        )
    return lines


def _lock_bytes(project: Project) -> bytes | None:
    try:
        return project.workspace.read_bytes(LOCK)
    except UnreadableFileError as error:
        if error.is_missing:
            return None
        raise


def _lock_of(check: Check) -> Lock:
    lock = read_lock(_lock_bytes(check.project))
    if not lock.copies:
        _require_upstreams(check.project.settings)
    return lock


def _write_lock(settings: Settings, before: bytes | None, after: bytes) -> None:
    try:
        replace_file(settings.root, LOCK, before, after)
    except WriteError as error:
        raise CopycheckError(str(error)) from None
