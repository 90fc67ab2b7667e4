"""Paths → files: a walk over the project that honours include, exclude and .gitignore."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from copycheck.model.paths import relative_path
from copycheck.project.git import TrackedButIgnored
from copycheck.project.reading import MOST_CONFIGURATION, read_file
from copycheck.project.settings import Settings
from copycheck.project.toml import CONFIGURATIONS, own_configuration

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Patterns:
    """Glob patterns as ruff reads them: a bare name fits at any depth, one with a `/` from the root on."""

    def __init__(self, patterns: Sequence[str]) -> None:
        bare = [p.rstrip("/") for p in patterns if "/" not in p.rstrip("/")]
        rooted = [p.removeprefix("./").strip("/") for p in patterns if "/" in p.rstrip("/")]
        self._bare = _union(bare)
        self._rooted = _union([form for p in rooted for form in (p, p.replace("**/", ""))])

    def match(self, filename: str, name: str) -> bool:
        """Whether a file or folder fits, by its path from the root or its bare name."""
        return bool(self._bare.match(name) or self._rooted.match(filename))


def _union(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns) or r"(?!)")


class Found(NamedTuple):
    """A file that the walk found, and what its inode says."""

    filename: str
    stat: os.stat_result


class Walk(NamedTuple):
    """What a walk over a project found: its files, and the configurations in folders of it that do not count here."""

    files: list[Found]
    nested: list[str]


def walk(settings: Settings) -> list[Found]:
    """The files of the project, by name (see `explore`)."""
    return explore(settings).files


def explore(settings: Settings) -> Walk:
    """The files of the project, by name. A link to a file counts once, under the name of the file itself.

    Links to folders are not followed; what cannot be listed is passed over.
    """
    nested: list[str] = []
    tracked = TrackedButIgnored(settings.root) if settings.respect_gitignore else None
    include, exclude = Patterns(settings.include), Patterns(settings.exclude)
    found: dict[str, Found] = {}
    links: list[Found] = []
    stack: list[tuple[str, tuple[_Ignore, ...]]] = [("", _ignores_above(settings))]
    while stack:
        folder, ignores = stack.pop()
        entries = list(_entries(os.path.join(settings.root, folder)))
        if settings.respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
            ignores = (*ignores, _Ignore.read(settings.root, folder))
        for entry in entries:
            filename = f"{folder}{entry.name}"
            if folder and entry.name in CONFIGURATIONS and own_configuration(os.path.join(settings.root, folder)):
                nested.append(filename)
            if exclude.match(filename, entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not _ignored(ignores, filename + "/"):
                    stack.append((filename + "/", ignores))
            elif include.match(filename, entry.name) and not _ignored(ignores, filename):
                _add(entry, filename, found, links)
    _add_links(settings.root, found, links)
    wanted = [name for name in (tracked.names() if tracked else ()) if not _is_excluded(exclude, name)]
    for filename in [*wanted, *settings.named]:
        if include.match(filename, os.path.basename(filename)):
            _add_file(settings.root, filename, found)
    return Walk([found[filename] for filename in sorted(found)], sorted(nested))


def _add(entry: os.DirEntry[str], filename: str, found: dict[str, Found], links: list[Found]) -> None:
    try:
        if entry.is_symlink():
            if stat.S_ISREG((found_ := entry.stat()).st_mode):
                links.append(Found(filename, found_))
        elif entry.is_file():
            found[filename] = Found(filename, entry.stat())
    except OSError:
        pass  # a link to nowhere, or a file that has just gone


def _add_file(root: str, filename: str, found: dict[str, Found]) -> None:
    """A file that the walk passed over, and that counts all the same."""
    path = os.path.join(root, filename)
    try:
        if filename not in found and os.path.isfile(path):
            found[filename] = Found(filename, os.stat(path))
    except OSError:
        pass


def _is_excluded(exclude: Patterns, filename: str) -> bool:
    """Whether a file, or a folder that it is in, fits a pattern."""
    parts = filename.split("/")
    return any(exclude.match("/".join(parts[: n + 1]), part) for n, part in enumerate(parts))


def left_out(settings: Settings, filenames: Sequence[str]) -> dict[str, str]:
    """The files among some that a walk passes over, and why, as the end of a sentence that begins with the name."""
    include, exclude = Patterns(settings.include), Patterns(settings.exclude)
    reasons: dict[str, str] = {}
    ignored = _IgnoredFiles(settings)
    for filename in filenames:
        name = os.path.basename(filename)
        if not include.match(filename, name):
            what = "is a notebook" if name.endswith(".ipynb") else "is no Python file"
            reasons[filename] = f"{what}: `include` does not name it"
        elif _is_excluded(exclude, filename):
            reasons[filename] = "is excluded: `copycheck --show-settings` prints `exclude`"
        elif settings.respect_gitignore and ignored.holds(filename):
            reasons[filename] = f"is ignored by git: `git check-ignore -v {filename}` says where"
    return reasons


class _IgnoredFiles:
    """Which files a .gitignore names; those that git tracks are never ignored."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.root
        self._above = _ignores_above(settings) if settings.respect_gitignore else ()
        self._known: dict[str, tuple[_Ignore, ...]] = {}
        self._tracked: frozenset[str] | None = None

    def holds(self, filename: str) -> bool:
        """Whether a file, or a folder that it is in, is ignored."""
        parts = filename.split("/")
        paths = ["/".join(parts[:number]) + "/" for number in range(1, len(parts))]
        if not any(_ignored(self._ignores(path.rstrip("/")), path) for path in [*paths, filename]):
            return False
        if self._tracked is None:
            self._tracked = frozenset(TrackedButIgnored(self._root).names())
        return filename not in self._tracked

    def _ignores(self, path: str) -> tuple[_Ignore, ...]:
        """The .gitignore files that have a say about a path: those of the folders around it."""
        folder = path.rpartition("/")[0]
        folder = f"{folder}/" if folder else ""
        known = self._known.get(folder)
        if known is None:
            around = self._ignores(folder[:-1]) if folder else self._above
            own = os.path.isfile(os.path.join(self._root, folder, ".gitignore"))
            known = self._known[folder] = (*around, _Ignore.read(self._root, folder)) if own else around
        return known


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


class _Ignore(NamedTuple):
    """A .gitignore and the folder it stands in, which ends in `/` or is empty."""

    folder: str
    spec: GitIgnoreSpec

    @staticmethod
    def read(root: str, folder: str) -> _Ignore:
        from pathspec import GitIgnoreSpec

        try:
            data = read_file(os.path.join(root, folder, ".gitignore"), MOST_CONFIGURATION)
            lines = data.decode("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        return _Ignore(folder, GitIgnoreSpec.from_lines(lines))


def _ignores_above(settings: Settings) -> tuple[_Ignore, ...]:
    """The .gitignore files between the repository's top and the root, when the root is not the top."""
    above: list[_Ignore] = []
    if not settings.respect_gitignore or os.path.exists(os.path.join(settings.root, ".git")):
        return ()
    folder, prefix = settings.root, "/"
    while os.path.dirname(folder) != folder:
        prefix = f"/{os.path.basename(folder)}{prefix}"
        folder = os.path.dirname(folder)
        if os.path.isfile(os.path.join(folder, ".gitignore")):
            above.insert(0, _Ignore(prefix, _Ignore.read(folder, "").spec))
        if os.path.exists(os.path.join(folder, ".git")):
            return tuple(above)
    return ()


def _ignored(ignores: Sequence[_Ignore], filename: str) -> bool:
    """Whether git ignores a file (or a folder, which ends in `/`): the nearest .gitignore that has a say decides."""
    for ignore in reversed(ignores):
        if ignore.folder.startswith("/"):
            result = ignore.spec.check_file(ignore.folder[1:] + filename)
        else:
            result = ignore.spec.check_file(filename[len(ignore.folder) :])
        if result.include is not None:
            return result.include
    return False
