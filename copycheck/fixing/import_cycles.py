"""Whether a new import would close a cycle of imports, which a program may not survive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from copycheck.resolution.project_index import Project
from copycheck.syntax.import_statements import ImportStatement, Parts

_MOST_MODULES = 5_000
"""More modules are not followed: what is this far away counts as a circle."""


class Circles:
    """Follows what modules import when they are imported: neither in functions nor for types.

    `name_of` gives the dotted name of a file, `imports_of` its imports.
    """

    def __init__(
        self,
        project: Project,
        name_of: Callable[[str], Parts],
        imports_of: Callable[[str], Sequence[ImportStatement]],
    ) -> None:
        self._project = project
        self._name_of = name_of
        self._imports_of = imports_of
        self._targets: dict[str, tuple[str, ...]] = {}

    def through(self, module: Parts, name: str, filename: str) -> list[str]:
        """The files of the circle that a file closes when it imports a name; nothing where there is none.

        The packages around the file are passed over: they are being imported before it.
        """
        around = self._name_of(filename)
        parents = {file for length in range(1, len(around)) for file in self._files(around[:length])}
        came_from: dict[str, str] = {}
        front = deque(found for found in self._files_behind(module, name) if found not in parents)
        came_from.update(dict.fromkeys(front, filename))
        while front:
            current = front.popleft()
            if current == filename or len(came_from) > _MOST_MODULES:
                return self._way(came_from, filename, current)
            for target in self._imported_by(current):
                if target == filename:
                    return [*self._way(came_from, filename, current), filename]
                if target not in came_from and target not in parents:
                    came_from[target] = current
                    front.append(target)
        return []

    def _way(self, came_from: dict[str, str], start: str, end: str) -> list[str]:
        way = [end]
        while way[-1] != start and way[-1] in came_from:
            way.append(came_from[way[-1]])
        return way[::-1]

    def _imported_by(self, filename: str) -> tuple[str, ...]:
        known = self._targets.get(filename)
        if known is None:
            known = self._targets[filename] = tuple(dict.fromkeys(self._targets_of(filename)))
        return known

    def _targets_of(self, filename: str) -> Iterator[str]:
        name = self._name_of(filename)
        package = name if filename.rpartition("/")[2].startswith("__init__.") else name[:-1]
        for statement in self._imports_of(filename):
            if not statement.runs:
                continue
            if not statement.is_from:
                for dotted, _ in statement.names:
                    yield from self._files_behind(tuple(dotted.split(".")), "")
            elif (module := statement.module_from(package)) is not None:
                for imported, _ in statement.names:
                    yield from self._files_behind(module, imported)

    def _files_behind(self, module: Parts, name: str) -> Iterator[str]:
        """The files that are run to import a name: those of the packages around it, of the module, and of the name."""
        for length in range(1, len(module) + 1):
            yield from self._files(module[:length])
        if name and name != "*":
            yield from self._files((*module, name))

    def _files(self, module: Parts) -> list[str]:
        return self._project.resolver.module_files(module).files[:1]
