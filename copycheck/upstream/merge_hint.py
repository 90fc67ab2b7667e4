"""Says in a finding that a merge keeps what a fix would drop, where git finds a base soon (contract 12)."""

from __future__ import annotations

import shlex
from dataclasses import replace

from copycheck.checking.registered_full_copies import FullCopy, registered
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.directives.binding import bind
from copycheck.directives.module_directives import Module
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Result
from copycheck.project.git import GitError, run_git
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import addresses_of
from copycheck.project.workspace import Workspace
from copycheck.resolution.module_lookup import choose_definitions, look_up
from copycheck.upstream.copy_merging import MergeError, Sides, sides_of
from copycheck.upstream.full_copy_git_base import base_of_file
from copycheck.upstream.full_copy_merging import FileMerger
from copycheck.upstream.git_base import History, NoBaseError, Wanted, name_at
from copycheck.upstream.project_merging import SHORT
from copycheck.upstream.threeway import merge

_MOST_COMMITS = 40
"""So many commits of each file are looked at; `copycheck merge` looks at more."""


def with_offers(result: Result, settings: Settings) -> Result:
    """The result with help that offers a merge, for each copy with edits of its own whose source has changed since."""
    drifts = [diagnostic for diagnostic in result.diagnostics if _is_drift(diagnostic)]
    workspace = Workspace(settings.root)
    pairs = {pair.copy: pair for pair in registered(settings, workspace) if not pair.is_tracked} if drifts else {}
    formatters = Formatters(Styles(settings.root, settings.formatter))
    history = History(settings, formatters, _MOST_COMMITS)
    offered = {}
    for drift in drifts:
        try:
            if drift.code == "CPY203":
                base, sides = _sides_of_file(pairs[drift.filename], workspace, formatters)
            else:
                base, sides = _sides(drift, settings, workspace, formatters, history)
        except (MergeError, NoBaseError, CopycheckError):
            continue
        if sides.base not in (sides.ours, sides.theirs):
            offered[drift] = drift._replace(help=_help(drift, base))
    return replace(result, diagnostics=tuple(offered.get(one, one) for one in result.diagnostics))


def committed_change(drift: Diagnostic, settings: Settings) -> str:
    """What a commit has changed in a source since its copy agreed with it, as a clause; empty for nothing known.

    To write the copy's text into the source would undo that, though no file has changed since the last commit.
    """
    formatters = Formatters(Styles(settings.root, settings.formatter))
    history = History(settings, formatters, _MOST_COMMITS)
    try:
        base, sides = _sides(drift, settings, Workspace(settings.root), formatters, history)
        is_new = run_git(settings.root, "rev-parse", "HEAD").decode().startswith(base)
        # Where both have changed the same lines, the copy has the last word: somebody may have merged them by hand.
        if is_new or merge(sides.base, sides.ours, sides.theirs).text == sides.ours:
            return ""
    except (MergeError, NoBaseError, CopycheckError, GitError):
        return ""
    place = shlex.quote(f"{drift.filename}:{drift.location.row}")
    if sides.base == sides.ours:
        return (
            f"it has no edit of its own, and its source has changed since {base}: run `copycheck --fix --only {place}`"
        )
    return f"its source has changed since {base}, which would be undone: run `copycheck merge {place}` first"


def _is_drift(diagnostic: Diagnostic) -> bool:
    has_sides = diagnostic.diff is not None and diagnostic.source is not None
    if diagnostic.code == "CPY203" and diagnostic.source is not None:
        return has_sides and ":" not in diagnostic.source.filename  # the base of a file of an upstream is in the lock
    return diagnostic.code == "CPY201" and has_sides


def _help(drift: Diagnostic, base: str) -> str:
    row = f":{drift.location.row}" if drift.code == "CPY201" else ""
    place = shlex.quote(f"{drift.filename}{row}")
    unsafe = " --unsafe-fixes" if drift.fix is not None and drift.fix.applicability == "unsafe" else ""
    return (
        f"the copy has edits of its own, and its source has changed since {base}: `copycheck merge {place}` brings "
        f"that in and keeps the edits, `copycheck --fix{unsafe}` drops them"
    )


def _sides(
    drift: Diagnostic, settings: Settings, workspace: Workspace, formatters: Formatters, history: History
) -> tuple[str, Sides]:
    """The base of a drifted copy, and the three texts of a merge.

    Raises MergeError or NoBaseError where there is none, and CopycheckError where a file or git has no answer.
    """
    assert drift.source is not None, "a drift has one"
    module = Module(workspace.read(drift.filename), None, addresses_of(settings.upstream))
    directive = next((one for one in module.directives if one.row == drift.location.row), None)
    copy = bind(module, directive) if directive is not None else None
    source = Module(workspace.read(drift.source.filename))
    name = name_at(source, drift.source.location.row)
    if copy is None or not name:
        raise MergeError("it has changed since it was checked")
    chosen = choose_definitions(look_up(source, name).definitions, copy.region.kind, copy.accessor, copy.number)
    if not chosen:
        raise MergeError("its source has changed since it was checked")
    base = history.base_of(Wanted(copy, drift.source.filename, name))
    region = chosen[-1].decorated if copy.decorated else chosen[-1].plain
    sides = sides_of(formatters, copy, base.region, base.replacements, region, settings)
    return base.commit[:SHORT], sides


def _sides_of_file(pair: FullCopy, workspace: Workspace, formatters: Formatters) -> tuple[str, Sides]:
    """The same of a full copy."""
    base = base_of_file(workspace.root, formatters, pair, _MOST_COMMITS)
    sides = FileMerger(workspace, formatters, pair).sides(base.data, workspace.read_bytes(pair.source))
    return base.commit[:SHORT], sides
