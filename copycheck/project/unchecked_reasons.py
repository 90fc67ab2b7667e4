"""Why a file or folder is not checked: a run that checks nothing must not look like one that found nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from copycheck.model.paths import relative_path, with_folders
from copycheck.project.git_listing import TrackedNames
from copycheck.project.gitignore import GitIgnore, ignored_by, ignores_above
from copycheck.project.patterns import Patterns
from copycheck.project.settings import Settings

_IGNORED = "is ignored by"
_MOST_ENTRIES = 20_000
"""So many files and folders are looked at for a reason. Nobody waits for a sentence."""


class LeftOut:
    """What a walk passes over, and why."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._include = Patterns(settings.include)
        self._exclude = Patterns(settings.exclude)
        self._above = ignores_above(settings.root) if settings.respect_gitignore else ()
        self._ignores: dict[str, tuple[GitIgnore, ...]] = {}
        self._folders: dict[str, str] = {}
        self._tracked: frozenset[str] | None = None

    def is_included(self, filename: str) -> bool:
        """Whether `include` names a file."""
        return self._include.match(filename, filename.rpartition("/")[2])

    def reason(self, name: str) -> str:
        """Why a file or folder is passed over, as the end of a sentence that begins with its name; or nothing."""
        path = os.path.join(self._settings.root, name)
        is_folder = os.path.isdir(path)
        if not is_folder and not self.is_included(name):
            what = "is a notebook" if name.endswith(".ipynb") else "is no Python file"
            return f"{what}: `include` does not name it"
        return self.exclusion(name, is_folder)

    def is_passed_over(self, name: str) -> bool:
        """Whether `exclude` or a .gitignore leaves a file or folder out."""
        return bool(self.exclusion(name, os.path.isdir(os.path.join(self._settings.root, name))))

    def exclusion(self, name: str, is_folder: bool) -> str:
        """Why a file or folder is excluded or ignored; or nothing."""
        around = self._folder_exclusion(name.rpartition("/")[0])
        reason = around or self._own_exclusion(name, is_folder)
        return "" if reason.startswith(_IGNORED) and self._is_tracked(name) else reason

    def _folder_exclusion(self, folder: str) -> str:
        """Why a folder, or one around it, is excluded or ignored; asked once, for it may hold thousands of files."""
        if not folder:
            return ""
        known = self._folders.get(folder)
        if known is None:
            around = self._folder_exclusion(folder.rpartition("/")[0])
            known = self._folders[folder] = around or self._own_exclusion(folder, is_folder=True)
        return known

    def _own_exclusion(self, name: str, is_folder: bool) -> str:
        """Why a file or folder is excluded or ignored by its own name."""
        base = name.rpartition("/")[2]
        if self._exclude.match(name, base):
            pattern = next(one for one in self._settings.exclude if Patterns([one]).match(name, base))
            return f"is excluded by `{pattern}` in `exclude`"
        if not self._settings.respect_gitignore:
            return ""
        ignore = ignored_by(self._ignores_for(name), f"{name}/" if is_folder else name)
        return f"{_IGNORED} {ignore.path}" if ignore else ""

    def _is_tracked(self, name: str) -> bool:
        if self._tracked is None:
            self._tracked = frozenset(one.name for one in TrackedNames(self._settings.root).names())
        return name in self._tracked

    def _ignores_for(self, path: str) -> tuple[GitIgnore, ...]:
        """The .gitignore files that have a say about a path: those of the folders around it."""
        folder = path.rpartition("/")[0]
        folder = f"{folder}/" if folder else ""
        known = self._ignores.get(folder)
        if known is None:
            around = self._ignores_for(folder[:-1]) if folder else self._above
            own = os.path.isfile(os.path.join(self._settings.root, folder, ".gitignore"))
            read = (GitIgnore.read(self._settings.root, folder),) if own else ()
            known = self._ignores[folder] = (*around, *read)
        return known

    def why_nothing(self, name: str) -> str:
        """Why a folder, or a file, holds nothing to check, as a sentence."""
        path = os.path.join(self._settings.root, name)
        shown = "the project" if name == "." else name
        if not os.path.isdir(path):
            reason = self.reason(name)
            if not reason and os.path.islink(path):
                reason = "is a link to what the project does not hold"
            return f"{shown} is not checked: it {reason or 'cannot be read'}"
        notebook = ""
        for filename in _below(self._settings.root, "" if name == "." else f"{name}/"):
            if self.is_included(filename):
                reason = self.exclusion(filename, is_folder=False) or "is a link, or cannot be read"
                return f"no file in {shown} is checked: {filename} {reason}"
            notebook = notebook or (filename if filename.endswith(".ipynb") else "")
        if notebook:
            return f"no file in {shown} is checked: {notebook} is a notebook"
        patterns = " or ".join(f"`{pattern}`" for pattern in self._settings.include)
        return f"no file in {shown} is checked: none is a {patterns}"


def _below(root: str, folder: str) -> Iterator[str]:
    """The files below a folder, whatever leaves them out, but for git's own; the nearest first."""
    folders, seen = [folder], 0
    while folders:
        deeper: list[str] = []
        for one in folders:
            try:
                entries = sorted(os.scandir(os.path.join(root, one)), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                seen += 1
                if seen > _MOST_ENTRIES:
                    return
                if entry.is_dir(follow_symlinks=False):
                    deeper += [f"{one}{entry.name}/"] if entry.name not in (".git", ".copycheck_cache") else []
                else:
                    yield f"{one}{entry.name}"
        folders = deeper


def nothing_checked(settings: Settings, names: Sequence[str], filenames: Iterable[str]) -> list[str]:
    """A sentence for each name of a command line below which no file is checked; for none, about the project.

    `filenames` are those of the walk. What is a full copy, or the source of one, is looked at as well.
    """
    if settings.full_copies_from:
        return []
    pairs = (name for pair in settings.full_copies for name in pair.inside)
    present = {part for filename in (*filenames, *pairs) for part in with_folders(filename)}
    left_out = LeftOut(settings)
    asked = [name for name in names or ["."] if name not in present and not (name == "." and present)]
    real_root = os.path.realpath(settings.root)
    real = {name: relative_path(os.path.realpath(os.path.join(settings.root, name)), real_root) for name in asked}
    return [left_out.why_nothing(name) for name in asked if real[name] == name or real[name] not in names]
