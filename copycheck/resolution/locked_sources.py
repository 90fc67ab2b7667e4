"""Sources that no root has: those of other packages, from the lock, and as they are on this machine (contract 13)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from copycheck.directives.compared_regions import Region, reindent
from copycheck.directives.module_directives import Module
from copycheck.model.errors import UnreadableFileError
from copycheck.project.lock_file import Lock, LockedSource, source_key
from copycheck.project.upstream_settings import LOCK, Upstream, address_of, upstream_of
from copycheck.project.workspace import SourceFile
from copycheck.resolution.module_lookup import Definition, look_up
from copycheck.resolution.name_resolver import Resolution
from copycheck.resolution.source_provider import Reader


class LockedSources:
    """The provider of what the lock has: the text that a copy was made from, else that of the configured version."""

    def __init__(self, upstreams: Sequence[Upstream], lock: Lock) -> None:
        self._upstreams = upstreams
        self._sources = {(one.target, one.version): one for one in lock.sources}
        self._bases = {one[:3]: one.version for one in lock.copies}
        self._known: dict[tuple[str, str], tuple[Definition, ...]] = {}

    def resolve(self, target: str, reader: Reader | None) -> Resolution | None:
        """What the lock has of a target; None where no upstream is configured for it."""
        upstream = upstream_of(self._upstreams, target)
        if upstream is None:
            return None
        base = self._bases.get((reader.filename, reader.name, target)) if reader else None
        address = address_of(target)
        version = base if base is not None else address.revision if address else upstream.version
        key = source_key(target, reader.name if reader else ""), version
        source = self._sources.get(key)
        if source is None:
            message = f"`{target}` is not in {LOCK}: run `copycheck upstream sync`"
            return Resolution((), (LOCK,), "CPY301", message)
        if key not in self._known:
            self._known[key] = definitions_in(source)
        definitions = self._known[key]
        if not definitions:
            message = f"the text of `{target}` in {LOCK} cannot be parsed: run `copycheck upstream sync`"
            return Resolution((), (LOCK,), "CPY103", message)
        return Resolution(definitions, (LOCK,))

    def forget(self, changed: Collection[str]) -> None:
        """Nothing: the lock is read once, before a run."""


def definitions_in(source: LockedSource) -> tuple[Definition, ...]:
    """The definitions in a locked text, at their rows in the file that it comes from."""
    text = "\n".join(source.text) + "\n"
    filename = place_of(source)
    module = Module(SourceFile(filename, text.encode("utf-8", "surrogatepass"), text, text.split("\n"), "utf-8"))
    try:
        first = next((s for s in module.outline.children if s.is_definition), None)
        found = look_up(module, (first.name,)).definitions if first is not None else ()
    except UnreadableFileError:
        return ()
    if not found:
        return ()
    shift = source.line - found[0].location.row
    return tuple(_shifted(definition, shift) for definition in found)


def _shifted(definition: Definition, shift: int) -> Definition:
    def moved(region: Region) -> Region:
        return region._replace(rows=[max(row + shift, 1) for row in region.rows])

    location = definition.location._replace(row=definition.location.row + shift)
    return definition._replace(location=location, plain=moved(definition.plain), decorated=moved(definition.decorated))


def place_of(source: LockedSource) -> str:
    """The file that a locked text comes from, as a report names it: `transformers@4.57.6/transformers/cache.py`."""
    return f"{source.origin}@{source.version}/{source.file}"


def locked_text(definitions: Sequence[Definition]) -> tuple[str, ...]:
    """The text of definitions as the lock has it: without indent, one after the other."""
    parts = [reindent(one.decorated.text, one.decorated.indent, "") for one in definitions]
    return tuple("\n\n\n".join(parts).rstrip("\n").split("\n"))
