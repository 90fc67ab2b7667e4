"""Another package as a tree of files: its objects, found by the resolver of the project (contract 13)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Sequence

from copycheck.model.errors import UnreadableFileError
from copycheck.project.discovery import Walk
from copycheck.project.file_tree import FileTree
from copycheck.project.lock_file import LockedSource, lines_of, source_key
from copycheck.project.settings import Settings
from copycheck.project.upstream_settings import Address, address_of
from copycheck.project.workspace import Workspace
from copycheck.resolution.locked_sources import locked_text
from copycheck.resolution.module_lookup import Definition, look_up
from copycheck.resolution.name_resolver import Resolution
from copycheck.resolution.project_index import Project
from copycheck.syntax.statement_tree import Statement

_USUAL_ROOTS = (".", "src", "python", "lib")
_NO_ROOTS = frozenset({"test", "tests", "testing", "doc", "docs", "example", "examples", "build", "benchmarks"})
"""Folders that hold a second package of a name, if one is there at all."""


class Foreign:
    """A version of another package. `version` and `origin` name it, `commit` is that of a revision.

    `root` is the folder of its files where these are on disk. `names` lists its files, where that is known.
    """

    def __init__(
        self,
        tree: FileTree,
        first: str,
        origin: str,
        version: str = "",
        commit: str = "",
        names: Collection[str] | None = None,
        root: str = "/",
    ) -> None:
        self.origin = origin
        self.version = version
        self.commit = commit
        self.tree = tree
        roots = _roots_in(first, names) if names is not None else _roots_on_disk(first, tree)
        settings = Settings(root, src=roots or (".",))
        self.project = Project(settings, Walk([], []), workspace=Workspace(root, tree))
        self.has_package = bool(roots)

    def resolve(self, target: str) -> Resolution:
        """What a dotted name leads to in this version."""
        return self.project.resolver.resolve(target)

    def locked(self, target: str, name: str = "") -> LockedSource | str:
        """The entry of the lock for a target; or why there is none, as a clause.

        `name` is that of the copy: in an address without a line, it names the object.
        """
        address = address_of(target)
        if address is not None:
            return self._at_address(target, address, name)
        if "://" in target:
            return f"{target} is no address of a file: write https://HOST/ORG/REPO/blob/REV/PATH#L10"
        resolution = self.resolve(target)
        if not resolution.definitions:
            return self._reason(target, resolution)
        return self.entry(target, resolution.definitions)

    def _at_address(self, target: str, address: Address, name: str) -> LockedSource | str:
        """The entry for the definition at the line of an address, or of the name of its copy."""
        last = name.rpartition(".")[2]
        dotted = self.name_in(address.path, address.row) if address.row else ()
        if isinstance(dotted, str):
            return dotted
        if address.row and not dotted:
            return f"{self.origin} {self.version}: no definition is at line {address.row} of {address.path}"
        found = self.named(address.path, dotted or (last,))
        if isinstance(found, str):
            return found
        return self.entry(source_key(target, name), found)

    def named(self, path: str, dotted: tuple[str, ...]) -> Sequence[Definition] | str:
        """The definitions of a dotted name in a file; or why there are none."""
        try:
            found = look_up(self.project.module(path), dotted).definitions
        except UnreadableFileError as error:
            what = "has no file" if error.is_missing or "no such file" in error.reason else "cannot parse"
            return f"{self.origin} {self.version} {what} {path}"
        return found or f"{self.origin} {self.version}: there is no `{'.'.join(dotted)}` in {path}"

    def name_in(self, path: str, row: int) -> tuple[str, ...] | str:
        """The dotted name of the definition at a line of a file, decorators included; or why there is none."""
        try:
            module = self.project.module(path)
            body: Sequence[Statement] = module.outline.children
        except UnreadableFileError:
            found = self.named(path, ("",))
            return found if isinstance(found, str) else ()
        names: list[str] = []
        while True:
            around = next((s for s in body if s.start <= row <= s.end), None)
            if around is None:
                return tuple(names)
            if around.is_definition:
                names.append(around.name)
                if row <= around.row:
                    return tuple(names)
            body = around.children

    def whole_file(self, target: str, path: str) -> LockedSource | str:
        """The entry of the lock for a whole file of this version, or why there is none, as a clause.

        `path` is its name from the top on, or below a folder that the package is in.
        """
        tried = [path, *(posixpath.join(root, path) for root in self.project.settings.src if root != ".")]
        for name in tried:
            try:
                data = self._bytes_of(name)
            except UnreadableFileError as error:
                return f"{self.origin} {self.version}: {name} {error.reason}"
            if data is not None:
                source = LockedSource(target, self.version, self.origin, name, 1, lines_of(data), self.commit)
                return source if self.version else source.known_by_text()
        return f"{self.origin} {self.version} has no file {path}".replace("  ", " ")

    def _bytes_of(self, name: str) -> bytes | None:
        if self.tree.exists(name) and self.tree.is_inside(name):
            return self.tree.read_bytes(name)
        other = getattr(self.tree, "other_file", None)  # an archive lists those of Python only
        data = other(name) if other is not None else None
        return data if isinstance(data, bytes) else None

    def entry(self, target: str, definitions: Sequence[Definition]) -> LockedSource:
        """The entry of the lock for definitions of a target. A folder without a version is known by its text."""
        text = locked_text(definitions)
        first = definitions[0]
        source = LockedSource(target, self.version, self.origin, first.filename, first.location.row, text, self.commit)
        return source if self.version else source.known_by_text()

    def _reason(self, target: str, resolution: Resolution) -> str:
        if not self.has_package:
            return f"{self.origin} {self.version} has no module `{target.partition('.')[0]}`"
        if resolution.code == "CPY101":
            return f"{self.origin} {self.version} has no module of `{target}`"
        return f"{self.origin} {self.version}: {resolution.message}"


def _roots_in(first: str, names: Iterable[str]) -> tuple[str, ...]:
    """The folders that hold a module or package of a name, the outermost first."""
    ends = (f"{first}.py", f"{first}.pyi")
    found: dict[str, None] = {}
    for name in names:
        folder, _, last = name.rpartition("/")
        outer, _, package = folder.rpartition("/")
        if last in ends:
            found[folder or "."] = None
        elif package == first and last.endswith((".py", ".pyi")):
            found[outer or "."] = None
        elif f"/{first}/" in f"/{name}":
            found[f"/{name}".partition(f"/{first}/")[0].lstrip("/") or "."] = None
    sound = [root for root in found if _NO_ROOTS.isdisjoint(root.split("/"))]
    return tuple(sorted(sound, key=lambda root: (root.count("/") if root != "." else -1, root)))


def _roots_on_disk(first: str, tree: FileTree) -> tuple[str, ...]:
    """The usual roots in a folder that hold a module or package of a name."""
    ends = (f"{first}.py", f"{first}/__init__.py", f"{first}.pyi", f"{first}/__init__.pyi")
    roots = []
    for root in _USUAL_ROOTS:
        paths = [posixpath.normpath(f"{root}/{end}") for end in ends]
        if (
            any(tree.exists(path) for path in paths)
            or tree.missing_folder(posixpath.normpath(f"{root}/{first}")) is None
        ):
            roots.append(root)
    return tuple(roots)


def folder_of(root: str, place: str) -> str:
    """The folder that a configuration in a root names."""
    return os.path.normpath(os.path.join(root, os.path.expanduser(place)))
