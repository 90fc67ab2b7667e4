"""The one thread in which projects are asked and changed, and what waits for it.

Typing leaves no queue: the thread takes all changes that have come in since it last looked, and of each document only
the newest text. Whatever is asked is answered for that text.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple, TypeVar

from pygls.uris import to_fs_path

from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path
from copycheck.server.editor_settings import Options
from copycheck.server.first_checks import FirstChecks
from copycheck.server.projects import ServedProject, project_folder

R = TypeVar("R")


class Place(NamedTuple):
    """A file of a project."""

    project: ServedProject
    filename: str


class Version(NamedTuple):
    """A text of an open document, and its number."""

    text: str
    number: int


class Workshop:
    """The projects of an editor, and the thread that works on them."""

    def __init__(
        self, complain: Callable[[str], None], checks: FirstChecks, tell: Callable[[dict[str, Place]], None]
    ) -> None:
        """`complain` tells the user of a configuration that cannot be used.

        `tell` is called with the open documents of which the first check of their project has just said what it found.
        Both are called in the thread.
        """
        self.options = Options()
        self._complain, self._checks, self._tell = complain, checks, tell
        self._thread = ThreadPoolExecutor(1, "copycheck")
        self._lock = Lock()
        self._folders: list[str] = []
        self._texts: dict[str, Version] = {}
        """The newest texts of all open documents, by URI."""
        self._waiting: dict[str, Version | None] = {}
        """The documents that have changed, with their newest texts; None for one that was closed."""
        self.taken: dict[str, int] = {}
        """The versions of the open documents that the projects have: what is answered is about these."""
        self._on_disk: list[str] = []
        """The paths that have changed on disk."""
        self._projects: dict[str, ServedProject] = {}
        self._places: dict[str, Place] = {}
        self._complaints: dict[str, str] = {}
        self._is_stale = False
        self._looks_around = False

    def close(self) -> None:
        """End the thread. What it is at is not waited for."""
        self._checks.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def work(self, function: Callable[[], R]) -> R:
        """Call a function in the thread, for the newest texts. Not called at all when it is cancelled before."""

        def up_to_date() -> R:
            self._catch_up()
            return function()

        return await asyncio.get_running_loop().run_in_executor(self._thread, up_to_date)

    def folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Folders were opened or closed in the editor."""
        gone = set(removed)
        with self._lock:
            self._folders = [*(folder for folder in self._folders if folder not in gone), *added]
            self._is_stale = True

    def changed(self, uri: str, text: str, version: int) -> None:
        """A document was opened, or has a new text."""
        with self._lock:
            self._waiting[uri] = self._texts[uri] = Version(text, version)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        with self._lock:
            self._waiting[uri] = None
            self._texts.pop(uri, None)

    def changed_on_disk(self, uris: Iterable[str]) -> None:
        """Files have changed, appeared or gone."""
        with self._lock:
            self._on_disk += [path for uri in uris if (path := to_fs_path(uri)) is not None]

    def look_around(self, wanted: bool = True) -> None:
        """Look at the whole projects for changes on disk, where the editor tells of none."""
        with self._lock:
            self._looks_around = self._looks_around or wanted

    def configured(self, options: Options) -> None:
        """The user has set other options: everything begins anew where they say what is checked."""
        with self._lock:
            before, self.options = self.options, options
            self._is_stale = self._is_stale or (before.config, before.cache) != (options.config, options.cache)

    def place_of(self, uri: str) -> Place | None:
        """The project and name of a file, as the thread knows them; None for what belongs to no project."""
        return self._place(uri)

    def open_places(self) -> dict[str, Place]:
        """The open documents that belong to a project, by URI."""
        with self._lock:
            uris = list(self._texts)
        return {uri: place for uri in uris if (place := self._place(uri)) is not None}

    @property
    def projects(self) -> list[ServedProject]:
        """The projects that are open."""
        return list(self._projects.values())

    def open_folders(self) -> None:
        """Make the projects of the folders that are open, so that their first check is done before it is needed."""
        for folder in list(self._folders):
            self._project(folder)

    def _catch_up(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            on_disk, self._on_disk = self._on_disk, []
            is_stale, self._is_stale = self._is_stale, False
            looks_around, self._looks_around = self._looks_around, False
        if is_stale:
            self._projects, self._places, self._complaints = {}, {}, {}
            waiting = {**self._texts, **waiting}
        if on_disk or looks_around:
            self._look_at_disk(on_disk, looks_around)
        for uri, version in waiting.items():
            if version is None:
                self.taken.pop(uri, None)
                # A document may be closed while its text is being taken: it is no known place then.
                place = self._places.pop(uri, None) or self._place(uri)
                if place is not None:
                    place.project.close(place.filename)
            elif (place := self._place(uri)) is not None:
                self._take(place, uri, version)

    def _look_at_disk(self, paths: list[str], looks_around: bool) -> None:
        """Tell each project of the changes below its root; one that could not be opened is tried again."""
        if self._complaints:
            self._complaints.clear()
        for project in self._projects.values():
            root = os.path.realpath(project.root)
            names = [relative_path(real, root) for path in paths if _is_below(real := os.path.realpath(path), root)]
            try:
                if names:
                    project.changed_on_disk(names)
                if looks_around:
                    project.session.refresh()
            except CopycheckError as error:
                self._say(project.root, str(error))

    def _place(self, uri: str) -> Place | None:
        known = self._places.get(uri)
        if known is not None:
            return known
        path = to_fs_path(uri)
        if path is None:
            return None
        project = self._project(project_folder(path, self._folders))
        filename = project.name_of(uri) if project is not None else None
        if project is None or filename is None:
            return None
        place = Place(project, filename)
        version = self._texts.get(uri)
        if version is not None:
            self._places[uri] = place
            self._take(place, uri, version)
        return place

    def _take(self, place: Place, uri: str, version: Version) -> None:
        place.project.take(place.filename, uri, version.text)
        self.taken[uri] = version.number

    def _project(self, folder: str) -> ServedProject | None:
        """The project of a folder; None where it has a configuration that cannot be used."""
        known = self._projects.get(folder)
        if known is not None or folder in self._complaints:
            return known
        try:
            project = ServedProject(folder, self.options)
            same = next((other for other in self._projects.values() if other.root == project.root), None)
            if same is None:
                project.start(self._checks, lambda: self._tell_first(folder, project))
                gc.collect()
                gc.freeze()  # what the first check has made stays: a collection need not go through it
        except CopycheckError as error:
            self._say(folder, str(error))
            return None
        self._projects[folder] = same or project
        return self._projects[folder]

    def _tell_first(self, folder: str, project: ServedProject) -> None:
        """Tell of the open documents of a project that are as their files are: its first check knows of no others."""
        with self._lock:
            texts = dict(self._texts)
        places = {}
        for uri, version in texts.items():
            path = to_fs_path(uri)
            filename = project.name_of(uri) if path and project_folder(path, self._folders) == folder else None
            if filename is not None:
                project.take(filename, uri, version.text)
                if project.is_as_on_disk(filename):
                    places[uri] = Place(project, filename)
                    self.taken[uri] = version.number
        self._tell(places)

    def _say(self, folder: str, message: str) -> None:
        """Tell the user once what is wrong with a project."""
        if self._complaints.get(folder) != message:
            self._complaints[folder] = message
            self._complain(message)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root.rstrip(os.sep)}{os.sep}")
