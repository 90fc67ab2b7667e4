"""What an update is asked for, and what it has done: values that its parts share (contract 15)."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from copycheck.model.merge_report import CopyMerge
from copycheck.model.upstream_report import SourceStatus
from copycheck.project.lock_file import CopyKey, LockedSource


class Wanted(NamedTuple):
    """What an update is asked for: the copies, all for None; the version; release by release; git's markers.

    With `keep`, copies stay as they are, and their bases move on.
    """

    keys: Collection[CopyKey] | None = None
    to: str = ""
    steps: bool = True
    conflicts: bool = False
    keep: bool = False

    @staticmethod
    def why_not_kept(is_adapted: bool, place: str) -> str:
        """Why a copy cannot be kept as it is; empty where it can."""
        if is_adapted:
            return ""
        return f"a copy of its source cannot stay as it is: run `copycheck upstream adapt {shlex.quote(place)}` first"


@dataclass
class Updated:
    """What an update has done in the workspace: a report for each copy, the new lock, and lines for the user.

    `sources` is what the same run says of each source; `moved` are the copies whose base has moved, by their files.
    """

    merges: list[CopyMerge] = field(default_factory=list)
    sources: list[SourceStatus] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)
    moved: dict[CopyKey, LockedSource] = field(default_factory=dict)
    left: set[CopyKey] = field(default_factory=set)
    """What the lock knew copies by that have another address now."""
