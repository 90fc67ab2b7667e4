"""What a command line says was moved: the dotted names, and the paths, that take the place of others (contract 11)."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from copycheck.checking.checker import Check
from copycheck.model.errors import CopycheckError
from copycheck.project.selection import PathNames
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.syntax.identifiers import NAME_IN_TEXT

_DOTTED = re.compile(rf"{NAME_IN_TEXT}(?:\.{NAME_IN_TEXT})*")
_ENDINGS = (".py", ".pyi")


class NewName(NamedTuple):
    """A dotted name or a path, and the one that takes its place."""

    old: str
    new: str


class Moving(NamedTuple):
    """The dotted names and the paths that were moved, each with what takes its place.

    A path means a file, a folder with all that is in it, or a module by its path without an ending.
    """

    workspace: Workspace
    names: tuple[NewName, ...]
    paths: tuple[NewName, ...]
    is_of_files: bool

    def path(self, path: str) -> str:
        """The path that takes the place of one; the same where it was not moved."""
        for old, new in self.paths:
            if path == old:
                return new
            if path.startswith(f"{old}/"):
                return self._module(f"{new}{path[len(old) :]}", f"{new}/__init__")
            for ending in _ENDINGS:
                if path == f"{old}{ending}":
                    return self._module(f"{new}{ending}", new)
        return path

    def _module(self, path: str, module: str) -> str:
        """A file of a module, which may have become a package, or was one."""
        stem, ending = os.path.splitext(path)
        if self.workspace.exists(path) or ending not in _ENDINGS:
            return path
        if stem.endswith("/__init__") and stem == module:
            other = f"{stem.removesuffix('/__init__')}{ending}"
        else:
            other = f"{stem}/__init__{ending}"
        return other if self.workspace.exists(other) else path


def moving_of(check: Check, old: str, new: str) -> Moving:
    """What two words of a command line mean: both are paths, or both dotted names. Raises CopycheckError."""
    settings, workspace = check.project.settings, check.project.workspace
    registered = {path for pair in check.pairs for path in (pair.copy, pair.source)}
    old_path = _path(settings, old)
    if "/" in old or os.sep in old or old_path in registered:
        return _of_paths(workspace, settings, (old, old_path), new)
    for name in (old, new):
        if not _DOTTED.fullmatch(name):
            raise CopycheckError(f"{name}: this is not a dotted name")
    if old == new:
        raise CopycheckError(f"{new}: it already has this name")
    roots = ["" if root == "." else f"{root}/" for root in settings.src]
    paths = (NewName(f"{root}{old.replace('.', '/')}", f"{root}{new.replace('.', '/')}") for root in roots)
    return Moving(workspace, (NewName(old, new),), tuple(paths), is_of_files=False)


def _of_paths(workspace: Workspace, settings: Settings, old: tuple[str, str | None], new: str) -> Moving:
    typed, source = old
    target = _path(settings, new)
    for name, path in ((typed, source), (new, target)):
        if path is None or path == ".":
            raise CopycheckError(f"{name}: this is outside of the project {settings.root}: name a file inside of it")
    assert source is not None, "it was asked above"
    assert target is not None, "it was asked above"
    is_into_folder = os.path.isdir(workspace.path(target)) and "." in os.path.basename(source)
    if is_into_folder:
        target = f"{target}/{os.path.basename(source)}"
    if source == target:
        raise CopycheckError(f"{new}: it already has this name")
    before, after = _dotted(settings, source), _dotted(settings, target)
    nearest_root = list(after.values())[-1:]
    names = (
        NewName(name, new)
        for root, name in before.items()
        for new in ([after[root]] if root in after else nearest_root)
    )
    return Moving(workspace, tuple(names), (NewName(source, target),), is_of_files=True)


def _path(settings: Settings, text: str) -> str | None:
    """A path of the command line, by its name in the project; None for one outside of it."""
    names = PathNames(settings.root, os.getcwd()).of(text)
    return names[-1] if names else None


def _dotted(settings: Settings, path: str) -> dict[str, str]:
    """The dotted names of a module or package, by the roots that it is below."""
    stem, ending = os.path.splitext(path)
    if ending not in ("", *_ENDINGS):
        return {}
    roots = ["" if root == "." else f"{root}/" for root in settings.src]
    inside = {root: stem[len(root) :] for root in roots if stem.startswith(root)}
    return {root: name.removesuffix("/__init__").replace("/", ".") for root, name in inside.items()}
