"""What another program may call: check, fix, list, and change copies (contract 8 to 11).

Every function takes paths or names as strings and returns frozen values. None prints, and none reads a command line.
What a check does without is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copycheck.api.check_and_fix import check_paths, copies_only, fix_paths, impact, list_copies
from copycheck.api.paths_to_check import select
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.api.baseline_writing import WrittenBaseline, write_baseline
    from copycheck.api.merging import MergeResult, merge_copies
    from copycheck.api.refactoring import break_copy, fix_copy, ignore_differing, move, promote_copy
    from copycheck.api.session import Session
    from copycheck.api.unsaved_text import check_text
    from copycheck.api.upstream_tracking import (
        StatusResult,
        SyncResult,
        adapt_copy,
        sync_upstreams,
        update_copies,
        upstream_status,
    )
    from copycheck.api.watched_project import WatchedProject

_OF_UPSTREAM = ("StatusResult", "SyncResult", "adapt_copy", "sync_upstreams", "update_copies", "upstream_status")
_ON_FIRST_USE = {
    **dict.fromkeys(("break_copy", "fix_copy", "ignore_differing", "move", "promote_copy"), "refactoring"),
    **dict.fromkeys(("MergeResult", "merge_copies"), "merging"),
    **dict.fromkeys(("WrittenBaseline", "write_baseline"), "baseline_writing"),
    "Session": "session",
    "WatchedProject": "watched_project",
    "check_text": "unsaved_text",
    **dict.fromkeys(_OF_UPSTREAM, "upstream_tracking"),
}


def __getattr__(name: str) -> object:
    """What a check does without, from the module that is imported only for it."""
    if name in _ON_FIRST_USE:
        import importlib

        return getattr(importlib.import_module(f"copycheck.api.{_ON_FIRST_USE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CopycheckError",
    "MergeResult",
    "Result",
    "Session",
    "Settings",
    "StatusResult",
    "SyncResult",
    "WatchedProject",
    "WrittenBaseline",
    "adapt_copy",
    "break_copy",
    "check_paths",
    "check_text",
    "copies_only",
    "fix_copy",
    "fix_paths",
    "ignore_differing",
    "impact",
    "list_copies",
    "load",
    "merge_copies",
    "move",
    "promote_copy",
    "select",
    "sync_upstreams",
    "update_copies",
    "upstream_status",
    "write_baseline",
]
