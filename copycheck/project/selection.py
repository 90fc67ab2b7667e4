"""Which files a run is about (contract 8)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from copycheck.model.diagnostic import Identity
from copycheck.model.paths import is_outside, relative_path, with_folders


@dataclass(frozen=True, slots=True)
class Selection:
    """The files and folders that the command line names; everything for none.

    With `only`, these directives and full copies and nothing else: no findings of files.
    """

    names: tuple[str, ...] = ()
    only: frozenset[Identity] | None = None
    named: frozenset[str] = field(init=False, repr=False, compare=False)
    """The same names, for a quick look: there may be thousands."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", frozenset(self.names))

    @staticmethod
    def nothing() -> Selection:
        """What selects no file."""
        return Selection(("\0",))

    @property
    def is_everything(self) -> bool:
        """Whether nothing was named, or the root itself."""
        return self.only is None and (not self.names or "." in self.names)

    def __contains__(self, filename: str) -> bool:
        """Whether a file is selected as a whole."""
        return self.only is None and self.holds(filename)

    def holds(self, filename: str) -> bool:
        """Whether a file, or a folder around it, is named."""
        if not self.names or "." in self.named:
            return True
        return any(name in self.named for name in with_folders(filename))


class PathNames:
    """The names that paths have from the root of a project on. Thousands of paths may be asked for."""

    def __init__(self, root: str, cwd: str) -> None:
        self._root, self._cwd = root, cwd
        self._real_root = os.path.realpath(root)
        self._real_folders: dict[str, str] = {}

    def of(self, path: str) -> list[str]:
        """The names of a path, as it is and without links; none for what is outside."""
        absolute = os.path.abspath(os.path.join(self._cwd, path))
        parent, base = os.path.split(absolute)
        if parent not in self._real_folders:
            self._real_folders[parent] = os.path.realpath(parent)
        real = os.path.join(self._real_folders[parent], base)
        names = [relative_path(absolute, self._root)]
        if real != absolute or self._root != self._real_root:
            names.append(relative_path(real, self._real_root))
        if os.path.islink(real) and os.path.exists(real):
            names.append(relative_path(os.path.realpath(real), self._real_root))
        return [name for name in dict.fromkeys(names) if not is_outside(name)]


def from_root(path: str, root: str, cwd: str) -> str:
    """`; did you mean …?` for a path that is there from the root on, and not from the working directory."""
    there = os.path.join(root, path)
    if os.path.isabs(path) or not os.path.exists(there):
        return ""
    return f"; did you mean `{relative_path(there, cwd)}`?"
