"""The modules behind star imports: `from .impl import *`, directly or through others (contract 3.4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple, Protocol

from copycheck.model.errors import UnreadableFileError
from copycheck.resolution.module_files import ModuleFiles
from copycheck.resolution.module_lookup import Lookup, Surface

Parts = tuple[str, ...]


class Modules(Protocol):
    """What a resolution asks of modules. Both raise UnreadableFileError."""

    def look_up(self, filename: str, name: Parts) -> Lookup:
        """What a module holds of a name."""

    def surface(self, filename: str) -> Surface:
        """What the body of a module binds."""


class StarModule(NamedTuple):
    """A module that a star import leads to: its file, its dotted name, and why it cannot be read, if so."""

    filename: str
    parts: Parts
    error: UnreadableFileError | None = None


class BehindStars:
    """The modules behind the stars of a module, the last import first, and the files that this rests on.

    Thousands of names may be looked for behind hundreds of modules: who binds a name is found once for all of them.
    """

    def __init__(
        self, modules: list[StarModule], probed: list[str], binds: Callable[[StarModule], Collection[str] | None]
    ) -> None:
        """`binds` gives the names of a module; None for one that may have more, such as the package around others."""
        self.modules = modules
        self.probed = probed
        self._by_name: dict[str, list[int]] = {}
        self._open: list[int] = []
        for number, module in enumerate(modules):
            names = binds(module)
            if names is None:
                self._open.append(number)
            for name in names or ():
                self._by_name.setdefault(name, []).append(number)

    def that_may_have(self, name: str) -> Iterator[StarModule]:
        """The modules that may have a name, in the same order."""
        return (self.modules[number] for number in sorted({*self._by_name.get(name, ()), *self._open}))


class StarImports:
    """Finds the modules behind the star imports of a module, once for all names that are looked for there.

    `files` gives the files of a dotted module name, and the file names that it looked for.
    """

    def __init__(self, modules: Modules, files: ModuleFiles) -> None:
        self._source = modules
        self._files = files
        self._known: dict[str, BehindStars] = {}

    def clear(self) -> None:
        """Drop what is known: a file has changed."""
        self._known.clear()

    def behind(self, filename: str, parts: Parts) -> BehindStars:
        """What is behind the stars of a module.

        A star import of a module that is no file (a compiled extension, a generated module) leads to nothing.
        """
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._walk(filename, parts)
        return known

    def _walk(self, filename: str, parts: Parts) -> BehindStars:
        found: list[StarModule] = []
        looked_at: dict[str, None] = {}
        front = [StarModule(filename, parts)]
        seen = {filename}
        while front:
            module = front.pop()
            error: UnreadableFileError | None = None
            try:
                targets = self._targets(module)
            except UnreadableFileError as caught:
                targets, error = [], caught
            if module.filename != filename:
                found.append(module._replace(error=error))
            for target in targets:  # the last one is popped first
                files, probed = self._files.of(target)
                looked_at.update(dict.fromkeys(probed))
                fresh = [name for name in files if name not in seen]
                seen.update(fresh)
                front += [StarModule(name, target) for name in fresh]
        folders = {module.filename: self._files.folder_of(module.parts) for module in found}
        looked_at.update((name, None) for folder in folders.values() for name in folder.probed)

        def binds(module: StarModule) -> Collection[str] | None:
            is_open = module.error is not None or folders[module.filename].is_there
            return None if is_open else self._source.surface(module.filename).names

        return BehindStars(found, list(looked_at), binds)

    def _targets(self, module: StarModule) -> list[Parts]:
        """The dotted names of the modules that a module imports from with a star. Raises UnreadableFileError."""
        package = module.parts if is_package(module.filename) else module.parts[:-1]
        targets = (bound.module_from(package) for bound in self._source.surface(module.filename).stars)
        return [target for target in targets if target]


def is_package(filename: str) -> bool:
    """Whether a module file is that of a package."""
    return os.path.basename(filename).startswith("__init__.")
