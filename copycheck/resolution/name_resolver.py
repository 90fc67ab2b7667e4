"""Dotted name → source object. Follows files and syntax trees, and never imports anything (contract 3)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.rule_code import RuleCode
from copycheck.project.workspace import Workspace
from copycheck.resolution.definition_search import DEEPEST, NameSearch, NotFoundError
from copycheck.resolution.module_files import FoundFiles
from copycheck.resolution.module_lookup import Definition
from copycheck.resolution.star_imports import Modules, is_package
from copycheck.resolution.unresolved_name_hints import NearestNames, suggesting
from copycheck.syntax.identifiers import python_name


class Resolution(NamedTuple):
    """What a dotted name leads to: the definitions of that name, or the code and text of what is wrong.

    `probed` names the files that were looked at or looked for: the answer holds while none of them changes.
    """

    definitions: tuple[Definition, ...] = ()
    probed: tuple[str, ...] = ()
    code: RuleCode | None = None
    message: str = ""
    unreadable: UnreadableFileError | None = None
    external: bool = False
    bare: str = ""
    """The message without its last part, which suggests similar names."""
    near: tuple[str, ...] = ()
    """The similar names, the nearest first."""
    help: str = ""


class LikelyPlace(NamedTuple):
    """The file of a module, and the name that is to be looked up in it."""

    filename: str
    name: tuple[str, ...]


class Resolver:
    """Resolves dotted names under the roots, each once."""

    def __init__(
        self,
        workspace: Workspace,
        modules: Modules,
        roots: Sequence[str],
        external: Sequence[str],
    ) -> None:
        self._roots = roots
        self._external = external
        self._known: dict[str, Resolution] = {}
        self._search = NameSearch(workspace, modules, roots)
        self._last_names: tuple[Sequence[str], NearestNames] = (), NearestNames(())

    def resolve(self, target: str) -> Resolution:
        """The definitions that `target` names; never raises for anything in a user's files."""
        known = self._known.get(target)
        if known is None:
            self._search.begin()
            known = self._known[target] = self._resolve(target)
        return known

    def forget(self, changed: Iterable[str]) -> None:
        """Resolve anew what depends on one of the changed files."""
        gone = set(changed)
        self._known = {t: r for t, r in self._known.items() if gone.isdisjoint(r.probed)}
        self._search.clear()

    def prune(self, targets: Collection[str]) -> None:
        """Drop what is known of other names."""
        self._known = {target: found for target, found in self._known.items() if target in targets}

    def fork(self, workspace: Workspace, modules: Modules) -> Resolver:
        """A resolver over another workspace with the same files, which knows what this one does."""
        other = Resolver(workspace, modules, self._roots, self._external)
        other._known = dict(self._known)
        return other

    def module_files(self, parts: tuple[str, ...]) -> FoundFiles:
        """The file of a module under each root that has one, and the names of the files that were looked for."""
        return self._search.files.of(parts)

    def longest_module(self, target: str) -> tuple[str, ...]:
        """The longest prefix of a name that is a module, as a dotted name; empty for none."""
        parts = tuple(target.split("."))
        lengths = range(min(len(parts) - 1, DEEPEST), 0, -1)
        return next((parts[:length] for length in lengths if self.module_files(parts[:length]).files), ())

    def likely_place(self, target: str) -> LikelyPlace | None:
        """The plain module in which a name most likely stands: what is worth reading ahead."""
        parts = tuple(python_name(target).split("."))
        for length in range(1, min(len(parts), DEEPEST)):
            for filename in self._search.module_files(parts[:length]):
                if not is_package(filename):
                    return LikelyPlace(filename, parts[length:])
        return None

    def _resolve(self, target: str) -> Resolution:
        parts = tuple(python_name(target).split("."))
        try:
            found = self._search.find(parts)
        except UnreadableFileError as error:
            message = f"the source of `{target}` cannot be checked: {error.filename} {error.reason}"
            return Resolution(
                (), tuple(self._search.probed), "CPY103", message, help=error.advice or "", unreadable=error
            )
        except NotFoundError as error:
            if error.code == "CPY101" and self._is_external(target):
                return Resolution(probed=tuple(self._search.probed), external=True)
            if error.code == "CPY101":  # a folder that appears changes what is said of it
                self._search.probed.update(
                    dict.fromkeys(os.path.normpath(f"{root}/{parts[0]}") for root in self._roots)
                )
            near = self._names_near(error.names).to(parts[-1])
            message = suggesting(str(error), near)
            probed = tuple(self._search.probed)
            return Resolution((), probed, error.code, message, bare=str(error), near=tuple(near), help=error.help)
        return Resolution(found, tuple(self._search.probed))

    def _names_near(self, names: Sequence[str]) -> NearestNames:
        """The names of a scope, made ready once: the names of a module are one list as long as nothing changes."""
        if self._last_names[0] is not names:
            self._last_names = names, NearestNames(names)
        return self._last_names[1]

    def _is_external(self, target: str) -> bool:
        target = python_name(target)
        first = target.partition(".")[0]
        held = self._search.module_files((first,)) or any(
            self._search.exists_dir(os.path.join(root, first)) for root in self._roots
        )
        return not held and any(
            target == name or target.startswith(f"{name}.") for name in map(python_name, self._external)
        )
