"""Sources that git does not track: a commit has their copies, and whoever checks it out no sources (contract 9)."""

from __future__ import annotations

from collections.abc import Iterator

from copycheck.api.check_and_fix import list_copies
from copycheck.checking.enabled_rules import enabled_rules
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Location
from copycheck.project.next_commit import NextCommit
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.resolution.name_resolver import Resolver
from copycheck.resolution.project_index import Project


def untracked_sources(settings: Settings, commit: NextCommit, cache: bool) -> tuple[Diagnostic, ...]:
    """A finding for each copy that git tracks and whose source it does not: CPY101, of full copies CPY204."""
    is_on = enabled_rules(settings)
    resolver = Project(settings, workspace=Workspace(settings.root, commit)).resolver
    found = (d for copy in list_copies((), settings, cache) for d in _findings(copy, commit, resolver))
    return tuple(finding for finding in found if is_on(finding.filename, finding.code))


def _findings(copy: ListedCopy, commit: NextCommit, resolver: Resolver) -> Iterator[Diagnostic]:
    source = copy.source.filename if copy.source is not None else copy.filename
    of_upstream = copy.version or (copy.is_full and ":" in copy.target)
    own = commit.lacks(copy.filename)
    missing, how, place = own or commit.lacks(source), "is", copy.location
    if of_upstream or (own and not copy.is_full):
        return
    if not missing and copy.source is not None and not copy.is_full:
        missing, how = _on_the_way(copy.target, source, commit, resolver), "is found through"
    if not missing:
        return
    what = "the full copy" if copy.is_full and own else f"the source of `{copy.name or source}`"
    yield Diagnostic(
        "CPY204" if copy.is_full else "CPY101",
        f"{what} {how} {missing}, which git does not track: whoever checks the commit out has no such file",
        copy.filename,
        place,
        Location(place.row, place.column),
        copy.source,
        help=f"run `git add {missing}`",
        copy=copy.name,
        target=copy.target,
    )


def _on_the_way(target: str, source: str, commit: NextCommit, resolver: Resolver) -> str:
    """The module that imports a source on, and without which a commit has another one by its name, or none."""
    found = resolver.resolve(target)
    if any(definition.filename == source for definition in found.definitions):
        return ""
    return next(filter(None, map(commit.lacks, found.probed)), "")
