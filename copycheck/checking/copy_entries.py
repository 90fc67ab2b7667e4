"""Every directive of a project with its state, and the copies that were broken on purpose (contract 8 and 10)."""

from __future__ import annotations

from collections.abc import Iterator

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.directives.module import Module
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import State
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Location, Span
from copycheck.project.discovery import walk
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import addresses_of
from copycheck.project.workspace import Workspace


def listed_copies(check: Check) -> list[ListedCopy]:
    """All directives, by file and row."""
    copies = [listed_copy(check, found) for found in check.directives]
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
        frozenset(finding.code for finding in settled.standing if finding.key in check.gate.known),
        "; ".join(ignore.reason for ignore in directive.ignores if ignore.reason),
        found.reads,
        found.writes,
        found.ordinal,
    )


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
