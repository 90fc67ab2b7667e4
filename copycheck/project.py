"""The files, modules and sources of one run, each read and parsed once."""

from __future__ import annotations

from collections.abc import Iterable

from copycheck.config import Settings
from copycheck.discover import Found, walk
from copycheck.module import Module
from copycheck.region import Region
from copycheck.resolve import Definition, Resolver
from copycheck.copies import source_region
from copycheck.workspace import Workspace


class Project:
    """A project under check: its workspace, its modules, and the resolver over them."""

    def __init__(self, settings: Settings, found: list[Found] | None = None) -> None:
        self.settings = settings
        self.workspace = Workspace(settings.root)
        self.files = [file.filename for file in (walk(settings) if found is None else found)]
        self._modules: dict[str, Module] = {}
        self._regions: dict[tuple[str, int, int, bool], Region] = {}
        self.resolver = Resolver(
            self.workspace, self.module, settings.src, settings.external, lambda: self.files
        )

    def module(self, filename: str) -> Module:
        """The module of a file. Raises UnreadableFileError when it cannot be read or decoded."""
        known = self._modules.get(filename)
        if known is None:
            known = self._modules[filename] = Module(self.workspace.read(filename))
        return known

    def source_region(self, definition: Definition, decorated: bool) -> Region:
        """The compared text of a source, cut once for all of its copies."""
        statement = definition.statement
        key = (definition.module.filename, statement.row, statement.column, decorated)
        known = self._regions.get(key)
        if known is None:
            known = self._regions[key] = source_region(definition, decorated)
        return known

    def edit(self, edits: dict[str, bytes | None]) -> None:
        """Lay new bytes over files (None takes an edit back), and forget what was known of them."""
        for filename, data in edits.items():
            self.workspace.restore(filename, data)
            self._modules.pop(filename, None)
        self._regions = {key: region for key, region in self._regions.items() if key[0] not in edits}
        self.resolver.forget(edits)

    def release(self, filenames: Iterable[str]) -> None:
        """Let go of files that hold no directive and are no source."""
        for filename in filenames:
            if filename not in self._modules:
                self.workspace.forget(filename)
