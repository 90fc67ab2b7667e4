"""The copies of a project whose sources are tracked: those of other packages, and adaptations (contract 15)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from copycheck.comparison.diff import equal
from copycheck.comparison.expected_text import expected_texts
from copycheck.comparison.formatted_texts import Comparison, InFile, format_all, leave_out_tool_comments
from copycheck.comparison.formatters import Formatters
from copycheck.directives.binding import Copy, bind
from copycheck.directives.compared_regions import Region
from copycheck.directives.module_directives import Module
from copycheck.model.errors import GrowthError, UnreadableFileError
from copycheck.project.lock_file import CopyKey, Lock, LockedCopy, LockedSource
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import Upstream, address_of, upstream_of
from copycheck.resolution.locked_sources import definitions_in
from copycheck.resolution.module_lookup import choose_definitions
from copycheck.resolution.project_index import Project


class TrackedCopy(NamedTuple):
    """A copy with its file. `upstream` is None where its source is inside of the project."""

    module: Module
    copy: Copy
    upstream: Upstream | None
    is_adapted: bool

    @property
    def key(self) -> CopyKey:
        """What the lock knows it by."""
        return CopyKey(self.copy.filename, self.copy.name, self.copy.directive.target)

    @property
    def place(self) -> str:
        """`FILE:ROW` of its comment."""
        return f"{self.copy.filename}:{self.copy.directive.row}"


def version_for(copy: TrackedCopy) -> str:
    """The version that a copy is locked at first: that of its address, else the configured one."""
    address = address_of(copy.key.target)
    if address is not None:
        return address.revision
    return copy.upstream.version if copy.upstream is not None else ""


def tracked_copies(project: Project, lock: Lock) -> list[TrackedCopy]:
    """Each copy of a configured upstream, and each adaptation of a source inside that the lock knows."""
    locked = {copy.key for copy in lock.copies}
    return [
        tracked
        for filename in project.files
        for tracked in tracked_in(project, filename)
        if tracked.upstream is not None or (tracked.is_adapted and tracked.key in locked)
    ]


def with_moved(lock: Lock, present: Collection[CopyKey], all_there: Collection[CopyKey]) -> Lock:
    """The lock with the bases of copies that were renamed, or moved to another file, under what they are now.

    `present` are the copies that may be tracked, `all_there` are those whose entries are in use. A copy that has no
    entry takes that of the one copy of the same source which is not there any more: of its file, or of its name.
    """
    left = [entry for entry in lock.copies if entry.key not in all_there]
    known = {entry.key for entry in lock.copies}
    moved = []
    for key in present if left else ():
        alike = [entry for entry in left if entry.target == key.target and key[:2] != entry[:2]]
        near = [entry for entry in alike if entry.file == key.filename or entry.name == key.name]
        if key not in known and len(near) == 1 and lock.source(key.target, near[0].version, key.name) is not None:
            moved.append(LockedCopy(*key, near[0].version))
    return lock.with_entries((), moved)


def unread_files(project: Project, lock: Lock) -> dict[str, str]:
    """The files with locked copies that cannot be read now, half saved or in conflict; each with a line about it."""
    found: dict[str, str] = {}
    for filename in sorted({copy.file for copy in lock.copies if copy.name} & set(project.files)):
        try:
            project.module(filename).outline  # noqa: B018
        except UnreadableFileError as error:
            if not error.is_missing:
                found[filename] = f"{filename}: the file {error.reason}: its copies keep their bases until it is fixed"
    return found


def tracked_in(project: Project, filename: str) -> Iterator[TrackedCopy]:
    """Each directive and adaptation of a file that a definition follows, whether tracked or not."""
    with suppress(UnreadableFileError):
        data = project.workspace.read_uncached(filename)
        if b"Copied from" not in data and b"Adapted from" not in data:
            return
        module = project.module(filename)
        directives = [(directive, False) for directive in module.directives if directive.problem is None]
        directives += [(adapted.as_directive(), True) for adapted in module.adapted]
        seen: set[CopyKey] = set()
        for directive, is_adapted in sorted(directives):
            copy = bind(module, directive)
            if copy is None:
                continue
            tracked = TrackedCopy(module, copy, _upstream_of(project, directive.target), is_adapted)
            if tracked.key not in seen:  # of several alike, the lock knows one
                seen.add(tracked.key)
                yield tracked


def upstreams_named(project: Project) -> set[str]:
    """The first parts of the dotted names in directives and adaptations, and the repositories of their addresses."""
    targets = {copy.key.target for filename in project.files for copy in tracked_in(project, filename)}
    addresses = {upstream.key for one in targets if (upstream := upstream_of(project.settings.upstream, one))}
    return {target.partition(".")[0] for target in targets if "://" not in target} | addresses


def _upstream_of(project: Project, target: str) -> Upstream | None:
    """The upstream of a target; None where a root holds it, or none is configured."""
    upstream = upstream_of(project.settings.upstream, target)
    if upstream is None:
        return None
    resolution = project.resolver.resolve(target)
    return upstream if resolution.external or resolution.code == "CPY101" else None


def region_in(source: LockedSource, copy: Copy) -> Region | None:
    """The text of a locked source that a copy is held against; None where it cannot be parsed."""
    chosen = choose_definitions(definitions_in(source), copy.region.kind, copy.accessor, copy.number)
    if not chosen:
        return None
    return chosen[-1].decorated if copy.decorated else chosen[-1].plain


class Distance(NamedTuple):
    """Whether a copy is in sync with a source, and by how many lines it differs."""

    in_sync: bool
    lines: int


class CopyAndSource(NamedTuple):
    """A copy, and a source that it may be a copy of."""

    copy: Copy
    source: LockedSource


def distances(formatters: Formatters, pairs: Sequence[CopyAndSource], settings: Settings) -> list[Distance | None]:
    """How far each copy is from a source; None where it cannot be compared. One batch for the formatter."""
    found: list[Distance | None] = []
    open_: list[tuple[int, InFile]] = []
    for number, (copy, source) in enumerate(pairs):
        comparisons = _comparisons(copy, source, settings)
        found.append(Distance(True, 0) if comparisons is True else None)
        if isinstance(comparisons, Comparison):
            open_.append((number, InFile(comparisons, copy.filename)))
    formatted = format_all(formatters, [comparison for _, comparison in open_])
    for (number, _), texts in zip(open_, formatted, strict=True):
        in_sync = any(equal(expected, texts.actual) for expected in texts.expected)
        found[number] = Distance(in_sync, 0 if in_sync else _lines_between(texts.expected[-1], texts.actual))
    return found


def _comparisons(copy: Copy, source: LockedSource, settings: Settings) -> Comparison | bool:
    """The comparison that is left to be formatted; True for text that is equal, False for none."""
    chosen = choose_definitions(definitions_in(source), copy.region.kind, copy.accessor, copy.number)
    regions = [one.decorated if copy.decorated else one.plain for one in chosen]
    try:
        texts = [expected_texts(copy, region, settings.header) for region in regions]
    except GrowthError:
        return False
    if not texts:
        return False
    if any(equal(text.expected, text.actual) for text in texts):
        return True
    comparison = Comparison(tuple(text.expected for text in texts), texts[-1].actual, copy.indents, (), ())
    if settings.tool_comments == "ignore":
        return leave_out_tool_comments(comparison) or True
    return comparison


def _lines_between(expected: str, actual: str) -> int:
    import difflib

    one, other = ([line.strip() for line in text.split("\n") if line.strip()] for text in (expected, actual))
    opcodes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in opcodes if tag != "equal")
