"""What is said of objects that were not found: where they are now, or which root is missing (contract 3.6)."""

from __future__ import annotations

from copycheck.checking.outcome import Examined
from copycheck.directives.parser import retargeted
from copycheck.model.diagnostic import Fix
from copycheck.project.edits import LineEdit, exact_edits
from copycheck.resolution.index import Project
from copycheck.resolution.suggestions import Homes, find_homes, home


def relocate(project: Project, directives: list[Examined], known: Homes) -> Homes:
    """Say of each directive whose object was not found where a single one of its name is, in place.

    `known` is where earlier runs found objects; returns where those of these directives are.
    """
    lost = {found.lost for found in directives if found.lost}
    homes = find_homes(lost, project.sizes, project.workspace, project.settings.src, known, project.share)
    suggestions = _Suggestions(project, homes)
    for number, found in enumerate(directives):
        if found.lost:
            directives[number] = suggestions.added_to(found)
    return homes


class _Suggestions:
    """What can be said of lost objects of a project."""

    def __init__(self, project: Project, homes: Homes) -> None:
        self._project = project
        self._homes = homes

    def added_to(self, found: Examined) -> Examined:
        """A directive, its finding with the root that is missing, or else with the place of the object."""
        if any(diagnostic.code == "CPY101" for diagnostic in found.diagnostics):
            root = self._project.possible_roots().of(found.directive.target)
            if root:
                return _with_root(found, root)
        place = home(self._homes[found.lost])
        return self._with_home(found, place, self._homes[found.lost][0][2]) if place else found

    def _with_home(self, found: Examined, place: str, name: str) -> Examined:
        """Say where a lost object is. To name it there is an unsafe fix, for nobody knows that it is the same."""
        file, row = self._project.workspace.read(found.filename), found.directive.row
        line = retargeted(file.lines[row - 1], {found.directive.target: name})
        edits = exact_edits(file, [LineEdit(row, row, (line,))] if line is not None else [])
        fix = Fix(f"Name `{name}`", "unsafe", edits)
        diagnostics = (
            d._replace(message=f"{d.message}; {place}", fix=fix) if d.code in ("CPY101", "CPY102") else d
            for d in found.diagnostics
        )
        return found._replace(diagnostics=tuple(diagnostics))


def _with_root(found: Examined, root: str) -> Examined:
    """Say which folder would have to be a root for the source to be found."""
    help_ = f"add `{root}` to `src`: the source is below that folder"
    diagnostics = (d._replace(help=help_) if d.code == "CPY101" else d for d in found.diagnostics)
    return found._replace(diagnostics=tuple(diagnostics))
