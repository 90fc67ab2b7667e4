"""The objects that differ between a revision and the working tree, by comparing both outlines (contract 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from copycheck.directives.module_directives import Module
from copycheck.model.copy_entry import Impact, Impacted, ListedCopy, whole
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import NamedRows, Span
from copycheck.project.git import changed_since, texts_at
from copycheck.project.workspace import Workspace, decode
from copycheck.queries.impact import dotted_name, leads_into
from copycheck.syntax.statement_tree import Statement


@dataclass(frozen=True, slots=True)
class Differences:
    """The objects that differ, and the names of those that are gone, by the file they stood in."""

    changed: list[NamedRows] = field(default_factory=list)
    gone: dict[str, set[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    """All files that differ, of whatever kind."""

    def lost(self, copies: Sequence[ListedCopy]) -> Iterator[Impact]:
        """What has gone and is still named by directives, with these."""
        for filename, names in self.gone.items():
            for name in sorted(names):
                dotted = dotted_name(filename, name)
                nodes = tuple(
                    Impacted(copy) for copy in copies if copy.source is None and leads_into(copy.target, dotted)
                )
                if nodes:
                    yield Impact(f"{filename}:{name}", Span(filename, 1, 1), nodes)


def differences(workspace: Workspace, revision: str) -> Differences:
    """What differs in the files of a project, and in those that it had. Raises GitError.

    Of a class whose methods alone differ, these are named, and not the class.
    """
    changed = {*changed_since(workspace.root, revision), *workspace.buffers}
    names = sorted(name for name in changed if name.endswith((".py", ".pyi")))
    before = texts_at(workspace.root, revision, names)
    found = Differences(files=changed)
    for name in names:
        old = _definitions(name, before.get(name))
        new = _definitions(name, workspace.read_bytes(name)) if workspace.exists(name) else {}
        if old is None or new is None:
            found.changed.append(NamedRows(name, whole(name)))
            continue
        found.changed.extend(NamedRows(f"{name}:{key[0]}", rows) for key, rows in _changed(name, old, new))
        gone = {key[0] for key in old.keys() - new.keys()} - {key[0] for key in new}
        if gone:
            found.gone[name] = gone
    return found


Key = tuple[str, int]
"""Dotted name within the file, and number among those alike."""


class _Definition(NamedTuple):
    """Rows of a definition, its own text without that of the definitions in it, and what these are called."""

    start: int
    end: int
    own: str
    inner: tuple[str, ...]


def _changed(filename: str, old: dict[Key, _Definition], new: dict[Key, _Definition]) -> Iterator[tuple[Key, Span]]:
    for key, definition in new.items():
        was = old.get(key)
        if was is None or (was.own, was.inner) != (definition.own, definition.inner):
            yield key, Span(filename, definition.start, definition.end)


def _definitions(filename: str, data: bytes | None) -> dict[Key, _Definition] | None:
    """The definitions of a file by their dotted names; None for one that cannot be read."""
    if data is None:
        return {}
    found: dict[Key, _Definition] = {}
    try:
        module = Module(decode(filename, data))
        counts: Counter[str] = Counter()
        for name, statement in _walk(module.outline, ""):
            found[name, counts[name]] = _define(module, statement)
            counts[name] += 1
    except UnreadableFileError:
        return None
    return found


def _walk(scope: Statement, prefix: str) -> Iterator[tuple[str, Statement]]:
    """The definitions of a scope and of the classes in it."""
    for statement in _definitions_in(scope):
        name = f"{prefix}{statement.name}"
        yield name, statement
        if statement.kind == "class":
            yield from _walk(statement, f"{name}.")


def _definitions_in(scope: Statement) -> Iterator[Statement]:
    for statement in scope.children:
        if statement.is_definition:
            yield statement
        elif statement.kind == "block" and statement.transparent:
            yield from _definitions_in(statement)


def _define(module: Module, statement: Statement) -> _Definition:
    end = module.end_of(statement)
    inner = list(_definitions_in(statement)) if statement.kind == "class" else []
    left_out = {row for other in inner for row in range(other.start, other.end + 1)} | module.note_rows
    own = [module.lines[row - 1].rstrip() for row in range(statement.start, end + 1) if row not in left_out]
    text = "\n".join(line for line in own if line)
    return _Definition(statement.start, end, text, tuple(other.name for other in inner))
