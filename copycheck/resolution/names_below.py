"""The names below a dotted name: what may be written behind it in a directive. Nothing is imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.resolution.module_files import ModuleFiles
from copycheck.resolution.project_index import Project
from copycheck.syntax.statement_tree import Statement

Parts = tuple[str, ...]


class Below(NamedTuple):
    """A name below another one, and what it names."""

    name: str
    kind: Literal["module", "class", "function", "value"]


def names_below(project: Project, parts: Parts) -> list[Below]:
    """The modules below a package, the objects of a module, or the members of a class; each once, by name.

    For no parts at all, the modules and packages under the roots.
    """
    found: dict[str, Below] = {below.name: below for below in _modules(project, parts)}
    files = ModuleFiles(project.workspace, project.settings.src)
    for length in range(len(parts), 0, -1):
        for filename in files.of(parts[:length]).files:
            for below in _objects(project, filename, parts[length:]):
                found.setdefault(below.name, below)
    return [found[name] for name in sorted(found)]


def _modules(project: Project, parts: Parts) -> Iterator[Below]:
    for root in project.settings.src:
        folder = "/".join([*([] if root == "." else [root]), *parts])
        prefix = f"{folder}/" if folder else ""
        for filename in project.files:
            if filename.startswith(prefix):
                name, slash, _ = filename[len(prefix) :].partition("/")
                name = name if slash else name.rpartition(".")[0]
                if name.isidentifier() and name != "__init__":
                    yield Below(name, "module")


def _objects(project: Project, filename: str, names: Parts) -> Iterable[Below]:
    """What a module, or a class in it, defines."""
    try:
        scopes: list[Statement] = [project.module(filename).outline]
    except UnreadableFileError:
        return []
    for name in names:
        scopes = [inner for scope in scopes for inner in scope.named(name) if inner.kind == "class"]
    return [
        Below(name, _kind(statements[-1]))
        for scope in scopes
        for name, statements in scope.names().items()
        if name != "*" and name.isidentifier()
    ]


def _kind(statement: Statement) -> Literal["class", "function", "value"]:
    if statement.kind == "class":
        return "class"
    return "function" if statement.kind in ("def", "async def") else "value"
