"""Paths of a command line → what a run goes over, and what is said about these paths (contract 8)."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from copycheck.model.rules import RULES
from copycheck.project.discovery import Walk, explore
from copycheck.project.selection import PathNames, Selection, from_root
from copycheck.project.settings import DEFAULT_ROOTS, Settings
from copycheck.project.unchecked_reasons import LeftOut, nothing_checked

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")


class Selected(NamedTuple):
    """The selection that paths stand for, and a line for each path that is wrong."""

    selection: Selection
    problems: tuple[str, ...]


def select(settings: Settings, paths: Iterable[str], cwd: str | None = None, command: str = "copycheck") -> Selected:
    """The selection that paths stand for, and a line for each path that is not there or not in the project.

    `command` is what would take a place, after `--only`, where a path names one.
    """
    selected, problems = list[str](), list[str]()
    cwd = cwd or os.getcwd()
    names = PathNames(settings.root, cwd)
    for path in paths:
        found = names.of(path)
        if not os.path.lexists(os.path.join(cwd, path)):
            problems.append(f"{path}: there is no such file or directory{_instead_of(path, settings, cwd, command)}")
        elif not found:
            problems.append(f"{path}: this is outside of the project {settings.root}: run copycheck in its project")
        else:
            selected += found
    # A selection of nothing but wrong paths selects nothing, not everything.
    selection = Selection(tuple(selected)) if selected or not problems else Selection.nothing()
    return Selected(selection, tuple(problems))


def _instead_of(path: str, settings: Settings, cwd: str, command: str) -> str:
    """What a path that is not there may have been meant as: a place, a rule, an object, a path from the root."""
    file, _, rows = path.partition(":")
    if rows and rows.replace(":", "").isdigit() and os.path.isfile(os.path.join(cwd, file)):
        return f"; for the copy at this row, run `{command} --only {shlex.quote(path)}`"
    if path.upper() in RULES:
        return f"; run `copycheck rule {path.upper()}` for the page of the rule"
    first, dot, _ = path.partition(".")
    if (
        dot
        and _DOTTED.fullmatch(path)
        and any(os.path.isdir(os.path.join(settings.root, r, first)) for r in settings.src)
    ):
        return f"; for the copies of an object, run `{command} --only {path}`"
    return from_root(path, settings.root, cwd)


class Prepared(NamedTuple):
    """The settings and the selection of a run, and lines for the user about paths that are wrong or left out."""

    settings: Settings
    selection: Selection
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def prepare(settings: Settings, paths: Sequence[str], command: str = "copycheck") -> Prepared:
    """What a run over some paths goes by. What is named is checked although excluded or ignored (contract 8).

    With `force-exclude` it is left out. `command` is the one that runs.
    """
    selection, problems = select(settings, paths, command=command)
    warnings = [
        f"the root `{root}` of `src` is not a folder: remove it from `src`, or correct it"
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
    own = (settings.own_repository,) if settings.own_repository and filenames else ()
    names = selection.names or own
    nothing = [] if selection == Selection.nothing() else nothing_checked(settings, names, filenames)
    blind = f"git does not say which files it tracks, so .gitignore hides those too: {walk.git_failure}"
    return [*nothing, *([blind] if walk.git_failure else []), *_unused_configurations(walk.nested)]


def unused_configurations(settings: Settings) -> list[str]:
    """A line for the user about the configurations in folders of a project that do not count in it."""
    return _unused_configurations(explore(settings).nested)


def _unused_configurations(nested: Sequence[str]) -> list[str]:
    """A line about the configurations in folders of the project, which this run does not use."""
    if not nested:
        return []
    others = f" (and {len(nested) - 1} more)" if len(nested) > 1 else ""
    folder = os.path.dirname(nested[0])
    return [f"{nested[0]}{others} does not count in this run: `copycheck {folder}` checks that folder by it"]
