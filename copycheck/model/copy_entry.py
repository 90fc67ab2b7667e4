"""Copies as a list or a tree names them: frozen values, apart from `model` because a check does without them."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.directive import Replacement
from copycheck.model.location import Location, Source, Span

_OF_THE_COMMENT = frozenset({"CPY002", "CPY003", "CPY004", "CPY008"})
"""Rules about the directive and the comments beside it: they say nothing about the copy."""


class ListedCopy(NamedTuple):
    """A copy with its state: `in-sync`, `drift`, `external`, `unchecked`, or `adapted` for one broken on purpose.

    `name` is dotted within the file, empty where no definition follows. `rows` are those of the copy; `reads` and
    `writes` are the rows of the source and of the copy that are held against each other. `ignored` and `known` are the
    codes among the findings that an ignore comment or the baseline suppresses, `reason` is what the ignore comment,
    or `# Adapted from x.y.Z: reason`, says. A full copy has no `name`, and the path of its source is its `target`.
    """

    filename: str
    location: Location
    name: str
    target: str
    state: str
    replacements: tuple[Replacement, ...] = ()
    rows: Span | None = None
    source: Source | None = None
    findings: tuple[Diagnostic, ...] = ()
    ignored: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    reason: str = ""
    reads: tuple[Span, ...] = ()
    writes: tuple[Span, ...] = ()
    ordinal: int = 0
    is_full: bool = False

    @property
    def identity(self) -> Identity:
        """What tells it from other copies when lines move."""
        return Identity(self.filename, self.name, self.target, self.ordinal)

    @property
    def version(self) -> str:
        """The version of a source in another package, `2.0` of `birds@2.0/birds/owl.py`; empty for one inside."""
        name = self.source.filename if self.source is not None else ""
        origin, at, rest = name.partition("@")
        is_foreign = at and "/" in rest and self.filename != name and not name.startswith("sha256:")
        return rest.partition("/")[0] if is_foreign and not rest.startswith("sha256:") and origin else ""

    @property
    def is_open(self) -> bool:
        """Whether it is out of sync, or cannot be compared, and nothing suppresses that."""
        return self._has_other_than(self.ignored | self.known)

    @property
    def is_open_or_known(self) -> bool:
        """The same, whether the baseline lists it or not."""
        return self._has_other_than(self.ignored)

    def _has_other_than(self, answered: frozenset[str]) -> bool:
        return any(finding.code not in answered | _OF_THE_COMMENT for finding in self.findings)


class Impacted(NamedTuple):
    """A copy that a change touches, and the copies of it; `again` where these are listed elsewhere in the tree."""

    copy: ListedCopy
    copies: tuple[Impacted, ...] = ()
    again: bool = False


class Impact(NamedTuple):
    """The copies below an object: its name, its rows, and the tree."""

    name: str
    rows: Span
    copies: tuple[Impacted, ...] = ()


def whole(filename: str) -> Span:
    """All rows of a file, however many it has."""
    return Span(filename, 1, 10**9)
