"""What an object is probably called in the place that it was moved to: `mv` names it in a command (contract 11.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.directives.binding import Copy
from copycheck.directives.module_directives import Module
from copycheck.directives.replacements import apply_replacements
from copycheck.model.errors import GrowthError, UnreadableFileError
from copycheck.resolution.unresolved_name_hints import find_homes
from copycheck.syntax.statement_tree import Statement, of_one_kind

_ALIKE = 0.5
"""An object with less than this in common with the copy, in lines, is another one, unless its name is similar."""
_DEFINED = re.compile(r"^([ \t]*(?:class|(?:async[ \t]+)?def)[ \t]+)\w+")
_MOST_LINES = 20_000
"""In longer modules only similar names are looked at."""


def advice(check: Check, old: str, new: str) -> str:
    """What to run where `old` was moved and `new`, the name that it would have then, is not there.

    A sentence says what is missing, the next ones what to run.
    """
    resolution = check.project.sources.resolve(new)
    missing = resolution.bare or resolution.message
    copies = [found for found in check.directives if found.directive.target == old]
    if check.project.sources.resolve(old).definitions:
        return f"{missing}, and `{old}` is still there: move the code first, or give the name that it has now"
    likely = full_name(check, new) if resolution.code == "CPY101" else ""
    likely = likely or _new_name(check, copies, new, resolution.near)
    if likely and likely != old:
        return f"{missing}. If it is `{likely}` now, run `copycheck mv {old} {likely}`"
    if resolution.code != "CPY102":
        return f"{missing}. Move the code first, or name the place where it is now"
    named = f"If it was renamed, run `copycheck mv {old} {_around(check, new)}.NAME`"
    if not copies:
        return f"{missing}. {named}"
    place = f"{copies[0].filename}:{copies[0].directive.row}"
    return f"{missing}. {named}. If it is gone, `copycheck break {place}` removes the directive"


def full_name(check: Check, new: str) -> str:
    """The dotted name of the one object of the project that has the last part of a name; empty where not one has it."""
    project, name = check.project, new.rpartition(".")[2]
    homes = find_homes([name], project.sizes, project.workspace, project.settings.src, {}, project.share)[name]
    return homes[0].name if len(homes) == 1 else ""


def _new_name(check: Check, copies: Sequence[Examined], new: str, near: Sequence[str]) -> str:
    """The object beside which `new` was looked for that is most like a copy of it; empty where none is.

    `near` are names that are similar to its own, the nearest first: they count where no text is like that of the copy.
    """
    around = _around(check, new)
    taken = {found.directive.target for found in check.directives}
    open_ = [name for name in near if f"{around}.{name}" not in taken]
    copy = next((copy for found in copies if (copy := _copy_of(check, found)) is not None), None)
    if copy is None:
        return f"{around}.{open_[0]}" if open_ else ""
    best, most = "", _ALIKE
    similar = set[str]()
    for name, module, statement in _beside(check, new):
        if not of_one_kind(statement.kind, copy.region.kind) or name in taken:
            continue
        similar.add(name)
        alike = _alike(copy, module.lines[statement.row - 1 : module.end_of(statement)])
        if alike > most:
            best, most = name, alike
    return best or next((name for near in open_ if (name := f"{around}.{near}") in similar), "")


def _copy_of(check: Check, found: Examined) -> Copy | None:
    return check.project.facts(found.filename).copies_by_row().get(found.directive.row)


class _Found(NamedTuple):
    """A definition that a lost object may be now, with its dotted name."""

    name: str
    module: Module
    statement: Statement


def _around(check: Check, new: str) -> str:
    """The longest part of a name that is there: the class, else the module."""
    above = ".".join(check.project.resolver.longest_module(new))
    parts = new.split(".")
    for length in range(len(parts) - 1, above.count("."), -1):
        name = ".".join(parts[:length])
        if name == above or check.project.sources.resolve(name).definitions:
            return name
    return new.rpartition(".")[0]


def _beside(check: Check, new: str) -> Iterator[_Found]:
    """The definitions of the module or class in which a name was looked for; of a class that is lost, those of all."""
    project, parts = check.project, new.split(".")
    above = project.resolver.longest_module(new)
    for filename in project.resolver.module_files(above).files[:1] if above else ():
        try:
            module = project.module(filename)
            scopes = {".".join(above): module.outline}
        except UnreadableFileError:
            return
        for part in parts[len(above) : -1] if len(module.lines) <= _MOST_LINES else ():
            inner = {
                f"{name}.{one.name}": one
                for name, scope in scopes.items()
                for some in scope.names().values()
                for one in some
                if one.kind == "class"
            }
            exact = {name: one for name, one in inner.items() if one.name == part}
            scopes = exact or inner
        for name, scope in scopes.items():
            every = (one for some in scope.names().values() for one in some if one.is_definition)
            yield from (_Found(f"{name}.{one.name}", module, one) for one in every)


def _alike(copy: Copy, lines: Sequence[str]) -> float:
    """How much a copy and a definition have in common: 1.0 for the same lines, 0.0 for none."""
    try:
        expected = apply_replacements("\n".join(lines), copy.directive.replacements)
    except GrowthError:
        return 0.0
    expected = _DEFINED.sub(rf"\1{copy.name.rpartition('.')[2]}", expected, count=1)  # under the copy's own name
    theirs, mine = (Counter(filter(None, map(str.strip, text.split("\n")))) for text in (expected, copy.region.text))
    return 2 * (mine & theirs).total() / max(mine.total() + theirs.total(), 1)
