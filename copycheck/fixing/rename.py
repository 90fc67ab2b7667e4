"""An object or a module was moved: every directive that names it is rewritten (contract 11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.directives.module import Module
from copycheck.directives.parser import retargeted
from copycheck.fixing.baseline import keep_known
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.project.edits import LineEdit, edited
from copycheck.resolution.suggestions import nearest
from copycheck.syntax.names import NAME_IN_TEXT, python_name

_DOTTED = re.compile(rf"{NAME_IN_TEXT}(?:\.{NAME_IN_TEXT})*")


@dataclass(frozen=True, slots=True)
class Moved:
    """How many comments were rewritten, and the names that they bore and could not be rewritten to."""

    count: int
    left: tuple[str, ...]
    selves: tuple[str, ...] = ()
    """The places of the directives that would have come to name their own copies."""


def move(check: Check, old: str, new: str) -> Moved:
    """Rewrite each directive that names `old`, or something in it, to name `new`, where that is there.

    Comments `# Adapted from …` and the baseline follow. Raises CopycheckError when nothing names `old`, or nothing
    that is named is found under `new`.
    """
    for name in (old, new):
        if not _DOTTED.fullmatch(name):
            raise CopycheckError(f"{name}: this is not a dotted name")
    if old == new:
        raise CopycheckError(f"{new}: it already has this name")
    adapted = _adapted(check, old)
    named = {found.directive.target for found in check.directives} | {
        target for some in adapted.values() for target in some
    }
    targets = {target: renamed for target in named if (renamed := _renamed(target, old, new))}
    if not targets:
        hint = nearest(old, sorted({*named, *(target.rpartition(".")[0] for target in named)}))
        raise CopycheckError(f"{old}: no directive names this{hint and f'; {hint}'}")
    there = {target: renamed for target, renamed in targets.items() if _is_there(check, renamed)}
    if not there:
        first = min(targets.values())
        raise CopycheckError(f"{first} is not there: {check.project.sources.resolve(first).message}")
    selves = [found for found in check.directives if _names_itself(check, found, there)]
    others = [found for found in check.directives if found not in selves]
    count = rewrite_targets(check, others, there, adapted)
    places = tuple(f"{found.filename}:{found.directive.row}" for found in selves)
    return Moved(count, tuple(sorted(targets.keys() - there.keys())), places)


def _names_itself(check: Check, found: Examined, renamed: Mapping[str, str]) -> bool:
    """Whether a directive that is rewritten would name its own copy, or something in it."""
    target = renamed.get(found.directive.target)
    definitions = check.project.sources.resolve(target).definitions if target and found.region else ()
    region = found.region
    return region is not None and any(
        definition.filename == region.filename and region.start <= definition.location.row <= region.end
        for definition in definitions
    )


def _renamed(target: str, old: str, new: str) -> str | None:
    target, old = python_name(target), python_name(old)
    return new + target[len(old) :] if target == old or target.startswith(f"{old}.") else None


def _is_there(check: Check, target: str) -> bool:
    resolution = check.project.sources.resolve(target)
    return resolution.external or bool(resolution.definitions)


def _adapted(check: Check, old: str) -> dict[str, list[str]]:
    """The files with comments `# Adapted from …` that may name an object, and all that these name."""
    project, found = check.project, {}
    last = old.rpartition(".")[2].encode() if old.isascii() else b""
    for filename in project.files:
        try:
            data = project.workspace.read_uncached(filename)
            if b"Adapted from" in data and last in data:
                found[filename] = [adapted.target for adapted in project.module(filename).adapted]
        except UnreadableFileError:
            continue
    return found


def rewrite_targets(
    check: Check, directives: Iterable[Examined], renamed: Mapping[str, str], adapted: Mapping[str, Iterable[str]]
) -> int:
    """Rewrite the targets of some directives, and of what was adapted in some files; how many comments changed."""
    project, count = check.project, 0
    rows: dict[str, set[int]] = {filename: set() for filename in adapted}
    for found in directives:
        if found.directive.target in renamed:
            rows.setdefault(found.filename, set()).add(found.directive.row)
    changed: dict[str, bytes | None] = {}
    for filename in sorted(rows):
        module = project.module(filename)
        own = rows[filename] | ({a.row for a in module.adapted} if filename in adapted else set())
        edits = list(_edits(module, own, renamed))
        if edits:
            count += len(edits)
            changed[filename] = edited(project.workspace.read(filename), edits)
    project.edit(changed)
    known = check.gate.known.items()
    keep_known(check, {key._replace(target=renamed.get(key.target, key.target)): row for key, row in known})
    check.update(changed)
    return count


def _edits(module: Module, rows: set[int], renamed: Mapping[str, str]) -> Iterator[LineEdit]:
    for row in sorted(rows):
        line = retargeted(module.lines[row - 1], renamed)
        if line is not None:
            yield LineEdit(row, row, (line,))
