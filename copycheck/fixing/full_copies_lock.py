"""What the lock lists of full copies follows when these move, are broken, or become adaptations (contract 6.3, 11)."""

from __future__ import annotations

from collections.abc import Mapping

from copycheck.checking.registered_full_copies import FullCopy
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.project.lock_file import Lock, LockedCopy, LockedSource, file_as_it_is, written
from copycheck.project.upstream_settings import LOCK
from copycheck.project.workspace import Workspace
from copycheck.resolution.configured_providers import load_lock


def lock_with(
    workspace: Workspace, changes: Mapping[FullCopy, FullCopy | None], agreed: LockedSource | None = None
) -> dict[str, bytes | None]:
    """The lock with other full copies in the place of some, or without them; nothing where it stays as it is.

    The base of one that becomes an adaptation is the source that it `agreed` with, by default the source as it is now.
    Raises CopycheckError for a damaged lock, and for a source that cannot be read.
    """
    if not workspace.exists(LOCK) and not any(new is not None and new.is_tracked for new in changes.values()):
        return {}
    before = load_lock(workspace)
    copies = {one[:3]: one for one in before.copies}
    sources: list[LockedSource] = []
    for old, new in changes.items():
        entry = copies.pop((old.copy, "", old.source), None)
        if new is None or not new.is_tracked:
            continue
        base = before.base_of_file(old.copy, old.source) if entry is not None else None
        if base is None and new.upstream:
            continue  # it was not locked, and only `upstream sync` can do that
        if base is None:
            source = agreed or _now(workspace, new)
        else:
            source = base._replace(target=new.source, file=_file(base, new))
        sources.append(source)
        copies[new.copy, "", new.source] = LockedCopy(new.copy, "", new.source, source.version)
    known = {(one.target, one.version): one for one in (*before.sources, *sources)}
    after = Lock(tuple(known.values()), tuple(copies.values())).used()
    return {} if written(after) == written(before) else {LOCK: written(after)}


def _file(base: LockedSource, new: FullCopy) -> str:
    return base.file if new.upstream else new.source


def _now(workspace: Workspace, pair: FullCopy) -> LockedSource:
    """A source inside of the project as it is now, as the base of its copy."""
    try:
        return file_as_it_is(pair.source, workspace.read_bytes(pair.source))
    except UnreadableFileError as error:
        raise CopycheckError(str(error)) from None
