"""Breaks a copy on purpose: without its directive, with a reason in its place, or in one member (contract 11)."""

from __future__ import annotations

import difflib

from copycheck.check import Check
from copycheck.edits import Edit, apply_edits
from copycheck.errors import CopycheckError, UnreadableFileError
from copycheck.examine import Examined
from copycheck.model import Diagnostic, Directive
from copycheck.module import Module
from copycheck.tree import Statement


def directive_at(check: Check, filename: str, row: int) -> Examined:
    """The directive in a row, else that of the innermost copy around it. Raises CopycheckError where there is none."""
    own = [found for found in check.directives if found.filename == filename]
    for found in own:
        if row in found.directive.rows or any(ignore.row == row for ignore in found.directive.ignores):
            return found
    around = [found for found in own if found.region and found.directive.row <= row <= found.region.end]
    if around:
        return max(around, key=lambda found: found.directive.row)
    nearest = min(own, key=lambda found: abs(found.directive.row - row), default=None)
    hint = f"; the nearest is in row {nearest.directive.row}" if nearest else ": the file has none"
    raise CopycheckError(f"{filename}:{row}: no directive stands here, nor a copy{hint}")


def break_copy(check: Check, found: Examined, reason: str | None) -> None:
    """Take the directive away, with the ignore comments that are only its own, or put its reason in its place.

    Raises CopycheckError for a reason that is none.
    """
    directive = found.directive
    kept: tuple[str, ...] = ()
    if reason is not None:
        text = " ".join(reason.split())
        if not text:
            raise CopycheckError("--reason takes a text: why the copy goes its own way")
        kept = (f"{directive.indent}# Adapted from {directive.target}: {text}",)
    others = [d for d in check.project.module(found.filename).directives if d.row != directive.row]
    shared = {ignore.row for other in others for ignore in other.ignores}
    edits = [Edit(ignore.row, ignore.row, ()) for ignore in directive.ignores if ignore.row not in shared]
    lay(check, found.filename, [*edits, Edit(directive.row, directive.end_row, kept)])


def ignore_member(check: Check, found: Examined, name: str) -> None:
    """Put `# Ignore copy` above a member of a copied class, or into the body of a copied function.

    Raises CopycheckError for a member that is not there.
    """
    module = check.project.module(found.filename)
    site = module.definition_below(found.directive)
    if site is None:
        raise CopycheckError(f"{found.filename}:{found.directive.row}: no definition follows this directive")
    lay(check, found.filename, [_marker(module, found.directive, site.statement, name)])


def _marker(module: Module, directive: Directive, copy: Statement, name: str) -> Edit:
    if copy.kind == "class":
        members = [member for member in copy.children if member.is_scope]
        alike = [member for member in members if member.name == name]
        if not alike:
            near = difflib.get_close_matches(name, [member.name for member in members], 2)
            hint = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""
            raise CopycheckError(f"{module.filename}:{directive.row}: `{copy.name}` has no member `{name}`{hint}")
        return _above(module, alike[0])
    place = f"{module.filename}:{directive.row}"
    if copy.kind == "assignment":
        raise CopycheckError(f"{place}: an assignment has no members")
    if name != copy.name:
        raise CopycheckError(f"{place}: the one member of a function is its body: name it `{copy.name}`, not `{name}`")
    first = copy.children[0]
    if first.start == copy.row:
        line = module.lines[copy.end - 1]
        return Edit(copy.end, copy.end, (f"{line}  # Ignore copy",))
    return _above(module, first)


def _above(module: Module, statement: Statement) -> Edit:
    """The marker on a line of its own, right above a statement and its decorators."""
    line = module.lines[statement.start - 1]
    indent = line[: len(line) - len(line.lstrip())]
    return Edit(statement.start, statement.start, (f"{indent}# Ignore copy", line))


def differing_members(check: Check, found: Examined) -> list[str]:
    """The members of a copied class that differ from its source, or the name of a function that does.

    Raises CopycheckError where nothing differs.
    """
    module = check.project.module(found.filename)
    site = module.definition_below(found.directive)
    drift = next((d for d in found.diagnostics if d.code in ("CPY201", "CPY202") and d.diff), None)
    if site is None or drift is None:
        raise CopycheckError(f"{found.filename}:{found.directive.row}: `{found.name}` has not drifted")
    if site.statement.kind != "class":
        return [site.statement.name]
    rows = _differing_rows(drift)
    members = [s for s in site.statement.children if s.is_scope]
    return list(dict.fromkeys(m.name for m in members if any(m.start <= row <= module.end_of(m) for row in rows)))


def _differing_rows(drift: Diagnostic) -> set[int]:
    """The rows of the copy that a difference is about: those it has otherwise, and those where it lacks some."""
    assert drift.diff is not None, "a drift has one"
    found, row = set[int](), 0
    for line, (_, actual) in zip(drift.diff.split("\n")[2:], drift.rows, strict=False):
        row = actual or row
        found |= {row} if line[:1] in ("-", "+") else set()
    return found


def lay(check: Check, filename: str, edits: list[Edit]) -> None:
    """Lay edits over a file. Raises CopycheckError, with nothing laid, where the file could not be read any more."""
    project = check.project
    before = project.workspace.edited(filename)
    try:
        project.edit({filename: apply_edits(project.workspace.read(filename), edits)})
        project.module(filename).outline  # noqa: B018
    except (UnicodeEncodeError, UnreadableFileError) as error:
        project.edit({filename: before})
        raise CopycheckError(f"{filename} cannot be edited: {error}") from None
    check.update([filename])
