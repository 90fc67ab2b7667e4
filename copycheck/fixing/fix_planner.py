"""How each finding of a check is fixed: the planner that a check is given (contract 5).

What makes the fixes is only imported where something has drifted: most runs find nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from typing import Protocol

from copycheck.checking.fix_planner_protocol import FixPlanner
from copycheck.checking.outcome import Examined, drift_of
from copycheck.checking.registered_full_copies import FullCopyVerdict
from copycheck.comparison.formatters import Formatters
from copycheck.resolution.project_index import Project


class WrittenMarks(Container[str], Protocol):
    """The marks of the texts that fixes wrote, kept from one run to the next."""

    def add(self, marks: Iterable[str]) -> None:
        """Keep some more."""


class Planner:
    """Gives each drift that can be fixed the edits of its fix, or says why the fix is refused: a `FixPlanner`.

    `written` holds the marks of the texts that fixes wrote, where they are kept.
    """

    def __init__(self, written: WrittenMarks | None = None) -> None:
        self._written = written

    def __call__(self, project: Project, examined: Sequence[Examined]) -> list[Examined]:
        """The directives with their fixes."""
        drifted: dict[str, dict[int, Examined]] = {}
        for number, found in enumerate(examined):
            if drift_of(found) is not None:
                drifted.setdefault(found.filename, {})[number] = found
        if not drifted:
            return list(examined)
        from copycheck.fixing.drift_plans_by_file import plan_drifts

        return plan_drifts(project, examined, drifted, self._written or ())

    def full_copies(
        self, project: Project, formatters: Formatters, verdicts: Sequence[FullCopyVerdict]
    ) -> list[FullCopyVerdict]:
        """The verdicts of full copies; a fix that would throw an edit away is unsafe."""
        if not any(verdict.diagnostic is not None for verdict in verdicts):
            return list(verdicts)
        from copycheck.fixing.uncommitted_full_copies import with_edits_kept

        return with_edits_kept(project, formatters, verdicts, self._written or ())

    def wrote(
        self,
        project: Project,
        directives: Sequence[Examined],
        verdicts: Sequence[FullCopyVerdict],
        filenames: Collection[str],
    ) -> None:
        """Keep the marks of the copies in written files that are in sync."""
        if self._written is not None and filenames:
            from copycheck.fixing.uncommitted_copy_edits import marks_of
            from copycheck.fixing.uncommitted_full_copies import marks_of_files

            marks = marks_of(project, directives, filenames)
            self._written.add([*marks, *marks_of_files(project, verdicts, filenames)])


plan_fixes = Planner()
"""The planner of a check whose project keeps nothing of what fixes wrote."""


class PlanOpenFiles:
    """A planner for open buffers only: to plan a fix takes the syntax tree of its file. A `FixPlanner`."""

    def __init__(self, planner: Callable[[], FixPlanner] = Planner) -> None:
        """`planner` makes the one that plans the fixes of open buffers, each time anew."""
        self._planner = planner
        self.skipped: set[str] = set()
        """The files whose fixes are not planned yet."""

    def __call__(self, project: Project, examined: Sequence[Examined]) -> list[Examined]:
        """The directives, those in open buffers with their fixes."""
        is_open = [found.filename in project.workspace.buffers for found in examined]
        self.skipped |= {found.filename for found, now in zip(examined, is_open, strict=True) if not now}
        mine = [found for found, now in zip(examined, is_open, strict=True) if now]
        planned = iter(self._planner()(project, mine))
        return [next(planned) if now else found for found, now in zip(examined, is_open, strict=True)]

    def full_copies(
        self, project: Project, formatters: Formatters, verdicts: Sequence[FullCopyVerdict]
    ) -> list[FullCopyVerdict]:
        """The verdicts of full copies, as the planner gives them."""
        return self._planner().full_copies(project, formatters, verdicts)

    def wrote(
        self,
        project: Project,
        directives: Sequence[Examined],
        verdicts: Sequence[FullCopyVerdict],
        filenames: Collection[str],
    ) -> None:
        """Keep what was written, as the planner does."""
        self._planner().wrote(project, directives, verdicts, filenames)
