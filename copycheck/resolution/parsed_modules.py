"""What is known of the modules of a project: each is read and parsed once for all that is asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from copycheck.directives.binding import MOST_COMPARED, Copy, bind, too_much
from copycheck.directives.directive_parser import WORDS
from copycheck.directives.module_directives import Module
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.parallel import MapShares
from copycheck.project.workspace import Workspace
from copycheck.resolution.module_lookup import Lookup, Surface, look_up, surface_of
from copycheck.resolution.plain_lookup import plain_module
from copycheck.syntax import ruff_preflight
from copycheck.syntax.ruff_preflight import parsable_texts

if TYPE_CHECKING:
    from copycheck.syntax.undefined_names import Surroundings

Name = tuple[str, ...]
"""The parts of a dotted name."""
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
    surroundings: Surroundings | None = None
    """What the module binds around its copies, where a copy differs: fixes ask for it."""
    has_lookups_alone: bool = False
    """Whether the directives were not read."""

    def copies_by_row(self) -> dict[int, Copy]:
        """The copies by the rows of their directives."""
        pairs = zip(self.directives, self.copies, strict=False)
        return {directive.row: copy for directive, copy in pairs if copy is not None}


def read_facts(module: Module, names: Iterable[Name]) -> FileFacts:
    """All that a run wants of a module, so that its tree, the largest thing there is, can be dropped at once."""
    try:
        directives = tuple(module.directives)
        copies: list[Copy | None] = []
        length = 0
        for directive in directives:
            copies.append(found := bind(module, directive))
            length += len(found.region.text) if found is not None else 0
            if length > MOST_COMPARED:
                return FileFacts(module.filename, error=too_much(module.filename))
        return FileFacts(module.filename, directives, tuple(copies), {name: look_up(module, name) for name in names})
    except UnreadableFileError as error:
        directives = tuple(module.directives_unparsed)
        return FileFacts(module.filename, directives, error=error, is_bystander=not directives)


class ParsedModules:
    """The modules of a project. What is known of one outlives its tree, the largest thing there is."""

    def __init__(self, workspace: Workspace, addresses: Sequence[str], parsable: frozenset[str]) -> None:
        """`addresses` are the repositories of which an address is a directive, `parsable` files that parse."""
        self._workspace = workspace
        self._addresses = addresses
        self._facts: dict[str, FileFacts] = {}
        self._recent: dict[str, Module] = {}
        self._lookups: dict[str, dict[Name, Lookup]] = {}
        self._surfaces: dict[str, Surface | UnreadableFileError] = {}
        """What modules bind, or why they cannot be read. It outlives their trees: each is parsed for it once."""
        self._asked: dict[str, tuple[Name, ...]] = {}
        self._looked_into: set[str] = set()
        self.parsable = parsable
        """The files that are known to parse as they are."""

    def fork(self, workspace: Workspace) -> ParsedModules:
        """The same modules over another workspace, to be edited by themselves."""
        other = copy(self)
        other._workspace = workspace
        other._facts, other._recent, other._surfaces = dict(self._facts), dict(self._recent), dict(self._surfaces)
        other._lookups = {filename: dict(known) for filename, known in self._lookups.items()}
        other._asked, other._looked_into = dict(self._asked), set(self._looked_into)
        return other

    def module(self, filename: str) -> Module:
        """A file as a module. Raises UnreadableFileError when it cannot be read or decoded."""
        return self._recent.get(filename) or Module(self._workspace.read(filename), None, self._addresses)

    def elided(self, filename: str, names: Collection[Name] = ()) -> Module:
        """A file as a module that is asked for its copies and some names only. Raises UnreadableFileError."""
        if filename in self._recent:
            return self._recent[filename]
        inside = {part for name in names for part in name[:-1]} if filename in self.parsable else None
        return Module(self._workspace.read(filename), inside, self._addresses)

    def facts(self, filename: str) -> FileFacts:
        """The facts of a file, read before or now; never raises for what is in it."""
        known = self._facts.get(filename)
        return known if known is not None else self.store(self.read(filename, ()))

    def has_facts(self, filename: str) -> bool:
        """Whether the facts of a file are known."""
        return filename in self._facts

    def all_parsable(self) -> frozenset[str]:
        """The files that are known to parse, with those that this process has parsed."""
        return self.parsable | {filename for filename, facts in self._facts.items() if facts.error is None}

    def look_up(self, filename: str, name: Name) -> Lookup:
        """What a module holds of a name. Raises UnreadableFileError."""
        known = self._lookups.setdefault(filename, {})
        if name not in known:
            known[name] = self.surface(filename).lookup(name) or look_up(self._module_for(filename, name), name)
        return known[name]

    def _module_for(self, filename: str, name: Name) -> Module:
        """A module that is asked for one name; whoever asks a second time gets its whole tree."""
        if filename in self._looked_into or filename not in self.parsable:
            return self._recent_module(filename)
        self._looked_into.add(filename)
        return self.elided(filename, [name])

    def surface(self, filename: str) -> Surface:
        """What the body of a module binds. Raises UnreadableFileError, the same one each time."""
        known = self._surfaces.get(filename)
        if known is None:
            try:
                is_elided = filename in self.parsable and filename not in self._recent
                known = surface_of(self.elided(filename) if is_elided else self._recent_module(filename))
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

    def has_looked_up(self, filename: str, name: Name) -> bool:
        """Whether it is known what a module holds of a name."""
        return name in self._lookups.get(filename, ())

    def reparse(self, filenames: Iterable[str], share: MapShares) -> set[str]:
        """Read edited files, and in them whatever was asked of them before; those that cannot be read.

        A file that is known to parse, and of which nothing was asked, is read when something is.
        """
        asked, self._asked = self._asked, {}
        sizes = {filename: self._workspace.size(filename) for filename in filenames}
        if ruff_preflight.pays(sum(sizes.values())):
            self.parsable |= parsable_texts({filename: self._workspace.read_bytes(filename) for filename in sizes})
        wanted = {name: size for name, size in sizes.items() if asked.get(name) or name not in self.parsable}
        broken = set()
        for facts in share(lambda names: [self.read(name, asked.get(name, ())) for name in names], wanted):
            self.store(facts)
            broken |= {facts.filename} if facts.error else set()
        return broken

    def read(self, filename: str, names: Collection[Name]) -> FileFacts:
        """The facts of a file, and what it holds of some names; never raises for what is in it."""
        try:
            module = self.elided(filename, names)
        except UnreadableFileError as error:
            return FileFacts(filename, error=error)
        self._workspace.forget_text(filename)
        if not module.is_elided:
            self.keep(module)
        return read_facts(module, names)

    def read_names(self, filename: str, names: Collection[Name]) -> FileFacts:
        """What a file holds of some names, and nothing of its own directives; never raises for what is in it."""
        try:
            module = self.elided(filename, names)
            lookups = {name: look_up(module, name) for name in names}
        except UnreadableFileError as error:
            return FileFacts(filename, error=error, has_lookups_alone=True)
        self._workspace.forget_text(filename)
        if not module.is_elided:
            self.keep(module)
        return FileFacts(filename, lookups=lookups, has_lookups_alone=True)

    def look_at(self, filename: str, names: Collection[Name]) -> FileFacts | None:
        """The same by a look at a text, which has to be one that parses; None where one of the names takes a tree."""
        try:
            module = plain_module(self._workspace.read(filename), self._addresses)
        except UnreadableFileError:
            return None
        self._workspace.forget_text(filename)
        lookups = module.look_up_all(names) if module is not None else None
        return None if lookups is None else FileFacts(filename, lookups=lookups, has_lookups_alone=True)

    def with_surroundings(self, facts: FileFacts) -> FileFacts:
        """The facts of a file in which a copy differs, while its tree is at hand."""
        from copycheck.syntax.undefined_names import surroundings

        text = self._workspace.read(facts.filename).text
        rows = [copy.row for copy in facts.copies if copy is not None]
        return facts._replace(surroundings=surroundings(facts.filename, text, WORDS, rows))

    def store(self, facts: FileFacts) -> FileFacts:
        """Keep what was read of a file, here or in another process."""
        if not facts.has_lookups_alone:
            self._facts[facts.filename] = facts
        self._lookups.setdefault(facts.filename, {}).update(facts.lookups)
        if facts.error is not None:
            self._surfaces[facts.filename] = facts.error
        return facts

    def prune(self, targets: Collection[str]) -> None:
        """Drop what is known of names that none of these targets is likely to ask for."""
        self._asked.clear()
        split = (tuple(target.split(".")) for target in targets)
        names = {parts[start:] for parts in split for start in range(1, len(parts))}
        for filename, known in self._lookups.items():
            self._lookups[filename] = {name: lookup for name, lookup in known.items() if name in names}

    def drop(self, filenames: Collection[str]) -> None:
        """Drop what is known of files that are not as they were."""
        self.parsable = self.parsable.difference(filenames)
        for filename in filenames:
            self._facts.pop(filename, None)
            self._asked[filename] = tuple(self._lookups.pop(filename, ()))
            self._recent.pop(filename, None)
            self._surfaces.pop(filename, None)
            self._looked_into.discard(filename)
