"""Trickle a change down, carry it back, or break the copy: what another program imports for that (contract 11)."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copycheck.api.check_and_fix import without_garbage_collection
from copycheck.api.edit_writing import written_result
from copycheck.caching.incremental import checked_project
from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined, drift_of
from copycheck.fixing.baseline_fixes import forget_known
from copycheck.fixing.break_on_purpose import break_copy as sever
from copycheck.fixing.break_on_purpose import differing_members, directive_at, ignore_member
from copycheck.fixing.fix_session import FixSession
from copycheck.fixing.fixer import fix_selected
from copycheck.fixing.fixes_together import with_needed
from copycheck.fixing.full_copy_entries import remove_entry
from copycheck.fixing.moved_paths import NewName
from copycheck.fixing.promote_to_source import find, in_sync_before, promote
from copycheck.fixing.retarget_directives import move as rewrite
from copycheck.fixing.retarget_directives import rename
from copycheck.model.diagnostic import Identity, State
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.model.result import Result
from copycheck.model.wording import plural
from copycheck.project.config_search import load
from copycheck.project.git_folder import is_below_repository
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.queries.command_targets import directive_place, full_copy_at
from copycheck.queries.named_copies import directive_of, is_name

if TYPE_CHECKING:
    from copycheck.checking.registered_full_copies import FullCopy
    from copycheck.upstream.last_agreement import Agreed


def promote_copy(
    place: str, settings: Settings | None = None, *, write: bool = True, trickle: bool = True, cache: bool = False
) -> Result:
    """Write the edit of the copy at FILE:ROW into its source, and into all copies that were in sync (contract 11).

    Without `trickle`, only to the source. Raises CopycheckError, with nothing written, where it cannot be carried back.
    """
    with without_garbage_collection():
        return promoted(*_copy_at(place, settings or load(), cache), write=write, trickle=trickle)


def promoted(check: Check, found: Examined, *, write: bool, trickle: bool = True) -> Result:
    """Write the edit of a copy of a check into its source, as `promote_copy`. The check is of no use afterwards."""
    _refuse_to_undo(check, found)
    in_sync = in_sync_before(check, found)
    carried = promote(check, found, in_sync)
    selection = Selection(only=in_sync | {found.identity})
    session = FixSession(check, selection, unsafe=True)
    if trickle:
        fix_selected(session)
    _refuse_to_leave(check, session, in_sync, trickle)
    forget_known(check, {copy.identity for copy in carried})
    notes = [f"promoted `{copy.name}` to `{copy.directive.target}`" for copy in carried]
    if session.fixed:
        notes.append(f"updated {plural(len(session.fixed), 'copy', 'copies')}")
    if left := _left_behind(check, carried, in_sync):
        one = "it was: it" if left == 1 else "they were: they"
        notes.append(f"left {plural(left, 'copy', 'copies')} as {one} had drifted before")
    told = Selection(only=frozenset(session.fixed | session.left_alone | {copy.identity for copy in carried}))
    return _with_notes(written_result(session, told, write, together=True), *notes)


def _refuse_to_undo(check: Check, found: Examined) -> None:
    """Raises CopycheckError where the source has a change that the copy never had (contract 11)."""
    from copycheck.upstream.merge_hint import committed_change

    drift = drift_of(found)
    settings = check.project.settings
    if drift is None or drift.source is None or found.source is None or found.source.is_foreign:
        return
    if is_below_repository(settings.root) and (why := committed_change(drift, settings)):
        raise CopycheckError(f"{found.filename}:{found.directive.row}: `{found.name}` is not promoted: {why}")


def _refuse_to_leave(check: Check, session: FixSession, in_sync: Collection[Identity], trickle: bool) -> None:
    """Raises CopycheckError where a copy that was in sync cannot be brought in line with the edit (contract 11)."""
    obstacles = session.obstacles()
    lost = [found for found in check.directives if found.identity in in_sync and found.state is State.UNCHECKED]
    obstacles += [f"{found.filename}:{found.directive.row}: `{found.directive.target}` would be gone" for found in lost]
    if trickle and not obstacles:
        refused = (f for copy in check.directives if copy.identity in in_sync for f in check.gate.standing(copy))
        obstacles += [
            f"{f.filename}:{f.location.row}: {f.message}" for f in refused if f.code == "CPY201" and not f.fix
        ]
    if obstacles:
        raise CopycheckError(f"nothing is promoted, since not every copy can take the edit: {'; '.join(obstacles)}")


def _left_behind(check: Check, carried: Sequence[Examined], in_sync: Collection[Identity]) -> int:
    """How many copies of the changed sources had drifted before."""
    sources = [span for copy in carried for span in find(check, copy.identity).reads]
    return sum(
        any(read.overlaps(span) for read in other.reads for span in sources)
        for other in check.directives
        if other.state is State.DRIFT and other.identity not in in_sync and check.gate.standing(other)
    )


def break_copy(
    place: str,
    settings: Settings | None = None,
    *,
    write: bool = True,
    reason: str | None = None,
    member: str | None = None,
    cache: bool = False,
) -> Result:
    """Break the copy at FILE:ROW: without its directive, with its reason in place of it, or in one member.

    FILE alone is a full copy, which is taken out of the configuration. The findings of the result are those that are
    left at the directive. Raises CopycheckError, with nothing written.
    """
    with without_garbage_collection():
        settings = settings or load()
        pair = full_copy_at(place, settings)
        if pair is not None:
            check = checked_project(settings, cache)
            return broken_off(check, pair.copy, write=write, reason=reason, member=member)
        return broken(*_copy_at(place, settings, cache), write=write, reason=reason, member=member)


def broken(
    check: Check, found: Examined, *, write: bool, reason: str | None = None, member: str | None = None
) -> Result:
    """Break a copy of a check, as `break_copy` does. The check is of no use afterwards."""
    agreed, is_class = None, True
    if member is None:
        agreed = _agreed(check, found) if reason else None
        sever(check, found, reason, agreed and agreed.source)
    else:
        is_class = ignore_member(check, found, member)
        if find(check, found.identity).state is State.IN_SYNC:
            forget_known(check, {found.identity})
    selection = Selection(only=frozenset((found.identity,)))
    note = f"`{found.name}` is no longer a copy of `{found.directive.target}`"
    if member is not None:
        note = f"`{member}` is no longer compared with `{found.directive.target}`"
    result = _with_notes(written_result(FixSession(check, selection), selection, write), note)
    if member is not None and not is_class:
        return _told_of_body(result, found, member)
    adaptation = (a.row for a in check.project.module(found.filename).adapted if a.row <= found.directive.row)
    row = max(adaptation, default=found.directive.row)
    return _told_of_base(result, agreed, f"{found.filename}:{row}", found.directive.target)


def broken_off(
    check: Check, filename: str, *, write: bool, reason: str | None = None, member: str | None = None
) -> Result:
    """Break a full copy of a check, as `break_copy` does. The check is of no use afterwards."""
    pair = next((pair for pair in check.pairs if pair.copy == filename), None)
    if pair is None:
        raise CopycheckError(f"{filename} is no full copy: `copycheck list` lists them")
    if member is not None:
        raise CopycheckError(f"{filename}: a whole file has no members: break it without --member")
    agreed = _agreed_file(check, pair) if reason else None
    remove_entry(check, pair, reason, agreed and agreed.source)
    selection = Selection(only=frozenset())
    result = written_result(FixSession(check, selection), selection, write)
    result = _with_notes(result, f"`{pair.copy}` is no longer a copy of `{pair.source}`")
    is_adapted = any(entry.copy == pair.copy and entry.adapted for entry in check.pairs)
    return _told_of_base(result, agreed if is_adapted else None, pair.copy, pair.source)


def _agreed(check: Check, found: Examined) -> Agreed:
    """What a copy that becomes an adaptation last agreed with. What takes git is imported for that alone."""
    from copycheck.upstream.last_agreement import agreed_source

    return agreed_source(check, found)


def _agreed_file(check: Check, pair: FullCopy) -> Agreed:
    """The same of a full copy."""
    from copycheck.upstream.last_agreement import agreed_file

    return agreed_file(check, pair)


def _told_of_body(result: Result, found: Examined, name: str) -> Result:
    """The result with a note that hardly anything of a function is compared without its body."""
    command = f"copycheck break {shlex.quote(f'{found.filename}:{found.directive.row}')}"
    note = f"warning: the body of `{name}` was compared, and is left out now: `{command}` ends the copy as a whole"
    return replace(result, notes=(*result.notes, note)) if result.patches else result


def _told_of_base(result: Result, agreed: Agreed | None, place: str, target: str) -> Result:
    """The result with a note of what the source has that the adaptation lacks, or a warning that nobody can tell."""
    if agreed is None or not result.patches:
        return result
    if agreed.reason:
        why = f"nobody can tell with which version of `{target}` it last agreed ({agreed.reason})"
        return replace(result, warnings=(f"{place}: its base is the source as it is now: {why}",))
    if not agreed.commit:
        return result
    command = f"copycheck upstream update {shlex.quote(place)}"
    note = f"`{target}` has changed since {agreed.commit}, which is its base: `{command}` brings that in"
    return replace(result, notes=(*result.notes, note))


def fix_copy(identity: Identity, settings: Settings, cache: bool = False) -> Result:
    """Write the expected text of one copy, and of those alone without which its fix would break the program (5.11)."""
    with without_garbage_collection():
        check = checked_project(settings, cache)
        selection = Selection(only=with_needed(check.directives, [identity]))
        session = FixSession(check, selection, unsafe=True)
        fix_selected(session)
        return written_result(session, selection, write=True)


def ignore_differing(place: str, settings: Settings | None = None, cache: bool = False) -> Result:
    """Put `# Ignore copy` at each member that the copy at FILE:ROW has otherwise than its source.

    Raises CopycheckError, with nothing written, where what differs is no member.
    """
    with without_garbage_collection():
        return ignored(*_copy_at(place, settings or load(), cache), write=True)


def ignored(check: Check, found: Examined, *, write: bool) -> Result:
    """Leave out what a copy has otherwise, as `ignore_differing` does. The check is of no use afterwards."""
    for name in differing_members(check, found):
        ignore_member(check, find(check, found.identity), name)
    if find(check, found.identity).state is not State.IN_SYNC:
        place = f"{found.filename}:{found.directive.row}"
        raise CopycheckError(
            f"{place}: more differs than its members: run `copycheck --fix`, or break the copy without --member"
        )
    selection = Selection(only=frozenset((found.identity,)))
    return written_result(FixSession(check, selection), selection, write)


def move(old: str, new: str, settings: Settings | None = None, *, write: bool = True, cache: bool = False) -> Result:
    """Rewrite every directive and full copy that names `old`, or something in it, to name `new` (contract 11).

    Both are dotted names, or both paths. `errors` name what stays, for what it would name is not there. Raises
    CopycheckError where nothing is to be rewritten.
    """
    with without_garbage_collection():
        return moved(checked_project(settings or load(), cache), old, new, write=write)


def moved(check: Check, old: str, new: str, *, write: bool) -> Result:
    """Rewrite the directives of a check, as `move` does. The check is of no use afterwards."""
    done = rewrite(check, old, new)
    selection = Selection(only=frozenset())
    changed = [plural(done.comments, "comment")] if done.comments else []
    changed += [plural(done.full_copies, "full copy", "full copies")] if done.full_copies else []
    note = f"rewrote {' and '.join(changed)} from `{old}` to `{new}`"
    return _with_notes(written_result(FixSession(check, selection), selection, write, errors=done.left), note)


def renamed(check: Check, filename: str, row: int, names: NewName) -> Result:
    """What rewrites the directives for another name of a definition. The check is of no use afterwards."""
    rename(check, filename, row, *names)
    selection = Selection(only=frozenset())
    return written_result(FixSession(check, selection), selection, False)


def _with_notes(result: Result, *notes: str) -> Result:
    """The result with what was done, if anything was."""
    return replace(result, notes=notes) if result.patches else result


def _copy_at(place: str, settings: Settings, cache: bool) -> tuple[Check, Examined]:
    """The check of a project, and the directive at FILE:ROW, or that of a copy by its name. Raises CopycheckError."""
    if is_name(place):
        check = checked_project(settings, cache)
        filename, row = directive_of(place, check)
    else:
        filename, row = directive_place(place, settings)
        check = checked_project(settings, cache)
    check.update([filename])
    try:
        check.project.module(filename).outline  # noqa: B018
    except UnreadableFileError as error:
        raise CopycheckError(str(error)) from None
    return check, directive_at(check, filename, row)
