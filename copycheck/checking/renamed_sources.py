"""Sources whose files git reports as renamed: where the objects of a lost module are now (contract 3.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from copycheck.checking.outcome import Examined, ExaminedFile, with_help
from copycheck.directives.module_directives import Module
from copycheck.model.errors import UnreadableFileError
from copycheck.project.git import GitError
from copycheck.project.git_history import FileAt, texts_of
from copycheck.project.git_renames import Renames, RenameSearch, renamed_in_working_tree
from copycheck.project.workspace import decode
from copycheck.resolution.module_lookup import look_up
from copycheck.resolution.project_index import Project
from copycheck.resolution.unresolved_name_hints import may_be_home, module_name


class _Was(NamedTuple):
    """A file that a dotted name may have led to, and the names of the object in it."""

    filename: str
    rest: tuple[str, ...]


class RenamedFiles:
    """The dotted names that the objects of some lost targets have now, by git's renames of their files.

    git is at work from the start until its answer is needed.
    """

    def __init__(self, project: Project, targets: Iterable[str], known: Renames) -> None:
        self._project = project
        self.targets = frozenset(targets)
        self._places = {target: list(self._places_of(target)) for target in self.targets}
        self.looked_for = {was.filename for places in self._places.values() for was in places}
        """The files that may have held the objects."""
        self._search = RenameSearch(project.settings.root, self.looked_for, known)
        self.stop = self._search.stop

    @cached_property
    def renames(self) -> Renames:
        """What git said; it is kept for the next run."""
        return self._search.answer()

    @cached_property
    def _texts(self) -> Mapping[FileAt, bytes]:
        """The files that may have held the objects, as the last commits that had them."""
        moved = {FileAt(moved.commit, name) for name, moved in self.renames.items() if self._now.get(name)}
        return _texts(self._project.settings.root, moved)

    def _places_of(self, target: str) -> Iterator[_Was]:
        """The files that would hold a target if they were there, the longest module first."""
        parts = tuple(target.split("."))
        exists = self._project.workspace.exists
        for root in self._project.settings.src:
            for length in range(len(parts) - 1, 0, -1):
                stem = "/".join((*(() if root == "." else (root,)), *parts[:length]))
                files = f"{stem}.py", f"{stem}/__init__.py"
                if any(exists(name) for name in files):
                    break
                yield from (_Was(name, parts[length:]) for name in files)

    @cached_property
    def _now(self) -> Mapping[str, str]:
        """The files of the project that were renamed, by their old names."""
        exists = self._project.workspace.exists
        at_head = {name: moved.filename for name, moved in self.renames.items() if moved.filename}
        since: Mapping[str, str] = {}
        if any(not exists(name) for name in at_head.values()):
            since = renamed_in_working_tree(self._project.settings.root)
        now = {old: name if exists(name) else since.get(name, "") for old, name in at_head.items()}
        return {old: name for old, name in now.items() if name and exists(name)}

    def name_of(self, target: str) -> str:
        """The dotted name of the object of a target in the file that its own was renamed to; empty where there is none.

        The object must have been in the file before the rename.
        """
        for was in self._places.get(target, ()):
            filename = self._now.get(was.filename, "")
            if not filename or not self._was_there(was) or not self._is_home(filename):
                continue
            return ".".join((module_name(filename, self._project.settings.src), *was.rest))
        return ""

    def with_module(self, found: Examined) -> Examined:
        """A directive whose object was not found, with help that names where git says that its module went."""
        for was in self._places.get(found.directive.target, ()):
            filename = self._now.get(was.filename, "")
            if filename:
                old = ".".join(found.directive.target.split(".")[: -len(was.rest)])
                command = f"copycheck mv {old} {module_name(filename, self._project.settings.src)}"
                help_ = f"git reports {was.filename} as renamed to {filename}: run `{command}`"
                return with_help(found, "CPY101", help_)
        return found

    def _is_home(self, filename: str) -> bool:
        try:
            return may_be_home(filename, self._project.workspace.read_uncached(filename))
        except UnreadableFileError:
            return False

    def _was_there(self, was: _Was) -> bool:
        commit = self.renames[was.filename].commit
        return self._project.workspace.committed.was_there((commit, *was), lambda: self._holds(commit, was))

    def _holds(self, commit: str, was: _Was) -> bool | None:
        data = self._texts.get(FileAt(commit, was.filename))
        if data is None:
            return None
        try:
            found = look_up(Module(decode(was.filename, data)), was.rest)
        except UnreadableFileError:
            return False
        return bool(found.definitions or found.imports or found.stars)


def renamed_files(
    project: Project, targets: Collection[str], known: Renames, asked: RenamedFiles | None
) -> RenamedFiles:
    """What git says of some targets: what it was asked ahead, if it was asked about these."""
    if asked is not None and asked.targets == targets:
        return asked
    if asked is not None:
        asked.stop()
    return RenamedFiles(project, targets, known)


def ask_ahead(project: Project, files: Iterable[ExaminedFile], known: Renames) -> RenamedFiles | None:
    """Have git look for the files of objects that were not found, while something else is done."""
    targets = {found.directive.target for file in files for found in file.directives if found.unresolved_name}
    return RenamedFiles(project, targets, known) if targets else None


def _texts(root: str, wanted: Collection[FileAt]) -> Mapping[FileAt, bytes]:
    try:
        return texts_of(root, sorted(wanted)) if wanted else {}
    except GitError:
        return {}
