"""The files, modules and sources of one run, each read and parsed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from copycheck.copies import Copy, bind
from copycheck.directives import possible_targets
from copycheck.discover import Found, walk
from copycheck.errors import UnreadableFileError
from copycheck.model import Directive
from copycheck.module import Module
from copycheck.parallel import map_shares
from copycheck.resolve import Resolver
from copycheck.settings import Settings
from copycheck.sources import Lookup, look_up
from copycheck.workspace import Workspace

Name = tuple[str, ...]
_RECENT = 16
"""So many modules that were not read ahead, packages above all, keep their trees: they are asked again and again."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is taken from one syntax tree: the copies below its directives, and the sources asked of it.

    `copies` has an entry for each directive, None where no definition follows. `error` says that there is no tree.
    """

    filename: str
    directives: tuple[Directive, ...] = ()
    copies: tuple[Copy | None, ...] = ()
    lookups: Mapping[Name, Lookup] = field(default_factory=dict)
    error: UnreadableFileError | None = None


def read_facts(module: Module, names: Iterable[Name]) -> FileFacts:
    """All that a run wants of a module, so that its tree, the largest thing there is, can be let go of at once."""
    try:
        directives = tuple(module.directives)
        copies = tuple(bind(module, directive) for directive in directives)
        return FileFacts(module.filename, directives, copies, {name: look_up(module, name) for name in names})
    except UnreadableFileError as error:
        return FileFacts(module.filename, tuple(module.directives_unparsed), error=error)


def _read(workspace: Workspace, filename: str, names: Iterable[Name]) -> FileFacts:
    try:
        return read_facts(Module(workspace.read(filename)), names)
    except UnreadableFileError as error:
        return FileFacts(filename, error=error)


def _read_share(root: str, share: Sequence[tuple[str, Sequence[Name]]]) -> list[FileFacts]:
    """The facts of some files, in a process of its own or not."""
    workspace = Workspace(root)
    facts = []
    for filename, names in share:
        facts.append(_read(workspace, filename, names))
        workspace.forget(filename)
        workspace.forget_text(filename)
    return facts


class Project:
    """A project under check: its workspace, its modules, and the resolver over them."""

    def __init__(self, settings: Settings, found: list[Found] | None = None) -> None:
        self.settings = settings
        self.workspace = Workspace(settings.root)
        self.files = [file.filename for file in (walk(settings) if found is None else found)]
        self._facts: dict[str, FileFacts] = {}
        self._recent: dict[str, Module] = {}
        self._lookups: dict[str, dict[Name, Lookup]] = {}
        self.resolver = Resolver(self.workspace, self.look_up, settings.src, settings.external, lambda: self.files)

    def module(self, filename: str) -> Module:
        """A file as a module. Raises UnreadableFileError when it cannot be read or decoded."""
        return Module(self.workspace.read(filename))

    def facts(self, filename: str) -> FileFacts:
        """The facts of a file, read before or now; never raises for what stands in it."""
        known = self._facts.get(filename)
        return known if known is not None else self.take_in(_read(self.workspace, filename, ()))

    def look_up(self, filename: str, name: Name) -> Lookup:
        """What a module holds of a name. Raises UnreadableFileError."""
        known = self._lookups.setdefault(filename, {})
        if name not in known:
            module = self._recent.pop(filename, None) or self.module(filename)
            self._recent[filename] = module
            known[name] = look_up(module, name)
            if len(self._recent) > _RECENT:
                del self._recent[next(iter(self._recent))]
        return known[name]

    def read_ahead(self, filenames: Iterable[str]) -> None:
        """Read the facts of files, and of the modules that their directives name, each from one syntax tree."""
        wanted: dict[str, set[Name]] = {filename: set() for filename in filenames}
        for filename in list(wanted):
            try:
                targets = possible_targets(self.workspace.read_bytes(filename))
            except UnreadableFileError:
                continue
            for target in targets:
                place = self.resolver.likely_place(target)
                if place is not None:
                    wanted.setdefault(place[0], set()).add(place[1])
        if self.workspace.edits():
            for filename, names in wanted.items():
                self.take_in(_read(self.workspace, filename, names))
            return
        sizes = {(filename, tuple(sorted(names))): self.workspace.size(filename) for filename, names in wanted.items()}
        for facts in map_shares(partial(_read_share, self.settings.root), sizes):
            self.take_in(facts)

    def take_in(self, facts: FileFacts) -> FileFacts:
        """Keep what was read of a file, and let go of its text."""
        self._facts[facts.filename] = facts
        self._lookups.setdefault(facts.filename, {}).update(facts.lookups)
        self.workspace.forget_text(facts.filename)
        return facts

    def edit(self, edits: Mapping[str, bytes | None]) -> None:
        """Lay new bytes over files (None takes an edit back), and forget what was known of them."""
        for filename, data in edits.items():
            self.workspace.restore(filename, data)
            self._facts.pop(filename, None)
            self._lookups.pop(filename, None)
            self._recent.pop(filename, None)
        self.resolver.forget(edits)
