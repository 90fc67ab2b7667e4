"""Writes what was edited, and says what is left (contract 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from copycheck.caching.incremental import checked_project
from copycheck.model.errors import WriteError
from copycheck.model.result import Patch, Result
from copycheck.project.selection import Selection

if TYPE_CHECKING:
    from copycheck.fixing.fix_session import FixSession


def written_result(
    session: FixSession,
    selection: Selection,
    write: bool,
    missing: Sequence[str] = (),
    errors: Sequence[str] = (),
    *,
    together: bool = False,
) -> Result:
    """Write what was edited, and say what is left; with `together`, all files or none.

    Without `write`, nothing is written, and the result is the same. `missing` are lines about paths that are not there,
    `errors` those about what could not be done.
    """
    from copycheck.fixing.fix_session import mark_unfixable

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
    report = check.report(selection, frozenset(session.fixed))
    summary = report.summary._replace(fixed=session.counts.total())
    written = {patch.filename for patch in patches}
    done = tuple(one for one in session.all_done() if one.filename in written)
    return Result(report.diagnostics, summary, tuple(patches), tuple(errors), failed=bool(failures), done=done)


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
