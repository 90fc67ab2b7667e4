"""Which providers of sources a project has beside its roots (contract 13)."""

from __future__ import annotations

from copycheck.model.errors import UnreadableFileError
from copycheck.project.lock_file import Lock, read_lock
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import LOCK
from copycheck.project.workspace import Workspace
from copycheck.resolution.locked_sources import LockedSources
from copycheck.resolution.source_provider import SourceProvider


def load_lock(workspace: Workspace) -> Lock:
    """The lock of a project; an empty one where there is none. Raises CopycheckError for one that cannot be used."""
    try:
        return read_lock(workspace.read_bytes(LOCK))
    except UnreadableFileError as error:
        if error.is_missing:
            return Lock()
        raise


def providers_of(settings: Settings, workspace: Workspace) -> tuple[SourceProvider, ...]:
    """The providers of a project: the lock, where upstreams are configured. Raises CopycheckError."""
    if not settings.upstream:
        return ()
    return (LockedSources(settings.upstream, load_lock(workspace)),)
