"""Attributes of `self` that a fix would have a method use, and that nothing in its class binds (contract 5.11).

No one can know all attributes of an object. So a fix is only doubted where three things come together: the copy did not
use the attribute, the class of the source binds it itself, and neither the file of the copy nor any base of its class
mentions it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from copycheck.checking.outcome import Examined
from copycheck.directives.module_directives import Module
from copycheck.fixing.project_modules import ProjectModules
from copycheck.fixing.replaced_names import replaced
from copycheck.model.errors import UnreadableFileError
from copycheck.project.file_edits import LineEdit
from copycheck.resolution.project_index import Project
from copycheck.syntax.import_statements import Parts
from copycheck.syntax.nesting import wrap
from copycheck.syntax.python_tree import parse
from copycheck.syntax.written_names import words_among

_WORD = re.compile(r"\w+")
_USED = re.compile(r"\bself\.([^\W\d]\w*)")
_NOT_OF_SELF = re.compile(r"(?<!self\.)\b\w+")
_ASSIGNED = re.compile(r"\bself\.(\w+)\s*(?::[^=\n]*)?=(?!=)")
_MOST_BASES = 50
_FEW = 4
"""Copies of one file for which its text is looked through each time."""


class SelfAttributes:
    """What the methods of one file may use of their objects. `edits` are those of all its copies that are fixed."""

    def __init__(
        self, project: Project, modules: ProjectModules, module: Module, edits: Mapping[int, LineEdit]
    ) -> None:
        self._project = project
        self._modules = modules
        self._module = module
        self._edits = edits
        self._classes: dict[str, Sequence[ast.ClassDef]] = {}
        """The classes of files: those of the last two, for many copies of one file have one source."""
        self._bound: dict[tuple[str, int], Collection[str]] = {}

    def unbound(self, number: int, found: Examined) -> str:
        """Why a fix is a person's to decide on, as a clause; empty for nothing known."""
        edit = self._edits[number]
        own = self._module.lines[edit.start - 1 : edit.end]
        known = set(own)
        gained = set(_USED.findall("\n".join(line for line in edit.lines if line not in known)))
        if not gained or found.source is None:
            return ""
        gained -= words_among(gained, "\n".join(own))
        gained -= self._in_rest(gained) if gained else set()
        names = sorted(name for name in gained if not name.startswith("__") and name not in self._written)
        names = [name for name in names if name in self._bound_by_source(found)] if names else []
        around = _class_around(self._own_classes, edit.start) if names else None
        if around is None:
            return ""
        bases = list(self._bases(self._module.filename, around))
        name = next((name for name in names if not any(_mentions(text, name) for text in bases)), "")
        return f"nothing in `{around.name}` binds `self.{name}`, which a fix would have it use" if name else ""

    def _in_rest(self, words: set[str]) -> set[str]:
        """Those of some words that the rest of the file has: looked for one by one where few copies are fixed."""
        if len(self._edits) <= _FEW:
            return words_among(words, self._rest)
        return words & self._words_of_rest

    @cached_property
    def _words_of_rest(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self._rest))

    @cached_property
    def _rest(self) -> str:
        """The text of the file without what is fixed in it."""
        row, rest = 1, []
        for edit in sorted(self._edits.values(), key=lambda edit: edit.start):
            rest += self._module.lines[row - 1 : edit.start - 1]
            row = max(row, edit.end + 1)
        return "\n".join([*rest, *self._module.lines[row - 1 :]])

    @cached_property
    def _written(self) -> Collection[str]:
        """The words that are written in its place, but for attributes of `self` that are only read."""
        text = "\n\n".join("\n".join(edit.lines) for edit in self._edits.values())
        return {*_NOT_OF_SELF.findall(text), *_ASSIGNED.findall(text)}

    @cached_property
    def _own_classes(self) -> Sequence[ast.ClassDef]:
        return _classes_of(parse(self._module.file.text))

    def _bound_by_source(self, found: Examined) -> Collection[str]:
        """What the class around a source binds itself, once the replacements are applied."""
        assert found.source is not None, "a copy that has drifted has a source"
        filename, row = found.source.filename, found.source.location.row
        if filename not in self._classes:
            if len(self._classes) > 1:
                self._classes.clear()
            try:
                self._classes[filename] = _classes_of(parse(self._project.workspace.read(filename).text))
            except UnreadableFileError:
                return ()  # a source of another package
        around = _class_around(self._classes[filename], row)
        if around is None:
            return ()
        bound = self._bound.get((filename, around.lineno))
        if bound is None:
            bound = self._bound[filename, around.lineno] = frozenset(_bound_by(around))
        replacements = found.directive.replacements
        return {replaced(name, replacements) for name in bound} if replacements else bound

    def _bases(self, filename: str, around: ast.ClassDef) -> Iterator[str]:
        """The texts of the bases of a class, and of theirs, as far as they are under the roots."""
        front = [(filename, base) for base in around.bases]
        seen: set[tuple[str, str]] = set()
        while front and len(seen) < _MOST_BASES:
            reader, base = front.pop()
            target = ".".join(self._imported(reader, ast.unparse(base).split(".")))
            if (reader, target) in seen:
                continue
            seen.add((reader, target))
            resolution = self._project.resolver.resolve(target)
            self._modules.probed.update(resolution.probed)
            for definition in resolution.definitions:
                region = definition.plain
                yield region.text
                tree = parse(wrap(region.text, ("",) if region.indent else ()))
                classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)) if tree else iter(())
                inner = next((node for node in classes if node.name == region.name), None)
                front += [(definition.filename, one) for one in inner.bases] if inner else []

    def _imported(self, filename: str, parts: Sequence[str]) -> Parts:
        """The dotted name that a name in a module stands for: an imported one, else one of the module."""
        package = self._modules.package(filename)
        for statement in self._modules.imports(filename):
            for name, alias in statement.names if statement.is_from else ():
                if (alias or name) == parts[0]:
                    return (*(statement.module_from(package) or ()), name, *parts[1:])
        return tuple(parts) if len(parts) > 1 else (*self._modules.module_name(filename), *parts)


def _mentions(text: str, name: str) -> bool:
    return name in text and re.search(rf"\b{name}\b", text) is not None


def _classes_of(tree: ast.Module | None) -> Sequence[ast.ClassDef]:
    """The classes of a module, each before those in it."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)] if tree else []


def _class_around(classes: Sequence[ast.ClassDef], row: int) -> ast.ClassDef | None:
    """The innermost class around a row."""
    return next((c for c in reversed(classes) if c.lineno < row <= (c.end_lineno or 0)), None)


def _bound_by(around: ast.ClassDef) -> Iterator[str]:
    """What a class binds: its members, what its methods assign to `self`, and the names of arguments of its calls."""
    for member in around.body:
        if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield member.name
        yield from (target.id for target in _targets(member) if isinstance(target, ast.Name))
    for node in ast.walk(around):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_self(node.func.value):
            yield from (word.arg for word in node.keywords if word.arg)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _targets(node: ast.stmt) -> Iterable[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return (node.target,) if isinstance(node, ast.AnnAssign) else ()
