"""Sources that git does not track: a commit has their copies, and whoever checks it out no sources (contract 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from copycheck.api.check_and_fix import list_copies
from copycheck.checking.finding_filter import enabled_rules
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Location
from copycheck.model.paths import is_outside, with_folders
from copycheck.project.file_tree import Disk
from copycheck.project.git_listing import files_of_next_commit
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.resolution.name_resolver import Resolver
from copycheck.resolution.project_index import Project


def untracked_sources(settings: Settings, looked_at: Iterable[str] | None, cache: bool) -> tuple[Diagnostic, ...]:
    """A finding for each copy that git tracks and whose source it does not: CPY101, of full copies CPY204.

    `looked_at` are the files that a check rests on: where git tracks all of them, no copy is looked at; None where
    they are not known. Raises GitError where there is no repository.
    """
    tree = _NextCommit(settings.root)
    if looked_at is not None and not any(_may_be_missing(name) and tree.lacks(name) for name in looked_at):
        return ()
    is_on = enabled_rules(settings)
    found = (d for copy in list_copies((), settings, cache) for d in _findings(copy, tree, settings))
    return tuple(finding for finding in found if is_on(finding.filename, finding.code))


def _may_be_missing(name: str) -> bool:
    """Whether a file that a check has looked at may be a source or a full copy."""
    return not (is_outside(name) or name.endswith(".toml") or name.startswith(".git/"))


class _NextCommit(Disk):
    """The files on disk that the next commit has: git tracks them, or the submodule that they are in."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._tracked = files_of_next_commit(root)
        self._resolver: Resolver | None = None

    def exists(self, filename: str) -> bool:
        """Whether a commit has a file of that name that is on disk."""
        return not self._untracked(filename) and super().exists(filename)

    def lacks(self, filename: str) -> str:
        """The name of a file that is on disk and that no commit has: this one, or what it leads to as a link."""
        return self._untracked(filename) if super().exists(filename) else ""

    def resolver(self, settings: Settings) -> Resolver:
        """Finds the sources that are there for whoever checks the commit out."""
        if self._resolver is None:
            self._resolver = Project(settings, workspace=Workspace(settings.root, self)).resolver
        return self._resolver

    def _untracked(self, filename: str) -> str:
        for name in (filename, self.real_name(filename)):
            if not any(part in self._tracked for part in with_folders(name)):
                return name
        return ""


def _findings(copy: ListedCopy, tree: _NextCommit, settings: Settings) -> Iterator[Diagnostic]:
    source = copy.source.filename if copy.source is not None else copy.filename
    of_upstream = copy.version or (copy.is_full and ":" in copy.target)
    own = tree.lacks(copy.filename)
    missing, how, place = own or tree.lacks(source), "is", copy.location
    if of_upstream or (own and not copy.is_full):
        return
    if not missing and copy.source is not None and not copy.is_full:
        missing, how = _on_the_way(copy.target, source, tree, settings), "is found through"
    if not missing:
        return
    what = "the full copy" if copy.is_full and own else f"the source of `{copy.name or source}`"
    yield Diagnostic(
        "CPY204" if copy.is_full else "CPY101",
        f"{what} {how} {missing}, which git does not track: whoever checks the commit out has no such file",
        copy.filename,
        place,
        Location(place.row, place.column),
        copy.source,
        help=f"run `git add {missing}`",
        copy=copy.name,
        target=copy.target,
    )


def _on_the_way(target: str, source: str, tree: _NextCommit, settings: Settings) -> str:
    """The module that imports a source on, and without which a commit has another one by its name, or none."""
    found = tree.resolver(settings).resolve(target)
    if any(definition.filename == source for definition in found.definitions):
        return ""
    return next(filter(None, map(tree.lacks, found.probed)), "")
