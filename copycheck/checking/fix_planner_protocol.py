"""The seam between checking and fixing: who says how a copy that has drifted is fixed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from copycheck.checking.outcome import Examined
from copycheck.checking.registered_full_copies import FullCopyVerdict
from copycheck.comparison.formatters import Formatters
from copycheck.resolution.project_index import Project


class FixPlanner(Protocol):
    """Gives the findings of copies that have drifted their fixes, so that a report offers what `--fix` will do.

    A check calls it once for each round, with all directives that it has just examined, and takes those that it
    returns, as many and in the same order, in their place.
    """

    def __call__(self, project: Project, examined: Sequence[Examined]) -> list[Examined]: ...

    def full_copies(
        self, project: Project, formatters: Formatters, verdicts: Sequence[FullCopyVerdict]
    ) -> list[FullCopyVerdict]:
        """The same for full copies that have just been checked."""

    def wrote(
        self,
        project: Project,
        directives: Sequence[Examined],
        verdicts: Sequence[FullCopyVerdict],
        filenames: Collection[str],
    ) -> None:
        """Take note that files were written, with the copies in them that are in sync: their texts are no edits."""
