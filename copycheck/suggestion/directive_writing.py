"""Suggested directives → files, after a check of all of them together (contract 14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from copycheck.caching.incremental import checked_project
from copycheck.checking.checker import Check
from copycheck.fixing.fix_planner import plan_fixes
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Patch
from copycheck.model.suggested_groups import SuggestedCopy
from copycheck.project.atomic_write import obstacle
from copycheck.project.settings import Settings
from copycheck.resolution.project_index import Project
from copycheck.suggestion.proof import Proposal, with_comments

Kept = Counter[tuple[str, str, str, str, int]]


def patches_for(settings: Settings, copies: Sequence[SuggestedCopy], cache: bool) -> list[Patch]:
    """The files with the directives of some copies in them, nothing written yet.

    A check of them finds each equal copy in sync, each diverged one drifted, and nothing else changed. Raises
    CopycheckError where it does not, or where one of the files cannot be written.
    """
    obstacles = [(name, obstacle(settings.root, name)) for name in sorted({copy.filename for copy in copies})]
    blocked = [f"{name}: {reason}" for name, reason in obstacles if reason]
    if blocked:
        raise CopycheckError(f"nothing is written: {'; '.join(blocked)}")
    before = checked_project(settings, cache)
    project = Project(settings, before.project.walk)
    edited: dict[str, bytes] = {}
    places: dict[tuple[str, int], SuggestedCopy] = {}
    by_file: dict[str, list[SuggestedCopy]] = {}
    for copy in copies:
        by_file.setdefault(copy.filename, []).append(copy)
    for filename, some in by_file.items():
        some.sort(key=lambda copy: copy.row)
        proposals = [Proposal(filename, copy.row, copy.directive, "", 0) for copy in some]
        edited[filename] = with_comments(project.workspace.read(filename), proposals)
        places.update({(filename, copy.row + above): copy for above, copy in enumerate(some)})
    originals = {filename: project.workspace.read_bytes(filename) for filename in edited}
    project.edit(edited)
    after = Check(project, plan_fixes).run()
    if failures := after.failures():
        raise CopycheckError(f"nothing is written: {'; '.join(failures)}")
    _refuse_what_is_not_as_said(before, after, places)
    return [Patch(filename, originals[filename], data) for filename, data in edited.items()]


def _refuse_what_is_not_as_said(before: Check, after: Check, places: dict[tuple[str, int], SuggestedCopy]) -> None:
    """Raises CopycheckError where a copy is not in the state it was suggested in, or another finding has changed.

    So it does where a copy has come to have two directives: another run has written one in the meantime.
    """
    if doubled := _doubled(after) - _doubled(before):
        again = "has changed since it was looked at: run `copycheck suggest` again"
        raise CopycheckError(f"nothing is written: {min(doubled)} {again}")
    wrong: list[str] = []
    left = dict(places)
    new: list[Diagnostic] = []
    for found in after.directives:
        copy = left.pop((found.filename, found.directive.row), None)
        if copy is None:
            new += found.diagnostics
            continue
        expected = "in-sync" if copy.state == "equal" else "drift"
        if found.state.value != expected or any(d.code == "CPY105" for d in found.diagnostics):
            wrong.append(f"{copy.filename}:{copy.location.row}: `{copy.directive}` is {found.state.value}")
    wrong += [f"{copy.filename}:{copy.location.row}: `{copy.directive}` is not read there" for copy in left.values()]
    old = [diagnostic for found in before.directives for diagnostic in found.diagnostics]
    if _kept([*old, *before.file_findings()]) != _kept([*new, *after.file_findings()]):
        wrong.append("other findings would change")
    if wrong:
        raise CopycheckError(f"nothing is written: {'; '.join(wrong)}; please report it")


def _doubled(check: Check) -> Counter[str]:
    """How many directives there are above a definition that has another one already, by file."""
    return Counter(found.filename for found in check.directives if found.is_duplicate)


def _kept(findings: Iterable[Diagnostic]) -> Kept:
    """Findings by what stays when lines move."""
    return Counter(finding.key for finding in findings)
