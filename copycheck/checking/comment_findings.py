"""Findings about comments that are no directive, or have no effect (CPY006 and CPY007)."""

from __future__ import annotations

from collections.abc import Iterator

from copycheck.checking.outcome import Examined
from copycheck.directives.directive_parser import IGNORE_COPY
from copycheck.directives.module_directives import Module
from copycheck.model.diagnostic import Diagnostic, Fix
from copycheck.model.location import Excerpt, Location
from copycheck.project.file_edits import LineEdit, exact_edits
from copycheck.resolution.parsed_modules import FileFacts
from copycheck.resolution.project_index import Project


def comment_findings(project: Project, facts: FileFacts, examined: list[Examined]) -> Iterator[Diagnostic]:
    """CPY006 and CPY007, which look at every comment of the file and are off by default."""
    codes = project.settings.codes
    if codes.isdisjoint(("CPY006", "CPY007")):
        return
    module = project.module(facts.filename)
    if not module.is_parsable:
        return
    if "CPY006" in codes:
        named = {found.directive.row for found in examined if any(d.code == "CPY010" for d in found.diagnostics)}
        for place, end_column, path in module.near_misses():
            if place.row in named:
                continue
            message = f"this comment resembles a directive for `{path}`, but is not one"
            help_ = f"a directive is a comment alone on its line: `# Copied from {path}`"
            end = Location(place.row, end_column)
            excerpt = Excerpt(module.lines[place.row - 1], place.column, end_column - place.column)
            yield Diagnostic("CPY006", message, module.filename, place, end, help=help_, excerpt=excerpt)
    if "CPY007" in codes:
        yield from _unused_markers(module, examined)


def _unused_markers(module: Module, examined: list[Examined]) -> Iterator[Diagnostic]:
    effective_markers = {row for found in examined for row in found.effective_markers}
    unknown = [found.region for found in examined if not found.compared and found.region is not None]
    for row, column in module.ignore_markers:
        if row in effective_markers or any(span.start <= row <= span.end for span in unknown):
            continue
        message = "this `# Ignore copy` has no effect: it marks no member of a copied object"
        place, end = Location(row, column), Location(row, len(module.lines[row - 1]) + 1)
        kept = IGNORE_COPY.split(module.lines[row - 1], maxsplit=1)[0].rstrip()
        edits = exact_edits(module.file, [LineEdit(row, row, (kept,) if kept else ())])
        fix = Fix("Remove the comment", edits=edits)
        help_ = "remove it, or run `copycheck --fix`"
        yield Diagnostic("CPY007", message, module.filename, place, end, fix=fix, help=help_)
