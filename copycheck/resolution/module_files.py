"""Dotted module name to file: `a/b.py`, then `a/b/__init__.py`, under each root (contract 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.project.workspace import Workspace

Parts = tuple[str, ...]


def dotted_modules(filename: str, roots: Sequence[str]) -> list[Parts]:
    """The dotted names that a file has as a module, the shortest first: one from each root that it is below."""
    found = []
    for root in roots:
        inside = filename if root == "." else filename.removeprefix(f"{root}/")
        if root == "." or inside != filename:
            parts = tuple(inside.rpartition(".")[0].removesuffix("/__init__").split("/"))
            found += [parts] if all(part.isidentifier() for part in parts) else []
    return sorted(found, key=len)


class FoundFiles(NamedTuple):
    """The files of a module, one under each root that has one, and the names of the files that were looked for."""

    files: list[str]
    probed: list[str]


class FoundFolder(NamedTuple):
    """Whether a module has a folder of its name under a root, and the names of the folders that were looked for."""

    is_there: bool
    probed: list[str]


class ModuleFiles:
    """Finds the files of modules, each module once."""

    def __init__(self, workspace: Workspace, roots: Sequence[str]) -> None:
        self._workspace = workspace
        self._roots = roots
        self._known: dict[Parts, FoundFiles] = {}

    def clear(self) -> None:
        """Drop what is known: a file has changed."""
        self._known.clear()

    def of(self, parts: Parts) -> FoundFiles:
        """The file of a module under each root that has one, and the names that were looked for."""
        known = self._known.get(parts)
        if known is None:
            probed: list[str] = []
            found = [self._file(root, parts, probed) for root in self._roots]
            known = self._known[parts] = FoundFiles([name for name in found if name is not None], probed)
        return known

    def folder_of(self, parts: Parts) -> FoundFolder:
        """Whether submodules of a module may be somewhere: there is a folder of its name."""
        path = "/".join(parts)
        missing = [self._workspace.missing_folder(path if root == "." else f"{root}/{path}") for root in self._roots]
        return FoundFolder(None in missing, [folder for folder in missing if folder is not None])

    def _file(self, root: str, parts: Parts, probed: list[str]) -> str | None:
        """The file under one root; a stub only where there is nothing else."""
        path = "/".join([root, *parts] if root != "." else parts)
        missing = self._workspace.missing_folder(path.rpartition("/")[0])
        if missing is not None:
            probed.append(missing)
            return None
        no_package = self._workspace.missing_folder(path) is not None
        for filename in (f"{path}.py", f"{path}/__init__.py", f"{path}.pyi", f"{path}/__init__.pyi"):
            probed.append(path if no_package and filename.startswith(f"{path}/") else filename)
            # The text of a file outside of the project must not reach a report.
            if self._workspace.exists(filename) and self._workspace.is_inside(filename):
                return filename
        return None
