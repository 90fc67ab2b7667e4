"""Which files a run is about (contract 8)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """The files and folders that the command line names; everything for none."""

    names: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing was named, or the root itself."""
        return not self.names or "." in self.names

    def __contains__(self, filename: str) -> bool:
        return self.is_everything or any(filename == name or filename.startswith(f"{name}/") for name in self.names)
