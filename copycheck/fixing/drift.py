"""CPY201: what brings a copy that has drifted in line with its source (contract 5.1 to 5.3)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.directives.binding import bind
from copycheck.directives.module import Module
from copycheck.fixing.reassemble import assemble
from copycheck.model.diagnostic import Fix
from copycheck.project.edits import LineEdit, exact_edits
from copycheck.resolution.index import Project

MESSAGE = "Replace the copy by the expected text"


class Refusal(NamedTuple):
    """Why a drift is not fixed, as a clause of the message of its finding, and what to do instead."""

    reason: str
    help: str


def plan(project: Project, module: Module, found: Examined) -> Fix | Refusal:
    """The fix of a copy that has drifted, with all its edits; or why there is none.

    `module` is the file of the copy, of which the body of the copy may be elided. Nothing is changed.
    """
    line_edit = expected_lines(project, module, found)
    try:
        return Fix(MESSAGE, "safe", exact_edits(module.file, [line_edit]))
    except UnicodeEncodeError as error:
        lacks = f"the encoding of the file, {error.encoding}, lacks `{error.object[error.start]}`"
        return Refusal(f"its expected text cannot be written: {lacks}", "fix the copy by hand, or remove the directive")


def expected_lines(project: Project, module: Module, found: Examined) -> LineEdit:
    """The lines that take the place of a copy: its expected text, with what stays its own."""
    copy = bind(module, found.directive)
    assert copy is not None and found.written is not None, "a copy that has drifted has both"
    lines = assemble(module, copy, found.written, project.settings.header)
    return LineEdit(copy.region.rows[0], copy.region.rows[-1], tuple(lines))
