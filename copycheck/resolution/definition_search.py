"""Looks for the definitions of one dotted name: in files and syntax trees, through imports and star imports (3.4)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.rule_code import RuleCode
from copycheck.project.workspace import Workspace
from copycheck.resolution.mentions import mentions
from copycheck.resolution.module_files import ModuleFiles
from copycheck.resolution.module_lookup import Definition
from copycheck.resolution.star_imports import BehindStars, Modules, StarImports, StarModule, is_package
from copycheck.syntax.statement_tree import ImportedName

DEEPEST = 64
"""No module is in more folders than this."""
_MAX_IMPORTS = 50
"""So many imports are followed one after the other."""


class NotFoundError(Exception):
    """`names` are those that are there; `in_package` says that a submodule may have been meant; `help` what to do."""

    def __init__(
        self,
        code: RuleCode,
        message: str,
        names: Sequence[str] = (),
        in_package: bool = False,
        is_circle: bool = False,
        help_: str = "",
    ) -> None:
        super().__init__(message)
        self.help = help_
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


class NameSearch:
    """Looks for names under the roots, one resolution after the other. What is known of modules is kept between them.

    `probed` are the files that the resolution of now has looked at or for. The work of one resolution is linear in the
    import graph: each name is looked for in each module once, and the modules behind the star imports of a module are
    found once for all names (contract 3.4).
    """

    def __init__(self, workspace: Workspace, modules: Modules, roots: Sequence[str]) -> None:
        self._workspace = workspace
        self._source = modules
        self._roots = roots
        self._missing: dict[tuple[str, str], _Missing] = {}
        self._seen: set[tuple[str, str, bool]] = set()
        self.files = ModuleFiles(workspace, roots)
        self._stars = StarImports(modules, self.files)
        self.probed: dict[str, None] = {}

    def begin(self) -> None:
        """Begin a resolution: nothing has been looked at for it."""
        self.probed, self._seen = {}, set()

    def clear(self) -> None:
        """Drop what is known of modules: a file has changed."""
        self.files.clear()
        self._missing.clear()
        self._stars.clear()

    def find(self, parts: tuple[str, ...], depth: int = 0, stars: bool = True) -> tuple[Definition, ...]:
        """The definitions of a dotted name: shortest module first, star imports last (3.1).

        Raises NotFoundError, or UnreadableFileError when only a file that cannot be read may hold them.
        """
        if depth > _MAX_IMPORTS:
            raise NotFoundError("CPY102", f"`{'.'.join(parts)}` is imported in a cycle")
        failure: NotFoundError | UnreadableFileError | None = None
        places = [
            _Place(filename, parts[:length], parts[length:])
            for length in range(1, min(len(parts), DEEPEST) + 1)
            for filename in self.module_files(parts[:length])
        ]
        # Only the longest module of all is worth a look through its star imports.
        deepest = [place for place in places if place.rest and len(place.parts) == len(places[-1].parts)]
        steps = [*((place, False) for place in places), *((place, True) for place in (deepest if stars else ()))]
        for place, by_stars in steps:
            try:
                return self._find_by_stars(place, depth) if by_stars else self._find_in(place, depth)
            except UnreadableFileError as error:
                failure = error
            except NotFoundError as error:
                if failure is None or not (by_stars or error.is_circle or isinstance(failure, UnreadableFileError)):
                    failure = error  # the longest module says best what is missing
        if isinstance(failure, UnreadableFileError):
            raise failure
        if failure is None or self._looks_like_module(parts, failure):
            raise self._no_module(parts)
        raise failure

    def _enter(self, place: _Place, by_stars: bool) -> None:
        """Look for a name in a module once a resolution, or packages that import each other would never end."""
        step = (place.filename, place.rest[0], by_stars)
        if step in self._seen:
            raise NotFoundError(
                "CPY102", f"`{'.'.join((*place.parts, *place.rest))}` is imported in a cycle", is_circle=True
            )
        self._seen.add(step)

    def _find_in(self, place: _Place, depth: int) -> tuple[Definition, ...]:
        """The definitions in one module, its imports followed, but for star imports."""
        if not place.rest:
            name = ".".join(place.parts)
            help_ = f"name an object of it, such as `{name}.NAME`; a copy of the whole file goes into `full-copies`"
            raise NotFoundError("CPY102", f"`{name}` is a module: a directive names an object in it", help_=help_)
        first = place.rest[0]
        if (place.filename, first) in self._missing:
            raise NotFoundError(*self._missing[place.filename, first])
        if self._is_never_mentioned(place):
            missing = _Missing("CPY102", f"`{place.filename}` does not define `{first}`", in_package=True)
            self._missing[place.filename, first] = missing
            raise NotFoundError(*missing)
        self._enter(place, by_stars=False)
        lookup = self._source.look_up(place.filename, place.rest)
        if lookup.definitions:
            return lookup.definitions
        followed = self._follow(place, lookup.imports, lookup.rest, depth)
        if followed:
            return followed
        where = f"{lookup.scope} of `{place.filename}`" if lookup.scope else f"`{place.filename}`"
        message = f"{where} does not define `{lookup.rest[0]}`"
        in_package = place.is_package and not lookup.scope and not lookup.imports
        if lookup.rest == place.rest and not lookup.imports:
            # Every name below a package is looked for in it first: once is enough.
            self._missing[place.filename, first] = _Missing("CPY102", message, lookup.names, in_package)
        raise NotFoundError("CPY102", message, lookup.names, in_package)

    def _is_never_mentioned(self, place: _Place) -> bool:
        """Whether a package does not even mention a name that is looked for below it: no need to parse it then."""
        if not place.is_package or len(place.rest) == 1 or not place.rest[0].isascii():
            return False
        data = self._workspace.read_bytes(place.filename)
        return data.isascii() and not mentions(data, place.rest[0].encode())

    def _find_by_stars(self, place: _Place, depth: int) -> tuple[Definition, ...]:
        """The definitions in the modules behind the star imports of a module, the last import first."""
        self._enter(place, by_stars=True)
        behind = self._behind_stars(place)
        names = (
            (*module.parts, *place.rest)
            for module in behind.that_may_have(place.rest[0])
            if module.error is None and not self._is_absent(module, place.rest[0])
        )
        found = self._first_found(names, depth, stars=False)
        if found:
            return found
        if error := next((module.error for module in behind.modules if module.error is not None), None):
            raise error
        raise self._nothing_by_stars(place)

    def _first_found(self, names: Iterable[tuple[str, ...]], depth: int, stars: bool) -> tuple[Definition, ...]:
        """The definitions of the first of some dotted names that has any; none where no name has.

        Raises UnreadableFileError where only a file that cannot be read may hold them.
        """
        unreadable: UnreadableFileError | None = None
        for parts in names:
            try:
                return self.find(parts, depth + 1, stars)
            except UnreadableFileError as error:
                unreadable = error
            except NotFoundError:
                continue
        if unreadable is not None:
            raise unreadable
        return ()

    def _nothing_by_stars(self, place: _Place) -> NotFoundError:
        """That a name is in none of the modules behind a module's star imports."""
        names = self._source.surface(place.filename).names
        message = f"`{place.filename}` does not define `{place.rest[0]}`"
        return NotFoundError("CPY102", message, names, place.is_package)

    def _behind_stars(self, place: _Place) -> BehindStars:
        """What is behind the star imports of a module; the files looked at for that are noted each time."""
        behind = self._stars.behind(place.filename, place.parts)
        self.probed.update(dict.fromkeys(behind.probed))
        return behind

    def _is_absent(self, module: StarModule, name: str) -> bool:
        """Whether a module that a star leads to neither binds a name nor has a submodule of it."""
        if (module.filename, name) not in self._missing or self.module_files((*module.parts, name)):
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

    def module_files(self, parts: tuple[str, ...]) -> list[str]:
        """The files of a module under each root; what was looked for is noted each time."""
        files, probed = self.files.of(parts)
        self.probed.update(dict.fromkeys(probed))
        return files

    def exists_dir(self, path: str) -> bool:
        """Whether a folder is there, by its path from the root."""
        return self._workspace.missing_folder(os.path.normpath(path)) is None

    def _looks_like_module(self, parts: tuple[str, ...], failure: NotFoundError) -> bool:
        """Whether a package was found, and what is missing in it reads like a module: `pkg.nope.X`."""
        lengths = range(1, min(len(parts), DEEPEST) + 1)
        length = max((n for n in lengths if self.module_files(parts[:n])), default=0)
        missing = parts[length:]
        return failure.in_package and len(missing) > 1 and not missing[0][:1].isupper()

    def _no_module(self, parts: Sequence[str]) -> NotFoundError:
        first, name = parts[0], ".".join(parts)
        roots = ", ".join(f"`{root}`" for root in self._roots)
        if any(self.exists_dir(os.path.join(root, first)) for root in self._roots):
            message = f"`{name}` does not resolve: no part of it is a module under the roots ({roots})"
            help_ = f"correct the path; if the module was moved, run `copycheck mv {'.'.join(parts[:-1]) or name} NEW`"
        else:
            message = f"`{name}` does not resolve: there is no `{first}` under the roots ({roots})"
            help_ = (
                f"if `{first}` is another package, name its version in `[tool.copycheck.upstream]` and run "
                f"`copycheck upstream sync`, or list `{first}` in `external`"
            )
        return NotFoundError("CPY101", message, help_=help_)
