"""Files ↔ dotted names of modules, and which file imports which, by a look at the imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from copycheck.suggestion.definition_scan import Candidate, Scanned


class Modules:
    """The modules of a project under its roots."""

    def __init__(self, roots: Sequence[str], files: Iterable[Scanned]) -> None:
        prefixes = ["" if root == "." else f"{root}/" for root in roots]
        self._prefixes = sorted(dict.fromkeys(prefixes), key=lambda prefix: -len(prefix))
        self._files = {file.filename: file for file in files}
        self._names: dict[str, tuple[str, ...]] = {}
        self._importers: Mapping[str, frozenset[str]] | None = None

    def names(self, filename: str) -> tuple[str, ...]:
        """The dotted names of a module, that from the deepest root first; none for a file that no name leads to."""
        if filename not in self._names:
            self._names[filename] = tuple(self._of(filename))
        return self._names[filename]

    def _of(self, filename: str) -> Iterator[str]:
        stem, _, ending = filename.rpartition(".")
        if ending not in ("py", "pyi"):
            return
        for prefix in self._prefixes:
            if filename.startswith(prefix):
                parts = stem[len(prefix) :].split("/")
                if parts[-1] == "__init__" and len(parts) > 1:
                    parts.pop()
                if all(part.isidentifier() for part in parts):
                    yield ".".join(parts)

    def names_of(self, candidate: Candidate) -> Iterator[str]:
        """The dotted names of a definition."""
        return (f"{name}.{candidate.name}" for name in self.names(candidate.filename))

    def importers(self, filename: str) -> frozenset[str]:
        """The files that import a module."""
        if self._importers is None:
            self._importers = self._all_importers()
        return self._importers.get(filename, frozenset())

    def _all_importers(self) -> dict[str, frozenset[str]]:
        by_name = {name: filename for filename in self._files for name in self.names(filename)}
        found: dict[str, set[str]] = {}
        for filename, file in self._files.items():
            own = next(iter(self.names(filename)), "")
            package = own.split(".") if filename.endswith(("/__init__.py", "/__init__.pyi")) else own.split(".")[:-1]
            for written in file.imports:
                other = by_name.get(_absolute(written, package))
                if other is not None and other != filename:
                    found.setdefault(other, set()).add(filename)
        return {name: frozenset(some) for name, some in found.items()}


def _absolute(written: str, package: Sequence[str]) -> str:
    """The dotted name of what an import in a package names: `..x.y` from `a.b.c` is `a.b.x.y`."""
    name = written.lstrip(".")
    level = len(written) - len(name)
    if not level:
        return name
    base = package[: len(package) - level + 1]
    return ".".join([*base, name] if name else base)
