"""Every directive and full copy of a project, with its state, and copies broken on purpose (contract 8 and 10)."""

from __future__ import annotations

from collections.abc import Iterator

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.checking.registered_full_copies import FullCopy, FullCopyVerdict
from copycheck.directives.module_directives import Module
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import State
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Location, Source, Span
from copycheck.project.discovery import walk
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import addresses_of
from copycheck.project.workspace import Workspace
from copycheck.resolution.configured_providers import load_lock
from copycheck.resolution.locked_sources import place_of


def listed_copies(check: Check) -> list[ListedCopy]:
    """All full copies and directives, by file and row."""
    copies = [listed_full_copy(check, verdict) for verdict in check.full_copies]
    copies += [listed_copy(check, found) for found in check.directives]
    return sorted(copies, key=lambda copy: (copy.filename, copy.location))


def listed_copy(check: Check, found: Examined) -> ListedCopy:
    """What is known of a directive, as a report names it."""
    directive, settled = found.directive, check.gate.settle(found)
    in_circle = any(diagnostic.code == "CPY105" for diagnostic in found.diagnostics)
    return ListedCopy(
        found.filename,
        Location(directive.row, directive.column),
        found.name,
        directive.target,
        (State.UNCHECKED if in_circle else found.state).value,
        directive.replacements,
        found.region,
        found.source,
        tuple(finding for finding in (*settled.standing, *settled.ignored) if check.gate.is_on(finding)),
        frozenset(diagnostic.code for diagnostic in settled.ignored),
        frozenset(finding.code for finding in settled.standing if check.gate.lists(finding)),
        "; ".join(ignore.reason for ignore in directive.ignores if ignore.reason),
        found.reads,
        found.writes,
        found.ordinal,
    )


def full_copies_at(check: Check, filename: str) -> Iterator[ListedCopy]:
    """A file as a full copy, if it is one, and the full copies of it."""
    for verdict in check.full_copies:
        if filename in (verdict.pair.copy, verdict.pair.source):
            yield listed_full_copy(check, verdict)


def listed_full_copy(check: Check, verdict: FullCopyVerdict) -> ListedCopy:
    """What is known of a full copy; one that is missing has no rows, and neither has one whose source is."""
    pair, place = verdict.pair, Location(1, 1)
    rows, source_rows = _all_rows(check, pair.copy), _source_rows(check, pair)
    about_lock = [finding for finding in check.tracked.findings if finding.key.identity == pair.identity]
    found = tuple(finding for finding in [verdict.diagnostic, *about_lock] if finding is not None)
    codes = {finding.code for finding in found}
    state = "drift" if "CPY203" in codes else "unchecked" if codes - {"CPY302"} else "in-sync"
    return ListedCopy(
        pair.copy,
        place,
        "",
        pair.source,
        "adapted" if pair.adapted and state != "unchecked" else state,
        pair.replacements,
        rows,
        Source(pair.source, source_rows.filename, place) if source_rows else None,
        tuple(finding for finding in found if check.gate.is_on(finding)),
        known=frozenset(finding.code for finding in found if check.gate.lists(finding)),
        reason=pair.adapted,
        reads=(source_rows,) if source_rows else (),
        writes=(rows,) if rows else (),
        is_full=True,
    )


def _source_rows(check: Check, pair: FullCopy) -> Span | None:
    """All rows of a source; of a file of an upstream, those of its base, under the name that reports give it."""
    if not pair.upstream:
        return _all_rows(check, pair.source)
    base = load_lock(check.project.workspace).base_of_file(pair.copy, pair.source)
    return Span(place_of(base), 1, max(1, len(base.text) - (base.text[-1] == ""))) if base is not None else None


def _all_rows(check: Check, filename: str) -> Span | None:
    """All rows of a file, one at least; None where it is not there or cannot be read."""
    workspace = check.project.workspace
    try:
        data = workspace.read_bytes(filename) if workspace.exists(filename) else None
    except UnreadableFileError:
        return None
    return None if data is None else Span(filename, 1, max(1, data.count(b"\n") + (data[-1:] not in (b"", b"\n"))))


def adapted_copies(settings: Settings, workspace: Workspace) -> Iterator[ListedCopy]:
    """The copies of a project that were broken on purpose; a file that cannot be read has none."""
    for file in walk(settings):
        try:
            if b"Adapted from" in workspace.read_uncached(file.filename):
                yield from _adapted_in(Module(workspace.read(file.filename), None, addresses_of(settings.upstream)))
        except UnreadableFileError:
            continue


def _adapted_in(module: Module) -> Iterator[ListedCopy]:
    for adapted in module.adapted:
        place = Location(adapted.row, adapted.column)
        copy = ListedCopy(module.filename, place, "", adapted.target, "adapted", reason=adapted.reason)
        site = module.definition_below(adapted)
        if site is not None:
            names = [parent.name for parent in site.parents if parent.name]
            rows = Span(module.filename, site.statement.row, module.end_of(site.statement))
            copy = copy._replace(name=".".join([*names, site.statement.name]), rows=rows)
        yield copy
