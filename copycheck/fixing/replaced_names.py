"""The names of a module as the replacements of a directive make them (contract 5.7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.model.errors import GrowthError
from copycheck.syntax.import_statements import Parts

_KEPT = 100
"""So many lists of names are kept, each as the replacements of a directive make it."""


class NewNames:
    """The names of modules after replacements: most copies of a file have the same ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, tuple[Replacement, ...]], Mapping[str, Sequence[str]]] = {}

    def of(
        self, kind: str, filename: str, replacements: Sequence[Replacement], names: Callable[[str], Collection[str]]
    ) -> Mapping[str, Sequence[str]]:
        """Each name of a file after the replacements, with what it was before; `names` gives those of one `kind`."""
        own = names(filename)  # asked for each time: whoever asks rests on that file
        key = kind, filename, tuple(replacements)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[key] = _by_new_name(list(own), replacements)
        return known


def _by_new_name(names: Sequence[str], replacements: Sequence[Replacement]) -> Mapping[str, Sequence[str]]:
    """Names after the replacements, with what they were before; all in one text, for a name has no line end."""
    if not replacements or not names:
        return {name: (name,) for name in names}
    try:
        new = apply_replacements("\n".join(names), replacements).split("\n")
    except GrowthError:
        new = [replaced(name, replacements) for name in names]
    found: dict[str, list[str]] = {}
    for name, before in zip(new, names, strict=True):
        found.setdefault(name, []).append(before)
    return found


def replaced(text: str, replacements: Sequence[Replacement]) -> str:
    """A name after the replacements of a directive; as it is where these would grow without end."""
    try:
        return apply_replacements(text, replacements)
    except GrowthError:
        return text


def replaced_parts(parts: Parts, replacements: Sequence[Replacement]) -> Parts:
    """A dotted name after the replacements; as it is where these make none of it."""
    new = tuple(replaced(".".join(parts), replacements).split("."))
    return new if all(part.isidentifier() for part in new) else parts
