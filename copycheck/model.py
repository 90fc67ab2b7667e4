"""The words of the contract as frozen values. Imports nothing of ours."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

Identity = tuple[str, str, str, int]
"""File, name of the copy, target, and number among those alike: what tells a directive from others when lines move."""
FindingKey = tuple[str, str, str, str, int]
"""Code, file, name of the copy, target of the directive, and number among those alike."""


class Location(NamedTuple):
    """A place in a file; rows and columns count from 1."""

    row: int
    column: int = 1


class Replacement(NamedTuple):
    """One `A->B` of a directive: *left* is A, *right* is B (contract 2)."""

    left: str
    right: str
    all_casing: bool = False


class Ignore(NamedTuple):
    """The comment `# copycheck: ignore[CPY201] reason` above or below a directive; `codes` are selectors of rules."""

    row: int
    column: int
    end_column: int
    indent: str
    codes: tuple[str, ...]
    reason: str = ""

    @property
    def end_row(self) -> int:
        """Its only row."""
        return self.row


class Adapted(NamedTuple):
    """The comment `# Adapted from x.y.Z: reason`: a copy that was broken on purpose, listed and never compared."""

    row: int
    column: int
    end_column: int
    indent: str
    target: str
    reason: str

    @property
    def end_row(self) -> int:
        """Its only row."""
        return self.row


class Excerpt(NamedTuple):
    """A line that a finding is about, the columns that are wrong in it, and the line as it should be, if known."""

    text: str
    column: int
    length: int
    corrected: str = ""


class Directive(NamedTuple):
    """The comment `# Copied from pkg.mod.Object with A->B` (contract 1).

    `problem` says why it is malformed (CPY001); such a directive has no replacements and is never compared. `excerpt`
    shows what is wrong in its first line, as long as nobody has kept and read it back.
    """

    row: int
    end_row: int
    column: int
    end_column: int
    indent: str
    target: str
    replacements: tuple[Replacement, ...] = ()
    problem: str | None = None
    missing_with: bool = False
    spaced_arrow: bool = False
    ignores: tuple[Ignore, ...] = ()
    excerpt: Excerpt | None = None

    @property
    def rows(self) -> range:
        """The rows of the comment, continuation lines included."""
        return range(self.row, self.end_row + 1)


class State(enum.Enum):
    """What is known of a directive after a run."""

    IN_SYNC = "in-sync"
    DRIFT = "drift"
    EXTERNAL = "external"
    UNCHECKED = "unchecked"


class Span(NamedTuple):
    """Rows `start` to `end` of a file, both included."""

    filename: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a row in common."""
        return self.filename == other.filename and self.start <= other.end and other.start <= self.end


class Source(NamedTuple):
    """Where the source of a copy was found; for a full copy the target is the source's path."""

    target: str
    filename: str
    location: Location


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


class Summary(NamedTuple):
    """Every directive is counted; none is skipped in silence (contract 8).

    `ignored` and `known` count findings that an ignore comment or the baseline answers for.
    """

    files: int = 0
    directives: int = 0
    in_sync: int = 0
    external: int = 0
    findings: int = 0
    full_copies: int = 0
    fixed: int | None = None
    ignored: int = 0
    known: int = 0


class Patch(NamedTuple):
    """One file before and after: `before` is None for a file that is not there yet."""

    filename: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found, fixed and could not do.

    `errors` are lines for the user about what could not be done, `notes` about what was done; `failed` says that the
    run itself is not to be relied on (exit code 2).
    """

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary
    patches: tuple[Patch, ...] = ()
    errors: tuple[str, ...] = ()
    failed: bool = False
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Diagnostic]:
        """The findings."""
        return iter(self.diagnostics)


def plural(number: int, singular: str, several: str = "") -> str:
    """`1 copy`, `2 copies`: a number with its word."""
    return f"{number} {singular if number == 1 else several or singular + 's'}"
