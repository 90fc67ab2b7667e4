"""What a check has found out about a directive, and about a file (contract 3 and 4)."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from copycheck.comparison.formatted_texts import Comparison
from copycheck.model.diagnostic import Diagnostic, Fix, Identity, State
from copycheck.model.directive import Directive, Replacement
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import DiffRows, Excerpt, Location, Source, Span
from copycheck.model.rule_code import RuleCode
from copycheck.resolution.module_lookup import Definition

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Examined(NamedTuple):
    """A directive with what was found out about it.

    `reads` and `writes` are the rows of the source and of the copy that the directive ties together; `region` is the
    copy as a whole and `ignored` what its markers leave out of it. `probed` names the files that the answer rests on.
    """

    filename: str
    directive: Directive
    state: State
    name: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    comparison: Comparison | None = None
    source: Source | None = None
    reads: tuple[Span, ...] = ()
    writes: tuple[Span, ...] = ()
    region: Span | None = None
    ignored: tuple[Span, ...] = ()
    effective_markers: tuple[int, ...] = ()
    unused: tuple[int, ...] = ()
    probed: tuple[str, ...] = ()
    inside_outer_copy: bool = False
    is_duplicate: bool = False
    ordinal: int = 0
    formatted_expected: str | None = None
    """The formatted expected text of a copy that has drifted: what fix writes."""
    unresolved_name: str = ""
    """The name of the object that was not found."""
    moved_to: str = ""
    """The dotted name of the object that it is now, where the copy is in sync with that one."""

    @property
    def identity(self) -> Identity:
        """What stays the same when lines move; `ordinal` counts the directives of a file that are alike otherwise."""
        return Identity(self.filename, self.name, self.directive.target, self.ordinal)

    @property
    def compared(self) -> bool:
        """Whether its copy is held against a source."""
        return self.state in (State.IN_SYNC, State.DRIFT)


class ExaminedFile(NamedTuple):
    """All directives of a file, and the findings that belong to no directive.

    `probed` names the files that its comments in other notations rest on, whether they name an object or not.
    """

    filename: str
    directives: tuple[Examined, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    probed: tuple[str, ...] = ()

    @property
    def rests_on(self) -> set[str]:
        """The files besides itself that what is known of it rests on, whether they are there or not."""
        return {*self.probed, *(name for probed in self._different_probed() for name in probed)}

    def rests_on_any(self, names: AbstractSet[str]) -> bool:
        """Whether one of some files is among them."""
        return not names.isdisjoint(self.probed) or any(not names.isdisjoint(some) for some in self._different_probed())

    def _different_probed(self) -> Collection[tuple[str, ...]]:
        """What the directives rest on; thousands of one file may share what their fixes rest on."""
        return {id(found.probed): found.probed for found in self.directives}.values()


def unreadable(error: UnreadableFileError) -> Diagnostic:
    """The finding CPY000 for a file that cannot be read."""
    place = Location(error.row, error.column)
    return Diagnostic("CPY000", f"the file {error.reason}", error.filename, place, place, help=error.advice)


class Tracked(NamedTuple):
    """What a check has found about tracked copies, and the files that this rests on."""

    findings: tuple[Diagnostic, ...] = ()
    looked_at: frozenset[str] = frozenset()


class FindingParts(TypedDict, total=False):
    """What a finding may have besides its code, message and place."""

    source: Source | None
    fix: Fix | None
    diff: str | None
    help: str | None
    excerpt: Excerpt | None
    replacements: tuple[Replacement, ...]
    rows: tuple[DiffRows, ...]


def at(filename: str, directive: Directive, code: RuleCode, message: str, **more: Unpack[FindingParts]) -> Diagnostic:
    """A finding at a directive."""
    start, end = Location(directive.row, directive.column), Location(directive.end_row, directive.end_column)
    return Diagnostic(code, message, filename, start, end, **more)


def source_of(directive: Directive, definition: Definition) -> Source:
    """The source of a directive, as a report names it."""
    return Source(directive.target, definition.filename, definition.location)


def with_finding(found: Examined, old: Diagnostic, new: Diagnostic) -> Examined:
    """A directive with another finding in the place of one of its own."""
    return found._replace(diagnostics=tuple(new if one is old else one for one in found.diagnostics))


def with_help(found: Examined, code: RuleCode, help_: str) -> Examined:
    """A directive, its findings of one rule with other help."""
    told = (one._replace(help=help_) if one.code == code else one for one in found.diagnostics)
    return found._replace(diagnostics=tuple(told))


def shown_drift_of(found: Examined) -> Diagnostic | None:
    """The finding of a copy that has drifted, whether it can be fixed or not."""
    return next((d for d in found.diagnostics if d.code == "CPY201" and d.diff), None)


def drift_of(found: Examined) -> Diagnostic | None:
    """The finding of a copy that has drifted and can be fixed."""
    return next((d for d in found.diagnostics if d.code == "CPY201" and d.fix is not None), None)
