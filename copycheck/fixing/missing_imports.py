"""Which import makes a name of a source known to a copy: the same one, after the replacements (contract 5.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, KeysView, Sequence
from typing import NamedTuple

from copycheck.fixing.import_cycles import Circles
from copycheck.fixing.project_modules import ProjectModules
from copycheck.fixing.replaced_names import NewNames, replaced, replaced_parts
from copycheck.model.directive import Replacement
from copycheck.resolution.project_index import Project
from copycheck.syntax.import_statements import ImportStatement, Parts
from copycheck.syntax.new_imports import NewImport

_MANY = 100


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

    @property
    def bound(self) -> str:
        """What the name means: of `import a.b` the package `a`."""
        return str(self) if self.name or self.as_name else self.module[0]


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
    """Finds imports for names, in all files of a project. `modules` says what these are called, import and hold.

    `sources` says the same of the modules that sources are in: those of the project, or of another package.
    """

    def __init__(self, project: Project, sources: Project | None = None) -> None:
        """`sources` is the project that the sources are in, where that is another one."""
        self.modules = ProjectModules(project)
        self.sources = self.modules if sources is None or sources is project else ProjectModules(sources)
        self._new_names = NewNames()
        self._circles = Circles(self.modules)

    def find(
        self, wish: Wish, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> list[NewImport] | NoImport | None:
        """The imports that make a name known to a copy; why there is none, or None where the source imports none.

        `source` and `copy` are the files of both.
        """
        origins = list(self.origins(self.sources, wish.name, source, replacements, wish.text))
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

    def beside_imports(self, source: str, replacements: Sequence[Replacement]) -> KeysView[str]:
        """The names that the source's module binds by other statements than imports, after the replacements."""
        return self._new_names.of("beside", source, replacements, self.sources.beside_imports).keys()

    def defined_by(self, source: str, replacements: Sequence[Replacement]) -> KeysView[str]:
        """The names that the source's module defines, once the replacements are applied."""
        return self._new_names.of("defined", source, replacements, self.sources.defined).keys()

    def origins(
        self,
        modules: ProjectModules,
        wanted: str,
        filename: str,
        replacements: Sequence[Replacement] = (),
        text: str = "",
    ) -> Iterator[Origin]:
        """The imports of a file that bind a name, once the replacements are applied.

        Where thousands bind it (`import a.b`, `import a.c`), only those count that a `text` may go through.
        """
        package, bound = modules.package(filename), modules.bindings(filename)
        kind = "copies" if modules is self.modules else "sources"
        old_names = self._new_names.of(kind, filename, replacements, modules.bindings).get(wanted, ())
        found = [binding for old in old_names for binding in bound[old]]
        if text and len(found) > _MANY:
            found = [binding for binding in found if binding.name in text] or found[:1]
        for _, statement, name, as_name in sorted(found, key=lambda binding: binding.number):
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
        if self._is_of_another_package(module, copy):
            from_there = ".".join(module)
            return NoImport(f"{source} imports `{wish.name}` from `{from_there}`, and {copy} nothing of it", by_hand)
        if module == self.modules.module_name(copy) or (name and (*module, name) == self.modules.module_name(copy)):
            return NoImport(f"`{wish.name}` would be imported from the file itself", by_hand)
        as_name = wish.name if origin.as_name else ""
        condition = self._condition(origin, wish, copy)
        if isinstance(condition, NoImport):
            return condition
        # `else: json = None` is a part of what the name means where the import does not run.
        is_partial = condition not in ("", "TYPE_CHECKING") or (origin.statement.is_for_types and not condition)
        if is_partial and wish.name in self.beside_imports(source, replacements):
            return NoImport(f"{source} binds `{wish.name}` in more than one way", by_hand)
        circle = [] if condition == "TYPE_CHECKING" else self._circle(module, name, copy)
        if circle:
            steps = " → ".join(circle)
            return NoImport(
                f"to import `{wish.name}` from {circle[1]} would close a cycle of imports ({steps})", by_hand
            )
        level, shown = self._style(origin, module, copy) if name else (0, module)
        return NewImport(shown, level, name, as_name, condition)

    def _is_of_another_package(self, module: Parts, copy: str) -> bool:
        """Whether a module is one of the package of a source, of which the copy's module imports nothing so far."""
        if self.sources is self.modules or self.modules.is_ours(module) or not self.sources.is_ours(module):
            return False
        return not any(
            (statement.module if statement.is_from else tuple(name.split(".")))[:1] == module[:1]
            for statement in self.modules.imports(copy)
            for name, _ in statement.names
            if not statement.level
        )

    def _circle(self, module: Parts, name: str, copy: str) -> list[str]:
        """The circle that a new import would close; none where the file imports what comes later there already."""
        filename, package = self.modules.file_of(module), self.modules.package(copy)
        imports = self.modules.imports(copy)
        own = [s for s in imports if s.is_from and not s.condition and s.module_from(package) == module]
        if filename is not None and name and own:
            rows = self.modules.rows_of(filename)
            last = max((rows.get(imported, 0) for s in own for imported, _ in s.names), default=0)
            if rows.get(name, last + 1) <= last:
                return []
        return self._circles.through(module, name, copy)

    def _candidates(
        self, origin: Origin, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> Iterator[tuple[Parts, str]]:
        """What an import may be once the replacements are applied, the likeliest first."""
        name = replaced(origin.name, replacements) if origin.name else ""
        yield replaced_parts(origin.module, replacements), name
        statement = origin.statement
        if statement.level:
            beside = statement._replace(module=replaced_parts(statement.module, replacements))
            if (module := beside.module_from(self.modules.package(copy))) is not None:
                yield module, name
        yield origin.module, name

    def _place(
        self, origin: Origin, wish: Wish, source: str, copy: str, replacements: Sequence[Replacement]
    ) -> tuple[Parts, str] | None:
        """The module and the name in it that an import leads to; None where it does not resolve."""
        for module, name in self._candidates(origin, source, copy, replacements):
            if not module or not (origin.as_name or (name or module[0]) == wish.name):
                continue
            if self.modules.is_ours(module):
                if self.modules.holds(module, name):
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
        own = [other for other in self.modules.imports(copy) if other.runs]
        package = self.modules.package(copy)
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
        if self.modules.is_ours(module):
            return module in modules
        return any(other and other[0] == module[0] for other in modules)

    def _style(self, origin: Origin, module: Parts, copy: str) -> tuple[int, Parts]:
        """The dots and the name by which the copy's module imports from another one: as it does already."""
        package = self.modules.package(copy)
        common = 0
        while common < min(len(package), len(module)) and package[common] == module[common]:
            common += 1
        if not common or not self.modules.is_ours(module):
            return 0, module
        relative = len(package) - common + 1, module[common:]
        from_ours = [s for s in self.modules.imports(copy) if s.is_from and (s.level or self.modules.is_ours(s.module))]
        for statement in from_ours:
            if statement.module_from(package) == module:
                return statement.level, statement.module
        dotted = sum(statement.level > 0 for statement in from_ours)
        plain = len(from_ours) - dotted
        is_relative = dotted > plain or (dotted == plain and origin.statement.level > 0)
        return relative if is_relative else (0, module)

    def submodules(self, text: str, old: str, source: str, copy: str) -> Iterator[NewImport]:
        """The `import a.b` of a source that the new text of a copy goes through and its module does not have."""
        used = (name for name in self.sources.submodules(source) if _mentions(text, name))
        gained = [name for name in used if not _mentions(old, name)]
        own = self.modules.plain_imports(copy) if gained else ()
        packages = {name.partition(".")[0] for name in own}
        for name in gained:
            is_bound = name.partition(".")[0] in packages
            if is_bound and not any(other == name or other.startswith(f"{name}.") for other in own):
                yield NewImport(tuple(name.split(".")))


def _mentions(text: str, dotted: str) -> bool:
    return dotted in text and re.search(rf"(?<![\w.]){re.escape(dotted)}\b", text) is not None


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
