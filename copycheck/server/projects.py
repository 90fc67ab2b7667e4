"""The projects that an editor has open: each a session, asked and changed in one thread, and never in another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pygls.uris import from_fs_path, to_fs_path

from copycheck.api import Session
from copycheck.api.first_check import FirstFindings
from copycheck.model.errors import UnreadableFileError
from copycheck.model.line_matcher import LineMatcher, common_ends
from copycheck.model.location import Location
from copycheck.project.config_search import load
from copycheck.project.selection import PathNames
from copycheck.project.settings import Settings
from copycheck.project.toml import own_configuration
from copycheck.project.workspace import Workspace
from copycheck.server.documents import Text, Units, split_lines
from copycheck.server.editor_settings import Options
from copycheck.server.first_checks import Asked, FirstChecks


class Broken(NamedTuple):
    """A text that cannot be parsed at the moment: why, where, and the last text that could be."""

    error: UnreadableFileError
    text: str
    last: str


def _nobody() -> None:
    """Nobody is told."""


class ServedProject:
    """One project: its session, the documents that are open in it, and the names of its files as URIs."""

    def __init__(self, folder: str, options: Options) -> None:
        self._folder, self._options = folder, options
        self.settings = self._load()
        self._session: Session | None = None
        self._first: FirstFindings | None = None
        self._uris: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._last: dict[str, str] = {}
        """The last text of each open file that could be parsed."""
        self.broken: dict[str, Broken] = {}

    def _load(self) -> Settings:
        return load((), self._options.config, self._folder)

    @property
    def folder(self) -> str:
        """The folder that its configuration is looked for in."""
        return self._folder

    @property
    def root(self) -> str:
        """The folder of the project."""
        return self.settings.root

    @property
    def session(self) -> Session:
        """The project in memory; the first check is made when it is asked for first."""
        if self._session is None:
            self.start()
        assert self._session is not None, "a start makes a session, or raises"
        return self._session

    def start(self, checks: FirstChecks | None = None, tell: Callable[[], None] = _nobody) -> None:
        """Make the first check. Raises CopycheckError for a configuration that cannot be used.

        A large project is checked by another process, which may use all processors and keeps what it finds in the
        cache. As soon as that is done, `tell` is called: what `known` says is about the files as they are on disk then.
        """
        if checks is not None and self._options.cache:
            asked = Asked(self._folder, self._options.config)

            def first(found: FirstFindings) -> None:
                self._first = found
                tell()

            checks.start(asked, self.settings)
            checks.finish(asked, first)
        self._session = Session(self.settings, cache=self._options.cache, reload=self._reload)
        self._first = None
        for filename, text in self._texts.items():
            self._lay(filename, text)

    @property
    def known(self) -> Session | FirstFindings:
        """What says the findings of files: the session, or the first check before there is one."""
        return self._first or self.session

    def is_as_on_disk(self, filename: str) -> bool:
        """Whether the text of an open document is that of its file."""
        try:
            return Workspace(self.root).read(filename).text == self._texts.get(filename)
        except UnreadableFileError:
            return False

    def _reload(self) -> Settings:
        self.settings = self._load()
        return self.settings

    def name_of(self, uri: str) -> str | None:
        """The name of a file in the project; None for what is not a file in it."""
        path = to_fs_path(uri)
        if path is None:
            return None
        names = PathNames(self.root, self.root).of(path)
        return names[-1] if names else None

    def uri_of(self, filename: str) -> str:
        """The URI of a file: the one that the editor uses, where it has the file open."""
        return self._uris.get(filename) or str(from_fs_path(os.path.join(self.root, filename)))

    def concerned_files(self) -> list[str]:
        """The files that have findings, or sources of copies that have drifted."""
        found = set(self.session.all_findings())
        found |= {d.source.filename for some in self.session.all_findings().values() for d in some if d.source}
        return sorted(found)

    def is_open(self, filename: str) -> bool:
        """Whether a file is open in the editor."""
        return filename in self._uris

    def take(self, filename: str, uri: str, text: str) -> None:
        """Take the text of an open document."""
        self._uris[filename], self._texts[filename] = uri, text
        if self._session is not None:
            self._lay(filename, text)

    def close(self, filename: str) -> None:
        """Take a file from disk again."""
        for known in (self._uris, self._texts, self._last, self.broken):
            known.pop(filename, None)
        if self._session is not None:
            self._session.change(filename, None)

    def _lay(self, filename: str, text: str) -> None:
        """Give a text to the session; one that cannot be parsed only where there was never another."""
        last = self._last.get(filename)
        try:
            self.session.change(filename, text, keep_broken=last is None)
        except UnreadableFileError as error:
            assert last is not None, "only then it is refused"
            self.broken[filename] = Broken(error, text, last)
            return
        self.broken.pop(filename, None)
        if self.session.parses(filename):
            self._last[filename] = text

    def changed_on_disk(self, filenames: Iterable[str]) -> None:
        """Look again at files on disk. Raises ConfigError for a configuration that cannot be used any more."""
        if self._session is not None:
            self._session.changed_on_disk(filenames)

    def text(self, filename: str, units: Units) -> Text:
        """The lines of a file as the session has it, for places in it. A file that cannot be read has none."""
        known = self._last.get(filename) if filename in self.broken else self._texts.get(filename)
        if known is None:
            try:
                workspace = self._session.project.workspace if self._session is not None else Workspace(self.root)
                known = workspace.read(filename).text
            except UnreadableFileError:
                known = ""
        return Text(split_lines(known), units)

    def now(self, filename: str, place: Location) -> Location:
        """Where a place of the last text that could be parsed is in the text as it is now."""
        broken = self.broken.get(filename)
        return _moved(broken.last.split("\n"), broken.text.split("\n"), place) if broken else place


def _moved(before: list[str], after: list[str], place: Location) -> Location:
    """Where a place of one text is in another: with its line, or else at the line that has come to stand there."""
    head, tail = common_ends(before, after)
    if place.row <= head:
        return place
    if place.row > len(before) - tail:
        return Location(place.row + len(after) - len(before), place.column)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    row = place.row - 1 - head
    for kind, start, end, other, _ in LineMatcher(old, new).get_opcodes():
        if kind == "equal" and row < end:
            near = other + max(row - start, 0)
            return Location(head + near + 1, place.column if row >= start else 1)
    return Location(head + len(new) + 1)


def project_folder(path: str, folders: Iterable[str]) -> str:
    """The folder whose project a file belongs to: its workspace folder, or one below that alone has a configuration.

    A file outside of all folders belongs to the project of the folder that it is in.
    """
    own = os.path.dirname(path)
    around = max((folder for folder in folders if _is_in(path, folder)), key=len, default=None)
    if around is None:
        return own
    try:
        configured = load((), (), around).origin is not None
    except Exception:
        return around
    while not configured and _is_in(own, around):
        if own_configuration(own):
            return own
        own = os.path.dirname(own)
    return around


def _is_in(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else f"{folder}{os.sep}")
