"""What files have in the last commit: git is asked once for each, as long as that stays the last one."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping

State = tuple[tuple[str, int, int, int], ...]


class CommittedFiles:
    """The files of a project in the last commit, for a check that is kept while somebody types. Forks share one."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, bytes | None] = {}
        self._gone: dict[str, str] = {}
        self._tracked: dict[str, frozenset[str]] = {}
        self._state: State = ()
        self._looked: dict[Hashable, bool] = {}

    def texts(self, filenames: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of some files, as `last_committed` has them. Raises GitError as that does."""
        from copycheck.project.git_renames import last_committed

        state = self._state_of(filenames)
        if state != self._state:
            self._known, self._gone, self._tracked, self._state = {}, {}, {}, state
        unknown = [name for name in filenames if name not in self._known]
        if unknown:
            found = last_committed(self._root, unknown)
            self._known.update((name, found.texts.get(name)) for name in unknown)
            self._gone.update(found.gone)
        return {name: data for name in filenames if (data := self._known[name]) is not None}

    def rests_on(self, filenames: Iterable[str]) -> tuple[str, ...]:
        """The files beside those of git that `texts` rests on: none for a file that the commit has by its name.

        For another one all that git tracks, checked or not: any that goes may turn out to be its old name. Raises
        GitError.
        """
        unknown = (name for name in filenames if name in self._gone or self._known.get(name) is None)
        return tuple(sorted(frozenset().union(*map(self._tracked_around, unknown))))

    def _tracked_around(self, filename: str) -> frozenset[str]:
        """What git tracks below the root, or in the submodule that a file is in."""
        from copycheck.project.git_history import repository_of
        from copycheck.project.git_listing import tracked_files

        repository = repository_of(self._root, filename)
        if repository is None:
            return frozenset()
        folder, prefix = repository
        if folder not in self._tracked:
            self._tracked[folder] = frozenset(prefix + name for name in tracked_files(folder))
        return self._tracked[folder]

    def was_there(self, place: Hashable, look: Callable[[], bool | None]) -> bool:
        """What a look at a place of a commit has found: no commit changes, and so nobody looks twice.

        None is for a look that git did not allow.
        """
        found = self._looked.get(place)
        if found is None and (found := look()) is not None:
            self._looked[place] = found
        return bool(found)

    def files_have_changed(self) -> None:
        """Note that files on disk are others now: one that no commit had may count as renamed from here on."""
        known = self._known.items()
        self._known = {name: data for name, data in known if data is not None and name not in self._gone}
        self._gone = {}

    def _state_of(self, filenames: Iterable[str]) -> State:
        """What is another one once HEAD, the index, or those of a submodule are."""
        from copycheck.project.git_folder import git_files, top_of_repository

        folders = {os.path.dirname(os.path.join(self._root, name)) for name in filenames}
        tops = {self._root, *map(top_of_repository, folders)} - {""}
        return tuple(sorted(_signed(path) for top in tops for path in _paths(top, git_files(top))))


def _paths(top: str, files: Iterable[str]) -> Iterator[str]:
    """The files that HEAD rests on, as paths, and the index beside HEAD."""
    for name in files:
        path = os.path.join(os.path.realpath(top), name)
        yield path
        if os.path.basename(path) == "HEAD":
            yield os.path.join(os.path.dirname(path), "index")


def _signed(path: str) -> tuple[str, int, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return path, 0, 0, 0
    return path, found.st_size, found.st_mtime_ns, found.st_ino
