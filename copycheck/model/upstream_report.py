"""What `copycheck upstream` has found out and done: frozen values for reports (contract 15)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.model.merge_report import Outcome


class CopyStatus(NamedTuple):
    """A copy of a tracked source. `state` is `in-sync`, `drift` or `adapted`; `outcome` is what an update would do.

    `reason` says why there is no update, `home` where the source may be now.
    """

    filename: str
    row: int
    column: int
    name: str
    state: str
    outcome: Outcome
    reason: str = ""
    home: str = ""


class SourceStatus(NamedTuple):
    """A tracked source: the version that copies are based on, the one that it would become, and what changed there."""

    target: str
    base: str
    to: str
    lines_changed: int
    copies: tuple[CopyStatus, ...] = ()


class LockedCopyReport(NamedTuple):
    """A copy that `sync` has looked at: the version that it is based on now, and by how many lines it differs from it.

    `is_new` says that this base was not in the lock before. `problem` says why there is none.
    """

    filename: str
    row: int
    name: str
    target: str
    version: str = ""
    lines: int = 0
    is_new: bool = False
    problem: str = ""
