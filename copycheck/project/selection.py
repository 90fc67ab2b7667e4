"""Which files a run is about (contract 8)."""

from __future__ import annotations

from dataclasses import dataclass

from copycheck.model.diagnostic import Identity


@dataclass(frozen=True, slots=True)
class Selection:
    """The files and folders that the command line names; everything for none.

    With `only`, these directives and nothing else: no findings of files, no full copies.
    """

    names: tuple[str, ...] = ()
    only: frozenset[Identity] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing was named, or the root itself."""
        return self.only is None and (not self.names or "." in self.names)

    def __contains__(self, filename: str) -> bool:
        """Whether a file is selected as a whole."""
        return self.only is None and self.holds(filename)

    def holds(self, filename: str) -> bool:
        """Whether a file, or a folder around it, is named."""
        if not self.names or "." in self.names:
            return True
        return any(filename == name or filename.startswith(f"{name}/") for name in self.names)
