"""Which import makes a name of a source known to a copy: the same one, after the replacements (contract 5.7)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.replacements import apply_replacements
from copycheck.fixing.import_circles import Circles
from copycheck.model.directive import Replacement
from copycheck.model.errors import GrowthError, UnreadableFileError
from copycheck.resolution.index import Project
from copycheck.resolution.stars import is_package
from copycheck.syntax import import_layout
from copycheck.syntax.import_layout import NewImport
from copycheck.syntax.imports import ImportStatement, Parts, read_imports
from copycheck.syntax.undefined_names import bound_names, parse_around


class Origin(NamedTuple):
    """Where a name comes from: a module by its whole dotted name, and the name in it; empty for the module itself.

    `statement` is the import of the source that says so, `as_name` the alias, if there is one.
    """

    module: Parts
    name: str
    as_name: str
    statement: ImportStatement

    def __str__(self) -> str:
        return ".".join((*self.module, self.name) if self.name else self.module)


class NoImport(NamedTuple):
    """Why a name cannot be imported, as a clause, and what to do instead."""

    reason: str
    help: str


class Wish(NamedTuple):
    """A name that a copy lacks: how the copy uses it, and the text that uses it.

    `at_once` and `is_type` are those of its uses together.
    """

    name: str
    at_once: bool
    is_type: bool
    text: str


class Importer:
    """Finds imports for names, in all files of a project. `probed` collects the files that it has looked at."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._imports: dict[str, tuple[ImportStatement, ...]] = {}
        self._circles = Circles(project, self.module_name, self.imports)
        self._rows: dict[str, Mapping[str, int]] = {}
        self.probed: set[str] = set()

    # What modules are called, and what they import

    def module_name(self, filename: str) -> Parts:
        """The dotted name of a file, from the nearest root around it on."""
        inside = [root for root in self._project.settings.src if root == "." or filename.startswith(f"{root}/")]
        root = max(inside, key=lambda root: 0 if root == "." else len(root), default=".")
        path = filename if root == "." else filename[len(root) + 1 :]
        parts = tuple(path.rpartition(".")[0].split("/"))
        return parts[:-1] if parts[-1] == "__init__" else parts

    def package(self, filename: str) -> Parts:
        """The package that a file belongs to, or is."""
        name = self.module_name(filename)
        return name if is_package(filename) else name[:-1]

    def imports(self, filename: str) -> tuple[ImportStatement, ...]:
        """The imports of a module outside of its functions; none of one that cannot be read."""
        known = self._imports.get(filename)
        if known is None:
            self.probed.add(filename)
            try:
                tree = parse_around(self._project.workspace.read(filename).text)
            except UnreadableFileError:
                tree = None
            known = self._imports[filename] = tuple(read_imports(tree)) if tree else ()
        return known

    def section_of(self, level: int, module: Parts) -> int:
        """The section of an import, as isort has it."""
        if level:
            return import_layout.LOCAL
        if module == ("__future__",):
            return import_layout.FUTURE
        if module[0] in sys.stdlib_module_names:
            return import_layout.STANDARD
        return import_layout.FIRST_PARTY if self._is_ours(module) else import_layout.THIRD_PARTY

    def _is_ours(self, module: Parts) -> bool:
        """Whether a root holds the first part of a module's name."""
        files, probed = self._project.resolver.module_files(module[:1])
        self.probed.update(probed)
        return bool(files) or any(
            self._project.workspace.missing_folder(module[0] if root == "." else f"{root}/{module[0]}") is None
            for root in self._project.settings.src
        )

    def _file_of(self, module: Parts) -> str | None:
        files, probed = self._project.resolver.module_files(module)
        self.probed.update(probed)
        return files[0] if files else None

    def _holds(self, module: Parts, name: str) -> bool:
        """Whether a module under the roots has a name, or is there where no name is asked for."""
        filename = self._file_of(module)
        if filename is None:
            return False
        if not name:
            return True
        self.probed.add(filename)
        if self._file_of((*module, name)) is not None:
            return True
        try:
            surface = self._project.surface(filename)
        except UnreadableFileError:
            return False
        if name in surface.names:
            return True
        resolution = self._project.resolver.resolve(".".join((*module, name)))
        self.probed.update(resolution.probed)
        return bool(resolution.definitions) or name in self._rows_of(filename)

    # The import of one name

    def find(
        self, wish: Wish, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> list[NewImport] | NoImport | None:
        """The imports that make a name known to a copy; why there is none, or None where the source imports none.

        `source` and `copy` are the files of both.
        """
        origins = list(self._origins(wish, source, replacements))
        if not origins:
            return None
        runs = [origin for origin in origins if origin.statement.runs]
        if len({(str(origin), origin.statement.condition) for origin in runs}) > 1 and not _is_of_packages(runs):
            return NoImport(
                f"{source} imports `{wish.name}` in more than one way", f"import `{wish.name}` in {copy} by hand"
            )
        found: list[NewImport] = []
        for origin in _needed(runs or origins, wish):
            new = self._reach(origin, wish, source, copy, replacements)
            if isinstance(new, NoImport):
                return new
            found.append(new)
        return found

    def _origins(self, wish: Wish, source: str, replacements: Sequence[Replacement]) -> Iterator[Origin]:
        """The imports of the source that bind a name, once the replacements are applied."""
        package = self.package(source)
        for statement in self.imports(source):
            for name, as_name in statement.names:
                bound = as_name or (name if statement.is_from else name.partition(".")[0])
                if bound == "*" or replaced(bound, replacements) != wish.name:
                    continue
                if not statement.is_from:
                    yield Origin(tuple(name.split(".")), "", as_name, statement)
                elif (module := statement.module_from(package)) is not None:
                    yield Origin(module, name, as_name, statement)

    def _reach(
        self, origin: Origin, wish: Wish, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> NewImport | NoImport:
        """The import of one origin, as the copy's module has to write it."""
        by_hand = f"define `{wish.name}` in {copy}, or import it there by hand"
        place = self._place(origin, wish, source, copy, replacements)
        if place is None:
            wanted = next(self._candidates(origin, source, copy, replacements))
            return NoImport(f"there is no `{'.'.join((*wanted[0], wanted[1])).strip('.')}`", by_hand)
        module, name = place
        if module == self.module_name(copy) or (name and (*module, name) == self.module_name(copy)):
            return NoImport(f"`{wish.name}` would be imported from the file itself", by_hand)
        as_name = wish.name if origin.as_name else ""
        condition = self._condition(origin, wish, copy)
        if isinstance(condition, NoImport):
            return condition
        circle = [] if condition == "TYPE_CHECKING" else self._circle(module, name, copy)
        if circle:
            steps = " → ".join(circle)
            return NoImport(
                f"to import `{wish.name}` from {circle[1]} would close a circle of imports ({steps})", by_hand
            )
        level, shown = self._style(origin, module, copy) if name else (0, module)
        return NewImport(shown, level, name, as_name, condition)

    def _circle(self, module: Parts, name: str, copy: str) -> list[str]:
        """The circle that a new import would close; none where the file imports what comes later there already."""
        circle = self._circles.through(module, name, copy)
        filename = self._file_of(module)
        if not circle or filename is None or not name:
            return circle
        package = self.package(copy)
        own = [s for s in self.imports(copy) if s.is_from and not s.condition and s.module_from(package) == module]
        rows = self._rows_of(filename)
        last = max((rows.get(imported, 0) for s in own for imported, _ in s.names), default=0)
        return [] if rows.get(name, last + 1) <= last else circle

    def _rows_of(self, filename: str) -> Mapping[str, int]:
        """The rows in which a module binds its names first."""
        known = self._rows.get(filename)
        if known is None:
            tree = parse_around(self._project.workspace.read(filename).text)
            known = self._rows[filename] = bound_names(tree) if tree else {}
        return known

    def _candidates(
        self, origin: Origin, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> Iterator[tuple[Parts, str]]:
        """What an import may be once the replacements are applied, the likeliest first."""
        name = replaced(origin.name, replacements) if origin.name else ""
        yield _replaced_parts(origin.module, replacements), name
        statement = origin.statement
        if statement.level:
            beside = statement._replace(module=_replaced_parts(statement.module, replacements))
            if (module := beside.module_from(self.package(copy))) is not None:
                yield module, name
        yield origin.module, name

    def _place(
        self, origin: Origin, wish: Wish, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> tuple[Parts, str] | None:
        """The module and the name in it that an import leads to; None where it does not resolve."""
        for module, name in self._candidates(origin, source, copy, replacements):
            if not module or not (origin.as_name or (name or module[0]) == wish.name):
                continue
            if self._is_ours(module):
                if self._holds(module, name):
                    return module, name
            elif (module, name) == (origin.module, origin.name):
                return module, name
        return None

    def _condition(self, origin: Origin, wish: Wish, copy: str) -> str | NoImport:
        """Under which condition the copy's module has to import it: that of the source, where it matters."""
        statement = origin.statement
        if not statement.condition:
            return ""
        if statement.is_for_types:
            return "TYPE_CHECKING" if wish.is_type and not wish.at_once else ""
        own = [other for other in self.imports(copy) if other.runs]
        package = self.package(copy)
        same = [o for o in own if self._leads_to(o, package, origin.module)]
        if any(not other.condition for other in same):
            return ""
        if not wish.at_once and any(other.condition == statement.condition for other in own):
            return statement.condition
        return NoImport(
            f"the source imports `{wish.name}` under a condition that {copy} does not have",
            f"import `{wish.name}` in {copy} by hand",
        )

    def _leads_to(self, statement: ImportStatement, package: Parts, module: Parts) -> bool:
        """Whether a statement imports a module, or something of the same package where that is not ours."""
        if statement.is_from:
            modules = [statement.module_from(package)]
        else:
            modules = [tuple(name.split(".")) for name, _ in statement.names]
        if self._is_ours(module):
            return module in modules
        return any(other and other[0] == module[0] for other in modules)

    def _style(self, origin: Origin, module: Parts, copy: str) -> tuple[int, Parts]:
        """The dots and the name by which the copy's module imports from another one: as it does already."""
        package = self.package(copy)
        common = 0
        while common < min(len(package), len(module)) and package[common] == module[common]:
            common += 1
        if not common or not self._is_ours(module):
            return 0, module
        relative = len(package) - common + 1, module[common:]
        from_ours = [s for s in self.imports(copy) if s.is_from and (s.level or self._is_ours(s.module))]
        for statement in from_ours:
            if statement.module_from(package) == module:
                return statement.level, statement.module
        dotted = sum(statement.level > 0 for statement in from_ours)
        plain = len(from_ours) - dotted
        is_relative = dotted > plain or (dotted == plain and origin.statement.level > 0)
        return relative if is_relative else (0, module)

    # Submodules that an expression goes through

    def submodules(self, text: str, old: str, source: str, copy: str) -> Iterator[NewImport]:
        """The `import a.b` of a source that the new text of a copy goes through and its module does not have."""
        plain = [statement for statement in self.imports(copy) if not statement.is_from and not statement.condition]
        own = {name for statement in plain for name, as_name in statement.names if not as_name}
        packages = {name.partition(".")[0] for name in own}
        for statement in self.imports(source):
            for name, as_name in statement.names if not statement.is_from and not statement.condition else ():
                is_used = "." in name and not as_name and _mentions(text, name) and not _mentions(old, name)
                is_bound = name.partition(".")[0] in packages
                if is_used and is_bound and not any(other == name or other.startswith(f"{name}.") for other in own):
                    yield NewImport(tuple(name.split(".")))


def _mentions(text: str, dotted: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(dotted)}\b", text) is not None


def _needed(origins: Sequence[Origin], wish: Wish) -> list[Origin]:
    """Of `import a`, `import a.b` and `import a.c` those that a text goes through."""
    if len(origins) == 1:
        return list(origins)
    through = [o for o in origins if len(o.module) > 1 and not o.name and _mentions(wish.text, ".".join(o.module))]
    plain = [o for o in origins if len(o.module) == 1 or o.name]
    return [*plain[:1], *through] or [origins[0]]


def _is_of_packages(origins: Iterable[Origin]) -> bool:
    """Whether some imports bind the same package, and are all made at once."""
    return all(not origin.name and not origin.as_name and not origin.statement.condition for origin in origins)


def replaced(text: str, replacements: Sequence[Replacement]) -> str:
    """A name after the replacements of a directive; as it is where these would grow without end."""
    try:
        return apply_replacements(text, replacements)
    except GrowthError:
        return text


def _replaced_parts(parts: Parts, replacements: Sequence[Replacement]) -> Parts:
    new = tuple(replaced(".".join(parts), replacements).split("."))
    return new if all(part.isidentifier() for part in new) else parts
