"""Paths → files: a walk over the project that honours include, exclude and .gitignore."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.model.paths import relative_path
from copycheck.project.git_listing import TrackedNames
from copycheck.project.gitignore import GitIgnore, ignored_by, ignores_above
from copycheck.project.patterns import Patterns
from copycheck.project.settings import Settings
from copycheck.project.toml import CONFIGURATIONS, own_configuration


class Found(NamedTuple):
    """A file that the walk found, and what its inode says."""

    filename: str
    stat: os.stat_result


class Walk(NamedTuple):
    """What a walk over a project found: its files, and the configurations in folders of it that do not count here."""

    files: list[Found]
    nested: list[str]
    git_failure: str = ""
    """Why git could not say which files it tracks, where a .gitignore leaves some out; else nothing."""


def walk(settings: Settings) -> list[Found]:
    """The files of the project, by name (see `explore`)."""
    return explore(settings).files


def explore(settings: Settings) -> Walk:
    """The files of the project, by name. A link to a file counts once, under the name of the file itself.

    Links to folders are not followed; what cannot be listed is passed over.
    """
    return _Walker(settings).walk()


class _Walker:
    """One walk: the folders that are ahead, and what was found."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._include, self._exclude = Patterns(settings.include), Patterns(settings.exclude)
        self._found: dict[str, Found] = {}
        self._links: list[Found] = []
        self._nested: set[str] = set()
        self._has_ignored = False
        self._git_failure = ""
        self._ahead: list[tuple[str, tuple[GitIgnore, ...]]] = []
        self._tracked: list[tuple[str, TrackedNames]] = []

    def walk(self) -> Walk:
        """Walk over the project, then over what a .gitignore or `exclude` has left out and counts all the same."""
        settings = self._settings
        self._ask_git("")
        self._walk("", ignores_above(settings.root) if settings.respect_gitignore else ())
        for name in settings.named:
            self._add_name(name)
        self._add_own_repository(settings.own_repository)
        while self._tracked:
            folder, tracked = self._tracked.pop()
            names = tracked.names()
            self._git_failure = self._git_failure or tracked.failure
            for name, is_submodule in names if self._has_ignored else ():
                self._add_tracked(f"{folder}{name}", is_submodule)
        _add_links(settings.root, self._found, self._links)
        files = [self._found[filename] for filename in sorted(self._found)]
        return Walk(files, sorted(self._nested), self._git_failure if self._has_ignored else "")

    def _add_own_repository(self, folder: str) -> None:
        """The repository of the working directory, if it was left out so far.

        Else a hook in a clone that a project around it ignores would check nothing.
        """
        is_new = folder and not any(name.startswith(f"{folder}/") for name in self._found)
        if is_new and self._settings.respect_gitignore and not is_excluded(self._exclude, folder):
            self._add_name(folder)

    def _ask_git(self, folder: str) -> None:
        """Have git list, while others work, what it tracks in a repository: no .gitignore leaves that out."""
        if self._settings.respect_gitignore:
            self._tracked.append((folder, TrackedNames(os.path.join(self._settings.root, folder))))

    def _walk(self, folder: str, ignores: tuple[GitIgnore, ...]) -> None:
        self._ahead = [(folder, ignores)]
        while self._ahead:
            self._look_into(*self._ahead.pop())

    def _look_into(self, folder: str, ignores: tuple[GitIgnore, ...]) -> None:
        """Add the files of a folder, and put its folders ahead."""
        root = self._settings.root
        entries = list(_entries(os.path.join(root, folder)))
        if self._settings.respect_gitignore:
            names = {entry.name for entry in entries}
            if folder and ".git" in names:  # a submodule, say: it has rules of its own, and git tracks files in it
                ignores = ()
                self._ask_git(folder)
            if ".gitignore" in names:
                ignores = (*ignores, GitIgnore.read(root, folder))
        for entry in entries:
            filename = f"{folder}{entry.name}"
            if folder and entry.name in CONFIGURATIONS and own_configuration(os.path.join(root, folder)):
                self._nested.add(filename)
            if self._exclude.match(filename, entry.name):
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not self._include.match(filename, entry.name):
                continue
            if ignored_by(ignores, f"{filename}/" if is_folder else filename) is not None:
                self._has_ignored = True
            elif is_folder:
                self._ahead.append((f"{filename}/", ignores))
            else:
                _add(entry, filename, self._found, self._links)

    def _add_tracked(self, name: str, is_submodule: bool) -> None:
        """What git tracks, if it was left out so far and may count."""
        if name in self._found or not (is_submodule or self._include.match(name, os.path.basename(name))):
            return
        if not is_excluded(self._exclude, name) and self._is_file_or_repository(name):
            self._add_name(name)

    def _is_file_or_repository(self, name: str) -> bool:
        """Whether what git tracks under a name can be that: a file, or a submodule."""
        path = os.path.join(self._settings.root, name)
        return not os.path.isdir(path) or os.path.lexists(os.path.join(path, ".git"))

    def _add_name(self, name: str) -> None:
        """A file, or the files below a folder, whatever .gitignore files say about the folder itself."""
        path = os.path.join(self._settings.root, name)
        if os.path.isdir(path) and not os.path.islink(path):
            self._walk(f"{name}/", ())
        elif self._include.match(name, os.path.basename(name)) and name not in self._found:
            try:
                found = Found(name, os.stat(path))
            except OSError:
                return
            if os.path.islink(path):
                self._links.append(found)
            elif stat.S_ISREG(found.stat.st_mode):
                self._found[name] = found


def _add(entry: os.DirEntry[str], filename: str, found: dict[str, Found], links: list[Found]) -> None:
    try:
        if entry.is_symlink():
            if stat.S_ISREG((found_ := entry.stat()).st_mode):
                links.append(Found(filename, found_))
        elif entry.is_file():
            found[filename] = Found(filename, entry.stat())
    except OSError:
        pass  # a link to nowhere, or a file that has just gone


def is_checked(settings: Settings, filename: str) -> bool:
    """Whether a file of that name, were it there, would be checked: it is included, and not excluded."""
    name = filename.rpartition("/")[2]
    if filename in settings.named:
        return True
    return Patterns(settings.include).match(filename, name) and not is_excluded(Patterns(settings.exclude), filename)


def is_excluded(exclude: Patterns, filename: str) -> bool:
    """Whether a file, or a folder that it is in, fits a pattern."""
    parts = filename.split("/")
    return any(exclude.match("/".join(parts[: n + 1]), part) for n, part in enumerate(parts))


def _add_links(root: str, found: dict[str, Found], links: Sequence[Found]) -> None:
    """Links to files that the walk does not reach by themselves."""
    real_root = os.path.realpath(root)
    for link in sorted(links, key=lambda link: link.filename):
        target = relative_path(os.path.realpath(os.path.join(root, link.filename)), real_root)
        if target not in found:
            found[link.filename] = link


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return
