"""What a check rests on, as it is on disk, and what of it has changed since the last look (contract 13)."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from copycheck.model.paths import relative_path, with_folders
from copycheck.project.discovery import Walk, explore
from copycheck.project.git_folder import git_files
from copycheck.project.toml import CONFIGURATIONS, read_toml, tomllib
from copycheck.project.unchecked_reasons import LeftOut

if TYPE_CHECKING:
    from copycheck.checking.checker import Check

_OF_STYLE = frozenset({"ruff.toml", ".ruff.toml"})
"""Configuration files of formatters that are nothing else."""


class Stat(NamedTuple):
    """What tells, at a walk, whether a file is the one of the walk before."""

    size: int
    mtime_ns: int
    inode: int


class FilesOnDisk:
    """What a check rests on, as it was on disk at the last look: the project's files, those beside them, and styles."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._settings = check.project.settings
        self._workspace = check.project.workspace
        self._styles = self._tables({})
        self._stats = stats_of(check.project.walk)
        self._beside = self._stats_beside()
        self._head = self._stats_of_head()

    def __contains__(self, filename: str) -> bool:
        """Whether a file is one of the project."""
        return filename in self._stats

    def configures(self, names: Collection[str]) -> bool:
        """Whether one of some files says how the project is checked or formatted."""
        root, settings = self._settings.root, self._settings
        known = {os.path.normpath(path) for path in (*self._styles, settings.origin or root)}
        return any(
            name.rpartition("/")[2] in CONFIGURATIONS | _OF_STYLE
            or name == settings.full_copies_from
            or os.path.normpath(os.path.join(root, name)) in known
            for name in names
        )

    def below(self, names: Collection[str]) -> set[str]:
        """What was looked for in folders that have changed as a whole, outside of the files of the project."""
        folders = {name for name in names if name not in self._stats}
        if not folders:
            return set()
        probed = {name for found in self._check.directives for name in found.probed}
        return {name for name in probed if not folders.isdisjoint(with_folders(name))}

    def moved_head(self) -> set[str]:
        """The files of git by which another commit is checked out since the last look, if it is."""
        before, self._head = self._head, self._stats_of_head()
        return {name for name in {*before, *self._head} if before.get(name) != self._head.get(name)}

    def walk(self) -> set[str]:
        """Walk over the project; the files that are not as they were at the last walk."""
        found = explore(self._settings)
        before, self._stats = self._stats, stats_of(found)
        self.take_walk(found)
        return {name for name in {*before, *self._stats} if before.get(name) != self._stats.get(name)}

    def take_walk(self, found: Walk) -> None:
        """Let the project be what a walk has found, and the open buffers that it would find if they were saved."""
        self._check.project.take_walk(found, self._unsaved())

    def changed_beside(self) -> set[str]:
        """Look again at what is beside the files of the project; what is not as it was."""
        before, self._beside = self._beside, self._stats_beside()
        return {name for name in {*before, *self._beside} if before.get(name) != self._beside.get(name)}

    def take_styles(self) -> None:
        """Keep what the configuration files of formatters say that were not looked at before."""
        self._styles = {**self._tables(self._styles), **self._styles}

    def has_same_styles(self) -> bool:
        """Whether all configuration files of formatters still say what they said."""
        return self._tables(()) == self._styles

    def _tables(self, known: Collection[str]) -> dict[str, object]:
        """What the configuration files of formatters say, but for those that are known."""
        return {path: style_table(path) for path in self._check.formatters.looked_at() if path not in known}

    def _stats_beside(self) -> dict[str, Stat]:
        """What the check rests on besides the files of the project, its configuration too, as far as it is there."""
        settings = self._settings
        origin = relative_path(settings.origin, settings.root) if settings.origin else ""
        looked_at = (self._check.looked_at() | {*CONFIGURATIONS, origin}) - self._stats.keys() - {""}
        stats = {name: stat_of(self._workspace.path(name)) for name in looked_at}
        return {name: found for name, found in stats.items() if found is not None}

    def _stats_of_head(self) -> dict[str, Stat | None]:
        return {name: stat_of(self._workspace.path(name)) for name in git_files(self._settings.root)}

    def _unsaved(self) -> dict[str, int]:
        """The sizes of open buffers that a walk would find if they were saved."""
        workspace = self._workspace
        unsaved = [name for name in workspace.buffers if not os.path.lexists(workspace.path(name))]
        left_out = LeftOut(self._settings) if unsaved else None
        return {
            name: workspace.size(name)
            for name in unsaved
            if left_out is not None and left_out.is_included(name)
            if name in self._settings.named or not left_out.is_passed_over(name)
        }


def stat_of(path: str) -> Stat | None:
    """What is known of a path; None where there is nothing."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return Stat(found.st_size, found.st_mtime_ns, found.st_ino)


def stats_of(found: Walk) -> dict[str, Stat]:
    """The files of a walk by name."""
    return {f.filename: Stat(f.stat.st_size, f.stat.st_mtime_ns, f.stat.st_ino) for f in found.files}


def style_table(path: str) -> object:
    """What a configuration file says about formatting; None where it says nothing that can be read."""
    try:
        document = read_toml(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    if os.path.basename(path) != "pyproject.toml":
        return document
    tool = document.get("tool", {})
    return {name: tool.get(name) for name in ("ruff", "black")} if isinstance(tool, dict) else None
