"""Reads the modules that directives name before they are asked for, in several processes where that pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from copycheck.directives.directive_parser import possible_targets
from copycheck.resolution.parsed_modules import FileFacts, Name
from copycheck.resolution.project_index import Project
from copycheck.resolution.star_closure import star_closure
from copycheck.syntax import ruff_preflight
from copycheck.syntax.ruff_preflight import Question


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
    asked = _ask(project, sizes)
    likely = modules.parsable.union(asked.filenames if asked else ())

    def look(share: Sequence[str]) -> list[FileFacts | None]:
        return [modules.look_at(name, wanted[name]) for name in share]

    # It is looked at what ruff has no word on yet: what does not parse is left out afterwards.
    looked_at = project.share(look, {name: size for name, size in sources.items() if name in likely})
    if asked is not None:
        modules.parsable |= asked.answer()
    for facts in looked_at:
        if facts is not None and facts.filename in modules.parsable:
            modules.store(facts)
            del sources[facts.filename]
    read = modules.read_names if names_alone else modules.read
    for facts in project.share(lambda names: [read(name, wanted[name]) for name in names], sources):
        modules.store(facts)


def _ask(project: Project, sizes: Mapping[str, int]) -> Question | None:
    """Ask ruff which of some files are Python, where that pays; it is at work when this returns."""
    workspace = project.workspace
    sure = project.modules.parsable.union(workspace.buffers)
    unsure = {name: size for name, size in sizes.items() if name not in sure}
    if not ruff_preflight.pays(sum(unsure.values())) or workspace.edits():
        return None
    texts = {name: workspace.read_bytes(name) for name, size in sorted(unsure.items()) if size}
    return Question(project.settings.root, list(texts), texts)


def _behind_stars(project: Project, packages: Iterable[Name]) -> Iterable[str]:
    """The files that the star imports of some packages lead to."""
    return star_closure(project.workspace, lambda parts: project.resolver.module_files(parts).files, packages)
