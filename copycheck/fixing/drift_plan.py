"""CPY201: what brings a copy that has drifted in line with its source (contract 5.1 to 5.3, and 5.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from copycheck.checking.outcome import Examined, shown_drift_of
from copycheck.directives.binding import Copy, bind
from copycheck.directives.module_directives import Module
from copycheck.fixing.broken_uses import UsesOfFile
from copycheck.fixing.comments_below import refusal_of_comment
from copycheck.fixing.fixed_copy_text import assemble
from copycheck.fixing.fixes_together import FixesTogether, Planned
from copycheck.fixing.lost_docstrings import lost_docstring
from copycheck.fixing.missing_imports import Importer
from copycheck.fixing.refusals import Refusal
from copycheck.fixing.self_attributes import SelfAttributes, Unbound
from copycheck.fixing.undefined_after_fix import Imports, NamesOfFile, parameters_of, texts_of
from copycheck.fixing.visible_changes import Change, change_between
from copycheck.model.diagnostic import Edit, Fix
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Location, Rows
from copycheck.model.wording import listed
from copycheck.project.file_edits import LineEdit, exact_edits
from copycheck.project.workspace import SourceFile
from copycheck.resolution.project_index import Project
from copycheck.syntax.new_imports import statements
from copycheck.syntax.undefined_names import is_stub

MESSAGE = "Replace the copy by the expected text"
FORK = 10
"""A fix that removes so many lines of a copy, and more than half of it, meets a fork."""


class Fork(NamedTuple):
    """A fix that would take most of a copy away: so many of its lines, out of so many."""

    fix: Fix
    removed: int
    lines: int


class Breaking(NamedTuple):
    """A fix after which the rest of the file would use the copy as it is no more, or docs are gone: why as a clause."""

    fix: Fix
    reason: str


Plan = Fix | Fork | Breaking | Refusal


class Draft(NamedTuple):
    """The lines that take the place of a copy, the imports that its file needs for them, and what users of it see."""

    copy: Copy
    found: Examined
    edit: LineEdit
    imports: Imports
    change: Change | None


def plans(
    project: Project,
    importer: Importer,
    module: Module,
    drifted: Mapping[int, Examined],
    staying: Collection[int],
    width: int,
) -> dict[int, Plan]:
    """The fixes of the copies of a file that have drifted, each with all its edits; or why there is none.

    `module` is the file, of which the bodies of other definitions may be elided; `width` is its longest line. Those of
    the copies that are `staying` are not fixed with the others. Nothing is changed.
    """
    planned: dict[int, Plan] = {}
    drafts: dict[int, Draft] = {}
    known = project.facts(module.filename).copies_by_row() if project.modules.has_facts(module.filename) else {}
    edits = {number: expected_lines(project, module, known, found) for number, found in drifted.items()}
    rows = {copy.row for copy, _ in edits.values()}
    names = NamesOfFile(project, importer, module, rows, width)
    for number, (copy, edit) in edits.items():
        needed = refusal_of_comment(module, copy, edit) or names.needed(copy, drifted[number], edit)
        if isinstance(needed, Refusal):
            planned[number] = needed
        else:
            drafts[number] = _draft(project, module, copy, drifted[number], edit, needed)
    fixes = {number: _plan(module, names, draft) for number, draft in drafts.items()}
    for number, plan in zip(fixes, _apart(module.file, list(fixes.values())), strict=True):
        planned[number] = _as_work(project, module, drafts[number], plan) if isinstance(plan, Fix) else plan
    safe = {number: plan for number, plan in planned.items() if isinstance(plan, Fix)}
    return planned | _as_users_allow(project, importer, module, names, {n: (drafts[n], safe[n]) for n in safe}, staying)


def _as_users_allow(
    project: Project,
    importer: Importer,
    module: Module,
    names: NamesOfFile,
    safe: Mapping[int, tuple[Draft, Fix]],
    staying: Collection[int],
) -> dict[int, Plan]:
    """The fixes as the rest of the file, and the others of them, allow them to be made (contract 5.11)."""
    drafts = {number: draft for number, (draft, _) in safe.items()}
    kept = {number: draft for number, draft in drafts.items() if number not in staying}
    uses = UsesOfFile(
        lambda: project.workspace.read(module.filename).text, [Rows(d.edit.start, d.edit.end) for d in kept.values()]
    )
    attributes = SelfAttributes(project, importer.modules, module, {n: draft.edit for n, draft in kept.items()})
    drafts = {n: draft._replace(change=attributes.still_bound(draft.change)) for n, draft in drafts.items()}
    kept = {number: drafts[number] for number in kept}
    unbound = {number: attributes.unbound(number, draft.found) for number, draft in kept.items()}
    known = _lacking(unbound, kept)
    together = FixesTogether(
        module,
        names.around,
        {n: Planned(d.found, *texts_of(module, d.copy, d.edit), d.change) for n, d in kept.items()},
    )
    while True:
        reasons = _reasons(uses, drafts, kept, known)
        fixed = kept.keys() - reasons.keys()
        contradictions = together.contradictions(fixed) | _lacking(unbound, fixed)
        if not contradictions:
            break
        known |= contradictions | reasons  # what was said stays, although more is left as it is now
    needs = together.needs(uses, fixed, unbound)
    plans: dict[int, Plan] = {n: fix._replace(needs=needs.get(n, ())) for n, (_, fix) in safe.items()}
    return plans | {number: Breaking(safe[number][1], reason) for number, reason in reasons.items()}


def _lacking(unbound: Mapping[int, Sequence[Unbound]], fixed: Collection[int]) -> dict[int, str]:
    """Of the copies that are fixed, those that would use an attribute of `self` which none of them binds; and why."""
    return {
        number: one.reason
        for number in fixed
        for one in unbound.get(number, ())
        if not any(other in fixed for other in one.bound_by)
    }


def _reasons(
    uses: UsesOfFile, drafts: Mapping[int, Draft], fixed: Mapping[int, Draft], known: Mapping[int, str]
) -> dict[int, str]:
    """Why fixes would break the program, and are a person's to decide on (contract 5.11); some reasons are `known`.

    What is not fixed for such a reason belongs to the rest, so that what it uses is looked at again.
    """
    users: dict[str, list[int]] = defaultdict(list)
    for number, draft in drafts.items():
        for name in draft.change.names if draft.change else ():
            users[name].append(number)
    reasons: dict[int, str] = {}
    front: Collection[int] = [number for number, draft in drafts.items() if draft.change or known.get(number)]
    while front:
        said = ((number, known.get(number) or uses.broken_by(drafts[number].change)) for number in front)
        found = {number: reason for number, reason in said if reason}
        reasons |= found
        edits = [fixed[number].edit for number in found if number in fixed]
        names = {name for edit in edits for name in uses.leave_as_is(edit.start, edit.end)}
        front = {number for name in names for number in users.get(name, ()) if number not in reasons}
    return reasons


def _draft(project: Project, module: Module, copy: Copy, found: Examined, edit: LineEdit, needed: Imports) -> Draft:
    keeps_header = project.settings.header == "ignore" and copy.region.kind in ("def", "async def")
    parameters = parameters_of(project, found) if keeps_header else None
    return Draft(copy, found, edit, needed, change_between(*texts_of(module, copy, edit), parameters))


def _as_work(project: Project, module: Module, draft: Draft, fix: Fix) -> Fix | Fork | Breaking:
    """The fix, or the fork or the docstring that it would take away (contract 5.9)."""
    plan = _as_fork(project, draft.found, fix)
    if isinstance(plan, Fork):
        return plan
    reason = lost_docstring(*texts_of(module, draft.copy, draft.edit))
    return Breaking(fix, reason) if reason else fix


def _as_fork(project: Project, found: Examined, fix: Fix) -> Fix | Fork:
    """The fix, or the fork that it would take away."""
    drift = shown_drift_of(found)
    comparison = found.comparison
    if drift is None or drift.diff is None or comparison is None or found.formatted_expected is None:
        return fix
    lost = [line[1:].strip() for line in drift.diff.split("\n")[2:] if line.startswith("-")]
    if len(lost) < FORK:
        return fix
    kept = {line.strip() for text in (found.formatted_expected, *comparison.expected) for line in text.split("\n")}
    for span in found.reads:
        with suppress(UnreadableFileError):  # a source may be in another place than the project
            kept |= {line.strip() for line in project.workspace.read(span.filename).lines[span.start - 1 : span.end]}
    removed = sum(line not in kept for line in lost)
    lines = sum(bool(line.strip()) for line in comparison.actual.split("\n"))
    if removed < FORK or 2 * removed <= lines or is_stub(comparison.actual):
        return fix
    return Fork(fix, removed, lines)


def _plan(module: Module, names: NamesOfFile, draft: Draft) -> Fix | Refusal:
    new = draft.imports.new
    added = names.lines(new, draft.edit.start)
    if added is None:
        what = listed(statements(new))
        return Refusal(
            f"a fix would have to add {what}, and finds no place for it above the copy",
            f"add {what} to {module.filename}, and run `copycheck --fix` again",
        )
    try:
        edits = [edit for lines in (draft.edit, *added) for edit in exact_edits(module.file, [lines])]
    except UnicodeEncodeError as error:
        lacks = f"the encoding of the file, {error.encoding}, lacks `{error.object[error.start]}`"
        return Refusal(f"its expected text cannot be written: {lacks}", "fix the copy by hand, or remove the directive")
    message = f"{MESSAGE}, and add {listed(statements(new))}" if new else MESSAGE
    return Fix(message, "safe", tuple(edits), tuple(statements(new)))


def _apart(file: SourceFile, plans: Sequence[Fix | Refusal]) -> list[Fix | Refusal]:
    """The plans of a file, those that add different lines in one place so that no two of them are made at once.

    An edit that adds text there becomes one of the line end before it, which overlaps any other of that place.
    """
    texts: dict[Location, set[str]] = defaultdict(set)
    for plan in plans:
        for edit in plan.edits if isinstance(plan, Fix) else ():
            if edit.start == edit.end:
                texts[edit.start].add(edit.text)
    contested = {place for place, some in texts.items() if len(some) > 1}
    raw = file.raw_lines()
    return [
        plan._replace(
            edits=tuple(_anchored(file, raw, edit) if edit.start in contested else edit for edit in plan.edits)
        )
        if isinstance(plan, Fix)
        else plan
        for plan in plans
    ]


def _anchored(file: SourceFile, raw: Sequence[bytes], edit: Edit) -> Edit:
    if edit.start != edit.end or edit.start.column > 1:
        return edit
    row = edit.start.row
    if row == 1:
        first = file.lines[0][:1] or "\n"
        return edit._replace(end=Location(1, 2) if file.lines[0] else Location(2), text=edit.text + first)
    line = file.lines[row - 2]
    encoding = "utf-8" if file.encoding == "utf-8-sig" else file.encoding
    end = raw[row - 2].decode(encoding).lstrip("\ufeff")[len(line) :] if row - 2 < len(raw) else "\n"
    return edit._replace(start=Location(row - 1, len(line) + 1), text=end + edit.text)


class ExpectedLines(NamedTuple):
    """A copy, and the lines that take its place: its expected text, with what stays its own."""

    copy: Copy
    edit: LineEdit


def expected_lines(project: Project, module: Module, known: Mapping[int, Copy], found: Examined) -> ExpectedLines:
    """A copy that has drifted, with its expected lines.

    `known` are the copies of the file that need not be looked for, by the rows of their directives.
    """
    copy = known.get(found.directive.row) or bind(module, found.directive)
    assert copy is not None and found.formatted_expected is not None, "a copy that has drifted has both"
    lines = assemble(module, copy, found.formatted_expected, project.settings.header)
    return ExpectedLines(copy, LineEdit(copy.region.rows[0], copy.region.rows[-1], tuple(lines)))
