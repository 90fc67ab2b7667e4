"""What another program imports: check and fix a project (contract 5 and 8)."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from copycheck.config import load
from copycheck.errors import CopycheckError, WriteError
from copycheck.model import Patch, Result
from copycheck.run import checked
from copycheck.selection import Selection
from copycheck.settings import Settings


def check_paths(paths: Sequence[str] = (), settings: Settings | None = None, cache: bool = False) -> Result:
    """Check the directives whose copy or source lies in one of the paths, or all of them.

    Nothing of the project is written; with `cache`, what was found is kept for the next run in the folder `cache-dir`.
    Raises CopycheckError for a configuration that cannot be used; whatever stands in the checked files is a diagnostic
    of the result.

    >>> check_paths(["src"]).diagnostics  # doctest: +SKIP
    (Diagnostic(code='CPY201', message='`Roberta` differs from its source …', filename='src/roberta.py', …),)
    """
    with _without_garbage_collection():
        settings = settings or load(paths)
        selection, missing = select(settings, paths)
        diagnostics, summary, failures = checked(settings, selection, cache)
        errors = (*missing, *failures)
        return Result(diagnostics, summary, errors=errors, failed=bool(errors))


def fix_paths(paths: Sequence[str] = (), settings: Settings | None = None, write: bool = True) -> Result:
    """Fix what can be fixed of the selected directives, sources before their copies (contract 5).

    The result holds the findings that are left and a patch for each changed file; with `write` the files are
    replaced, each atomically. Raises CopycheckError for a configuration that cannot be used.
    """
    from copycheck.check import Check
    from copycheck.fix import Fixer
    from copycheck.project import Project

    with _without_garbage_collection():
        settings = settings or load(paths)
        selection, missing = select(settings, paths)
        check = Check(Project(settings)).run()
        fixer = Fixer(check, selection)
        fixer.run()
        failures = [*missing, *check.failures()]
        errors = [*failures, *fixer.obstacles()]
        edits = check.project.workspace.edits()
        patches = [Patch(filename, before, after) for filename, (before, after) in edits.items()]
        if write:
            unwritten = dict(_write(settings.root, patches))
            if unwritten:
                errors += unwritten.values()
                check = Check(Project(settings)).run()
                for filename in unwritten:
                    del fixer.counts[filename]
        check.give_up(fixer.left_alone)
        diagnostics, summary = check.report(selection, frozenset(fixer.fixed))
        summary = replace(summary, fixed=fixer.counts.total())
        return Result(diagnostics, summary, tuple(patches), tuple(errors), failed=bool(failures))


def select(settings: Settings, paths: Iterable[str], cwd: str | None = None) -> tuple[Selection, tuple[str, ...]]:
    """The selection that paths stand for, and a line for each path that is not there or not in the project."""
    names, problems = [], []
    for path in paths:
        absolute = os.path.abspath(os.path.join(cwd or os.getcwd(), path))
        name = os.path.relpath(absolute, settings.root).replace(os.sep, "/")
        if not os.path.lexists(absolute):
            problems.append(f"{path}: there is no such file or directory")
        elif name.startswith("../"):
            problems.append(f"{path}: this lies outside of the project {settings.root}")
        else:
            names.append(name)
    # A selection of nothing but wrong paths selects nothing, not everything.
    return Selection(tuple(names) if names or not problems else ("\\0",)), tuple(problems)


def _write(root: str, patches: Sequence[Patch]) -> Iterator[tuple[str, str]]:
    """Write the patches; yields the files that could not be written, with the reason."""
    from copycheck.write import replace_file

    for patch in patches:
        try:
            replace_file(root, patch.filename, patch.before, patch.after)
        except WriteError as error:
            yield patch.filename, str(error)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Syntax trees are many objects without a cycle: collecting among them takes a third of a run and frees nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


__all__ = ["CopycheckError", "Result", "Settings", "check_paths", "fix_paths", "load", "select"]
