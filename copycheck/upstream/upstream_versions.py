"""Opens the versions of configured upstreams, each once in a run (contract 15)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from copycheck.model.errors import CopycheckError
from copycheck.project.upstream_settings import Upstream
from copycheck.resolution.foreign_package import Foreign, folder_of
from copycheck.resolution.local_upstreams import open_local
from copycheck.upstream.git_tree import fetched_revision, local_revision
from copycheck.upstream.releases import listed_versions, release_tree

_SPANS = "4.30..4.57, or 4.30.2,4.57.6"
_MOST_OPEN = 3
"""So many releases are held at once: their parsed modules are large."""


class Upstreams:
    """The upstreams of a project, as they are in the network and on this machine.

    `warnings` are lines for the user about what was fetched.
    """

    def __init__(self, root: str, python: str = "") -> None:
        """`python` is the environment that the command line names."""
        self._root = root
        self._python = python
        self._open: dict[tuple[str, str], Foreign] = {}
        self._versions: dict[str, list[str]] = {}
        self.warnings: list[str] = []

    def open(self, upstream: Upstream, version: str = "") -> Foreign:
        """A version of an upstream, by default the configured one. Raises CopycheckError where it is not to be had."""
        version = version or upstream.version
        key = upstream.key, version
        found = self._open.pop(key, None) or self._opened(upstream, version)
        self._open[key] = found
        if len(self._open) > _MOST_OPEN:
            del self._open[next(iter(self._open))]
        return found

    def _opened(self, upstream: Upstream, version: str) -> Foreign:
        first = upstream.key
        if upstream.kind == "release":
            tree = release_tree(upstream.place, version, self.warnings.append)
            return Foreign(tree, first, upstream.place, version, names=tree.names)
        if upstream.kind == "git":
            revision = fetched_revision(upstream.place, version)
            origin = upstream.key if upstream.is_address else short_address(upstream.place)
            name = version or revision.commit
            return Foreign(revision, first, origin, name, revision.commit, names=revision.names)
        if upstream.kind == "path" and version:
            revision = local_revision(folder_of(self._root, upstream.place), version)
            return Foreign(revision, first, upstream.place, version, revision.commit, names=revision.names)
        return open_local(self._root, upstream, self._python)

    def versions(self, upstream: Upstream) -> list[str]:
        """The releases that the index lists, the newest first; none for other kinds. Raises CopycheckError."""
        if upstream.kind != "release":
            return []
        if upstream.place not in self._versions:
            self._versions[upstream.place] = listed_versions(upstream.place)
        return self._versions[upstream.place]


def versions_for(upstreams: Upstreams, upstream: Upstream, span: str) -> list[str]:
    """The releases of an upstream, the newest first, that a span names; asks the index where it has to.

    Raises CopycheckError.
    """
    is_listed = not span or ".." in span
    return versions_between(upstreams.versions(upstream) if is_listed else (), span)


def goal_of(upstream: Upstream, to: str, base: str) -> str:
    """The version that a source is brought to: the one that is asked for, where the upstream has versions, else the
    configured one. A release that is older than the base is only gone back to where it is asked for.
    """
    if to and (upstream.kind in ("release", "git") or upstream.version):
        return to
    return base if is_ahead(upstream, base) else upstream.version


def is_ahead(upstream: Upstream, base: str) -> bool:
    """Whether a base is a newer release than the configured one."""
    from packaging.version import InvalidVersion, Version

    with suppress(InvalidVersion):
        return upstream.kind == "release" and Version(base) > Version(upstream.version)
    return False


def require_span(span: str) -> None:
    """Raises CopycheckError for `--versions` that no release can be in; asks nobody."""
    from packaging.version import Version

    low, dots, high = span.partition("..")
    if not dots:
        is_empty = bool(span) and not versions_between((), span)
    else:
        first, last = (Version(_version(part)) if part.strip() else None for part in (low, high))
        is_empty = first is not None and last is not None and first > last and not _is_patch_of(first.release, high)
    if is_empty:
        raise CopycheckError(f"--versions {span} names no release: write {_SPANS}")


def steps_between(upstreams: Upstreams, upstream: Upstream, base: str, to: str) -> list[str]:
    """The newest release of each minor between two, the oldest first; none where the index does not say."""
    from packaging.version import InvalidVersion, Version

    with suppress(CopycheckError, InvalidVersion):
        low, high = Version(base), Version(to)
        listed = [text for text in upstreams.versions(upstream) if low < Version(text) < high]
        return newest_of_each_minor(listed)[::-1]
    return []


def newest_of_each_minor(versions: Sequence[str]) -> list[str]:
    """Of some versions, the newest first, the newest of each `major.minor`."""
    from packaging.version import Version

    found: dict[tuple[int, ...], str] = {}
    for text in versions:
        version = Version(text)
        found.setdefault((version.epoch, *version.release[:2]), text)
    return list(found.values())


def versions_between(versions: Sequence[str], span: str) -> list[str]:
    """The versions, the newest first, that `4.30..4.57` or `4.30,4.36.2` names; all for an empty text.

    An end such as `4.57` stands for all its patches. Raises CopycheckError for what is not a version.
    """
    from packaging.version import Version

    if not span:
        return newest_of_each_minor(versions)
    if ".." not in span:
        return sorted((_version(part) for part in span.split(",") if part.strip()), key=Version, reverse=True)
    low, _, high = span.partition("..")
    chosen = []
    for text in versions:
        version = Version(text)
        is_low = not low.strip() or version >= Version(_version(low))
        is_high = not high.strip() or version <= Version(_version(high)) or _is_patch_of(version.release, high)
        if is_low and is_high:
            chosen.append(text)
    return newest_of_each_minor(chosen)


def _is_patch_of(release: Sequence[int], text: str) -> bool:
    from packaging.version import Version

    wanted = Version(_version(text)).release
    return tuple(release[: len(wanted)]) == wanted


def _version(text: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(text.strip()))
    except InvalidVersion:
        raise CopycheckError(f"`{text.strip()}` in --versions is not a version: write {_SPANS}") from None


def short_address(url: str) -> str:
    """`github.com/org/repo` for an address of git, as a report names it."""
    name = re.sub(r"^[a-z+]+://(?:[^/@]*@)?", "", url).rstrip("/").removesuffix(".git")
    return name.lstrip("/")
