"""A checked project while it is being fixed in its workspace: what may be fixed, and what was (contract 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from copycheck.checking.checker import Check
from copycheck.checking.finding_filter import Gate
from copycheck.checking.outcome import Examined
from copycheck.checking.selected_findings import takes
from copycheck.fixing.edit_positions import Origins
from copycheck.model.diagnostic import Diagnostic, Edit, FindingKey, Identity
from copycheck.model.result import Done, Kind
from copycheck.project.atomic_write import obstacle
from copycheck.project.file_edits import apply_edits
from copycheck.project.lock_file import CopyKey
from copycheck.project.selection import Selection

_KINDS: Mapping[str, Kind] = {
    "CPY007": "comment",
    "CPY008": "comment",
    "CPY009": "baseline entry",
    "CPY201": "copy",
    "CPY203": "full copy",
    "CPY204": "full copy",
}
"""What the fix of a rule changes, where that is not a directive."""


class Numbered(NamedTuple):
    """A directive with its number in the check."""

    number: int
    found: Examined


@dataclass
class FixSession:
    """What the kinds of fix share. Nothing is written: edits override the files in the workspace."""

    check: Check
    selection: Selection
    unsafe: bool = False
    """Whether unsafe fixes are made as well."""
    within: frozenset[str] | None = None
    """The files that may be changed; all of them for None."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings were fixed in each file."""
    left_alone: set[Identity] = field(default_factory=set)
    """The copies whose expected text could not take their place."""
    fixed: set[Identity] = field(default_factory=set)
    """The copies that were brought in line; those that copy them are fixed with them, selected or not (5.1)."""
    retargeted: set[CopyKey] = field(default_factory=set)
    """The copies whose directives were rewritten, by their new targets: their text stays as it is."""
    made: dict[FindingKey, tuple[Edit, ...]] = field(default_factory=dict)
    """The edits that have fixed each finding, as edits of the files on disk; none where these cannot say it."""
    done: dict[FindingKey, Done] = field(default_factory=dict)
    """What has fixed each finding, as a person reads it."""
    _obstacles: dict[str, str | None] = field(default_factory=dict)
    _origins: Origins = field(default_factory=Origins)

    def __post_init__(self) -> None:
        self._full_copies = frozenset(pair.copy for pair in self.check.pairs)

    @property
    def gate(self) -> Gate:
        """Which findings count."""
        return self.check.gate

    def selected(self) -> list[Numbered]:
        """The directives that may be fixed, with those that copy what was fixed."""
        exists = self.check.project.workspace.exists
        return [
            Numbered(number, found)
            for number, found in enumerate(self.check.directives)
            if takes(self.selection, found, exists) or (self.selection.only is None and self._follows(number))
        ]

    def _follows(self, number: int) -> bool:
        """Whether a copy that was fixed is the source of another one."""
        return any(self.check.directives[upstream].identity in self.fixed for upstream in self.check.edges[number])

    def allows(self, finding: Diagnostic) -> bool:
        """Whether a finding has a fix that is wanted, with edits, in files that can be written."""
        fix = finding.fix
        if fix is None or not fix.edits or (fix.applicability == "unsafe" and not self.unsafe):
            return False
        return all(self.is_writable(filename) for filename in {edit.filename for edit in fix.edits})

    def is_writable(self, filename: str) -> bool:
        """Whether a file may be edited; a full copy is left to its own rule."""
        return self.is_within(filename) and self.obstacle_of(filename) is None and filename not in self._full_copies

    def is_within(self, filename: str) -> bool:
        """Whether a file is one of those that may be changed."""
        return self.within is None or filename in self.within

    def obstacle_of(self, filename: str) -> str | None:
        """Why a file cannot be written; it is remembered for the report."""
        if filename not in self._obstacles:
            self._obstacles[filename] = obstacle(self.check.project.settings.root, filename)
        return self._obstacles[filename]

    def obstacles(self) -> list[str]:
        """The files that would have been fixed, and why they cannot be written."""
        return [f"{name} is not written: {reason}" for name, reason in sorted(self._obstacles.items()) if reason]

    def make(self, findings: Iterable[Diagnostic]) -> set[str]:
        """Make the fixes of findings, and check anew what that concerns; the files that have taken their edits.

        A file keeps its bytes where an edit cannot be encoded, or the edited file cannot be read any more.
        """
        findings = list(findings)
        wanted: dict[str, set[Edit]] = {}
        own: dict[FindingKey, tuple[Edit, ...]] = {}
        for finding in findings:
            own[finding.key] = finding.fix.edits if finding.fix is not None else ()
            for edit in own[finding.key]:
                wanted.setdefault(edit.filename, set()).add(edit)
        done = self._lay(wanted)
        for key, edits in own.items():
            if done.issuperset(edit.filename for edit in edits):
                self.made[key] = self._origins.of(edits)
        for finding in findings:
            if done.issuperset(edit.filename for edit in own[finding.key]):
                self.note(finding)
        for filename in done:
            self._origins.add(filename, wanted[filename])
        if done:
            self.check.update(done)
        return done

    def note(self, finding: Diagnostic) -> None:
        """Take note that a finding was fixed."""
        fix = finding.fix
        if fix is None:
            return
        kind = _KINDS.get(finding.code, "directive")
        of = f"`{finding.copy}` of `{finding.target}`: " if finding.copy and finding.target else ""
        message = f"{of}{fix.message[:1].lower()}{fix.message[1:]}"
        self.done[finding.key] = Done(finding.filename, finding.location.row, kind, message, fix.imports)

    def all_done(self) -> list[Done]:
        """What was fixed, in order, at the rows that directives have now: imports above them have moved these."""
        rows = {found.identity: found.directive.row for found in self.check.directives}
        return sorted(one._replace(row=rows.get(key.identity, one.row)) for key, one in self.done.items())

    def _lay(self, edits: Mapping[str, Collection[Edit]]) -> set[str]:
        """Lay edits over their files; those that cannot be encoded or do not parse are left out."""
        project = self.check.project
        before = {filename: project.workspace.edited(filename) for filename in edits}
        laid: dict[str, bytes | None] = {}
        for filename, some in edits.items():
            with suppress(UnicodeEncodeError):
                laid[filename] = apply_edits(project.workspace.read(filename), some)
        project.edit(laid)
        broken = project.reparse(laid)
        project.edit({filename: before[filename] for filename in broken})
        return laid.keys() - broken

    def take_back(self, before: Mapping[str, bytes | None], findings: Iterable[Diagnostic]) -> None:
        """Undo the last edits of some files, which hold `before` again; the findings are not fixed."""
        self.check.project.edit(before)
        self.check.update(before)
        for finding in findings:
            self.made.pop(finding.key, None)
            self.done.pop(finding.key, None)
        for filename in before:
            self._origins.drop(filename)


def mark_unfixable(check: Check, identities: set[Identity]) -> None:
    """Say of copies that they were left as they are: their expected text cannot take their place."""
    for number, found in enumerate(check.directives):
        if found.identity in identities:
            marked = tuple(_not_fixable(d) if d.code == "CPY201" else d for d in found.diagnostics)
            check.directives[number] = found._replace(diagnostics=marked)


def _not_fixable(drift: Diagnostic) -> Diagnostic:
    message = f"{drift.message}; the file would not parse with its expected text, so it is not written"
    return drift._replace(message=message, fix=None, help="fix the copy by hand, or remove the directive")
