"""How each finding of a check is fixed: the planner that a check is given (contract 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copycheck.checking.outcome import Examined
from copycheck.fixing import drift
from copycheck.fixing.drift import Refusal
from copycheck.model.diagnostic import Diagnostic, Fix
from copycheck.resolution.index import Project


def plan_fixes(project: Project, examined: Sequence[Examined]) -> list[Examined]:
    """The directives, each drift that can be fixed with the edits of its fix, or with the reason why it is refused.

    A `FixPlanner`. Each file is parsed once, in several processes where there is much to parse.
    """
    drifted: dict[str, dict[int, Examined]] = {}
    for number, found in enumerate(examined):
        if _drift(found) is not None:
            drifted.setdefault(found.filename, {})[number] = found
    sizes = {filename: project.workspace.size(filename) for filename in drifted}
    planned = list(examined)
    for plans in project.share(lambda share: [_plans_of(project, name, drifted[name]) for name in share], sizes):
        for number, plan in plans.items():
            planned[number] = _with_plan(examined[number], plan)
    return planned


class PlanOpenFiles:
    """A `FixPlanner` that plans for open buffers only: to plan a fix takes the syntax tree of its file."""

    def __init__(self) -> None:
        self.skipped: set[str] = set()
        """The files whose fixes are not planned yet."""

    def __call__(self, project: Project, examined: Sequence[Examined]) -> list[Examined]:
        is_open = [found.filename in project.workspace.buffers for found in examined]
        self.skipped |= {found.filename for found, now in zip(examined, is_open, strict=True) if not now}
        planned = iter(plan_fixes(project, [found for found, now in zip(examined, is_open, strict=True) if now]))
        return [next(planned) if now else found for found, now in zip(examined, is_open, strict=True)]


def _plans_of(project: Project, filename: str, drifted: Mapping[int, Examined]) -> dict[int, Fix | Refusal]:
    module = project.skimmed(filename)
    plans = {number: drift.plan(project, module, found) for number, found in drifted.items()}
    project.workspace.forget_text(filename)
    return plans


def _drift(found: Examined) -> Diagnostic | None:
    """The finding of a copy that has drifted and can be fixed."""
    return next((d for d in found.diagnostics if d.code == "CPY201" and d.fix is not None), None)


def _with_plan(found: Examined, plan: Fix | Refusal) -> Examined:
    diagnostics = (_planned(d, plan) if d is _drift(found) else d for d in found.diagnostics)
    return found._replace(diagnostics=tuple(diagnostics))


def _planned(finding: Diagnostic, plan: Fix | Refusal) -> Diagnostic:
    if isinstance(plan, Fix):
        return finding._replace(fix=plan)
    return finding._replace(fix=None, message=f"{finding.message}; {plan.reason}", help=plan.help)
