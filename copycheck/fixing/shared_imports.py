"""The imports of several fixes of one file, added at once: one by one, each would take a wave (contract 5.7)."""

from __future__ import annotations

from collections.abc import Sequence

from copycheck.checking.outcome import Examined
from copycheck.comparison.format_config import Styles
from copycheck.fixing.drift_plan import expected_lines
from copycheck.fixing.missing_imports import Importer
from copycheck.fixing.refusals import Refusal
from copycheck.fixing.undefined_after_fix import NamesOfFile
from copycheck.model.diagnostic import Edit
from copycheck.project.file_edits import exact_edits
from copycheck.resolution.project_index import Project
from copycheck.syntax.new_imports import NewImport


def shared_imports(project: Project, filename: str, fixed: Sequence[Examined]) -> tuple[Edit, ...] | None:
    """The edits that add what the fixes of some copies of a file import; None where they cannot be added at once."""
    module = project.modules.elided(filename)
    known = project.facts(filename).copies_by_row() if project.modules.has_facts(filename) else {}
    drafts = [(found, *expected_lines(project, module, known, found)) for found in fixed]
    width = Styles(project.settings.root, project.settings.formatter).width_of(filename)
    names = NamesOfFile(project, Importer(project), module, {copy.row for _, copy, _ in drafts}, width)
    wanted: dict[NewImport, None] = {}
    for found, copy, edit in drafts:
        needed = names.needed(copy, found, edit)
        if isinstance(needed, Refusal):
            return None
        wanted |= dict.fromkeys(needed.new)
    imports = [one for one in wanted if not one.condition or one._replace(condition="") not in wanted]
    lines = names.lines(imports, min(edit.start for _, _, edit in drafts))
    return exact_edits(module.file, lines) if lines else None
