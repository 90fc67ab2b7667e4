"""`[tool.copycheck.upstream]`: where the sources of other packages come from (contract 15)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from copycheck.model.location import Rows

UpstreamKind = Literal["release", "git", "path", "environment"]
LOCK = "copycheck-lock.json"
"""The file in the root that holds the texts of sources which other packages have."""
AUTO = "auto"
"""The environment that type checkers would take: `VIRTUAL_ENV`, else `.venv` or `venv` in the root."""

_KINDS: Mapping[str, tuple[UpstreamKind, tuple[str, ...]]] = {
    "distribution": ("release", ("distribution", "version")),
    "version": ("release", ("distribution", "version")),
    "git": ("git", ("git", "rev")),
    "path": ("path", ("path", "rev")),
    "environment": ("environment", ("environment",)),
}
"""Which key of an entry says of which kind it is, and the keys that go with it."""
_SHAPES = (
    'a version, { distribution = "…", version = "…" }, { git = "…", rev = "…" }, { path = "…" } or '
    '{ environment = "…" }'
)
_FIRST_PART = re.compile(r"[^\W\d]\w*")
_ADDRESS = re.compile(r"[\w.-]+\.[a-zA-Z]+(?::\d+)?/[\w.-]+/[\w.-]+")
_VERSION = re.compile(r"[\w.!+-]+")
_SCHEME = re.compile(r"(?:https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")


class Upstream(NamedTuple):
    """One entry: the first part of dotted names, or `host/org/repo`, and where texts of that name come from.

    `place` is a distribution, an address of git, a folder, or an environment; `version` is a release or a revision,
    empty where the entry names none.
    """

    key: str
    kind: UpstreamKind
    place: str
    version: str = ""

    @property
    def is_address(self) -> bool:
        """Whether it is about comments with addresses of a repository, and not about dotted names."""
        return "/" in self.key

    def as_written(self) -> dict[str, str]:
        """The entry as a table of the configuration."""
        if self.kind == "release":
            return {"distribution": self.place, "version": self.version}
        return {self.kind: self.place, **({"rev": self.version} if self.version else {})}


class UpstreamError(Exception):
    """What is wrong with an entry, as the rest of a sentence that begins with its key."""


def read_upstreams(table: Mapping[str, object]) -> tuple[Upstream, ...]:
    """The entries of the table. Raises UpstreamError, whose first argument names the key."""
    found: dict[str, Upstream] = {}
    for key, value in table.items():
        upstream = _read(key, value)
        if upstream.key in found:
            raise UpstreamError(f"`{key}` is there twice: two upstreams for one name")
        found[upstream.key] = upstream
    return tuple(found.values())


def _read(key: str, value: object) -> Upstream:
    name = _normal(key)
    if isinstance(value, str) and "/" not in name:
        return _valid(key, Upstream(name, "release", name, value))
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        raise UpstreamError(f"`{key}` must be {_SHAPES}")
    if "/" in name and value.keys() <= {"git", "rev"}:
        return _valid(key, Upstream(name, "git", value.get("git", f"https://{name}"), value.get("rev", "")))
    kind, keys = next(((kind, keys) for one, (kind, keys) in _KINDS.items() if one in value), ("release", ()))
    unknown = [part for part in value if part not in keys]
    if not keys or unknown:
        what = f"has an unknown key `{unknown[0]}`; it must be" if unknown else "must be"
        raise UpstreamError(f"`{key}` {what} {_SHAPES}")
    place = value.get(keys[0], name)
    return _valid(key, Upstream(name, kind, place, value.get(keys[1], "") if len(keys) > 1 else ""))


def _normal(key: str) -> str:
    """A key as directives have it: of an address, without scheme and `.git`."""
    if "/" not in key:
        return key
    name = re.sub(r"^https?://(?:www\.)?", "", key).rstrip("/").removesuffix(".git")
    host, _, path = name.partition("/")
    return f"{host.lower()}/{path}"


def _valid(key: str, upstream: Upstream) -> Upstream:
    """The entry, where everything in it can be used. Raises UpstreamError."""
    pattern = _ADDRESS if upstream.is_address else _FIRST_PART
    if not pattern.fullmatch(upstream.key):
        module = key.replace("-", "_")
        hint = f": write `{module}`, as an import does" if module.isidentifier() else ""
        raise UpstreamError(f"`{key}` is neither the first part of a dotted name nor `host/org/repo`{hint}")
    if not upstream.place or upstream.place.startswith("-") or "\0" in upstream.place:
        raise UpstreamError(
            f"`{key}` has `{upstream.place}` for its place, which is none: write a version, a path or an address"
        )
    if upstream.version.startswith("-") or any(character.isspace() for character in upstream.version):
        raise UpstreamError(f"`{key}`: `{upstream.version}` is not a revision")
    if upstream.kind == "release" and not (upstream.version and _VERSION.fullmatch(upstream.version)):
        raise UpstreamError(f'`{key}` names no version: write `{key} = "1.2.3"`')
    if upstream.kind == "git" and not _SCHEME.match(upstream.place):
        raise UpstreamError(
            f"`{key}`: `{upstream.place}` is not a git address: it begins with https://, ssh:// or file://"
        )
    if upstream.kind == "git" and not upstream.is_address and not upstream.version:
        raise UpstreamError(f'`{key}` names no revision: add `rev = "…"`')
    return upstream


def addresses_of(upstreams: Iterable[Upstream]) -> tuple[str, ...]:
    """The repositories of which an address is a directive."""
    return tuple(upstream.key for upstream in upstreams if upstream.is_address)


class Address(NamedTuple):
    """`https://HOST/ORG/REPO/blob/REV/PATH#L10-L42`, taken apart. `row` is 0 where it names no line."""

    repository: str
    revision: str
    path: str
    row: int = 0

    def at(self, revision: str, rows: Rows) -> str:
        """The address of the same file at another revision, with other lines where it has some."""
        lines = f"#L{rows.first}-L{rows.last}" if self.row else ""
        blob = "-/blob" if self.repository.startswith("gitlab.") else "blob"
        return f"https://{self.repository}/{blob}/{revision}/{self.path}{lines}"


_PARTS = re.compile(
    r"https?://(?:www\.)?(?P<repository>[^/]+/.+?)/(?:-/)?(?:blob|tree|raw)/(?P<revision>[^/]+)/(?P<path>[^#?]+)"
    r"(?:\?[^#]*)?(?:#L(?P<row>\d+).*)?"
)


def address_of(target: str) -> Address | None:
    """The parts of an address that a directive names; None for a dotted name, and for an address of no file."""
    match = _PARTS.fullmatch(target)
    if match is None:
        return None
    host, _, path = match["repository"].partition("/")
    return Address(f"{host.lower()}/{path}", match["revision"], match["path"], int(match["row"] or 0))


def upstream_of(upstreams: Iterable[Upstream], target: str) -> Upstream | None:
    """The entry for a dotted name, or an address, that a directive names; None where there is none."""
    if "://" in target:
        name = _normal(target)
        found: Sequence[Upstream] = [one for one in upstreams if one.is_address and name.startswith(f"{one.key}/")]
        return next(iter(found), None)
    first = target.partition(".")[0]
    return next((one for one in upstreams if one.key == first), None)
