"""Fixes a checked project: each kind of fix in turn, in rounds, until nothing is left to fix (contract 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from copycheck.checking.checker import Check
from copycheck.fixing.baseline_fixes import fix_baseline
from copycheck.fixing.comment_fixes import fix_directives, remove_markers
from copycheck.fixing.drift_fixes import fix_copies
from copycheck.fixing.fix_session import FixSession
from copycheck.fixing.full_copy_fixes import fix_full_copies
from copycheck.fixing.relocation_fixes import follow_moves
from copycheck.model.diagnostic import Diagnostic, Fix
from copycheck.model.errors import CopycheckError
from copycheck.project.file_edits import as_one_edit
from copycheck.project.selection import Selection
from copycheck.project.workspace import SourceFile, Workspace, decode

_MAX_ROUNDS = 20


def fix_selected(session: FixSession) -> None:
    """Fix all that is selected and fixable, in the workspace; nothing is written here.

    Raises CopycheckError, with every edit taken back, when the fixes undo each other without end.
    """
    for _ in range(_MAX_ROUNDS):
        if not any([*_steps(session)]):
            fix_baseline(session)
            return
    project = session.check.project
    project.edit(dict.fromkeys(project.workspace.edits()))
    raise CopycheckError("the fixes undo each other without end, so nothing was written; run without --fix")


def _steps(session: FixSession) -> Iterator[bool]:
    """Each kind of fix, and whether it has changed something; of some copies alone, their text is all there is."""
    if session.selection.only is not None:
        yield fix_copies(session)
        yield fix_full_copies(session)
        return
    yield remove_markers(session)
    yield session.unsafe and follow_moves(session)
    yield fix_copies(session)
    yield fix_directives(session)
    yield fix_full_copies(session)


def with_joint_edits(check: Check, selection: Selection, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, their safe fixes with the edits that `--fix` makes when it fixes all that is selected.

    By itself, a fix has the edits that it makes alone: a copy gets the text of its source as that is on disk, though
    that may be a copy that is fixed as well. A finding that is not fixed in such a run, or whose edits change what
    another fix has written, keeps its fix without edits. The check is of no use afterwards.
    """
    findings = list(findings)
    session = FixSession(check, selection)
    if any(finding.fix is not None and finding.fix.applicability == "safe" for finding in findings):
        fix_selected(session)
    on_disk = _Before(check.project.workspace)
    return [finding._replace(fix=_joint(finding, session, on_disk)) if finding.fix else finding for finding in findings]


class _Before:
    """The files of a workspace as they were before they were edited."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._edited = workspace.edits()
        self._files: dict[str, SourceFile] = {}

    def file(self, filename: str) -> SourceFile:
        """A file before the edits; one that is edited was read."""
        if filename not in self._files:
            before = self._edited[filename][0] if filename in self._edited else None
            file = self._workspace.read(filename) if before is None else decode(filename, before)
            self._files[filename] = file
        return self._files[filename]


def _joint(finding: Diagnostic, session: FixSession, on_disk: _Before) -> Fix:
    """The fix of a finding with the edits that were made for it."""
    assert finding.fix is not None, "only a fix has edits"
    edits = session.made.get(finding.key, ())
    fix = finding.fix._replace(edits=edits)
    if len(edits) < 2 or fix.imports or any(edit.filename != finding.filename for edit in edits):
        return fix
    return fix._replace(as_one=as_one_edit(on_disk.file(finding.filename), edits))
