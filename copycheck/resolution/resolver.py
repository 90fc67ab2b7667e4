"""Dotted name → source object. Follows files and syntax trees, and never imports anything (contract 3)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.rule_code import RuleCode
from copycheck.project.workspace import Workspace
from copycheck.resolution.lookup import Definition
from copycheck.resolution.mentions import mentions
from copycheck.resolution.module_files import ModuleFiles
from copycheck.resolution.stars import Modules, StarImports, StarModule, is_package
from copycheck.resolution.suggestions import NearestNames, suggesting
from copycheck.syntax.names import python_name
from copycheck.syntax.tree import ImportedName

_DEEPEST = 64
"""No module stands in more folders than this."""
_MAX_IMPORTS = 50
"""So many imports are followed one after the other."""


class Resolution(NamedTuple):
    """What a dotted name leads to: the definitions of that name, or the code and text of what is wrong.

    `probed` names the files that were looked at or looked for: the answer holds while none of them changes.
    """

    definitions: tuple[Definition, ...] = ()
    probed: tuple[str, ...] = ()
    code: RuleCode | None = None
    message: str = ""
    unreadable: UnreadableFileError | None = None
    external: bool = False
    bare: str = ""
    """The message without its last part, which suggests similar names."""
    near: tuple[str, ...] = ()
    """The similar names, the nearest first."""


class _NotFoundError(Exception):
    """`names` are those that are there; `in_package` says that a submodule may have been meant."""

    def __init__(
        self, code: RuleCode, message: str, names: Sequence[str] = (), in_package: bool = False, is_circle: bool = False
    ) -> None:
        super().__init__(message)
        self.is_circle = is_circle
        self.code = code
        self.names = names
        self.in_package = in_package


class _Missing(NamedTuple):
    """That a module has no such name, kept for the next one that asks."""

    code: RuleCode
    message: str
    names: tuple[str, ...] = ()
    in_package: bool = False


class _Place(NamedTuple):
    """A module file, the parts of its dotted name, and what is looked for in it."""

    filename: str
    parts: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def is_package(self) -> bool:
        return is_package(self.filename)


class Resolver:
    """Resolves dotted names under the roots, each once.

    The work of one resolution is linear in the import graph: each name is looked for in each module once, and the
    modules behind the star imports of a module are found once for all names (contract 3.4).
    """

    def __init__(
        self,
        workspace: Workspace,
        modules: Modules,
        roots: Sequence[str],
        external: Sequence[str],
    ) -> None:
        self._workspace = workspace
        self._source = modules
        self._roots = roots
        self._external = external
        self._known: dict[str, Resolution] = {}
        self._files = ModuleFiles(workspace, roots)
        self._missing: dict[tuple[str, str], _Missing] = {}
        self._probed: dict[str, None] = {}
        self._seen: set[tuple[str, str, bool]] = set()
        self._stars = StarImports(modules, self._files.of)
        self._last_names: tuple[Sequence[str], NearestNames] = (), NearestNames(())

    def resolve(self, target: str) -> Resolution:
        """The definitions that `target` names; never raises for anything in a user's files."""
        known = self._known.get(target)
        if known is None:
            self._probed, self._seen = {}, set()
            known = self._known[target] = self._resolve(target)
        return known

    def forget(self, changed: Iterable[str]) -> None:
        """Resolve anew what depends on one of the changed files."""
        gone = set(changed)
        self._known = {t: r for t, r in self._known.items() if gone.isdisjoint(r.probed)}
        self._files.clear()
        self._missing.clear()
        self._stars.clear()

    def prune(self, targets: Collection[str]) -> None:
        """Drop what is known of other names."""
        self._known = {target: found for target, found in self._known.items() if target in targets}

    def fork(self, workspace: Workspace, modules: Modules) -> Resolver:
        """A resolver over another workspace with the same files, which knows what this one does."""
        other = Resolver(workspace, modules, self._roots, self._external)
        other._known = dict(self._known)
        return other

    def module_files(self, parts: tuple[str, ...]) -> tuple[list[str], list[str]]:
        """The file of a module under each root that has one, and the names of the files that were looked for."""
        return self._files.of(parts)

    def longest_module(self, target: str) -> tuple[str, ...]:
        """The longest prefix of a name that is a module, as a dotted name; empty for none."""
        parts = tuple(target.split("."))
        lengths = range(min(len(parts) - 1, _DEEPEST), 0, -1)
        return next((parts[:length] for length in lengths if self.module_files(parts[:length])[0]), ())

    def likely_place(self, target: str) -> tuple[str, tuple[str, ...]] | None:
        """The plain module in which a name most likely stands, and the rest of it: what is worth reading ahead."""
        parts = tuple(python_name(target).split("."))
        for length in range(1, min(len(parts), _DEEPEST)):
            for filename in self._module_files(parts[:length]):
                if not is_package(filename):
                    return filename, parts[length:]
        return None

    def _resolve(self, target: str) -> Resolution:
        parts = tuple(python_name(target).split("."))
        try:
            found = self._find(parts)
        except UnreadableFileError as error:
            message = f"the source of `{target}` cannot be checked: {error.filename} {error.reason}"
            return Resolution((), tuple(self._probed), "CPY103", message, unreadable=error)
        except _NotFoundError as error:
            if error.code == "CPY101" and self._is_external(target):
                return Resolution(probed=tuple(self._probed), external=True)
            if error.code == "CPY101":  # a folder that appears changes what is said of it
                self._probed.update(dict.fromkeys(os.path.normpath(f"{root}/{parts[0]}") for root in self._roots))
            near = self._names_near(error.names).to(parts[-1])
            message = suggesting(str(error), near)
            return Resolution((), tuple(self._probed), error.code, message, bare=str(error), near=tuple(near))
        return Resolution(found, tuple(self._probed))

    def _names_near(self, names: Sequence[str]) -> NearestNames:
        """The names of a scope, made ready once: the names of a module are one list as long as nothing changes."""
        if self._last_names[0] is not names:
            self._last_names = names, NearestNames(names)
        return self._last_names[1]

    def _is_external(self, target: str) -> bool:
        target = python_name(target)
        first = target.partition(".")[0]
        held = self._module_files((first,)) or any(self._exists_dir(os.path.join(root, first)) for root in self._roots)
        return not held and any(
            target == name or target.startswith(f"{name}.") for name in map(python_name, self._external)
        )

    def _find(self, parts: tuple[str, ...], depth: int = 0, stars: bool = True) -> tuple[Definition, ...]:
        """The definitions of a dotted name: shortest module first, star imports last (3.1).

        Raises _NotFoundError, or UnreadableFileError when only a file that cannot be read may hold them.
        """
        if depth > _MAX_IMPORTS:
            raise _NotFoundError("CPY102", f"`{'.'.join(parts)}` is imported in a circle")
        failure: _NotFoundError | UnreadableFileError | None = None
        places = [
            _Place(filename, parts[:length], parts[length:])
            for length in range(1, min(len(parts), _DEEPEST) + 1)
            for filename in self._module_files(parts[:length])
        ]
        # Only the longest module of all is worth a look through its star imports.
        deepest = [place for place in places if place.rest and len(place.parts) == len(places[-1].parts)]
        steps = [*((place, False) for place in places), *((place, True) for place in (deepest if stars else ()))]
        for place, by_stars in steps:
            try:
                return self._find_by_stars(place, depth) if by_stars else self._find_in(place, depth)
            except UnreadableFileError as error:
                failure = error
            except _NotFoundError as error:
                if failure is None or not (by_stars or error.is_circle or isinstance(failure, UnreadableFileError)):
                    failure = error  # the longest module says best what is missing
        if isinstance(failure, UnreadableFileError):
            raise failure
        if failure is None or self._looks_like_module(parts, failure):
            raise _NotFoundError("CPY101", self._no_module(parts))
        raise failure

    def _enter(self, place: _Place, by_stars: bool) -> None:
        """Look for a name in a module once a resolution, or packages that import each other would never end."""
        step = (place.filename, place.rest[0], by_stars)
        if step in self._seen:
            raise _NotFoundError(
                "CPY102", f"`{'.'.join((*place.parts, *place.rest))}` is imported in a circle", is_circle=True
            )
        self._seen.add(step)

    def _find_in(self, place: _Place, depth: int) -> tuple[Definition, ...]:
        """The definitions in one module, its imports followed, but for star imports."""
        if not place.rest:
            raise _NotFoundError("CPY102", f"`{'.'.join(place.parts)}` is a module; name an object in it")
        first = place.rest[0]
        if (place.filename, first) in self._missing:
            raise _NotFoundError(*self._missing[place.filename, first])
        if self._is_never_mentioned(place):
            missing = _Missing("CPY102", f"there is no `{first}` in {place.filename}", in_package=True)
            self._missing[place.filename, first] = missing
            raise _NotFoundError(*missing)
        self._enter(place, by_stars=False)
        lookup = self._source.look_up(place.filename, place.rest)
        if lookup.definitions:
            return lookup.definitions
        followed = self._follow(place, lookup.imports, lookup.rest, depth)
        if followed:
            return followed
        where = f"{lookup.scope} of {place.filename}" if lookup.scope else place.filename
        message = f"there is no `{lookup.rest[0]}` in {where}"
        in_package = place.is_package and not lookup.scope and not lookup.imports
        if lookup.rest == place.rest and not lookup.imports:
            # Every name below a package is looked for in it first: once is enough.
            self._missing[place.filename, first] = _Missing("CPY102", message, lookup.names, in_package)
        raise _NotFoundError("CPY102", message, lookup.names, in_package)

    def _is_never_mentioned(self, place: _Place) -> bool:
        """Whether a package does not even mention a name that is looked for below it: no need to parse it then."""
        if not place.is_package or len(place.rest) == 1 or not place.rest[0].isascii():
            return False
        data = self._workspace.read_bytes(place.filename)
        return data.isascii() and not mentions(data, place.rest[0].encode())

    def _find_by_stars(self, place: _Place, depth: int) -> tuple[Definition, ...]:
        """The definitions in the modules behind the star imports of a module, the last import first."""
        self._enter(place, by_stars=True)
        modules = self._star_modules(place)
        names = (
            (*module.parts, *place.rest)
            for module in modules
            if module.error is None and not self._is_absent(module, place.rest[0])
        )
        found = self._first_found(names, depth, stars=False)
        if found:
            return found
        if error := next((module.error for module in modules if module.error is not None), None):
            raise error
        raise self._nothing_by_stars(place)

    def _first_found(self, names: Iterable[tuple[str, ...]], depth: int, stars: bool) -> tuple[Definition, ...]:
        """The definitions of the first of some dotted names that has any; none where no name has.

        Raises UnreadableFileError where only a file that cannot be read may hold them.
        """
        unreadable: UnreadableFileError | None = None
        for parts in names:
            try:
                return self._find(parts, depth + 1, stars)
            except UnreadableFileError as error:
                unreadable = error
            except _NotFoundError:
                continue
        if unreadable is not None:
            raise unreadable
        return ()

    def _nothing_by_stars(self, place: _Place) -> _NotFoundError:
        """That a name is in none of the modules behind a module's star imports."""
        names = self._source.surface(place.filename).names
        message = f"there is no `{place.rest[0]}` in {place.filename}"
        return _NotFoundError("CPY102", message, names, place.is_package)

    def _star_modules(self, place: _Place) -> list[StarModule]:
        """The modules behind the star imports of a module; the files looked at for that are noted each time."""
        modules, probed = self._stars.behind(place.filename, place.parts)
        self._probed.update(dict.fromkeys(probed))
        return modules

    def _is_absent(self, module: StarModule, name: str) -> bool:
        """Whether a module that a star leads to neither binds a name nor has a submodule of it."""
        if (module.filename, name) not in self._missing or self._module_files((*module.parts, name)):
            return False
        folder = f"{os.path.dirname(module.filename)}/{name}"
        return not is_package(module.filename) or self._workspace.missing_folder(folder) is not None

    def _follow(
        self, place: _Place, imports: Sequence[ImportedName], rest: tuple[str, ...], depth: int
    ) -> tuple[Definition, ...]:
        """What `rest` is in the modules that it is imported from, the last import first (3.4)."""
        package = place.parts if place.is_package else place.parts[:-1]
        names = (
            (*module, *(() if bound.attribute is None else (bound.attribute,)), *rest[1:])
            for bound in reversed(imports)
            if (module := bound.module_from(package)) is not None
        )
        return self._first_found(names, depth, stars=True)

    def _module_files(self, parts: tuple[str, ...]) -> list[str]:
        """The files of a module under each root; what was looked for is noted each time."""
        files, probed = self._files.of(parts)
        self._probed.update(dict.fromkeys(probed))
        return files

    def _exists_dir(self, path: str) -> bool:
        return self._workspace.missing_folder(os.path.normpath(path)) is None

    def _looks_like_module(self, parts: tuple[str, ...], failure: _NotFoundError) -> bool:
        """Whether a package was found, and what is missing in it reads like a module: `pkg.nope.X`."""
        lengths = range(1, min(len(parts), _DEEPEST) + 1)
        length = max((n for n in lengths if self._module_files(parts[:n])), default=0)
        missing = parts[length:]
        return failure.in_package and len(missing) > 1 and not missing[0][:1].isupper()

    def _no_module(self, parts: Sequence[str]) -> str:
        roots = ", ".join(f"`{root}`" for root in self._roots)
        if any(self._exists_dir(os.path.join(root, parts[0])) for root in self._roots):
            return f"no module of `{'.'.join(parts)}` is a file under the roots ({roots})"
        return f"no root ({roots}) holds `{parts[0]}`; name it in `external` if it lives in another package"
