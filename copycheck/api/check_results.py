"""What a check that is kept says of some of its paths, as `check_paths` says it (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copycheck.api.selected_copies import copies_of_check_below
from copycheck.model.result import Result
from copycheck.project.selection import Selection

if TYPE_CHECKING:
    from copycheck.checking.checker import Check


def result_of(
    check: Check, paths: Sequence[str], only: Sequence[str], fork: Callable[[], Check] | None = None
) -> Result:
    """The findings of files and folders, named from the root on; all of them without any.

    `only` is that of `check_paths`. With a `fork`, which makes another check that knows the same, fixes have the edits
    that they make together. Raises CopycheckError for what `only` names and is not there.
    """
    selection = Selection(tuple(paths))
    if only:
        selection = replace(selection, only=copies_of_check_below(only, check))
    report = check.report(selection)
    diagnostics, failures = report.diagnostics, check.failures()
    if fork is not None:
        from copycheck.fixing.fixer import with_joint_edits

        diagnostics = tuple(with_joint_edits(fork(), selection, diagnostics))
    return Result(diagnostics, report.summary, errors=failures, failed=bool(failures))
