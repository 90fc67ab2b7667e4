"""What the modules of a project are called, what they import, and which names they hold (contract 5.7)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

from copycheck.model.errors import UnreadableFileError
from copycheck.resolution.module_files import FoundFiles
from copycheck.resolution.project_index import Project
from copycheck.resolution.star_imports import is_package
from copycheck.syntax import import_layout
from copycheck.syntax.import_rows import imports_by_rows
from copycheck.syntax.import_statements import ImportStatement, Parts, bound_beside_imports, read_imports
from copycheck.syntax.undefined_names import bound_names, parse_around, unbound_names

_Known = TypeVar("_Known")
_SUBMODULE = re.compile(r"import[ \t]+[\w \t,]*[.\\]|import[ \t]*\\")
"""What reads like `import a.b`."""
_TAKES_AWAY = re.compile(r"\b(?:del|except)\b")
"""The words without which no name is taken away again."""
_MADE = re.compile(r"__getattr__|sys\.modules|\bglobals\(|\bvars\(|\bsetattr\(|import[ \t]*\*")
"""What gives a module names that no statement binds."""


class Binding(NamedTuple):
    """A name that an import binds: `number` is that of the statement in its module."""

    number: int
    statement: ImportStatement
    name: str
    as_name: str


class ProjectModules:
    """All modules under the roots, each read once.

    `probed` collects the files that were looked at: what is remembered of one counts for whoever asks next as well.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._imports: dict[str, tuple[ImportStatement, ...]] = {}
        self._rows: dict[str, Mapping[str, int]] = {}
        self._unbound: dict[str, Collection[str]] = {}
        self._bindings: dict[str, dict[str, list[Binding]]] = {}
        self._submodules: dict[str, Sequence[str]] = {}
        self._beside_imports: dict[str, Collection[str]] = {}
        self.probed: set[str] = set()

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

        def read() -> tuple[ImportStatement, ...]:
            text = self._text(filename)
            found = imports_by_rows(text)
            if found is None:
                tree = parse_around(text)
                found = read_imports(tree) if tree else []
            return tuple(found)

        return self._remembered(self._imports, filename, read)

    def bindings(self, filename: str) -> Mapping[str, Sequence[Binding]]:
        """The names that the imports of a module bind, star imports not among them, with the imports of each."""

        def read() -> dict[str, list[Binding]]:
            found: dict[str, list[Binding]] = {}
            for number, statement in enumerate(self.imports(filename)):
                for name, as_name in statement.names:
                    bound = as_name or (name if statement.is_from else name.partition(".")[0])
                    if bound != "*":
                        found.setdefault(bound, []).append(Binding(number, statement, name, as_name))
            return found

        return self._remembered(self._bindings, filename, read)

    def submodules(self, filename: str) -> Sequence[str]:
        """The modules in packages that one imports as `import a.b`, under no condition and no other name."""

        def read() -> Sequence[str]:
            has_some = filename in self._imports or _SUBMODULE.search(self._text(filename))  # else no need of a tree
            return [name for name in self.plain_imports(filename) if "." in name] if has_some else ()

        return self._remembered(self._submodules, filename, read)

    def plain_imports(self, filename: str) -> list[str]:
        """The modules that one imports as `import a` or `import a.b`, under no condition and no other name."""
        plain = (statement for statement in self.imports(filename) if not statement.is_from and not statement.condition)
        return [name for statement in plain for name, as_name in statement.names if not as_name]

    def _text(self, filename: str) -> str:
        """The text of a file; none of one that cannot be read."""
        self.probed.add(filename)
        try:
            return self._project.workspace.read(filename).text
        except UnreadableFileError:
            return ""

    def is_plain(self, filename: str) -> bool:
        """Whether all names of a module are in its statements: nothing makes them when it runs."""
        return _MADE.search(self._text(filename)) is None

    def section_of(self, level: int, module: Parts) -> int:
        """The section of an import, as isort has it."""
        if level:
            return import_layout.LOCAL
        if module == ("__future__",):
            return import_layout.FUTURE
        if module[0] in sys.stdlib_module_names:
            return import_layout.STANDARD
        return import_layout.FIRST_PARTY if self.is_ours(module) else import_layout.THIRD_PARTY

    def is_ours(self, module: Parts) -> bool:
        """Whether a root holds the first part of a module's name."""
        files, probed = self.files_of(module[:1])
        self.probed.update(probed)
        return bool(files) or any(
            self._project.workspace.missing_folder(module[0] if root == "." else f"{root}/{module[0]}") is None
            for root in self._project.settings.src
        )

    def files_of(self, module: Parts) -> FoundFiles:
        """The files of a module under the roots, and those that were looked for; `probed` is left as it is."""
        return self._project.resolver.module_files(module)

    def file_of(self, module: Parts) -> str | None:
        """The file of a module under the roots; None where there is none."""
        files, probed = self.files_of(module)
        self.probed.update(probed)
        return files[0] if files else None

    def holds(self, module: Parts, name: str) -> bool:
        """Whether a module under the roots has a name, or is there where no name is asked for."""
        filename = self.file_of(module)
        if filename is None:
            return False
        if not name:
            return True
        self.probed.add(filename)
        if self.file_of((*module, name)) is not None:
            return True
        try:
            surface = self._project.modules.surface(filename)
        except UnreadableFileError:
            return False
        if name in surface.names:
            return True
        resolution = self._project.resolver.resolve(".".join((*module, name)))
        self.probed.update(resolution.probed)
        return bool(resolution.definitions) or name in self.rows_of(filename)

    def defined(self, filename: str) -> Collection[str]:
        """The names that a module defines itself; none of one that cannot be read."""
        try:
            return self._project.modules.surface(filename).names
        except UnreadableFileError:
            return ()

    def beside_imports(self, filename: str) -> Collection[str]:
        """The names that a module binds by other statements than imports; none of one that cannot be read."""

        def read() -> Collection[str]:
            tree = parse_around(self._text(filename))
            return bound_beside_imports(tree) if tree else ()

        return self._remembered(self._beside_imports, filename, read)

    def unbound(self, filename: str) -> Collection[str]:
        """The names that a module takes away again: with `del`, or behind `except … as name`."""

        def read() -> Collection[str]:
            text = self._project.workspace.read(filename).text
            tree = parse_around(text) if _TAKES_AWAY.search(text) else None
            return unbound_names(tree) if tree else ()

        return self._remembered(self._unbound, filename, read)

    def rows_of(self, filename: str) -> Mapping[str, int]:
        """The rows in which a module binds its names first."""

        def read() -> Mapping[str, int]:
            tree = parse_around(self._project.workspace.read(filename).text)
            return bound_names(tree) if tree else {}

        return self._remembered(self._rows, filename, read)

    def _remembered(self, known: dict[str, _Known], filename: str, read: Callable[[], _Known]) -> _Known:
        """What is known of a file, read once; whoever asks rests on the file all the same."""
        self.probed.add(filename)
        if filename not in known:
            known[filename] = read()
        return known[filename]
