"""The words of the contract as frozen values. Imports nothing of ours."""

from __future__ import annotations

import enum
from typing import NamedTuple

from copycheck.model.directive import Replacement
from copycheck.model.location import Excerpt, Location, Source

Identity = tuple[str, str, str, int]
"""File, name of the copy, target, and number among those alike: what tells a directive from others when lines move."""
FindingKey = tuple[str, str, str, str, int]
"""Code, file, name of the copy, target of the directive, and number among those alike."""


class State(enum.Enum):
    """What is known of a directive after a run."""

    IN_SYNC = "in-sync"
    DRIFT = "drift"
    EXTERNAL = "external"
    UNCHECKED = "unchecked"


class Fix(NamedTuple):
    """What `--fix` would do for a diagnostic."""

    message: str
    applicability: str = "safe"


class Diagnostic(NamedTuple):
    """One finding, at a directive or a file (contract 7 and 8).

    `copy`, `target` and `ordinal` name the directive by what stays when lines move. `replacements` are those that made
    the expected side of `diff`, and `rows` says for each line behind its two heads which rows it shows, 0 for none.
    """

    code: str
    message: str
    filename: str
    location: Location
    end_location: Location
    source: Source | None = None
    fix: Fix | None = None
    diff: str | None = None
    help: str | None = None
    copy: str = ""
    target: str = ""
    ordinal: int = 0
    excerpt: Excerpt | None = None
    replacements: tuple[Replacement, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()

    @property
    def key(self) -> FindingKey:
        """What tells the finding from all others, wherever its lines move."""
        return self.code, self.filename, self.copy, self.target, self.ordinal

    @property
    def sort_key(self) -> tuple[str, Location, str, str]:
        """Findings are reported by path, row, column and code."""
        return self.filename, self.location, self.code, self.message
