"""What a run returns: findings, counts, changed files (contract 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Rows


class Summary(NamedTuple):
    """Every directive is counted; none is skipped in silence (contract 8).

    `ignored` and `known` count findings that an ignore comment suppresses, and those that the baseline lists.
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


Kind = Literal["copy", "directive", "comment", "full copy", "baseline entry"]
"""What a fix changes."""


class Done(NamedTuple):
    """Something that a fix has done to a file.

    `row` is that of the directive in the fixed file, else that of the finding. `kind` is what it was done to, `message`
    says what. `imports` are the statements that were added.
    """

    filename: str
    row: int
    kind: Kind
    message: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found, fixed and could not do.

    `errors` are lines for the user about what could not be done, `notes` about what was done, `warnings` about what
    was left out; `failed` says that the run itself is not to be relied on (exit code 2). `changed` has, for files with
    drift, the rows that differ from a revision; empty where nobody asked. `done` is what was fixed.
    """

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary
    patches: tuple[Patch, ...] = ()
    errors: tuple[str, ...] = ()
    failed: bool = False
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    changed: Mapping[str, Sequence[Rows]] = field(default_factory=dict)
    done: tuple[Done, ...] = ()

    def __iter__(self) -> Iterator[Diagnostic]:
        """The findings."""
        return iter(self.diagnostics)
