"""Code actions: what can be done about a copy or a source, each as an edit that nothing has written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lsprotocol import types

from copycheck.api import Session
from copycheck.directives.binding import definition_at, members_around
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Result
from copycheck.model.wording import plural
from copycheck.project.lock_file import read_lock
from copycheck.project.upstream_settings import LOCK
from copycheck.server.diagnostics import by_source, is_drifted
from copycheck.server.documents import Units
from copycheck.server.projects import ServedProject
from copycheck.server.slow_answers import MARK, UPDATE
from copycheck.server.workspace_edits import Editor, inserted_line

FIX_ALL = types.CodeActionKind.SourceFixAll.value + ".copycheck"
_QUICK_FIX, _REFACTOR = types.CodeActionKind.QuickFix.value, types.CodeActionKind.RefactorRewrite.value
_UNSAFE = " (unsafe: look at it)"
_MOST_PLANNED = 10
"""In so many files fixes are planned before a menu opens."""
_REASON = "say here why this copy differs"


class Action(NamedTuple):
    """Something that can be done: `do` names it, and `where` says to what, so that its edit can be made later."""

    title: str
    kind: str
    do: str
    where: Mapping[str, Any]
    is_preferred: bool = False
    about: str = ""
    """The code of the finding that it fixes."""


def actions_at(project: ServedProject, filename: str, first: int, last: int) -> Iterator[Action]:
    """What can be done about the directives, copies and sources in some rows of a file, and about the file."""
    session = project.session
    findings = [f for f in session.findings(filename) if first <= f.end_location.row and f.location.row <= last]
    yield from _comments(findings)
    for copy in _copies_at(session.copies_in(filename), first, last):
        yield from _for_copy(project, copy, first)
    for place, copies in by_source(session.copies_of(filename)).items():
        if first <= place.row <= last and (count := _fixable(project, copies)):
            title = f"Fix {count.said} of this that drifted"
            yield Action(title, _QUICK_FIX, "fix source", {"row": place.row}, about="CPY201")
    if first <= 1 and any(copy.filename == filename for copy in session.full_copies(filename)):
        about = next((finding.code for finding in findings if finding.code in ("CPY203", "CPY204")), "")
        title = "Break this full copy: remove its entry in `full-copies`"
        yield Action(title, _QUICK_FIX if about else _REFACTOR, "break full copy", {}, about=about)
    yield from _long_ones(project, filename, first)
    if any(finding.fix is not None and finding.fix.applicability == "safe" for finding in session.findings(filename)):
        yield Action("Fix all copies and directives of this file", FIX_ALL, "fix all", {})


def _long_ones(project: ServedProject, filename: str, row: int) -> Iterator[Action]:
    """What another process is asked for: to mark a copy that nobody marked, and to update one that is locked."""
    if filename in project.broken:
        return
    copies = project.session.copies_in(filename)
    locked = _locked(project)
    for copy in _copies_at(copies, row, row):
        if (copy.filename, copy.name, copy.target) in locked:
            title = f"Update this copy of `{copy.target.rpartition('.')[2]}` from upstream"
            yield Action(title, _REFACTOR, UPDATE, {"row": copy.location.row})
    taken = {copy.rows.start for copy in copies if copy.rows is not None}
    name = definition_at(project.session.project.module(filename), row, taken)
    if name:
        yield Action(f"Mark `{name}` as a copy of what `suggest` finds", _REFACTOR, MARK, {"row": row})


def _locked(project: ServedProject) -> frozenset[tuple[str, str, str]]:
    """The copies that the lock of upstreams knows, by file, name and target; none where it cannot be used."""
    try:
        return frozenset(copy[:3] for copy in read_lock(project.session.project.workspace.read_bytes(LOCK)).copies)
    except CopycheckError:
        return frozenset()


def _copies_at(copies: Sequence[ListedCopy], first: int, last: int) -> list[ListedCopy]:
    """The innermost copy around some rows, with all directives above it; or those whose directives are in the rows."""
    around = [c for c in copies if c.rows is not None and c.location.row <= last and first <= c.rows.end]
    at = [copy for copy in around if first <= copy.location.row <= last or (copy.rows and first < copy.rows.start)]
    if at:
        return at
    return [copy for copy in around if copy.rows and copy.rows.start == max(c.rows.start for c in around if c.rows)]


def _comments(findings: Sequence[Diagnostic]) -> Iterator[Action]:
    """The fixes of findings about comments and names, which need no second look at the copy."""
    for finding in findings:
        fix = finding.fix
        if fix is None or not fix.edits or finding.code == "CPY201":
            continue
        unsafe = _UNSAFE if fix.applicability == "unsafe" else ""
        where = {"key": list(finding.key)}
        yield Action(f"{fix.message}{unsafe}", _QUICK_FIX, "finding", where, fix.applicability == "safe", finding.code)


def _for_copy(project: ServedProject, copy: ListedCopy, row: int) -> Iterator[Action]:
    where = {"row": copy.location.row}
    source = copy.target.rpartition(".")[2]
    drift = next((finding for finding in copy.findings if finding.code == "CPY201"), None)
    if drift is not None and is_drifted(copy):
        # What the others of its file, as they count now, make of its fix (contract 5.11).
        drift = next((found for found in project.session.findings(copy.filename) if found.key == drift.key), drift)
        if drift.fix is not None:
            is_safe = drift.fix.applicability == "safe"
            title = f"Fix this copy of `{source}`{'' if is_safe else _UNSAFE}"
            yield Action(title, _QUICK_FIX, "fix copy", {**where, "unsafe": not is_safe}, is_safe, "CPY201")
        yield from _other_copies(project, copy)
        if copy.source is None or not copy.source.is_foreign:
            title = f"Promote this edit to `{source}` and its copies"
            yield Action(title, _QUICK_FIX, "promote", where, about="CPY201")
        yield Action("Ignore what differs: `# Ignore copy`", _QUICK_FIX, "ignore differing", where, about="CPY201")
    for finding in copy.findings:
        if finding.code not in copy.ignored | copy.known and finding.filename == copy.filename:
            ignore = {**where, "code": finding.code}
            yield Action(f"Ignore {finding.code} here", _QUICK_FIX, "ignore finding", ignore, about=finding.code)
    if copy.rows is not None:
        about = "CPY201" if drift is not None else ""
        kind = _QUICK_FIX if drift is not None else _REFACTOR
        module = project.session.project.module(copy.filename)
        for name in members_around(module, copy.location.row, row):
            yield Action(f"Ignore `{name}` in this copy", kind, "ignore member", {**where, "name": name}, about=about)
        title = "Break this copy"
        yield Action(f"{title}: remove its directive", kind, "break", where, about=about)
        yield Action(f"{title}, with a reason in place of its directive", kind, "break with reason", where, about=about)


class _Count(NamedTuple):
    """How many copies have drifted, and how many of them a fix without a second look brings in line."""

    drifted: int
    fixable: int

    @property
    def said(self) -> str:
        """`3 copies`, or `2 of 3 copies`."""
        some = f"{self.fixable} of " if self.fixable < self.drifted else ""
        return f"{some}{plural(self.drifted, 'copy', 'copies')}"


def _fixable(project: ServedProject, copies: Sequence[ListedCopy]) -> _Count | None:
    """The drifted ones among some copies; None where no fix would be made.

    To plan the fixes of many files takes too long for a menu that opens: there, all count.
    """
    drifted = [copy for copy in copies if is_drifted(copy)]
    names = {copy.filename for copy in drifted}
    if len(names) > _MOST_PLANNED:
        return _Count(len(drifted), len(drifted))
    findings = (finding for name in names for finding in project.session.findings(name))
    safe = {finding.key for finding in findings if finding.fix is not None and finding.fix.applicability == "safe"}
    fixable = sum(any(finding.key in safe for finding in copy.findings) for copy in drifted)
    return _Count(len(drifted), fixable) if fixable else None


def _other_copies(project: ServedProject, copy: ListedCopy) -> Iterator[Action]:
    """The fix of all copies of a source, where more than this one have drifted."""
    if copy.source is None:
        return
    alike = [c for c in project.session.copies_of(copy.source.filename) if c.source == copy.source]
    count = _fixable(project, alike)
    if count is not None and count.fixable > 1:
        where = {"row": copy.source.location.row, "source": copy.source.filename}
        some = "" if count.fixable < count.drifted else "all "
        title = f"Fix {some}{count.said} of `{copy.target.rpartition('.')[2]}` that drifted"
        yield Action(title, _QUICK_FIX, "fix source", where, about="CPY201")


def _with_chains(session: Session, copies: Sequence[ListedCopy]) -> set[Identity]:
    """Some copies, what is copied from them, and so on: else these would drift by the fix."""
    found = {copy.identity for copy in copies}
    front = list(copies)
    while front:
        copy = front.pop()
        for other in session.copies_of(copy.filename):
            row = other.source.location.row if other.source else 0
            if copy.rows and copy.rows.start <= row <= copy.rows.end and other.identity not in found:
                found.add(other.identity)
                front.append(other)
    return found


def _why_nothing(result: Result) -> str:
    """Why an edit changes nothing."""
    left = next((finding for finding in result.diagnostics if finding.code == "CPY201"), None)
    if left is None:
        return "nothing was changed: the copy is in sync now"
    return f"{left.filename}:{left.location.row}: {left.message}"


class Actions:
    """Makes the edits of actions for one editor."""

    def __init__(self, editor: Editor, units: Units) -> None:
        self._editor, self._units = editor, units

    def edit(
        self, project: ServedProject, filename: str, title: str, do: str, where: Mapping[str, Any]
    ) -> types.WorkspaceEdit:
        """The edit of an action. Raises CopycheckError where it cannot be done, or what it is about is gone."""
        makes: dict[str, Callable[[], types.WorkspaceEdit]] = {
            "finding": lambda: self._of_finding(project, filename, title, where["key"]),
            "ignore finding": lambda: self._ignoring(project, filename, where["row"], where["code"]),
        }
        if do in makes:
            return makes[do]()
        session, row = project.session, where.get("row", 0)
        if do == "fix copy":
            copy = self._copy_at(project, filename, row)
            result = session.fix(only=[copy.identity], unsafe=where.get("unsafe", False))
        elif do == "fix source":
            source = where.get("source", filename)
            copies = [c for c in session.copies_of(source) if c.source and c.source.location.row == row]
            result = session.fix(only=_with_chains(session, copies))
        elif do == "fix all":
            result = session.fix([filename], within=[filename])
        elif do == "promote":
            result = session.promote(filename, row)
        elif do == "break full copy":
            result = session.break_full_copy(filename)
        elif do == "ignore differing":
            result = session.ignore_differing(filename, row)
        elif do == "ignore member":
            result = session.break_copy(filename, row, member=where["name"])
        else:
            reason = where.get("reason", _REASON) if do == "break with reason" else None
            result = session.break_copy(filename, row, reason=reason)
        if not result.patches:
            raise CopycheckError("; ".join(result.errors) or _why_nothing(result))
        return self._editor.of_patches(project, result.patches, title, filename)

    def _copy_at(self, project: ServedProject, filename: str, row: int) -> ListedCopy:
        copy = next((c for c in project.session.copies_in(filename) if c.location.row == row), None)
        if copy is None:
            raise CopycheckError(f"{filename}:{row} has no directive any more: ask for the actions again")
        return copy

    def _of_finding(self, project: ServedProject, filename: str, title: str, key: Sequence[Any]) -> types.WorkspaceEdit:
        found = next((f for f in project.session.findings(filename) if list(f.key) == list(key) and f.fix), None)
        if found is None or found.fix is None:
            raise CopycheckError("this finding is gone: ask for the actions again")
        return self._editor.of_edits(project, found.fix.edits, title)

    def _ignoring(self, project: ServedProject, filename: str, row: int, code: str) -> types.WorkspaceEdit:
        copy = self._copy_at(project, filename, row)
        text = project.text(filename, self._units)
        line = text.lines[copy.location.row - 1]
        indent = line[: len(line) - len(line.lstrip())]
        edit = inserted_line(text, copy.location.row, f"{indent}# copycheck: ignore[{code}]")
        return self._editor.of_texts(project, {filename: [edit]}, "")
