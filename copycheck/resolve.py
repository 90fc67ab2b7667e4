"""Dotted name → source object. Follows files and syntax trees, and never imports anything (contract 3)."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from copycheck.errors import UnreadableFileError
from copycheck.module import Module
from copycheck.outline import ImportedName, Statement
from copycheck.workspace import Workspace

_MAX_IMPORTS = 50


@dataclass(frozen=True, slots=True)
class Definition:
    """A source object: where its statement stands, and the statements beside it (for overloads and accessors)."""

    module: Module
    statement: Statement
    siblings: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a dotted name leads to: the definitions of that name, or the code and text of what is wrong.

    `probed` names the files that were looked at or looked for: the answer holds while none of them changes.
    """

    definitions: tuple[Definition, ...] = ()
    probed: tuple[str, ...] = ()
    code: str | None = None
    message: str = ""
    help: str | None = None
    unreadable: UnreadableFileError | None = None
    external: bool = False


class _NotFoundError(Exception):
    """`names` gives the names that are there; `in_package` says that a submodule may have been meant."""

    def __init__(
        self, code: str, message: str, names: Callable[[], Iterable[str]] = tuple, in_package: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.names = names
        self.in_package = in_package


@dataclass(frozen=True, slots=True)
class _Place:
    """A module file, the parts of its dotted name, and what is looked for in it."""

    filename: str
    parts: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def is_package(self) -> bool:
        return os.path.basename(self.filename).startswith("__init__.")


class Resolver:
    """Resolves dotted names under the roots, each once.

    `modules` gives the parsed module of a file name; `everywhere` lists the project's files for hints.
    """

    def __init__(
        self,
        workspace: Workspace,
        modules: Callable[[str], Module],
        roots: Sequence[str],
        external: Sequence[str],
        everywhere: Callable[[], Sequence[str]],
    ) -> None:
        self._workspace = workspace
        self._modules = modules
        self._roots = roots
        self._external = external
        self._everywhere = everywhere
        self._known: dict[str, Resolution] = {}
        self._probed: dict[str, None] = {}

    def resolve(self, target: str) -> Resolution:
        """The definitions that `target` names; never raises for anything in a user's files."""
        known = self._known.get(target)
        if known is None:
            self._probed = {}
            known = self._known[target] = self._resolve(target)
        return known

    def forget(self, changed: Iterable[str]) -> None:
        """Resolve anew what depends on one of the changed files."""
        gone = set(changed)
        self._known = {t: r for t, r in self._known.items() if gone.isdisjoint(r.probed)}

    def _resolve(self, target: str) -> Resolution:
        parts = tuple(target.split("."))
        try:
            found = self._find(parts, frozenset())
        except UnreadableFileError as error:
            message = f"the source of `{target}` cannot be checked: {error.filename} {error.reason}"
            return Resolution((), tuple(self._probed), "CPY103", message, unreadable=error)
        except _NotFoundError as error:
            if error.code == "CPY101" and self._is_external(target):
                return Resolution(probed=tuple(self._probed), external=True)
            return Resolution((), tuple(self._probed), error.code, str(error), self._hint(parts, error))
        return Resolution(tuple(found), tuple(self._probed))

    def _is_external(self, target: str) -> bool:
        first = target.partition(".")[0]
        held = any(
            self._exists_dir(os.path.join(root, first)) or self._module_file(root, [first])
            for root in self._roots
        )
        return not held and any(target == name or target.startswith(f"{name}.") for name in self._external)

    def _find(self, parts: tuple[str, ...], seen: frozenset[tuple[str, ...]]) -> list[Definition]:
        """The definitions of a dotted name: shortest module first, star imports last (3.1).

        Raises _NotFoundError, or UnreadableFileError when only a file that cannot be read may hold them.
        """
        if parts in seen or len(seen) > _MAX_IMPORTS:
            raise _NotFoundError("CPY102", f"`{'.'.join(parts)}` is imported in a circle")
        seen |= {parts}
        failure: _NotFoundError | UnreadableFileError | None = None
        for stars in (False, True):
            for length in range(1, len(parts) + 1):
                for filename in self._module_files(parts[:length]):
                    try:
                        return self._find_in(_Place(filename, parts[:length], parts[length:]), stars, seen)
                    except UnreadableFileError as error:
                        failure = error
                    except _NotFoundError as error:
                        failure = failure if isinstance(failure, UnreadableFileError) else error
        if isinstance(failure, UnreadableFileError):
            raise failure
        if failure is None or self._looks_like_module(parts, failure):
            raise _NotFoundError("CPY101", self._no_module(parts))
        raise failure

    def _find_in(self, place: _Place, stars: bool, seen: frozenset[tuple[str, ...]]) -> list[Definition]:
        """The definitions in one module, its imports followed; of alternatives (`if … else`) all."""
        if not place.rest:
            raise _NotFoundError("CPY102", f"`{'.'.join(place.parts)}` is a module; name an object in it")
        data = self._workspace.read_bytes(place.filename)
        first = place.rest[0]
        if first.isascii() and first.encode() not in data and not (stars and b"import *" in data):
            raise self._missing(place, None, first)
        module = self._modules(place.filename)
        scopes = [module.outline]
        for level, name in enumerate(place.rest):
            named = [(scope, statement) for scope in scopes for statement in scope.named(name)]
            local = [(scope, statement) for scope, statement in named if statement.is_definition]
            if not local:
                imports = [bound for _, s in named for as_name, bound in s.imports if as_name == name]
                if stars and level == 0:
                    imports = [bound for s in module.outline.named("*") for _, bound in s.imports]
                followed = self._follow(place, imports, place.rest[level:], seen)
                if followed:
                    return followed
                raise self._missing(place, scopes[-1] if level else None, name)
            if level == len(place.rest) - 1:
                return [
                    Definition(module, statement, _siblings(scope, statement)) for scope, statement in local
                ]
            scopes = [statement for _, statement in local]
        raise AssertionError("the last name returns or raises")

    def _follow(
        self,
        place: _Place,
        imports: Sequence[ImportedName],
        rest: tuple[str, ...],
        seen: frozenset[tuple[str, ...]],
    ) -> list[Definition]:
        """What `rest` is in the modules that it is imported from, the last import first (3.4)."""
        package = place.parts if place.is_package else place.parts[:-1]
        for bound in reversed(imports):
            if bound.level > len(package):
                continue
            base = package[: len(package) - bound.level + 1] if bound.level else ()
            name = (
                () if bound.attribute is None else rest[:1] if bound.attribute == "*" else (bound.attribute,)
            )
            try:
                return self._find((*base, *bound.module, *name, *rest[1:]), seen)
            except (_NotFoundError, UnreadableFileError):
                continue
        return []

    def _module_files(self, parts: Sequence[str]) -> list[str]:
        found = (self._module_file(root, parts) for root in self._roots)
        return [filename for filename in found if filename is not None]

    def _module_file(self, root: str, parts: Sequence[str]) -> str | None:
        """`a/b.py`, then `a/b/__init__.py`; a stub only where there is neither."""
        path = "/".join([root, *parts] if root != "." else parts)
        for filename in (f"{path}.py", f"{path}/__init__.py", f"{path}.pyi", f"{path}/__init__.pyi"):
            self._probed[filename] = None
            if self._workspace.exists(filename):
                return filename
        return None

    def _exists_dir(self, path: str) -> bool:
        return os.path.isdir(self._workspace.path(path))

    def _looks_like_module(self, parts: Sequence[str], failure: _NotFoundError) -> bool:
        """Whether a package was found, and what is missing in it reads like a module: `pkg.nope.X`."""
        length = max((n for n in range(1, len(parts) + 1) if self._module_files(parts[:n])), default=0)
        missing = parts[length:]
        return failure.in_package and len(missing) > 1 and not missing[0][:1].isupper()

    def _no_module(self, parts: Sequence[str]) -> str:
        roots = ", ".join(f"`{root}`" for root in self._roots)
        if any(self._exists_dir(os.path.join(root, parts[0])) for root in self._roots):
            return f"no module of `{'.'.join(parts)}` is a file under the roots ({roots})"
        return f"no root ({roots}) holds `{parts[0]}`; name it in `external` if it lives in another package"

    def _missing(self, place: _Place, scope: Statement | None, name: str) -> _NotFoundError:
        where = place.filename if scope is None else f"{scope.kind} `{scope.name}` of {place.filename}"

        def names() -> Iterable[str]:
            try:
                return (scope or self._modules(place.filename).outline).names()
            except UnreadableFileError:
                return ()

        in_package = place.is_package and scope is None
        return _NotFoundError("CPY102", f"there is no `{name}` in {where}", names, in_package)

    def _hint(self, parts: Sequence[str], error: _NotFoundError) -> str | None:
        """The nearest names in the module, and where a single object of that name stands."""
        hints = []
        near = difflib.get_close_matches(parts[-1], [name for name in error.names() if name != "*"], 3)
        if near:
            hints.append("did you mean " + " or ".join(f"`{name}`" for name in near) + "?")
        elsewhere = self._defined_elsewhere(parts[-1])
        if len(elsewhere) == 1:
            hints.append(f"`{parts[-1]}` is defined once, in {elsewhere[0]}")
        return "; ".join(hints) or None

    def _defined_elsewhere(self, name: str) -> list[str]:
        pattern = re.compile(
            rb"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+%s\b" % re.escape(name).encode(), re.MULTILINE
        )
        found = []
        for filename in self._everywhere():
            try:
                data = self._workspace.read_bytes(filename)
            except UnreadableFileError:
                continue
            for match in pattern.finditer(data):
                found.append(f"{filename}:{data.count(b'%c' % 10, 0, match.start()) + 1}")
            if len(found) > 1:
                break
        return found


def _siblings(scope: Statement, statement: Statement) -> Sequence[Statement]:
    """All definitions of the statement's name in its scope, in order."""
    return [other for other in scope.named(statement.name) if other.is_definition]


def accessor(statement: Statement) -> str:
    """What tells definitions of one name apart: `setter`, `deleter`, `overload`, or nothing (3.5)."""
    for decorator in statement.decorators:
        head, _, last = decorator.name.rpartition(".")
        if last in ("setter", "deleter", "getter") and head:
            return last
        if last == "overload":
            return "overload"
    return ""


def choose_definitions(
    definitions: Sequence[Definition], copy: Statement, copy_siblings: Sequence[Statement]
) -> tuple[Definition, ...]:
    """The definitions that a copy may equal, the one that fix writes last (contract 3.5)."""
    kind = accessor(copy)
    same = [d for d in definitions if accessor(d.statement) == kind]
    if not same:
        return tuple(definitions)
    if kind == "overload":
        order = [s for s in copy_siblings if s.name == copy.name and accessor(s) == "overload"]
        number = order.index(copy) if copy in order else 0
        return (same[number],) if number < len(same) else tuple(same)
    return tuple(same)
