"""Which tracked copies a command line names: places, paths, sources and upstreams (contract 15.7)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from copycheck.api.paths_to_check import select
from copycheck.model.errors import CopycheckError
from copycheck.project.lock_file import CopyKey, Lock, LockedCopy
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import upstream_of
from copycheck.queries.command_targets import place_of
from copycheck.resolution.project_index import Project
from copycheck.upstream.tracked_copies import TrackedCopy, tracked_copies, unread_files
from copycheck.upstream.tracked_full_copies import TrackedFile, tracked_files


def keys_of(what: Sequence[str], settings: Settings, project: Project, lock: Lock) -> set[CopyKey]:
    """The tracked copies that a command line names. Raises CopycheckError for what names none."""
    copies, files = tracked_copies(project, lock), tracked_files(project)
    unread = unread_files(project, lock)
    hidden = [copy for copy in lock.copies if copy.file in unread]
    keys: set[CopyKey] = set()
    for text in what:
        found = {copy.key for copy in _named(text, settings, copies)} | _files_named(text, settings, files)
        found |= _hidden_named(text, settings, hidden)
        if not found and (problem := _not_there(text, settings)):
            raise CopycheckError(problem)
        if not found:
            raise CopycheckError(f"{text}: no tracked copy is there: `copycheck upstream status` lists them")
        keys |= found
    return keys


def _not_there(text: str, settings: Settings) -> str:
    """Why a path cannot be looked at; empty where it can, or is none."""
    if not os.path.lexists(text) and "/" not in text and ":" not in text and not text.endswith(".py"):
        return f"{text}: no upstream, source, file or folder has this name: `copycheck upstream status` lists sources"
    place = place_of(text, settings)
    problems = select(settings, [text])[1] if place is None or place.row is None else ()
    return problems[0] if problems else ""


def _files_named(text: str, settings: Settings, files: Sequence[TrackedFile]) -> set[CopyKey]:
    named = {file.key for file in files if text in (file.pair.source, file.pair.upstream)}
    if named:
        return named
    place = place_of(text, settings)
    if place is not None and place.row is not None:
        return {file.key for file in files if file.pair.copy == place.filename}
    selection, problems = select(settings, [text])
    return set() if problems else {file.key for file in files if file.pair.copy in selection}


def _hidden_named(text: str, settings: Settings, hidden: Sequence[LockedCopy]) -> set[CopyKey]:
    """The copies that a text names among those in files that cannot be read now."""
    place = place_of(text, settings)
    selection, problems = select(settings, [text]) if place is None else (None, ())
    found = set()
    for copy in hidden:
        upstream = upstream_of(settings.upstream, copy.target)
        is_named = text in (copy.target, upstream.key if upstream else "") or copy.target.startswith(f"{text}.")
        is_there = copy.file == place.filename if place else not problems and selection and copy.file in selection
        if is_named or is_there:
            found.add(copy.key)
    return found


def _named(text: str, settings: Settings, copies: Sequence[TrackedCopy]) -> list[TrackedCopy]:
    place = place_of(text, settings)
    if place is not None and place.row is not None:
        own = [copy for copy in copies if copy.copy.filename == place.filename]
        at = [copy for copy in own if place.row in copy.copy.directive.rows]
        around = [copy for copy in own if copy.copy.directive.row <= place.row <= copy.copy.region.rows[-1]]
        return at or around[-1:]
    named = [copy for copy in copies if copy.key.target == text or copy.key.target.startswith(f"{text}.")]
    named += [copy for copy in copies if copy.upstream is not None and copy.upstream.key == text]
    if named:
        return named
    selection, problems = select(settings, [text])
    return [] if problems else [copy for copy in copies if copy.copy.filename in selection]
