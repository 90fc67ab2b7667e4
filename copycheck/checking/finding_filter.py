"""Which findings count: those of rules that are on, and that neither an ignore comment nor the baseline suppresses."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from copycheck.checking import baseline
from copycheck.checking.enabled_rules import enabled_rules
from copycheck.checking.outcome import Examined
from copycheck.checking.suppressed_findings import Settled, settle
from copycheck.model.diagnostic import Diagnostic, FindingKey
from copycheck.model.rules import NOT_ALWAYS_LOOKED_FOR, OF_SUGGEST
from copycheck.project.file_edits import edits_between
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace

_NOT_COMPARED = frozenset({"CPY001", "CPY101", "CPY102", "CPY103", "CPY104", "CPY105"})
"""What keeps a copy from being compared."""


class Gate:
    """The rules of a project and its baseline, which a finding has to pass to be reported (contract 2 and 10).

    Raises ConfigError for a baseline that is missing or none.
    """

    def __init__(self, settings: Settings, workspace: Workspace) -> None:
        self._workspace = workspace
        self.enabled = enabled_rules(settings)
        self.baseline = baseline.name_of(settings)
        self.known = baseline.load(settings, workspace)

    def fork(self, workspace: Workspace) -> Gate:
        """A gate that lets the same pass, for another workspace."""
        other = copy(self)
        other._workspace = workspace
        return other

    def is_on(self, diagnostic: Diagnostic) -> bool:
        """Whether the rule of a finding is on for its file."""
        return self.enabled(diagnostic.filename, diagnostic.code)

    def stands(self, diagnostic: Diagnostic) -> bool:
        """Whether the rule of a finding is on, and the baseline does not know it."""
        return self.is_on(diagnostic) and not self.lists(diagnostic)

    def lists(self, diagnostic: Diagnostic) -> bool:
        """Whether the baseline lists a finding, and may."""
        return diagnostic.key in self.known and baseline.may_be_listed(diagnostic)

    def settle(self, found: Examined) -> Settled:
        """The findings of a directive, apart from those that its ignore comments suppress."""
        return settle(found, self.enabled, self._workspace)

    def standing(self, found: Examined) -> tuple[Diagnostic, ...]:
        """The findings of a directive that neither an ignore comment nor the baseline suppresses."""
        return tuple(diagnostic for diagnostic in self.settle(found).standing if self.stands(diagnostic))

    def count_ignored(self, settled: Iterable[Settled]) -> int:
        """How many findings are ignored that would be reported otherwise."""
        return sum(self.is_on(diagnostic) for some in settled for diagnostic in some.ignored)

    def gone(self, selection: Selection, findings: Iterable[Diagnostic]) -> set[FindingKey]:
        """What the baseline knows of selected files and is not found.

        Nothing is said of a copy that was not compared: its source was not found, or its file cannot be read.
        """
        if not self.known:
            return set()
        findings = list(findings)
        unread = {found.filename for found in findings if found.code == "CPY000"}
        not_compared = {(found.filename, found.copy) for found in findings if found.code in _NOT_COMPARED}
        return {
            key
            for key in self.known.keys() - {diagnostic.key for diagnostic in findings}
            if key[1] in selection
            and not (key.code.startswith("CPY2") and (key[1] in unread or (key[1], key.copy) in not_compared))
            and key[0] not in OF_SUGGEST
            and (key[0] not in NOT_ALWAYS_LOOKED_FOR or self.enabled(key[1], key[0]))
        }

    def unneeded_of_all(self, findings: Iterable[Diagnostic]) -> set[Diagnostic]:
        """CPY009 for what the baseline lists of any file and is not found."""
        return self.unneeded(self.gone(Selection(), findings))

    def unneeded(self, keys: Iterable[FindingKey]) -> set[Diagnostic]:
        """CPY009 for entries of the baseline; their fixes share the edits that take all of them out."""
        gone = list(keys)
        if not gone:
            return set()
        kept = [key for key in self.known if key not in gone]
        edits = edits_between(self._workspace.read(self.baseline), baseline.written(kept))
        is_there = self._workspace.exists
        return {baseline.unneeded(self.baseline, key, self.known[key], edits, is_there(key.filename)) for key in gone}
