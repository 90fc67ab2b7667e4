"""`--only`: the copies that some sources and places stand for (contract 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copycheck.model.diagnostic import Identity
from copycheck.model.errors import CopycheckError
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.caching.copy_index import CopyIndex
    from copycheck.checking.checker import Check
    from copycheck.project.workspace import Workspace


def copies_below(
    what: Sequence[str], settings: Settings, copies: CopyIndex, workspace: Workspace
) -> frozenset[Identity]:
    """The copies below some objects, through chains, and those whose own places are named.

    What nothing is copied from stands for the copies that it is, or has in it: an object, a row of it, a file.
    Raises CopycheckError for what is not there.
    """
    from copycheck.queries.command_targets import copies_among, copies_at, nearest_directive, objects_of
    from copycheck.queries.impact import copies_in, impacts

    meant: set[Identity] = set()
    for name in what:
        objects = objects_of(name, settings, copies, workspace)
        found = {copy.identity for copy in copies_at(name, settings, copies)}
        found |= {copy.identity for copy in copies_in(impacts(objects, copies))}
        found = found or {copy.identity for copy in copies_among(objects, copies)}
        if not found and (reason := nearest_directive(name, settings, copies)):
            raise CopycheckError(reason)
        meant |= found
    return frozenset(meant)


def copies_of_check_below(what: Sequence[str], check: Check) -> frozenset[Identity]:
    """The same for the copies that a check knows. Raises CopycheckError for what is not there."""
    from copycheck.caching.copy_index import CopyIndex
    from copycheck.checking.copy_states import listed_copies

    return copies_below(what, check.project.settings, CopyIndex(listed_copies(check)), check.project.workspace)
