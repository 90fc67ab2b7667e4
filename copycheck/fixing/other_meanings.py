"""Names that are certain to mean something else in the file of a copy than in that of its source (contract 5.7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from copycheck.fixing.missing_imports import Importer, NoImport, Origin
from copycheck.fixing.replaced_names import replaced_parts
from copycheck.model.directive import Replacement
from copycheck.syntax.import_statements import Parts

_SAME_BUILTINS = frozenset({"builtins", "__builtin__", "io", "six", "future", "past"})
"""Modules whose names are those of Python, for more than one version of it."""


class Attribute(NamedTuple):
    """A name, and what is taken of it."""

    of: str
    name: str


class OtherMeanings:
    """Compares the names of the modules of a source and of a copy, both given as files."""

    def __init__(self, importer: Importer, source: str, copy: str, replacements: Sequence[Replacement]) -> None:
        self._importer = importer
        self._source, self._copy = source, copy
        self._replacements = replacements

    def of_module(self, names: Collection[str], attributes: Collection[Attribute]) -> NoImport | None:
        """Why one of some names that the copy's module binds is another one in the source's; None where none is.

        Only what is certain: a module here, and something of the same package there (`import datetime`, and `from
        datetime import datetime`); or a module under the roots that lacks one of the `attributes`. A name that comes
        from another package is the copy's own to choose.
        """
        for name in sorted(names):
            theirs = self._theirs(name)
            own = list(self._importer.origins(self._importer.modules, name, self._copy)) if theirs else []
            if not own or any(one.bound == other.bound for one in theirs for other in own):
                continue
            taken = [one.name for one in attributes if one.of == name]
            if all(self._contradict(one, other) for one in theirs for other in own) or self._lacks(own, taken):
                reason = f"`{name}` is `{theirs[0].bound}` in {self._source}, and `{own[0].bound}` in {self._copy}"
                help_ = f"import `{theirs[0].bound}` in {self._copy} under that name, or fix the copy by hand"
                return NoImport(reason, help_)
        return None

    def _lacks(self, own: Sequence[Origin], attributes: Sequence[str]) -> bool:
        """Whether a name is a module under the roots, all of which can be read, without one of some attributes."""
        modules = self._importer.modules
        parts = tuple(own[0].bound.split("."))
        filename = modules.file_of(parts) if len(own) == 1 and attributes and self._is_module(own[0], parts) else None
        if filename is None or not modules.is_plain(filename):
            return False
        return not all(modules.holds(parts, one) or one.startswith("__") for one in attributes)

    def of_builtins(self, names: Collection[str]) -> NoImport | None:
        """Why one of some names of Python is another one in the source's module; None where none is."""
        for name in sorted(names):
            theirs = [origin for origin in self._theirs(name) if origin.module[0] not in _SAME_BUILTINS]
            if theirs or name in self._importer.beside_imports(self._source, self._replacements):
                what = f"`{theirs[0].bound}`" if theirs else "its own"
                reason = f"`{name}` is {what} in {self._source}, and the builtin in {self._copy}"
                return NoImport(reason, f"bind `{name}` in {self._copy}, or fix the copy by hand")
        return None

    def _theirs(self, name: str) -> list[Origin]:
        return list(self._importer.origins(self._importer.sources, name, self._source, self._replacements))

    def _contradict(self, theirs: Origin, own: Origin) -> bool:
        one = replaced_parts(tuple(theirs.bound.split(".")), self._replacements)
        other = tuple(own.bound.split("."))
        kinds = [self._is_module(*pair) for pair in ((theirs, one), (own, other))]
        return one != other and one[0] == other[0] and kinds[0] != kinds[1]

    def _is_module(self, origin: Origin, parts: Parts) -> bool:
        """Whether an import binds a module, as far as its statement and the files under the roots tell."""
        modules = self._importer.modules
        if not origin.name or modules.file_of(parts) is None:
            return not origin.name
        package = modules.file_of(parts[:-1])
        return package is None or origin.name not in modules.rows_of(package)
