"""Findings about the texts that the next commit has, where the disk has others and git shows no change (contract 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from copycheck.caching.incremental import checked
from copycheck.model.diagnostic import Diagnostic
from copycheck.project.committed_texts import CommittedText, MissingCommitError, WithoutFiles, committed_texts
from copycheck.project.next_commit import NextCommit
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace


class CommittedFindings(NamedTuple):
    """What a check of the commit finds and one of the disk does not, and why it cannot be made."""

    diagnostics: tuple[Diagnostic, ...] = ()
    errors: tuple[str, ...] = ()


def committed_findings(
    settings: Settings, selection: Selection, commit: NextCommit, names: Collection[str], known: Iterable[Diagnostic]
) -> CommittedFindings:
    """Check the selected copies with the texts of the commit, where one of `names` has another text on disk.

    `known` is what a check of the disk has found. What is found besides has no fix: one of the disk changes no commit.
    """
    try:
        texts = committed_texts(settings.root, commit.files, names)
    except MissingCommitError as error:
        return CommittedFindings(errors=(str(error),))
    if not texts:
        return CommittedFindings()
    missing = frozenset(name for name, text in texts.items() if text.data is None)
    workspace = Workspace(settings.root, WithoutFiles(settings.root, missing))
    for name, text in texts.items():
        if text.data is not None:
            workspace.open_buffer(name, text.data)
    found = checked(settings, selection, False, workspace=workspace)
    keys = {finding.key for finding in known}
    new = (finding for finding in found.diagnostics if finding.key not in keys and finding.filename not in missing)
    return CommittedFindings(tuple(_explained(finding, texts) for finding in new), found.failures)


def _explained(finding: Diagnostic, texts: Mapping[str, CommittedText]) -> Diagnostic:
    """A finding that says of which file the commit has another text, and what to do."""
    source = finding.source.filename if finding.source is not None else ""
    name = next((name for name in (finding.filename, source) if name in texts), min(texts))
    message = f"{finding.message}; on disk it is not so, but of {name} {texts[name].reason}"
    return finding._replace(message=message, help=texts[name].remedy, fix=None)
