"""Whether a new import would close a cycle of imports, which a program may not survive."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from copycheck.fixing.project_modules import ProjectModules
from copycheck.syntax.import_statements import Parts

_MOST_MODULES = 5_000
"""More modules are not followed: what is this far away counts as a circle."""


_Target = tuple[str, str]
"""A file that is imported, and the name that it is to have, where that is no module; else empty."""


class _Run(NamedTuple):
    """A file that is run, up to a row where it has what is asked of it; 0 for all of it."""

    filename: str
    last: int = 0


class _Imported(NamedTuple):
    """What a file imports when it is run, and the files that were looked at to tell."""

    targets: tuple[_Target, ...]
    probed: frozenset[str]


class Circles:
    """Follows what modules import when they are imported: neither in functions nor for types."""

    def __init__(self, modules: ProjectModules) -> None:
        self._modules = modules
        self._imported: dict[_Run, _Imported] = {}

    def through(self, module: Parts, name: str, filename: str) -> list[str]:
        """The files of the circle that a file closes when it imports a name; nothing where there is none.

        The packages around the file are passed over: they are being imported before it. Where a name is to come from
        one of them, what that imports before it has the name counts.
        """
        around, probed = self._modules.module_name(filename), self._modules.probed
        parents = {file for length in range(1, len(around)) for file in self._files(around[:length], probed)}
        start = _Run(filename)
        came_from: dict[_Run, _Run] = {}
        front = deque([start])
        targets: Iterable[_Target] = tuple(self._files_behind(module, name, probed))
        while front:
            current = front.popleft()
            if current is not start:
                targets = self._imported_by(current)
            for target, wanted in targets:
                if target == filename or len(came_from) > _MOST_MODULES:
                    return [*_way(came_from, current), target]
                if target in parents and not wanted:
                    continue
                run = _Run(target, self._modules.rows_of(target).get(wanted, 0) if target in parents else 0)
                if run not in came_from:
                    came_from[run] = current
                    front.append(run)
        return []

    def _imported_by(self, run: _Run) -> tuple[_Target, ...]:
        known = self._imported.get(run)
        if known is None:
            probed = {run.filename}
            targets = tuple(dict.fromkeys(self._targets_of(*run, probed)))
            known = self._imported[run] = _Imported(targets, frozenset(probed))
        self._modules.probed |= known.probed
        return known.targets

    def _targets_of(self, filename: str, last: int, probed: set[str]) -> Iterator[_Target]:
        package = self._modules.package(filename)
        for statement in self._modules.imports(filename):
            if not statement.runs or 0 < last < statement.row:
                continue
            if not statement.is_from:
                for dotted, _ in statement.names:
                    yield from self._files_behind(tuple(dotted.split(".")), "", probed)
            elif (module := statement.module_from(package)) is not None:
                for imported, _ in statement.names:
                    yield from self._files_behind(module, imported, probed)

    def _files_behind(self, module: Parts, name: str, probed: set[str]) -> Iterator[_Target]:
        """The files that are run to import a name: those of the packages around it, of the module, and of the name."""
        own = self._files((*module, name), probed) if name and name != "*" else []
        for length in range(1, len(module) + 1):
            is_asked = length == len(module) and not own
            yield from ((file, name if is_asked else "") for file in self._files(module[:length], probed))
        yield from ((file, "") for file in own)

    def _files(self, module: Parts, probed: set[str]) -> list[str]:
        found = self._modules.files_of(module)
        probed.update(found.probed)
        return found.files[:1]


def _way(came_from: Mapping[_Run, _Run], end: _Run) -> list[str]:
    way = [end]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return [run.filename for run in reversed(way)]
