"""`copycheck-lock.json`: the texts that copies were made from, and which copy was made from which (contract 15)."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from copycheck.model.errors import CopycheckError
from copycheck.project.reading import conflict_row, unique_keys
from copycheck.project.upstream_settings import LOCK

Entry = TypeVar("Entry")

_FORMAT = 1
_SYNC = "run `copycheck upstream sync`"


class LockedSource(NamedTuple):
    """The text of an object at a version, without its indent; alternatives of one name follow each other.

    `origin` is the distribution, repository, folder or environment, `commit` the commit of a revision. `line` is the
    row of the definition in `file`.
    """

    target: str
    version: str
    origin: str
    file: str
    line: int
    text: tuple[str, ...]
    commit: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the text."""
        return hash_of(self.text)

    def known_by_text(self) -> LockedSource:
        """The same, with a version that its text makes: that of a source which has no other."""
        return self._replace(version=f"sha256:{self.sha256[:12]}")


class CopyKey(NamedTuple):
    """What the lock knows a copy by: its file, its name, and the target of its directive; a whole file has no name."""

    filename: str
    name: str
    target: str


class LockedCopy(NamedTuple):
    """A copy, and the version of its source that it was made from: its base."""

    file: str
    name: str
    target: str
    version: str

    @property
    def key(self) -> CopyKey:
        """The copy."""
        return CopyKey(self.file, self.name, self.target)


class Lock(NamedTuple):
    """All entries of the lock."""

    sources: tuple[LockedSource, ...] = ()
    copies: tuple[LockedCopy, ...] = ()

    def source(self, target: str, version: str, name: str = "") -> LockedSource | None:
        """The text of a target at a version, for a copy of a name."""
        key = source_key(target, name), version
        return next((one for one in self.sources if (one.target, one.version) == key), None)

    def base(self, file: str, name: str, target: str) -> LockedCopy | None:
        """What is known of a copy."""
        return next((one for one in self.copies if one.key == (file, name, target)), None)

    def base_of_file(self, file: str, target: str) -> LockedSource | None:
        """The text that a full copy was made from."""
        entry = self.base(file, "", target)
        return self.source(target, entry.version) if entry is not None else None

    def with_entries(self, sources: Iterable[LockedSource], copies: Iterable[LockedCopy]) -> Lock:
        """The lock with other entries in the place of those for the same targets and copies."""
        new_sources = {(one.target, one.version): one for one in (*self.sources, *sources)}
        new_copies = {one.key: one for one in (*self.copies, *copies)}
        return Lock(tuple(new_sources.values()), tuple(new_copies.values()))

    def used(self, copies: Iterable[LockedCopy] | None = None) -> Lock:
        """The lock with these copies, and the sources that they need."""
        kept = tuple(self.copies if copies is None else copies)
        wanted = {(source_key(copy.target, copy.name), copy.version) for copy in kept}
        return Lock(tuple(one for one in self.sources if (one.target, one.version) in wanted), kept)


def source_key(target: str, name: str) -> str:
    """What the lock knows the source of a copy by: of an address without a line, the name of the copy belongs to it."""
    if "://" not in target or "#L" in target:
        return target
    return f"{target}#{name.rpartition('.')[2]}"


def lines_of(data: bytes) -> tuple[str, ...]:
    """A whole file as the lock has it: its lines, of which `whole_file` makes the same bytes again."""
    return tuple(data.decode("utf-8", "surrogateescape").split("\n"))


def file_as_it_is(name: str, data: bytes) -> LockedSource:
    """A file of the project as the base of its copies."""
    return LockedSource(name, "", "", name, 1, lines_of(data)).known_by_text()


def whole_file(source: LockedSource) -> bytes:
    """The bytes of a whole file that the lock has."""
    return "\n".join(source.text).encode("utf-8", "surrogateescape")


def hash_of(text: Sequence[str]) -> str:
    """The SHA-256 of a text in lines."""
    return hashlib.sha256("\n".join(text).encode("utf-8", "surrogatepass")).hexdigest()


def written(lock: Lock) -> bytes:
    """The lock as a file: sorted, one line of text a line, so that a review shows what changed."""
    sources = [
        {
            "target": one.target,
            "version": one.version,
            "from": one.origin,
            **({"commit": one.commit} if one.commit else {}),
            "file": one.file,
            "line": one.line,
            "sha256": one.sha256,
            "text": list(one.text),
        }
        for one in sorted(lock.sources)
    ]
    copies = [json.dumps(one._asdict(), ensure_ascii=False) for one in sorted(lock.copies)]
    body = json.dumps({"version": _FORMAT, "sources": sources}, indent=2, ensure_ascii=False).removesuffix("\n}")
    listed = ",\n    ".join(copies)
    tail = f'"copies": [\n    {listed}\n  ]' if copies else '"copies": []'
    text = f"{body},\n  {tail}\n}}\n"
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text).encode()


@functools.lru_cache(maxsize=1)  # the check, a list and each action in an editor ask for the same file
def read_lock(data: bytes | None) -> Lock:
    """The lock in a file; an empty one for None. Raises CopycheckError, in one line that names what is wrong."""
    if data is None:
        return Lock()
    if row := conflict_row(data):
        raise CopycheckError(f"{LOCK}:{row}: has an unresolved merge conflict: {_SYNC}")
    try:
        return _parsed(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise CopycheckError(f"{LOCK}: is not UTF-8: take it from git, or delete it and {_SYNC}") from None


def sound_part(data: bytes | None) -> Lock:
    """What is sound in a lock: without damaged entries, and of a merge conflict what either side has.

    Raises CopycheckError for what is no lock at all.
    """
    if data is None:
        return Lock()
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    sides = [_one_side(text, is_ours) for is_ours in (True, False)] if conflict_row(data) else [text]
    locks: list[Lock] = []
    problem: CopycheckError | None = None
    for side in sides:
        try:
            locks.append(_parsed(side, strict=False))
        except CopycheckError as error:
            problem = error
    if not locks and problem is not None:
        raise problem
    merged = Lock()
    for lock in reversed(locks):
        merged = merged.with_entries(lock.sources, lock.copies)
    return merged


def _one_side(text: str, is_ours: bool) -> str:
    """A text with the lines of one side of each merge conflict in it, in the place of both."""
    kept: list[str] = []
    part = ""
    for line in text.splitlines(keepends=True):
        if not part and line.startswith("<<<<<<< "):
            part = "ours"
        elif part == "ours" and line.startswith("||||||| "):
            part = "base"
        elif part in ("ours", "base") and line == "=======\n":
            part = "theirs"
        elif part == "theirs" and line.startswith(">>>>>>> "):
            part = ""
        elif not part or part == ("ours" if is_ours else "theirs"):
            kept.append(line)
    return "".join(kept)


def _parsed(text: str, strict: bool = True) -> Lock:
    """The lock that a text is; without `strict`, damaged entries are left out. Raises CopycheckError."""
    try:
        document = json.loads(text, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", 1)
        raise CopycheckError(f"{LOCK}:{row}: is damaged: {error}; take it from git, or delete it and {_SYNC}") from None
    version = document.get("version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > _FORMAT:
        raise CopycheckError(
            f"{LOCK}: has the format {version} of a newer copycheck: run `pip install -U copycheck-lint`"
        )
    if version != _FORMAT:
        raise CopycheckError(f"{LOCK}: is not a lock of copycheck: take it from git, or delete it and {_SYNC}")
    sources = _each(_source, _entries(document, "sources"), strict)
    copies = _each(_copy, _entries(document, "copies"), strict)
    lock = Lock(sources, copies)
    if not strict:
        return Lock().with_entries(sources, copies)
    there = {(one.target, one.version) for one in sources}
    if len(there) != len(sources) or len({one.key for one in copies}) != len(copies):
        raise CopycheckError(f"{LOCK}: has two entries for the same object: {_SYNC}")
    return lock


def _each(read: Callable[[int, Any], Entry], entries: Sequence[Any], strict: bool) -> tuple[Entry, ...]:
    found = []
    for number, entry in enumerate(entries):
        try:
            found.append(read(number, entry))
        except CopycheckError:
            if strict:
                raise
    return tuple(found)


def _entries(document: Mapping[str, Any], key: str) -> Sequence[Any]:
    entries = document.get(key)
    if not isinstance(entries, list):
        raise CopycheckError(f"{LOCK}: `{key}` is not a list: take it from git, or delete it and {_SYNC}")
    return entries


def _source(number: int, entry: Any) -> LockedSource:
    where = f"{LOCK}: `sources[{number}]`"
    kinds = {"target": str, "version": str, "from": str, "file": str, "line": int, "sha256": str, "text": list}
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), kind) for key, kind in kinds.items()):
        raise CopycheckError(f"{where} is damaged: it needs {', '.join(kinds)}: {_SYNC}")
    text, commit = entry["text"], entry.get("commit", "")
    what = f"{where} (`{entry['target']}` at {entry['version']})"
    if not all(isinstance(line, str) for line in text) or not isinstance(commit, str) or entry["line"] < 1:
        raise CopycheckError(f"{what} is damaged: {_SYNC}")
    if hash_of(text) != entry["sha256"]:
        raise CopycheckError(f"{what}: its hash does not fit its text: {_SYNC}")
    target, version, origin, file = (entry[key] for key in ("target", "version", "from", "file"))
    return LockedSource(target, version, origin, file, entry["line"], tuple(text), commit)


def _copy(number: int, entry: Any) -> LockedCopy:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in LockedCopy._fields):
        raise CopycheckError(
            f"{LOCK}: `copies[{number}]` is damaged: it needs {', '.join(LockedCopy._fields)}: {_SYNC}"
        )
    return LockedCopy(*(entry[key] for key in LockedCopy._fields))
