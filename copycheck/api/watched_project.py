"""A project whose files change on disk, and that is checked whenever they do: what `--watch` reports (contract 8)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from copycheck.api.paths_to_check import Prepared, about, prepare
from copycheck.api.session import Session
from copycheck.model.errors import ConfigError
from copycheck.model.paths import relative_path, with_folders
from copycheck.model.result import Result
from copycheck.project.patterns import Patterns
from copycheck.project.settings import Settings
from copycheck.project.toml import OWN_FILES


class WatchedProject:
    """One session over a project, the paths of it that are reported on, and which changes have a part in that."""

    def __init__(
        self,
        read: Callable[[], Settings],
        paths: Sequence[str] = (),
        *,
        only: Sequence[str] = (),
        joint: bool = False,
        cache: bool = False,
    ) -> None:
        """Check the project. `read` reads its configuration; `only`, `joint` and `cache` are those of `check_paths`.

        Raises CopycheckError for a configuration that cannot be used, and for a path that is not there.
        """
        self._read, self._paths, self._only, self._joint = read, paths, only, joint
        settings = self._prepared(read()).settings
        self._session = Session(settings, cache=cache, reload=self._reload, processes=True)
        self._look_at_names()

    @property
    def settings(self) -> Settings:
        """The settings that the project is checked by."""
        return self._session.settings

    @property
    def size(self) -> int:
        """How many files are checked."""
        return len(self._session.project.sizes)

    def result(self) -> Result:
        """What `check_paths` gives. Raises CopycheckError for what `only` names and is not there any more."""
        prepared = self._prepared(self.settings)
        if prepared.settings != self.settings:  # a path that is named is ignored from now on, or no longer
            self._session.changed_on_disk([OWN_FILES[0]])
            self._look_at_names()
        selection, missing = prepared.selection, prepared.problems
        found = self._session.result(selection.names, only=self._only, joint=self._joint)
        errors = (*missing, *found.errors)
        warnings = (*prepared.warnings, *about(self._session.project.walk, self.settings, selection))
        return replace(found, errors=errors, failed=bool(errors), warnings=warnings)

    def changed(self, paths: Iterable[str]) -> bool:
        """Look again at the project after some paths have changed; whether one of them had or has a part in the check.

        Whatever else has changed meanwhile is seen as well: who watches may have missed it. Raises ConfigError for a
        configuration that cannot be used, each time that one of them had a part, until it can be.
        """
        names = {self._name(path) for path in paths}
        folders = self._folders
        concerned = any(self._holds(name) or (name in folders and not self._is_folder(name)) for name in names)
        try:
            self._session.refresh(names)
        except ConfigError:
            if concerned:
                raise
            return False
        finally:
            self._look_at_names()
        return concerned or any(self._holds(name) or name in self._folders - folders for name in names)

    def lets_pass(self, path: str) -> bool:
        """Whether a change of a path may be of interest at all.

        Our own cache never is, or each check would ask for the next one.
        """
        name = self._name(path)
        parts = list(with_folders(name))
        if self._cache in parts:
            return False
        excluded = any(self._exclude.match(part, part.rpartition("/")[2]) for part in parts)
        return not excluded or name in self._looked_at or name in self._folders

    def _holds(self, name: str) -> bool:
        is_known = name in self._session.project.sizes or name in self._looked_at
        return is_known or name.rpartition("/")[2] == ".gitignore" or self._session.configures(name)

    def _is_folder(self, name: str) -> bool:
        return os.path.isdir(os.path.join(self._root, name))

    def _look_at_names(self) -> None:
        """Keep the names that the check rests on, and the folders that they are in, whether these are there or not."""
        self._root = os.path.realpath(self.settings.root)
        self._exclude = Patterns(self.settings.exclude)
        self._cache = self._name(os.path.join(self._root, self.settings.cache_dir))
        self._looked_at = {self._name(os.path.join(self._root, name)) for name in self._session.looked_at()}
        names = self._looked_at.union(self._session.project.sizes)
        self._folders = {part for name in names for part in with_folders(name)} - names

    def _name(self, path: str) -> str:
        """A path from the root on. A folder is resolved, a link to a file is not."""
        folder, base = os.path.split(os.path.abspath(path))
        return relative_path(os.path.join(os.path.realpath(folder), base), self._root)

    def _reload(self) -> Settings:
        return self._prepared(self._read()).settings

    def _prepared(self, settings: Settings) -> Prepared:
        return prepare(settings._replace(named=()), self._paths)
