"""What the source of a tracked copy is to become: its text in another version, and where it is there (contract 15)."""

from __future__ import annotations

from typing import NamedTuple

from copycheck.model.errors import CopycheckError
from copycheck.model.location import Rows
from copycheck.project.lock_file import LockedSource, source_key
from copycheck.project.upstream_settings import Address, Upstream, address_of
from copycheck.resolution.foreign_package import Foreign
from copycheck.resolution.locked_sources import locked_text
from copycheck.resolution.project_index import Project
from copycheck.upstream.moved_objects import Homes
from copycheck.upstream.tracked_copies import TrackedCopy, version_for
from copycheck.upstream.upstream_versions import Upstreams, goal_of, is_ahead


class Target(NamedTuple):
    """What the source of a copy is to become: the new text, or why there is none, and where it may be instead."""

    source: LockedSource | None
    version: str
    reason: str = ""
    home: str = ""
    address: str = ""
    """The address in the place of the one that the comment has."""
    foreign: Foreign | None = None
    """The package that the source is in; None for a source inside of the project."""


class Targets:
    """Finds what sources are to become, in the upstreams or inside of the project.

    `to` is the version that is asked for; empty for the configured one. `problems` are lines for the user.
    """

    def __init__(self, project: Project, upstreams: Upstreams, to: str, problems: dict[str, None]) -> None:
        self._project = project
        self._upstreams = upstreams
        self._to = to
        self._problems = problems
        self._homes: dict[tuple[str, str], Homes] = {}

    def of(self, copy: TrackedCopy, base: LockedSource) -> Target | None:
        """What the source is to become; None where its upstream is not to be had."""
        if copy.upstream is None:
            return self._inside(copy.key.target)
        version = goal_of(copy.upstream, self._to, base.version) or version_for(copy)
        if version == base.version and is_ahead(copy.upstream, version):
            return Target(base, version)
        foreign = self.opened(copy.upstream, version)
        if foreign is None:
            return None
        address = address_of(copy.key.target)
        if address is not None:
            return self._at_address(copy, foreign, address)
        found = foreign.locked(copy.key.target)
        if isinstance(found, LockedSource):
            return Target(found, found.version, foreign=foreign)
        home = self._home(copy.upstream, foreign, copy.key.target)
        return Target(None, foreign.version, found, home)

    def _at_address(self, copy: TrackedCopy, foreign: Foreign, address: Address) -> Target | None:
        """The object of an address at another revision, and the address that it has there."""
        assert copy.upstream is not None, "an address belongs to a repository"
        before = self.opened(copy.upstream, address.revision)
        if before is None:
            return None
        last = copy.copy.region.name
        name = before.name_in(address.path, address.row) if address.row else (last,)
        found = foreign.named(address.path, name) if isinstance(name, tuple) and name else "its address names no object"
        if isinstance(found, str):
            return Target(None, foreign.version, found)
        entry = foreign.entry("", found)
        first = found[0].decorated.rows
        rows = Rows(first[0], max(max(one.decorated.rows) for one in found))
        target = address.at(foreign.version, rows)
        if foreign.version == address.revision:
            target = copy.key.target
        entry = entry._replace(target=source_key(target, copy.copy.name))
        return Target(entry, foreign.version, address=target, foreign=foreign)

    def _inside(self, target: str) -> Target:
        resolution = self._project.resolver.resolve(target)
        if not resolution.definitions:
            return Target(None, "now", resolution.message)
        text = locked_text(resolution.definitions)
        first = resolution.definitions[0]
        entry = LockedSource(target, "", "", first.filename, first.location.row, text).known_by_text()
        return Target(entry, entry.version)

    def opened(self, upstream: Upstream, version: str) -> Foreign | None:
        """A version of an upstream; None, and a line for the user, where it is not to be had."""
        try:
            return self._upstreams.open(upstream, version)
        except CopycheckError as error:
            self._problems[str(error)] = None
            return None

    def _home(self, upstream: Upstream, foreign: Foreign, target: str) -> str:
        names = getattr(foreign.tree, "names", None)
        if names is None:
            return ""
        key = upstream.key, foreign.version
        if key not in self._homes:
            self._homes[key] = Homes(foreign, names)
        home = self._homes[key].nearest(target)
        return home if home != target else ""
