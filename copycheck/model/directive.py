"""The comments that govern a copy, as values (contract 1, 2 and 10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.model.location import Excerpt


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
    """The comment `# Adapted from x.y.Z with A->B: reason`: a copy that was broken on purpose.

    It is listed and never compared. With its base in the lock, what changed in its source is reported and merged.
    """

    row: int
    column: int
    end_column: int
    indent: str
    target: str
    reason: str
    replacements: tuple[Replacement, ...] = ()

    @property
    def end_row(self) -> int:
        """Its only row."""
        return self.row

    def as_directive(self) -> Directive:
        """The directive that it would be, were its copy in sync."""
        return Directive(self.row, self.row, self.column, self.end_column, self.indent, self.target, self.replacements)


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


def print_options(replacements: Sequence[Replacement]) -> str:
    """The options that parse to these replacements: `with A->B, C->D all-casing`; empty for none."""
    if not replacements:
        return ""
    return "with " + ", ".join(map(print_replacement, replacements))


def print_replacement(replacement: Replacement) -> str:
    """`A->B`, as a directive writes it."""
    casing = " all-casing" if replacement.all_casing else ""
    return f"{_escape(replacement.left)}->{_escape(replacement.right)}{casing}"


def _escape(text: str) -> str:
    return re.sub(r"(?:^|(?<=[ \t\f]))#", r"\#", text.replace(",", "\\,").replace("->", "\\->"))
