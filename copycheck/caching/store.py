"""What the last run knew, kept beside the project: never believed where anything that it rests on has changed.

An entry belongs to one configuration, one version of ours and of the formatters. It names every file that it was made
from, and what tells whether that file is as it was (`file_freshness`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from copycheck import __version__
from copycheck.caching.cache_key import identity_of
from copycheck.caching.codec import encoded
from copycheck.caching.file_freshness import Freshness, Signature, signature_of
from copycheck.model.errors import CopycheckError
from copycheck.model.paths import why_no_path
from copycheck.project.reading import read_file
from copycheck.project.settings import Settings

_FORMAT = 4
_KEPT_ENTRIES = 16
_ENTRY = re.compile(r"[0-9a-f]+\.(?:index|details|copies)|\..*\.tmp")
WRITTEN = "written"
"""The file in the folder that holds the marks of written texts."""
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of copycheck, which can be removed at any time.\n"


class Entry(NamedTuple):
    """What was known at the end of a run.

    `files` holds the signatures of the files of the walk, `others` those of whatever else was looked at or looked for
    (None where there was nothing). `report` is the whole report as plain data.
    """

    files: Mapping[str, Signature | None]
    others: Mapping[str, Signature | None]
    report: Any


class Cache:
    """The cache of one project and configuration: what cannot be read is not there, nor kept what cannot be written."""

    def __init__(self, settings: Settings, kind: str = "") -> None:
        """`kind` says what the entries are about, where that is no check."""
        self._folder = os.path.join(settings.root, settings.cache_dir)
        self._root = settings.root
        made_from = (_FORMAT, __version__, *identity_of(settings), *([kind] if kind else []))
        self._made_from = json.dumps(made_from, default=sorted)
        # The index holds all of it: a name alone might be that of another configuration.
        self._name = f"{zlib.crc32(self._made_from.encode()):08x}"
        self._started = time.time_ns()
        self._freshness = Freshness(settings.root, settings.cache_by_content)
        self._stamp = ""
        self._folders: dict[str, bool] = {}

    def load(self) -> Entry | None:
        """The entry of the last run, if there is a sound one."""
        try:
            data = json.loads(self._read("index"))
            made_from, files, others, report = data["made_from"], data["files"], data["others"], data["report"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        if made_from != self._made_from or not (isinstance(files, dict) and isinstance(others, dict)):
            return None
        return Entry(files, others, report)

    def load_details(self) -> bytes:
        """What the last run knew of each directive; nothing where that is not there."""
        return self._read("details")

    def load_copies(self) -> bytes:
        """The copies as the last run listed them; nothing where nobody has asked for them since."""
        return self._read("copies")

    def save_copies(self, body: bytes) -> None:
        """Keep the copies beside the entry that was loaded or saved."""
        with contextlib.suppress(OSError):
            self._write("copies", body)

    def changed(self, entry: Entry, files: Mapping[str, Signature]) -> set[str]:
        """The files of the entry or of the walk that are not as they were."""
        others = self._freshness.signed(entry.others)
        return self._freshness.changed(entry.files, files) | self._freshness.changed(entry.others, others)

    def save(
        self,
        files: Mapping[str, Signature],
        known: Mapping[str, Signature | None],
        others: Iterable[str],
        report: Any,
        details: bytes,
    ) -> None:
        """Keep what is known, each part replaced in one step; the details first, for the index vouches for them.

        `known` holds the signatures of whatever else was looked at before, `others` names what was looked at now.
        """
        sign = self._freshness.sign
        signed = {name: sign(name, inode) for name, inode in files.items()}
        beside = {**known, **dict(self._signed(name) for name in others if name not in files)}
        self._stamp = f"{self._started:x}-{os.getpid():x}"
        with contextlib.suppress(OSError):
            prepare_folder(self._folder)
            self._write("details", details)
            self._write_index(Entry(signed, beside, report))
            self._prune()

    def confirm(self, entry: Entry, files: Mapping[str, Signature]) -> None:
        """Sign the files anew whose content was compared: from now on, what their inodes say is enough."""
        if not self._freshness.confirmed:
            return
        sign, confirmed = self._freshness.sign, self._freshness.confirmed
        others = self._freshness.signed(confirmed.intersection(entry.others))
        signed = {name: sign(name, files[name]) if name in confirmed else was for name, was in entry.files.items()}
        beside = {name: sign(name, others[name]) if name in others else was for name, was in entry.others.items()}
        if signed != entry.files or beside != entry.others:
            with contextlib.suppress(OSError):
                self._write_index(Entry(signed, beside, entry.report))

    def _write_index(self, entry: Entry) -> None:
        parts = {"made_from": self._made_from, **entry._asdict()}
        self._write("index", encoded(parts))

    def _signed(self, name: str) -> tuple[str, Signature | None]:
        """A path and its signature; of one that is not there, the outermost part that is not."""
        while (folder := name.rpartition("/")[0]) and not self._is_folder(folder):
            name = folder
        return name, self._freshness.sign(name, signature_of(os.path.join(self._root, name)))

    def _is_folder(self, name: str) -> bool:
        known = self._folders.get(name)
        if known is None:
            known = self._folders[name] = os.path.isdir(os.path.join(self._root, name))
        return known

    def _path(self, part: str) -> str:
        return os.path.join(self._folder, f"{self._name}.{part}")

    def _read(self, part: str) -> bytes:
        """The content of a part, empty where it is damaged or not of the run that wrote the other one."""
        try:
            head, _, body = read_file(self._path(part)).partition(b"\n")
            stamp, _, checksum = head.decode("ascii").partition(" ")
        except (OSError, ValueError):
            return b""
        self._stamp = self._stamp or stamp
        return body if stamp == self._stamp and checksum == _checksum(body) else b""

    def _write(self, part: str, body: bytes) -> None:
        beside = os.path.join(self._folder, f".{self._stamp}.{part}.tmp")
        try:
            with open(beside, "xb") as stream:
                stream.write(f"{self._stamp} {_checksum(body)}\n".encode() + body)
            os.replace(beside, self._path(part))
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise

    def _prune(self) -> None:
        """Keep the newest files only."""
        paths = [os.path.join(self._folder, name) for name in os.listdir(self._folder) if _ENTRY.fullmatch(name)]
        for path in sorted(paths, key=os.path.getmtime, reverse=True)[3 * _KEPT_ENTRIES :]:
            os.unlink(path)


def prepare_folder(folder: str) -> None:
    """Make the folder of a cache, and have git and backups pass it over. Raises OSError."""
    if os.path.islink(folder):
        raise OSError("the cache cannot be in a link: name a folder with `cache-dir`")
    if why_no_path(folder):
        raise OSError(f"the cache cannot be in a folder that {why_no_path(folder)}: correct `cache-dir`")
    os.makedirs(folder, exist_ok=True)
    if not _is_cache(folder) and not all(map(_is_ours, os.listdir(folder))):
        raise OSError("the cache cannot be among other files: name an empty folder with `cache-dir`")
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)


def _checksum(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def remove_cache(settings: Settings) -> str | None:
    """Remove the files of a cache, and its folder when nothing else is in it; the folder, or None without a cache.

    Raises CopycheckError when a file cannot be removed.
    """
    folder = os.path.join(settings.root, settings.cache_dir)
    if os.path.islink(folder) or not _is_cache(folder):
        return None
    try:
        for name in filter(_is_ours, os.listdir(folder)):
            os.unlink(os.path.join(folder, name))
        if not os.listdir(folder):
            os.rmdir(folder)
    except OSError as error:
        raise CopycheckError(f"{folder}: the cache cannot be removed: {error.strerror}") from None
    return folder


def _is_ours(name: str) -> bool:
    """Whether a file of a cache has this name."""
    return name in (".gitignore", "CACHEDIR.TAG", WRITTEN) or _ENTRY.fullmatch(name) is not None


def _is_cache(folder: str) -> bool:
    """Whether the tag in a folder is the one that we have put there."""
    try:
        with open(os.path.join(folder, "CACHEDIR.TAG"), encoding="utf-8", errors="replace") as stream:
            return stream.read() == _TAG
    except OSError:
        return False
