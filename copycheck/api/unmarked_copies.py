"""Copies that nobody marked: what another program imports for that (contract 14)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.api.baseline_writing import WrittenBaseline, baseline_to_write, put_into_baseline
from copycheck.api.check_and_fix import without_garbage_collection
from copycheck.api.paths_to_check import about, prepare
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import ConfigError, CopycheckError, WriteError
from copycheck.model.paths import relative_path
from copycheck.model.result import Patch
from copycheck.model.rules import OF_SUGGEST
from copycheck.model.suggested_groups import Search, SuggestedCopy, Suggestions
from copycheck.project.config_search import load
from copycheck.project.discovery import Walk, explore
from copycheck.project.git_listing import FirstCommits
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.suggestion.kept_search import KeptSearch
from copycheck.suggestion.noise_kinds import asked_for
from copycheck.suggestion.suggestion_filter import keys_of, reported, with_edits


class _Found(NamedTuple):
    """What is reported of a search, and the workspace that it was made in."""

    workspace: Workspace
    suggestions: Suggestions


def suggest(
    paths: Sequence[str] = (),
    settings: Settings | None = None,
    since: str | None = None,
    *,
    workspace: Workspace | None = None,
    cache: bool = False,
) -> Suggestions:
    """The groups of copies that nobody marked, each copy with the directive that would mark it.

    Groups with a definition in one of the paths, or all of them; with `since`, those with a definition that is new or
    changed since a git revision. Nothing is written. A `workspace` may hold open buffers. With `cache`, the last search
    is used for as long as nothing has changed, and a new one is kept. Raises CopycheckError for a configuration, a path
    or a revision that cannot be used.

    >>> [copy.directive for group in suggest(["src"]).groups for copy in group.copies]  # doctest: +SKIP
    ['# Copied from zoo.owl.Owl with Owl->Hawk all-casing']
    """
    return _find(paths, settings or load(paths), since, workspace, cache).suggestions


class WithFindings(NamedTuple):
    """Groups of unmarked copies, and a finding for each copy."""

    suggestions: Suggestions
    findings: list[Diagnostic]


def suggest_findings(
    paths: Sequence[str] = (), settings: Settings | None = None, since: str | None = None, *, cache: bool = False
) -> WithFindings:
    """The same, with a finding for each copy: CPY901 with the edit that writes its directive, or CPY902."""
    found = _find(paths, settings or load(paths), since, cache=cache)
    return WithFindings(found.suggestions, with_edits(found.workspace, found.suggestions))


def _find(
    paths: Sequence[str],
    settings: Settings,
    since: str | None,
    workspace: Workspace | None = None,
    cache: bool = False,
) -> _Found:
    with without_garbage_collection():
        settings, selection, missing, warnings = prepare(settings, paths)
        _look_for_preferred(settings)
        changed = None
        is_kept = cache and workspace is None and not asked_for(selection.names)
        workspace = workspace if workspace is not None else Workspace(settings.root)
        if since is not None:
            from copycheck.queries.changed_objects import differences

            changed = [span for _, span in differences(workspace, since).changed]
        walk = explore(settings)
        found = _searched(settings, walk, workspace, selection, is_kept)
        suggestions = reported(settings, found, workspace, selection, changed)
        warnings = (*warnings, *about(walk, settings, selection))
        return _Found(workspace, suggestions._replace(errors=(*missing, *suggestions.errors), warnings=tuple(warnings)))


def _look_for_preferred(settings: Settings) -> None:
    """Raise ConfigError for a preferred file or folder that is not there: nothing would be preferred."""
    for name in settings.suggest.source:
        if not os.path.exists(os.path.join(settings.root, name)):
            at = f"{relative_path(settings.origin, settings.root)}: " if settings.origin else ""
            raise ConfigError(f"{at}`source` of `suggest`: there is no such file or folder in the project: {name}")


def _searched(settings: Settings, walk: Walk, workspace: Workspace, selection: Selection, is_kept: bool) -> Search:
    """The search of the last run where it holds, else a new one."""
    kept = KeptSearch(settings, walk) if is_kept else None
    found = kept.load() if kept is not None else None
    if found is None:
        from copycheck.suggestion.finder import search

        found = search(settings, walk, workspace, selection, FirstCommits(settings.root).of)
        if kept is not None:
            kept.save(found)
    return found


def accepted(suggestions: Suggestions, places: Sequence[str], settings: Settings) -> list[SuggestedCopy]:
    """The copies that places name: of each the innermost one around the line. Raises CopycheckError for none."""
    from copycheck.queries.command_targets import directive_place

    copies = [copy for group in suggestions.groups for copy in group.copies if not copy.is_file]
    chosen: dict[tuple[str, int], SuggestedCopy] = {}
    for place in places:
        filename, row = directive_place(place, settings)
        around = [c for c in copies if c.filename == filename and min(c.row, c.rows.start) <= row <= c.rows.end]
        if not around:
            raise CopycheckError(f"{place}: no copy is suggested there; `copycheck suggest {filename}` lists them")
        copy = max(around, key=lambda copy: copy.rows.start)
        chosen[copy.filename, copy.location.row] = copy
    return list(chosen.values())


def write_suggestions(
    copies: Sequence[SuggestedCopy], settings: Settings, *, write: bool = True, cache: bool = False
) -> list[Patch]:
    """Write the directives of some copies; the changed files.

    A check afterwards finds each of them as it was suggested, and no other finding changed, or nothing is written.
    Raises CopycheckError.
    """
    from copycheck.project.atomic_write import replace_file
    from copycheck.suggestion.directive_writing import patches_for

    with without_garbage_collection():
        patches = patches_for(settings, copies, cache)
    done: list[str] = []
    for patch in patches if write else ():
        try:
            replace_file(settings.root, patch.filename, patch.before, patch.after)
        except WriteError as error:
            written = f"; written before that: {', '.join(done)}" if done else ""
            raise CopycheckError(f"{error}{written}") from None
        done.append(patch.filename)
    return patches


def write_suggest_baseline(paths: Sequence[str] = (), settings: Settings | None = None) -> WrittenBaseline:
    """Put all suggestions into the baseline of the project; `entries` counts these alone."""
    settings = settings or load(paths)
    name = baseline_to_write(settings)
    found = suggest(paths, settings.without_baseline())
    if found.errors:
        raise CopycheckError("; ".join(found.errors))
    selection = prepare(settings, paths).selection
    keys = keys_of(found)
    put_into_baseline(settings, keys, lambda key: key.code in OF_SUGGEST and key.filename in selection)
    return WrittenBaseline(name, len(keys))


__all__ = ["accepted", "suggest", "suggest_findings", "write_suggest_baseline", "write_suggestions"]
