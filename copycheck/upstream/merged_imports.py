"""The imports that a merged copy needs and its module lacks: as `--fix` adds them (contract 12.4)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.comparison.format_config import Styles
from copycheck.directives.binding import Copy
from copycheck.directives.module_directives import Module
from copycheck.fixing.missing_imports import Importer
from copycheck.fixing.refusals import Refusal
from copycheck.fixing.undefined_after_fix import NamesOfFile
from copycheck.model.diagnostic import State
from copycheck.model.location import Location, Source
from copycheck.model.wording import listed
from copycheck.project.file_edits import LineEdit
from copycheck.resolution.project_index import Project
from copycheck.syntax.new_imports import statements
from copycheck.syntax.undefined_names import new_undefined_names

_EACH = 2
"""Of so many names, each gets its own reason."""


class SourceModule(NamedTuple):
    """The file of a source, and the project that it is in: that of the copy, or another package."""

    project: Project
    filename: str


class AddedImports(NamedTuple):
    """The lines that add imports, and these as statements; `refusal` says why names cannot be imported."""

    edits: tuple[LineEdit, ...] = ()
    statements: tuple[str, ...] = ()
    refusal: str = ""


def added_imports(project: Project, module: Module, copy: Copy, edit: LineEdit, source: SourceModule) -> AddedImports:
    """The imports without which the new lines of a copy would leave names undefined. Nothing is changed.

    `module` is the file of the copy as it is, `edit` puts the new lines in the place of the copy.
    """
    importer = Importer(project, source.project)
    width = Styles(project.settings.root, project.settings.formatter).width_of(module.filename)
    names = NamesOfFile(project, importer, module, [copy.row], width)
    place = Source(copy.directive.target, source.filename, Location(1))
    found = Examined(module.filename, copy.directive, State.DRIFT, copy.name, source=place)
    needed = names.needed(copy, found, edit)
    if isinstance(needed, Refusal):
        return AddedImports(refusal=_told(needed, module, edit))
    new = tuple(statements(needed.new))
    lines = names.lines(needed.new, edit.start)
    if lines is None:
        return AddedImports(
            refusal=f"{module.filename} has no place above the copy for {listed(new)}: add it by hand, and run it again"
        )
    return AddedImports(tuple(lines), new)


def _told(refusal: Refusal, module: Module, edit: LineEdit) -> str:
    """Why imports cannot be added, and what to do; of many names that would be undefined, in one go."""
    after = "\n".join([*module.lines[: edit.start - 1], *edit.lines, *module.lines[edit.end :]])
    names = new_undefined_names(module.file.text, after, module.filename)
    if len(names) > _EACH:
        return (
            f"the merge would leave {listed(names)} undefined: import them in {module.filename}, or copy them as well, "
            f"and run it again"
        )
    return f"{refusal.reason.replace('a fix would', 'the merge would', 1)}; {refusal.help}"
