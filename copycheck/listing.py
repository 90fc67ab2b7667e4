"""Every directive of a project with its state, and the copies that were broken on purpose (contract 8 and 10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from copycheck.check import Check, takes
from copycheck.errors import UnreadableFileError
from copycheck.examine import Examined
from copycheck.model import ListedCopy, Location, Span
from copycheck.module import Module
from copycheck.selection import Selection
from copycheck.suppress import settle


def listed(check: Check, selection: Selection) -> list[ListedCopy]:
    """The selected copies, by file and row."""
    exists = check.project.workspace.exists
    chosen = [found for found in check.directives if takes(selection, found, exists)]
    copies = [*(listed_copy(check, found) for found in chosen), *_adapted(check, selection)]
    return sorted(copies, key=lambda copy: (copy.filename, copy.location))


def listed_copy(check: Check, found: Examined) -> ListedCopy:
    """What is known of a directive, as a report names it."""
    directive, settled = found.directive, settle(found, check.enabled)
    known = frozenset(d.code for d in settled.standing if d.key in check.baseline)
    return ListedCopy(
        found.filename,
        Location(directive.row, directive.column),
        found.name,
        directive.target,
        found.state.value,
        directive.replacements,
        found.region,
        found.source,
        (*settled.standing, *settled.ignored),
        frozenset(diagnostic.code for diagnostic in settled.ignored),
        known,
        "; ".join(ignore.reason for ignore in directive.ignores if ignore.reason),
    )


def _adapted(check: Check, selection: Selection) -> Iterator[ListedCopy]:
    """The copies that were broken on purpose; those of a file that cannot be read are passed over."""
    project = check.project
    for filename in project.files:
        if filename not in selection:
            continue
        try:
            if b"Adapted from" in project.workspace.peek(filename):
                yield from adapted_in(project.module(filename))
        except UnreadableFileError:
            continue


def adapted_in(module: Module) -> Iterator[ListedCopy]:
    """The copies of a file that were broken on purpose. Raises UnreadableFileError."""
    for adapted in module.adapted:
        place = Location(adapted.row, adapted.column)
        copy = ListedCopy(module.filename, place, "", adapted.target, "adapted", reason=adapted.reason)
        site = module.definition_below(adapted)
        if site is not None:
            names = [parent.name for parent in site.parents if parent.name]
            rows = Span(module.filename, site.statement.row, module.end_of(site.statement))
            copy = replace(copy, name=".".join([*names, site.statement.name]), rows=rows)
        yield copy
