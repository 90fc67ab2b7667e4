"""Carries the edit of a copy back to its source (contract 11).

The replacements are read backwards on the changed lines only. What comes out is taken when the directive makes
exactly the edited copy of it, and refused otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.comparison.tool_comments import with_tool_comments
from copycheck.directives.binding import Copy, bind
from copycheck.directives.compared_regions import exchange_name, reindent
from copycheck.directives.replacements import apply_replacements
from copycheck.fixing.fixed_copy_text import assemble
from copycheck.fixing.hunks import Hunk, Sides, differing, line_up
from copycheck.fixing.inverse_replacements import SourceLine, invert
from copycheck.fixing.uncommitted_source_edits import Change, OpenRows, undone
from copycheck.model.diagnostic import Identity, State
from copycheck.model.directive import print_replacement
from copycheck.model.errors import CopycheckError
from copycheck.model.wording import listed
from copycheck.project.atomic_write import obstacle
from copycheck.project.file_edits import LineEdit, edited
from copycheck.project.workspace import decode
from copycheck.resolution.module_lookup import Definition, choose_definitions
from copycheck.resolution.source_provider import Reader
from copycheck.syntax.compile_faults import fault_between
from copycheck.syntax.undefined_names import new_undefined_names


def promote(check: Check, found: Examined, in_sync: Collection[Identity]) -> list[Examined]:
    """Lay the edit over the source, and whatever else the two are part of; the copies that were carried back.

    Where the source is a copy itself, the edit goes on to the source of that; where the edited copy stands inside of
    another, or holds another, to the source of that one. `in_sync` names the copies that were in sync before the
    edit: others are left as they are. Raises CopycheckError, with the lines that are ambiguous, when that cannot be
    done; nothing is laid then.
    """
    workspace = check.project.workspace
    carried: list[Examined] = []
    front, goes_on = [found], False
    try:
        while front:
            copy = find(check, front.pop().identity)
            if carried and copy.state is not State.DRIFT:
                continue
            goes_on = bool(carried)
            _promote_one(check, copy, in_sync)
            goes_on = False
            carried.append(copy)
            front += [other for other in _tied(check, copy.identity) if other.identity in in_sync]
        for copy in carried:
            if find(check, copy.identity).state is not State.IN_SYNC:
                raise CopycheckError(_refusal(copy, "another copy that holds a part of it was edited otherwise", ()))
        _refuse_unknown_names(check, found)
    except CopycheckError as error:
        taken_back = workspace.edits()
        check.project.edit(dict.fromkeys(taken_back))
        check.update(taken_back)
        if not goes_on:
            raise
        message = f"the source `{found.directive.target}` is a copy itself, and the edit cannot go on from there"
        raise CopycheckError(f"{message}: {error}") from None
    return carried


def _refuse_unknown_names(check: Check, found: Examined) -> None:
    """Raises CopycheckError where a source would use names that its module does not know (contract 5.7)."""
    for filename, (before, after) in check.project.workspace.edits().items():
        old, new = decode(filename, before).text if before is not None else None, decode(filename, after).text
        if fault := fault_between(old or "", new):
            raise CopycheckError(_refusal(found, f"Python would not take {filename} with it: {fault}", ()))
        if unknown := new_undefined_names(old, new, filename):
            reason = f"{filename} would not know {listed(unknown)}; define or import it there first"
            raise CopycheckError(_refusal(found, reason, ()))


def in_sync_before(check: Check, found: Examined) -> frozenset[Identity]:
    """The copies that were in sync before one of them was edited: those that are when it has its expected text."""
    project = check.project
    copy = bind(project.module(found.filename), found.directive)
    if copy is None or found.formatted_expected is None:
        return _in_sync(check)
    lines = assemble(project.module(found.filename), copy, found.formatted_expected, project.settings.header)
    edit = LineEdit(copy.region.rows[0], copy.region.rows[-1], tuple(lines))
    with suppress(UnicodeEncodeError):
        project.edit({found.filename: edited(project.workspace.read(found.filename), [edit])})
    if not project.reparse([found.filename]):
        check.update([found.filename])
    before = _in_sync(check)
    project.edit({found.filename: None})
    check.update([found.filename])
    return before


def _in_sync(check: Check) -> frozenset[Identity]:
    return frozenset(other.identity for other in check.directives if other.state is State.IN_SYNC)


def find(check: Check, identity: Identity) -> Examined:
    """A directive as it is known now."""
    return next(other for other in check.directives if other.identity == identity)


def _tied(check: Check, identity: Identity) -> list[Examined]:
    """The copies that the source of a directive lies in, and those that share rows with its copy."""
    number = next(n for n, other in enumerate(check.directives) if other.identity == identity)
    own = check.directives[number]
    around = [
        other
        for other in check.directives
        if other.filename == own.filename
        and other is not own
        and any(span.overlaps(mine) for span in other.writes for mine in own.writes)
    ]
    return [*(check.directives[up] for up in check.edges[number]), *around]


def _promote_one(check: Check, found: Examined, in_sync: Collection[Identity]) -> None:
    sides = _sides(check, found)
    hunks = list(differing(check.formatters, sides))
    _refuse_to_undo(check, found, sides, hunks, in_sync)
    lines, ambiguous = [], []
    for hunk in hunks:
        new, bad = _inverted(hunk, sides)
        lines.append(new)
        ambiguous += bad
    if ambiguous:
        said = _refusal(found, "no one line of the source gives", ambiguous)
        raise CopycheckError(f"{said}{_reading(found, ambiguous)}. Edit the source by hand, or break the copy")
    edits = [_edit(check, sides, hunk, new) for hunk, new in zip(hunks, lines, strict=True)]
    filename = sides.definition.filename
    project = check.project
    try:
        data = edited(project.workspace.read(filename), edits)
    except UnicodeEncodeError as error:
        lacks = f"its encoding, {error.encoding}, lacks `{error.object[error.start]}`"
        raise CopycheckError(f"{filename} cannot hold the edit: {lacks}") from None
    before = project.workspace.edited(filename)
    project.edit({filename: data})
    broken = project.reparse([filename])
    if not broken:
        check.update([filename])
    if broken or find(check, found.identity).state is not State.IN_SYNC:
        project.edit({filename: before})
        check.update([filename])
        raise CopycheckError(_refusal(found, "the changed source does not give the copy; look at", _changed(hunks)))


def _reading(found: Examined, lines: Sequence[tuple[int, str]]) -> str:
    """Which replacement would change what a line says; empty where none does."""
    for replacement in found.directive.replacements:
        if any(apply_replacements(line, (replacement,)) != line for _, line in lines):
            return f": `{print_replacement(replacement)}` would change `{replacement.left}` in it"
    return ""


def _sides(check: Check, found: Examined) -> Sides:
    project, directive = check.project, found.directive
    if found.state is not State.DRIFT or found.identity in {check.directives[n].identity for n in check.cyclic}:
        state = "is in sync" if found.state is State.IN_SYNC else "is not compared with a source"
        raise CopycheckError(f"{found.filename}:{directive.row}: `{found.name}` {state}: there is no edit to promote")
    copy = bind(project.module(found.filename), directive)
    resolution = project.sources.resolve(directive.target, Reader(found.filename, found.name))
    assert copy is not None and resolution.definitions, "a drifted copy has both"
    if found.source is not None and found.source.is_foreign:
        place = f"{found.filename}:{directive.row}"
        where = f"the source of `{found.name}` is in another package"
        raise CopycheckError(f"{place}: {where}: `copycheck upstream adapt {place}` keeps the edit")
    definition = _one_definition(found, copy, resolution.definitions)
    full = (f"it is a full copy of {pair.source}" for pair in check.pairs if pair.copy == definition.filename)
    if reason := obstacle(project.settings.root, definition.filename) or next(full, None):
        raise CopycheckError(f"{definition.filename} is not written: {reason}")
    return line_up(copy, definition, project.settings)


def _one_definition(found: Examined, copy: Copy, definitions: Sequence[Definition]) -> Definition:
    """The source of a copy. Raises CopycheckError where several may be meant (3.5)."""
    alternatives = choose_definitions(definitions, copy.region.kind, copy.accessor, copy.number)
    alike = [definition for definition in alternatives if definition.plain.kind == copy.region.kind]
    if len(alike) > 1:
        places = ", ".join(f"{definition.filename}:{definition.location.row}" for definition in alike)
        raise CopycheckError(_refusal(found, f"its source is defined more than once ({places}); edit one by hand", ()))
    return alternatives[-1]


def _refuse_to_undo(
    check: Check, found: Examined, sides: Sides, hunks: Sequence[Hunk], in_sync: Collection[Identity]
) -> None:
    """Raises CopycheckError where the copy would take back what was changed in its source, and is not committed."""
    workspace, filename = check.project.workspace, sides.definition.filename
    if workspace.edited(filename) is not None:
        return  # what was carried there before has been looked at
    reads = [
        OpenRows(span.start, span.end + 1)
        for other in check.directives
        if other.identity in in_sync and other.identity != found.identity
        for span in other.reads
        if span.filename == filename
    ]
    # A row more on each side of what the copy has: of rows that are alike, git may have reported another one as new.
    more = [1 if hunk.lines else 0 for hunk in hunks]
    changes = [
        Change(_rows_of(sides, hunk), OpenRows(hunk.rows[0] - n, hunk.rows[-1] + 1 + n))
        for hunk, n in zip(hunks, more, strict=True)
    ]
    source, copy = workspace.read(filename), workspace.read(found.filename)
    for change, reason in undone(check.project.settings.root, source, copy, changes, reads):
        row = min(change.source.first, len(source.raw_lines()))
        what_to_do = "look at both sides, and commit what is right"
        raise CopycheckError(_refusal(found, f"{reason} ({filename}:{row}); {what_to_do}", ()))


def _rows_of(sides: Sides, hunk: Hunk) -> OpenRows:
    """The rows of the source that a hunk takes the place of."""
    rows = sides.rows[hunk.start : hunk.end]
    if rows:
        return OpenRows(rows[0], rows[-1] + 1)
    row = sides.rows[hunk.start - 1] + 1 if hunk.start else sides.rows[0]
    return OpenRows(row, row)


def _inverted(hunk: Hunk, sides: Sides) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines of the source for those of a hunk, and the rows and texts of those that none is found for."""
    source_text = reindent(sides.source.text, sides.source.indent, sides.copy.region.indent)
    source = dict(zip(sides.source.rows, source_text.split("\n"), strict=True))
    new, ambiguous = [], []
    paired = len(hunk.lines) == hunk.end - hunk.start
    name_row = sides.source.rows[sides.source.name_line]
    for number, line in enumerate(hunk.lines):
        at = hunk.start + number
        row = sides.rows[at] if paired else 0
        own = _named(line, sides, sides.source.name) if row == name_row else line
        old = SourceLine(source[row], sides.expected[at]) if paired and row != name_row else None
        back = invert(own, old, sides.copy.directive.replacements, source_text)
        if back is None and row == name_row:
            back = invert(line, None, sides.copy.directive.replacements, source_text)
        if back is None:
            ambiguous.append((hunk.rows[number], line))
        else:
            own = _named(back, sides, sides.source.name) if row == name_row else back
            comment = sides.tool_comments.get(row)
            new.append(with_tool_comments(own, [comment] if comment else []))
    text = reindent("\n".join(new), sides.copy.region.indent, sides.source.indent)
    return (text.split("\n") if new else []), ambiguous


def _named(line: str, sides: Sides, name: str) -> str:
    return exchange_name(line, 0, name, sides.source.kind)


def _edit(check: Check, sides: Sides, hunk: Hunk, lines: list[str]) -> LineEdit:
    """The hunk as an edit of rows of the source; an insertion hangs on the row before it."""
    whole = check.project.workspace.read(sides.definition.filename).lines
    rows = sides.rows[hunk.start : hunk.end]
    if not rows:
        anchor = sides.rows[max(hunk.start - 1, 0)]
        kept = whole[anchor - 1]
        return LineEdit(anchor, anchor, (kept, *lines) if hunk.start else (*lines, kept))
    marked = any("Ignore copy" in whole[row - 1] for row in rows)
    if rows[-1] - rows[0] != len(rows) - 1 or sides.source.tail or marked:
        place = f"{sides.definition.filename}:{rows[0]}"
        raise CopycheckError(
            f"{place}: there is a directive, a marker or other code among these lines; edit them by hand"
        )
    return LineEdit(rows[0], rows[-1], tuple(lines))


def _changed(hunks: Sequence[Hunk]) -> list[tuple[int, str]]:
    return [(row, line) for hunk in hunks for row, line in zip(hunk.rows, hunk.lines, strict=False)]


def _refusal(found: Examined, reason: str, lines: Sequence[tuple[int, str]]) -> str:
    places = ", ".join(f"line {row} `{line.strip()}`" for row, line in lines[:5])
    more = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
    text = f"{reason} {places}{more}" if lines else reason
    return f"{found.filename}:{found.directive.row}: `{found.name}` is not promoted: {text}"
