"""Breaks a copy on purpose: without its directive, with a reason in its place, or in one member (contract 11)."""

from __future__ import annotations

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.directives.compared_regions import indent_of
from copycheck.directives.directive_parser import comments_behind
from copycheck.directives.module_directives import Module
from copycheck.directives.suppression_comments import read_adapted
from copycheck.fixing.baseline_fixes import forget_known
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import Directive, print_options
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.project.file_edits import LineEdit, edited
from copycheck.project.lock_file import LockedCopy, LockedSource, written
from copycheck.project.upstream_settings import LOCK
from copycheck.resolution.configured_providers import load_lock
from copycheck.resolution.locked_sources import locked_text
from copycheck.resolution.source_provider import Reader
from copycheck.resolution.unresolved_name_hints import nearest
from copycheck.syntax.statement_tree import Statement


def directive_at(check: Check, filename: str, row: int) -> Examined:
    """The directive in a row, else that of the innermost copy around it. Raises CopycheckError where there is none."""
    own = [found for found in check.directives if found.filename == filename]
    for found in own:
        if row in found.directive.rows or any(ignore.row == row for ignore in found.directive.ignores):
            return found
    around = [found for found in own if found.region and found.directive.row <= row <= found.region.end]
    if around:
        innermost = max(found.region.start for found in around if found.region)
        return min((f for f in around if f.region and f.region.start == innermost), key=lambda f: f.directive.row)
    nearest = min(own, key=lambda found: abs(found.directive.row - row), default=None)
    hint = f"; the nearest is in line {nearest.directive.row}" if nearest else ": the file has none"
    raise CopycheckError(f"{filename}:{row}: there is no directive here, and no copy{hint}")


def break_copy(check: Check, found: Examined, reason: str | None, agreed: LockedSource | None = None) -> None:
    """Take the directive away, with the ignore comments that are only its own, or put its reason in its place.

    With a reason, the base of the copy is the source that it `agreed` with, by default the source as it is now. Raises
    CopycheckError for a reason that is none.
    """
    directive = found.directive
    kept: tuple[str, ...] = ()
    base: tuple[LockedSource, LockedCopy] | None = None
    if reason is not None:
        text = " ".join(reason.split())
        if not text:
            raise CopycheckError("--reason needs a text: why the copy differs")
        lines = check.project.workspace.read(found.filename).lines
        kept = (_adaptation(directive, text) + comments_behind(lines, directive),)
        if not read_adapted(kept[0]):
            raise CopycheckError(f"`{directive.target}` is not a dotted name: break the copy without a reason")
        base = _base(check, found, agreed)
    others = [d for d in check.project.module(found.filename).directives if d.row != directive.row]
    shared = {ignore.row for other in others for ignore in other.ignores}
    edits = [LineEdit(ignore.row, ignore.row, ()) for ignore in directive.ignores if ignore.row not in shared]
    lay(check, found.filename, [*edits, LineEdit(directive.row, directive.end_row, kept)])
    forget_known(check, {found.identity})
    if base is not None:
        _lock(check, *base)


def _adaptation(directive: Directive, reason: str) -> str:
    """The comment that says why a copy goes its own way, with the replacements by which its source is read."""
    head = f"{directive.indent}# Adapted from {directive.target}"
    options = print_options(directive.replacements)
    line = f"{head} {options}: {reason}" if options else f"{head}: {reason}"
    read = read_adapted(line)
    is_read = bool(read) and read[0].replacements == directive.replacements and reason.startswith(read[0].reason)
    return line if is_read else f"{head}: {reason}"


def _base(check: Check, found: Examined, agreed: LockedSource | None) -> tuple[LockedSource, LockedCopy] | None:
    """The source, and the entry that names it as the base of the copy; None where there is no source."""
    target = found.directive.target
    reader = Reader(found.filename, found.name)
    definitions = check.project.sources.resolve(target, reader).definitions
    if not definitions or check.project.resolver.resolve(target).definitions != definitions:
        return None  # a source of another package is in the lock already
    first = definitions[0]
    text = locked_text(definitions)
    now = LockedSource(target, "", "", first.filename, first.location.row, text).known_by_text()
    source = agreed or now
    return source, LockedCopy(found.filename, found.name, target, source.version)


def _lock(check: Check, source: LockedSource, copy: LockedCopy) -> None:
    """Put the base of an adaptation into the lock."""
    project = check.project
    lock = load_lock(project.workspace).with_entries([source], [copy])
    project.edit({LOCK: written(lock.used())})
    check.update([copy.file])


def ignore_member(check: Check, found: Examined, name: str) -> bool:
    """Put `# Ignore copy` above a member of a copied class, or into the body of a copied function; whether of a class.

    Raises CopycheckError for a member that is not there.
    """
    module = check.project.module(found.filename)
    site = module.definition_below(found.directive)
    if site is None:
        raise CopycheckError(f"{found.filename}:{found.directive.row}: no definition follows this directive")
    copy = site.statement
    members = _members_named(module, found.directive, copy, name)
    edits = [_marker(module, copy, member) for member in members if not _is_left_out(module, member)]
    if not edits:
        raise CopycheckError(f"{found.filename}:{found.directive.row}: `{name}` is ignored already")
    lay(check, found.filename, edits)
    return copy.kind == "class"


def _members_named(module: Module, directive: Directive, copy: Statement, name: str) -> list[Statement]:
    """The members of a copied class that bear a name, or the copied function. Raises CopycheckError."""
    place = f"{module.filename}:{directive.row}"
    if copy.kind == "assignment":
        raise CopycheckError(f"{place}: an assignment has no members: leave out --member")
    if copy.kind != "class" and name != copy.name:
        raise CopycheckError(f"{place}: the one member of a function is its body: name it `{copy.name}`, not `{name}`")
    members = [member for member in copy.children if member.is_scope] if copy.kind == "class" else [copy]
    alike = [member for member in members if member.name == name]
    if not alike:
        hint = nearest(name, [member.name for member in members])
        raise CopycheckError(f"{place}: `{copy.name}` has no member `{name}`{hint and f'; {hint}'}")
    return alike


def _is_left_out(module: Module, member: Statement) -> bool:
    """Whether a marker is in a member, or on a line of its own right above it."""
    markers = {row for row, _ in module.ignore_markers}
    above = member.start - 1
    return (above in markers and module.lines[above - 1].lstrip().startswith("#")) or not markers.isdisjoint(
        range(member.start, module.end_of(member) + 1)
    )


def _marker(module: Module, copy: Statement, member: Statement) -> LineEdit:
    """`# Ignore copy` above a member and its decorators, or in the body of a copied function."""
    first = member if copy.kind == "class" else member.children[0]
    line = module.lines[first.start - 1]
    if first is not member and line[: first.column].strip():
        last = module.lines[member.end - 1]
        return LineEdit(member.end, member.end, (f"{last}  # Ignore copy",))
    return LineEdit(first.start, first.start, (f"{indent_of(line)}# Ignore copy", line))


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
    for line, (actual, _) in zip(drift.diff.split("\n")[2:], drift.rows, strict=False):
        row = actual or row
        found |= {row} if line[:1] in ("-", "+") else set()
    return found


def lay(check: Check, filename: str, edits: list[LineEdit]) -> None:
    """Lay edits over a file. Raises CopycheckError, with nothing laid, where the file could not be read any more."""
    project = check.project
    before = project.workspace.edited(filename)
    try:
        project.edit({filename: edited(project.workspace.read(filename), edits)})
        project.module(filename).outline  # noqa: B018
    except (UnicodeEncodeError, UnreadableFileError) as error:
        project.edit({filename: before})
        reason: object = error
        if isinstance(error, UnicodeEncodeError):
            reason = f"its encoding, {error.encoding}, lacks `{error.object[error.start]}`"
        raise CopycheckError(f"{filename} cannot be edited: {reason}") from None
    check.update([filename])
