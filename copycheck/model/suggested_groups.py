"""What `suggest` says: groups of definitions that are copies of each other, as frozen values (contract 14)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from copycheck.model.diagnostic import FindingKey
from copycheck.model.directive import Replacement
from copycheck.model.location import DiffRows, Location, Source, Span
from copycheck.model.rule_code import RuleCode

SuggestedState = Literal["equal", "diverged"]


class LastChange(NamedTuple):
    """Which side of a diverged pair git knows the later change of: `copy` or `source`, when, and in which commit."""

    side: Literal["copy", "source"]
    date: str
    commit: str


class SuggestedCopy(NamedTuple):
    """A definition that is a copy, and the directive that would mark it: proven, unless it has diverged.

    `location` is that of its `class` or `def`, `rows` are those of the definition. `row` is the one above which the
    comment goes. A whole file has no name; `directive` is then its entry in `full-copies`.
    """

    filename: str
    location: Location
    rows: Span
    name: str
    directive: str
    state: SuggestedState = "equal"
    diff: str | None = None
    diff_rows: tuple[DiffRows, ...] = ()
    target: str = ""
    replacements: tuple[Replacement, ...] = ()
    row: int = 0
    changed: LastChange | None = None

    @property
    def code(self) -> RuleCode:
        """The rule of the finding."""
        return "CPY901" if self.state == "equal" else "CPY902"

    @property
    def is_file(self) -> bool:
        """Whether it is a whole file."""
        return not self.name

    @property
    def key(self) -> FindingKey:
        """What tells it from others in the baseline: the copy. The source that is chosen has no part in it."""
        return FindingKey(self.code, self.filename, self.name, "", 0)


class SuggestedGroup(NamedTuple):
    """A source, why it is the source, and its copies by file and row."""

    source: Source
    rows: Span
    reason: str
    copies: tuple[SuggestedCopy, ...]


class LeftOut(NamedTuple):
    """Why definitions, or files of tests, were left out, and how many of them."""

    reason: str
    number: int


class SuppressedRule(NamedTuple):
    """A rule that an ignore comment suppresses at a definition."""

    filename: str
    row: int
    code: str


class Search(NamedTuple):
    """What a search has found: the groups, what was looked at, what was left out, and why a formatter failed.

    `suppressed` is what ignore comments suppress, `looked_at` names the files that the groups rest on besides those of
    the project, whether they are there or not.
    """

    groups: tuple[SuggestedGroup, ...]
    definitions: int
    left_out: tuple[LeftOut, ...]
    suppressed: tuple[SuppressedRule, ...] = ()
    looked_at: tuple[str, ...] = ()
    failure: str | None = None


class Suggestions(NamedTuple):
    """The groups of a project, how many definitions were looked at, and how many were left out, by reason.

    `ignored` and `known` count what an ignore comment suppresses, and what the baseline lists. `errors` are lines for
    the user about what could not be done, `warnings` about what was left out.
    """

    groups: tuple[SuggestedGroup, ...] = ()
    definitions: int = 0
    left_out: tuple[LeftOut, ...] = ()
    ignored: int = 0
    known: int = 0
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def copies(self) -> int:
        """How many copies there are in all groups, diverged ones included."""
        return sum(len(group.copies) for group in self.groups)

    @property
    def diverged(self) -> int:
        """How many of the copies have diverged."""
        return sum(copy.state == "diverged" for group in self.groups for copy in group.copies)
