"""The files, modules and sources of one run, each read and parsed once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from copycheck.directives.binding import Copy, bind
from copycheck.directives.module import Module
from copycheck.directives.parser import possible_targets
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import with_folders
from copycheck.parallel import MapShares, map_shares
from copycheck.project.discovery import Walk, explore, is_checked
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import addresses_of
from copycheck.project.workspace import Workspace, decode
from copycheck.resolution.lookup import Lookup, Surface, look_up, surface_of
from copycheck.resolution.providers import SourceProvider, Sources
from copycheck.resolution.resolver import Resolver
from copycheck.resolution.star_closure import star_closure
from copycheck.resolution.suggestions import PossibleRoots
from copycheck.syntax import ruff_preflight
from copycheck.syntax.ruff_preflight import parsable, parsable_texts

Name = tuple[str, ...]
_RECENT = 16
"""So many modules that were not read ahead, packages above all, keep their trees: they are asked again and again."""


class FileFacts(NamedTuple):
    """What is taken from one syntax tree: the copies below its directives, and the sources asked of it.

    `copies` has an entry for each directive, None where no definition follows. `error` says that there is no tree, and
    `is_bystander` that such a text has no line that reads like a directive.
    """

    filename: str
    directives: tuple[Directive, ...] = ()
    copies: tuple[Copy | None, ...] = ()
    lookups: Mapping[Name, Lookup] = {}
    error: UnreadableFileError | None = None
    is_bystander: bool = False


def read_facts(module: Module, names: Iterable[Name]) -> FileFacts:
    """All that a run wants of a module, so that its tree, the largest thing there is, can be let go of at once."""
    try:
        directives = tuple(module.directives)
        copies = tuple(bind(module, directive) for directive in directives)
        return FileFacts(module.filename, directives, copies, {name: look_up(module, name) for name in names})
    except UnreadableFileError as error:
        directives = tuple(module.directives_unparsed)
        return FileFacts(module.filename, directives, error=error, is_bystander=not directives)


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
        self._addresses = addresses_of(settings.upstream)
        self._facts: dict[str, FileFacts] = {}
        self._recent: dict[str, Module] = {}
        self._lookups: dict[str, dict[Name, Lookup]] = {}
        self._surfaces: dict[str, Surface | UnreadableFileError] = {}
        """What modules bind, or why they cannot be read. It outlives their trees: each is parsed for it once."""
        self._asked: dict[str, tuple[Name, ...]] = {}
        self.parsable = parsable
        """The files that are known to parse as they stand."""
        self.resolver = Resolver(self.workspace, self, settings.src, settings.external)
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
        other._facts, other._recent, other._surfaces = dict(self._facts), dict(self._recent), dict(self._surfaces)
        other._lookups = {filename: dict(known) for filename, known in self._lookups.items()}
        other._asked = dict(self._asked)
        other.resolver = self.resolver.fork(other.workspace, other)
        other.sources = Sources(other.resolver, self._providers)
        return other

    @property
    def files(self) -> Iterable[str]:
        """The files of the project, by name."""
        return self.sizes.keys()

    def all_parsable(self) -> frozenset[str]:
        """The files that are known to parse, with those that this process has parsed."""
        return self.parsable | {filename for filename, facts in self._facts.items() if facts.error is None}

    def module(self, filename: str) -> Module:
        """A file as a module. Raises UnreadableFileError when it cannot be read or decoded."""
        return self._recent.get(filename) or Module(self.workspace.read(filename), None, self._addresses)

    def has_facts(self, filename: str) -> bool:
        """Whether the facts of a file are known."""
        return filename in self._facts

    def skimmed(self, filename: str, names: Collection[Name] = ()) -> Module:
        """A file as a module that is asked for its copies and some names only. Raises UnreadableFileError."""
        if filename in self._recent:
            return self._recent[filename]
        inside = {part for name in names for part in name[:-1]} if filename in self.parsable else None
        return Module(self.workspace.read(filename), inside, self._addresses)

    def facts(self, filename: str) -> FileFacts:
        """The facts of a file, read before or now; never raises for what stands in it."""
        known = self._facts.get(filename)
        return known if known is not None else self._take_in(self._read(filename, ()))

    def look_up(self, filename: str, name: Name) -> Lookup:
        """What a module holds of a name. Raises UnreadableFileError."""
        known = self._lookups.setdefault(filename, {})
        if name not in known:
            known[name] = self.surface(filename).lookup(name) or look_up(self._recent_module(filename), name)
        return known[name]

    def surface(self, filename: str) -> Surface:
        """What the body of a module binds. Raises UnreadableFileError, the same one each time."""
        known = self._surfaces.get(filename)
        if known is None:
            try:
                is_skimmed = filename in self.parsable and filename not in self._recent
                known = surface_of(self.skimmed(filename) if is_skimmed else self._recent_module(filename))
            except UnreadableFileError as error:
                known = error
            self._surfaces[filename] = known
        if isinstance(known, UnreadableFileError):
            raise known
        return known

    def _recent_module(self, filename: str) -> Module:
        """A module whose tree is kept for a while, for it is asked again. Raises UnreadableFileError."""
        module = self._recent.pop(filename, None) or self.module(filename)
        self.keep(module)
        return module

    def keep(self, module: Module) -> None:
        """Keep the tree of a module, which its file has come to hold, until as many others were asked for."""
        self._recent[module.filename] = module
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]

    def read_ahead(self, filenames: Iterable[str]) -> None:
        """Read the modules that the directives of some files name, each from one syntax tree.

        Where there is much to read, ruff is asked first which files are Python: of those skeletons will do.
        """
        targets: set[str] = set()
        sizes = {filename: self.workspace.size(filename) for filename in filenames}
        for filename, size in sizes.items():
            if size:
                targets |= possible_targets(self.workspace.read_bytes(filename))
        wanted: dict[str, list[Name]] = {}
        packages: set[Name] = set()
        for target in sorted(targets):
            place = self.resolver.likely_place(target)
            if place is None:
                packages.add(self.resolver.longest_module(target))
            elif place[1] not in self._lookups.get(place[0], ()):
                wanted.setdefault(place[0], []).append(place[1])
        sources = {filename: self.workspace.size(filename) for filename in wanted}
        sizes |= sources
        behind = self._behind_stars(packages) if packages else []
        sizes |= {filename: self.workspace.size(filename) for filename in behind}
        buffers = self.workspace.buffers
        unsure = {name: size for name, size in sizes.items() if name not in self.parsable and name not in buffers}
        if ruff_preflight.pays(sum(unsure.values())) and not self.workspace.edits():
            self.parsable |= parsable(self.settings.root, sorted(unsure))
        for facts in self.share(lambda share: [self._read(name, wanted[name]) for name in share], sources):
            self._take_in(facts)

    def _behind_stars(self, packages: Iterable[Name]) -> Iterable[str]:
        """The files that the star imports of some packages lead to."""
        return star_closure(self.workspace, lambda parts: self.resolver.module_files(parts)[0], packages)

    def read_anew(self, filenames: Iterable[str]) -> set[str]:
        """Read edited files, and in them whatever was asked of them before; those that cannot be read.

        A file that is known to parse, and of which nothing was asked, is read when something is.
        """
        asked, self._asked = self._asked, {}
        sizes = {filename: self.workspace.size(filename) for filename in filenames}
        if ruff_preflight.pays(sum(sizes.values())):
            self.parsable |= parsable_texts({filename: self.workspace.read_bytes(filename) for filename in sizes})
        wanted = {name: size for name, size in sizes.items() if asked.get(name) or name not in self.parsable}
        broken = set()
        for facts in self.share(lambda share: [self._read(name, asked.get(name, ())) for name in share], wanted):
            self._take_in(facts)
            broken |= {facts.filename} if facts.error else set()
        return broken

    def _read(self, filename: str, names: Collection[Name]) -> FileFacts:
        try:
            module = self.skimmed(filename, names)
        except UnreadableFileError as error:
            return FileFacts(filename, error=error)
        self.workspace.forget_text(filename)
        if not module.is_skimmed:
            self.keep(module)
        return read_facts(module, names)

    def _take_in(self, facts: FileFacts) -> FileFacts:
        self._facts[facts.filename] = facts
        self._lookups.setdefault(facts.filename, {}).update(facts.lookups)
        if facts.error is not None:
            self._surfaces[facts.filename] = facts.error
        return facts

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
        for name in names:
            self.workspace.reread(name)
        self._drop({*buffers, *names})

    def trial(self, filename: str, data: bytes) -> Module:
        """Other bytes of a file as a module. Raises UnreadableFileError where these cannot be decoded."""
        return Module(decode(filename, data))

    def prune(self, targets: Collection[str]) -> None:
        """Drop what is known of names that none of these targets is likely to ask for."""
        self.resolver.prune(targets)
        self._asked.clear()
        split = (tuple(target.split(".")) for target in targets)
        names = {parts[start:] for parts in split for start in range(1, len(parts))}
        for filename, known in self._lookups.items():
            self._lookups[filename] = {name: lookup for name, lookup in known.items() if name in names}

    def _drop(self, filenames: Collection[str]) -> None:
        """Drop what is known of files that are not as they were."""
        self.parsable = self.parsable.difference(filenames)
        for filename in filenames:
            self._facts.pop(filename, None)
            self._asked[filename] = tuple(self._lookups.pop(filename, ()))
            self._recent.pop(filename, None)
            self._surfaces.pop(filename, None)
        self.sources.forget({part for filename in filenames for part in with_folders(filename)})
