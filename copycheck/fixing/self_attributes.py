"""Attributes of `self` that a fix would have a method use, and that nothing in its class binds (contract 5.11).

No one can know all attributes of an object. So a fix is only doubted where three things come together: the copy did not
use the attribute, the class of the source binds it itself, and neither the file of the copy nor any base of its class
mentions it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.directives.module_directives import Module
from copycheck.fixing.project_modules import ProjectModules
from copycheck.fixing.replaced_names import replaced
from copycheck.fixing.self_bindings import ASSIGNED, bound_on_self, is_self
from copycheck.fixing.visible_changes import Change, FunctionChange
from copycheck.fixing.visible_changes import members as members_of
from copycheck.model.errors import UnreadableFileError
from copycheck.project.file_edits import LineEdit
from copycheck.resolution.project_index import Project
from copycheck.syntax.import_statements import Parts
from copycheck.syntax.nesting import wrap
from copycheck.syntax.python_tree import parse
from copycheck.syntax.written_names import words_among

_WORD = re.compile(r"\w+")
_USED = re.compile(r"\bself\.([^\W\d]\w*)")
_DYNAMIC = ("setattr(", "__dict__", "__getattr__", "__getattribute__")
"""The words of a class of which nobody knows what it binds."""
_MOST_BASES = 50


class Unbound(NamedTuple):
    """Why a fix is a person's to decide on, as a clause, unless one of the copies in `bound_by` is fixed, too."""

    reason: str
    bound_by: tuple[int, ...]


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
        self._by_bases: dict[int, frozenset[str]] = {}

    def unbound(self, number: int, found: Examined) -> list[Unbound]:
        """The attributes of `self` that a fix would have a copy use, and that nothing but other fixes may bind."""
        edit = self._edits[number]
        own = self._module.lines[edit.start - 1 : edit.end]
        known = set(own)
        gained = set(_USED.findall("\n".join(line for line in edit.lines if line not in known)))
        if not gained or found.source is None:
            return []
        gained -= words_among(gained, "\n".join(own))
        gained -= self._used_by_rest if gained else set()
        text = "\n".join(edit.lines)
        names = sorted(name for name in gained if not (name.startswith("__") or _asks_for(name, text)))
        names = [name for name in names if name in self._bound_by_source(found)] if names else []
        names = [name for name in names if number not in self._writers.get(name, ())]
        around = _class_around(self._own_classes, edit.start) if names else None
        if around is None:
            return []
        known_of = self._known_outside(around)
        return [
            Unbound(
                f"nothing in `{around.name}` binds `self.{name}`, which a fix would have it use",
                tuple(self._writers.get(name, ())),
            )
            for name in names
            if name not in known_of
        ]

    def still_bound(self, change: Change | None) -> Change | None:
        """A change without the attributes of `self` that something else binds: the class, a base of it, another fix."""
        gone = _gone_of_self(change)
        if not gone:
            return change
        if isinstance(change, FunctionChange):
            around = _class_around(self._own_classes, change.row)
            others = [one for one in around.body if getattr(one, "name", "") != change.name] if around else []
            left = set(gone).difference(members_of(around), *map(bound_on_self, others)) if around else set()
        else:
            around = next((one for one in self._own_classes if change and one.name == change.name), None)
            left = set(gone) if around else set()
        left -= self._assigned
        left -= self._inherited(around) if around is not None and left else set()
        names = tuple(sorted(left))
        if isinstance(change, FunctionChange):
            is_empty = change.before == change.after and not change.unused and not names
            return None if is_empty else change._replace(gone=names)
        return change and change._replace(gone_of_self=names)

    @cached_property
    def _used_by_rest(self) -> frozenset[str]:
        """The attributes of `self` that the rest of the file uses."""
        return frozenset(_USED.findall(self._rest))

    def _known_outside(self, around: ast.ClassDef) -> Collection[str]:
        """What a class knows by its bases, and the rest of the file says in its code."""
        return self._inherited(around) | self._said_by_rest

    @cached_property
    def _said_by_rest(self) -> frozenset[str]:
        """The names in the code of the file, and the words of its strings, without what is fixed, and docstrings."""
        fixed = {row for edit in self._edits.values() for row in range(edit.start, edit.end + 1)}
        tree = parse(self._module.file.text)
        return frozenset(_said(tree, fixed)) if tree else frozenset(_WORD.findall(self._rest))

    def _inherited(self, around: ast.ClassDef) -> frozenset[str]:
        """What the bases of a class of this file bind, as far as they are under the roots."""
        known = self._by_bases.get(around.lineno)
        if known is None:
            known = frozenset().union(*self._bases(self._module.filename, around))
            self._by_bases[around.lineno] = known
        return known

    @cached_property
    def _rest(self) -> str:
        """The text of the file without what is fixed in it."""
        row, rest = 1, []
        for edit in sorted(self._edits.values(), key=lambda edit: edit.start):
            rest += self._module.lines[row - 1 : edit.start - 1]
            row = max(row, edit.end + 1)
        return "\n".join([*rest, *self._module.lines[row - 1 :]])

    @cached_property
    def _writers(self) -> Mapping[str, Sequence[int]]:
        """The copies whose new texts bind an attribute of `self`."""
        found: dict[str, list[int]] = {}
        for number, edit in self._edits.items():
            text = "\n".join(edit.lines)
            tree = parse(wrap(text, ("",) if text[:1].isspace() else ()))
            for name in set(_bound_by(tree)) if tree else set(_WORD.findall(text)):
                found.setdefault(name, []).append(number)
        return found

    @cached_property
    def _assigned(self) -> set[str]:
        """The attributes that what is written in its place assigns."""
        return {name for edit in self._edits.values() for name in ASSIGNED.findall("\n".join(edit.lines))}

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

    def _bases(self, filename: str, around: ast.ClassDef) -> Iterator[Collection[str]]:
        """What the bases of a class bind, and theirs, as far as they are under the roots."""
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
                tree = parse(wrap(region.text, ("",) if region.indent else ()))
                classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)) if tree else iter(())
                inner = next((node for node in classes if node.name == region.name), None)
                yield _bound_by_base(inner, region.text)
                front += [(definition.filename, one) for one in inner.bases] if inner else []

    def _imported(self, filename: str, parts: Sequence[str]) -> Parts:
        """The dotted name that a name in a module stands for: an imported one, else one of the module."""
        package = self._modules.package(filename)
        for statement in self._modules.imports(filename):
            for name, alias in statement.names if statement.is_from else ():
                if (alias or name) == parts[0]:
                    return (*(statement.module_from(package) or ()), name, *parts[1:])
        return tuple(parts) if len(parts) > 1 else (*self._modules.module_name(filename), *parts)


def _asks_for(name: str, text: str) -> bool:
    """Whether a text has an attribute as a string, as in `hasattr(self, "name")`."""
    return f'"{name}"' in text or f"'{name}'" in text


def _gone_of_self(change: Change | None) -> tuple[str, ...]:
    if isinstance(change, FunctionChange):
        return change.gone
    return change.gone_of_self if change else ()


def _said(tree: ast.AST, but: Collection[int]) -> Iterator[str]:
    """The names in the code of a file, and the words of its strings, but for some rows and docstrings."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) in but:
            continue
        for field in ("id", "attr", "arg", "name", "asname"):
            word = getattr(node, field, None)
            if isinstance(word, str):
                yield word
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from _WORD.findall(node.value)


def _bound_by_base(base: ast.ClassDef | None, text: str) -> Collection[str]:
    """What a base binds. One that may bind whatever it names, or cannot be read, binds all words of its text."""
    if base is None or any(word in text for word in _DYNAMIC):
        return set(_WORD.findall(text))
    return set(_bound_by(base))


def _classes_of(tree: ast.Module | None) -> Sequence[ast.ClassDef]:
    """The classes of a module, each before those in it."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)] if tree else []


def _class_around(classes: Sequence[ast.ClassDef], row: int) -> ast.ClassDef | None:
    """The innermost class around a row."""
    return next((c for c in reversed(classes) if c.lineno < row <= (c.end_lineno or 0)), None)


def _bound_by(around: ast.ClassDef | ast.Module) -> Iterator[str]:
    """What a class binds, or a part of one: members, what it assigns to `self`, and names of arguments of its calls."""
    for node in ast.walk(around):
        if isinstance(node, (ast.ClassDef, ast.Module)):
            yield from members_of(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_self(node.func.value):
            yield from (word.arg for word in node.keywords if word.arg)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
    yield from bound_on_self(around)
