"""The files that a search through star imports will read, by a look at their bytes: what is worth asking ruff about.

A file too many or too few changes nothing but the time that the search takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import Workspace
from copycheck.resolution.star_imports import is_package

Parts = tuple[str, ...]
_STAR = re.compile(rb"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*\*", re.MULTILINE)


def star_closure(workspace: Workspace, files_of: Callable[[Parts], list[str]], packages: Iterable[Parts]) -> list[str]:
    """The files of some packages and of all modules that they import from with a star, through others.

    `files_of` gives the files of a dotted module name.
    """
    found: dict[str, None] = {}
    front = [(filename, parts) for parts in packages for filename in files_of(parts)]
    while front:
        filename, parts = front.pop()
        if filename in found:
            continue
        found[filename] = None
        package = parts if is_package(filename) else parts[:-1]
        try:
            stars = _STAR.findall(workspace.read_bytes(filename))
        except UnreadableFileError:
            continue
        for dots, name in stars:
            module = tuple(name.decode("utf-8", "replace").split(".")) if name else ()
            target = (*package[: len(package) - len(dots) + 1], *module) if dots else module
            front += [(there, target) for there in files_of(target)] if target else []
    return list(found)
