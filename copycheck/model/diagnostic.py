"""The words of the contract as frozen values. Imports nothing of ours."""

from __future__ import annotations

import enum
from typing import Literal, NamedTuple

from copycheck.model.directive import Replacement
from copycheck.model.location import DiffRows, Excerpt, Location, Source
from copycheck.model.rule_code import RuleCode


class Identity(NamedTuple):
    """What tells a directive from others when lines move; `ordinal` counts those that are alike otherwise.

    `copy` is the dotted name of the copy within its file, `target` what the directive names.
    """

    filename: str
    copy: str
    target: str
    ordinal: int


class FindingKey(NamedTuple):
    """What tells a finding from others when lines move: its code, and the directive that it is about.

    A finding about no directive has an empty `copy` and `target`.
    """

    code: str
    filename: str
    copy: str
    target: str
    ordinal: int

    @property
    def identity(self) -> Identity:
        """The directive that the finding is about."""
        return Identity(self.filename, self.copy, self.target, self.ordinal)


class State(enum.Enum):
    """What is known of a directive after a run."""

    IN_SYNC = "in-sync"
    DRIFT = "drift"
    EXTERNAL = "external"
    UNCHECKED = "unchecked"


class Edit(NamedTuple):
    """A text that takes the place of what is from `start` up to `end` in a file: `end` is behind the last character.

    Rows and columns count from 1, columns in characters. `text` has the line ends of the file. `start` equals `end`
    where text is added. Where `portable` is false, other programs may not count the rows or read the characters as
    Python does: the file is not UTF-8, or has rows that end in a lone carriage return.
    """

    filename: str
    start: Location
    end: Location
    text: str
    portable: bool = True

    def overlaps(self, other: Edit) -> bool:
        """Whether the two cannot both be made: they differ, and replace a common character."""
        if self == other or self.filename != other.filename:
            return False
        return self.start < other.end and other.start < self.end


Applicability = Literal["safe", "unsafe"]
"""Whether `--fix` makes the edits of a fix, or only `--fix --unsafe-fixes`."""


class Need(NamedTuple):
    """Another finding of the same file without whose fix a fix would break the program, and why, as a clause."""

    key: FindingKey
    reason: str


class Fix(NamedTuple):
    """What `--fix` would do for a finding: `edits` are all that it changes.

    An edit may belong to several findings, which are fixed together: it is made once. The edits of one fix do not
    overlap. A fix without edits rests on another one that is made first, or writes a file that is not there yet or is
    no text.
    """

    message: str
    applicability: Applicability = "safe"
    edits: tuple[Edit, ...] = ()
    imports: tuple[str, ...] = ()
    """The import statements that it adds."""
    needs: tuple[Need, ...] = ()
    """What has to be fixed in the same run."""
    as_one: Edit | None = None
    """All edits as one, of the lines from the first to the last: for reports that show one edit a finding."""

    def overlaps(self, other: Fix) -> bool:
        """Whether the two cannot be made together."""
        return any(mine.overlaps(theirs) for mine in self.edits for theirs in other.edits)


class Diagnostic(NamedTuple):
    """One finding, at a directive or a file (contract 7 and 8).

    `copy`, `target` and `ordinal` name the directive by what stays when lines move. `diff` goes from
    the copy (`-`) to its expected text (`+`), which `replacements` have made. `rows` says for each line behind its two
    heads which lines of the copy and of the source it shows.
    """

    code: RuleCode
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
    rows: tuple[DiffRows, ...] = ()

    @property
    def key(self) -> FindingKey:
        """What tells the finding from all others, wherever its lines move."""
        return FindingKey(self.code, self.filename, self.copy, self.target, self.ordinal)

    @property
    def sort_key(self) -> tuple[str, Location, str, str]:
        """Findings are reported by path, row, column and code."""
        return self.filename, self.location, self.code, self.message
