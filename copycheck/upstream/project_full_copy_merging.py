"""Merges full copies inside of the project with their sources, by the base that git knows (contract 12.5)."""

from __future__ import annotations

from collections.abc import Sequence

from copycheck.checking.checker import Check
from copycheck.checking.full_copy_check import whole_bytes
from copycheck.checking.registered_full_copies import FullCopy
from copycheck.model.errors import CopycheckError
from copycheck.model.merge_report import CopyMerge
from copycheck.project.git import GitError
from copycheck.upstream.copy_merging import MergeError
from copycheck.upstream.full_copy_git_base import base_of_file
from copycheck.upstream.full_copy_merging import FileMerger
from copycheck.upstream.git_base import NoBaseError
from copycheck.upstream.project_merging import SHORT, changes_of
from copycheck.upstream.threeway import MarkerLabels


def merge_full_copies(check: Check, pairs: Sequence[FullCopy], with_conflicts: bool) -> list[CopyMerge]:
    """Merge full copies that differ from their sources, in the workspace. `with_conflicts` writes git's markers."""
    return [_merged(check, pair, with_conflicts) for pair in check.pairs if pair in pairs]


def _merged(check: Check, pair: FullCopy, with_conflicts: bool) -> CopyMerge:
    report = CopyMerge(pair.copy, 1, pair.copy.rpartition("/")[2], pair.source, "refused")
    workspace = check.project.workspace
    try:
        base = base_of_file(workspace.root, check.formatters, pair)
        report = report._replace(base=base.commit[:SHORT])
        merger = FileMerger(workspace, check.formatters, pair)
        source = whole_bytes(workspace, pair.source)
        merged = merger.merged(merger.sides(base.data, source), source)
        data = merged.data
        if merged.outcome == "conflict" and with_conflicts:
            labels = MarkerLabels(f"copy {pair.copy}", f"base {report.base}", f"source {pair.source}")
            data = merger.with_markers(merged, labels)
        if data is not None:
            check.project.edit({pair.copy: data})
            check.update([pair.copy])
    except (MergeError, NoBaseError, GitError, CopycheckError) as error:
        return report._replace(reason=str(error))
    theirs, own = (changes_of(merged.sides, report.base, own=side) for side in (False, True))
    return report._replace(outcome=merged.outcome, theirs=theirs, own=own)
