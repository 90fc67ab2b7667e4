"""One project under check: its files, its modules, and where its sources are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy

from copycheck.directives.module_directives import Module
from copycheck.model.paths import with_folders
from copycheck.parallel import MapShares, map_shares
from copycheck.project.discovery import Walk, explore, is_checked
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import addresses_of
from copycheck.project.workspace import Workspace, decode
from copycheck.resolution.name_resolver import Resolver
from copycheck.resolution.parsed_modules import FileFacts, ParsedModules
from copycheck.resolution.source_provider import SourceProvider, Sources
from copycheck.resolution.unresolved_name_hints import PossibleRoots


class Project:
    """A project under check: its workspace, its modules, and the resolver over them."""

    def __init__(
        self,
        settings: Settings,
        found: Walk | None = None,
        parsable: frozenset[str] = frozenset(),
        workspace: Workspace | None = None,
        providers: Sequence[SourceProvider] = (),
        share: MapShares = map_shares,
    ) -> None:
        """`found` is what a walk has found, `parsable` names files that are known to parse.

        `workspace` is the one of the caller, which may hold open buffers; `providers` find sources that no root has;
        `share` shares out work among processes.
        """
        self.settings = settings
        self.share = share
        self.workspace = workspace if workspace is not None else Workspace(settings.root)
        self._providers = providers
        named = (filename for filename in self.workspace.buffers if is_checked(settings, filename))
        self.take_walk(
            explore(settings) if found is None else found, {name: self.workspace.size(name) for name in named}
        )
        self.modules = ParsedModules(self.workspace, addresses_of(settings.upstream), parsable)
        """What is known of all modules."""
        self.resolver = Resolver(self.workspace, self.modules, settings.src, settings.external)
        """Finds what is under the roots."""
        self.sources = Sources(self.resolver, providers)
        """Finds the sources of all directives."""

    def take_walk(self, found: Walk, unsaved: Mapping[str, int]) -> None:
        """Take the files of a walk for those of the project, and unsaved ones besides, each with its size in bytes."""
        self.walk = found
        on_disk = {file.filename: file.stat.st_size for file in found.files}
        self.sizes = dict(sorted({**on_disk, **unsaved}.items())) if unsaved else on_disk
        self._roots: PossibleRoots | None = None

    def possible_roots(self) -> PossibleRoots:
        """The folders that might be roots of this project."""
        if self._roots is None:
            self._roots = PossibleRoots(self.files)
        return self._roots

    def fork(self) -> Project:
        """A project that knows the same, and has no edits. What happens to one is not seen by the other."""
        other = copy(self)
        other.workspace = self.workspace.fork()
        other.modules = self.modules.fork(other.workspace)
        other.resolver = self.resolver.fork(other.workspace, other.modules)
        other.sources = Sources(other.resolver, self._providers)
        return other

    @property
    def files(self) -> Iterable[str]:
        """The files of the project, by name."""
        return self.sizes.keys()

    def module(self, filename: str) -> Module:
        """A file as a module. Raises UnreadableFileError when it cannot be read or decoded."""
        return self.modules.module(filename)

    def facts(self, filename: str) -> FileFacts:
        """The facts of a file, read before or now; never raises for what is in it."""
        return self.modules.facts(filename)

    def reparse(self, filenames: Iterable[str]) -> set[str]:
        """Read edited files, and in them whatever was asked of them before; those that cannot be read."""
        return self.modules.reparse(filenames, self.share)

    def edit(self, edits: Mapping[str, bytes | None]) -> None:
        """Give files other bytes without writing them (None takes an edit back), and drop what was known of them."""
        for filename, data in edits.items():
            self.workspace.set_edit(filename, data)
        self._drop(edits)

    def change(self, buffers: Mapping[str, bytes | None], on_disk: Iterable[str] = ()) -> None:
        """Open buffers (None closes one), note what has changed on disk, and drop what was known of all of that."""
        for filename, data in buffers.items():
            if data is None:
                self.workspace.close_buffer(filename)
            else:
                self.workspace.open_buffer(filename, data)
        names = list(on_disk)
        if names:
            self.workspace.committed.files_have_changed()
        for name in names:
            self.workspace.reread(name)
        self._drop({*buffers, *names})

    def trial(self, filename: str, data: bytes) -> Module:
        """Other bytes of a file as a module. Raises UnreadableFileError where these cannot be decoded."""
        return Module(decode(filename, data))

    def prune(self, targets: Collection[str]) -> None:
        """Drop what is known of names that none of these targets is likely to ask for."""
        self.resolver.prune(targets)
        self.modules.prune(targets)

    def _drop(self, filenames: Collection[str]) -> None:
        """Drop what is known of files that are not as they were."""
        self.modules.drop(filenames)
        self.sources.forget({part for filename in filenames for part in with_folders(filename)})
