"""Reads the modules that directives name before they are asked for, in several processes where that pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from copycheck.directives.directive_parser import possible_targets
from copycheck.resolution.parsed_modules import FileFacts, Name
from copycheck.resolution.project_index import Project
from copycheck.resolution.star_closure import star_closure
from copycheck.syntax import ruff_preflight
from copycheck.syntax.ruff_preflight import parsable


def read_ahead(project: Project, filenames: Iterable[str]) -> None:
    """Read the modules that the directives of some files name, each from one syntax tree.

    Where there is much to read, ruff is asked first which files are Python: of those skeletons will do.
    """
    targets: set[str] = set()
    sizes = {filename: project.workspace.size(filename) for filename in filenames}
    for filename, size in sizes.items():
        if size:
            targets |= possible_targets(project.workspace.read_bytes(filename))
    read_modules(project, targets, sizes)


def read_modules(
    project: Project, targets: Iterable[str], others: Mapping[str, int], *, names_alone: bool = False
) -> None:
    """Read the modules that some dotted names lead to. `others` are files, with their sizes, that are read soon.

    With `names_alone`, their own directives are not read: nobody asks for the facts of these files.
    """
    modules = project.modules
    wanted: dict[str, list[Name]] = {}
    packages: set[Name] = set()
    for target in sorted(targets):
        place = project.resolver.likely_place(target)
        if place is None:
            packages.add(project.resolver.longest_module(target))
        elif not modules.has_looked_up(*place):
            wanted.setdefault(place.filename, []).append(place.name)
    sources = {filename: project.workspace.size(filename) for filename in wanted}
    behind = _behind_stars(project, packages) if packages else []
    sizes = {**others, **sources, **{filename: project.workspace.size(filename) for filename in behind}}
    buffers = project.workspace.buffers
    unsure = {name: size for name, size in sizes.items() if name not in modules.parsable and name not in buffers}
    if ruff_preflight.pays(sum(unsure.values())) and not project.workspace.edits():
        texts = {name: project.workspace.read_bytes(name) for name, size in sorted(unsure.items()) if size}
        modules.parsable |= parsable(project.settings.root, list(texts), texts)

    def read(share: Sequence[str]) -> list[FileFacts]:
        return [modules.read_names(name, wanted[name], names_alone=names_alone) for name in share]

    for facts in project.share(read, sources):
        modules.store(facts)


def _behind_stars(project: Project, packages: Iterable[Name]) -> Iterable[str]:
    """The files that the star imports of some packages lead to."""
    return star_closure(project.workspace, lambda parts: project.resolver.module_files(parts).files, packages)
