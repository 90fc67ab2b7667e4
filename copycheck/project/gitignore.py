"""What .gitignore files say about the files of a project (contract 9)."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from copycheck.project.patterns import NamePatterns
from copycheck.project.reading import MOST_CONFIGURATION, read_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LINE = re.compile(
    r"!?(?:[^\\\s!#][^\\\s]*/|/)?"
    r"(?P<name>(?!\*\*)[\w.~+@,=$*?-][\w.~+@,=$*?!-]*(?:\[\w+\])?[\w.~-]*)/? *"
)
"""A line whose last part is a plain glob pattern for a name."""

_FEW_NAMES = 32
"""Where more names than these fit a line, all lines are read."""


class GitIgnore:
    """A .gitignore and the folder it is in, which ends in `/` or is empty. One above the root begins with `/`.

    `path` is the file itself, from the root on: `../.gitignore` for one above it.
    """

    def __init__(self, folder: str, lines: Sequence[str], path: str) -> None:
        self.folder = folder
        self.lines = lines
        self.path = path
        self._names = _names_in(lines)
        self._concerned: dict[str, bool] = {"": False}
        self._lines_for: dict[str, frozenset[int]] = {}
        self._specs: dict[frozenset[int], GitIgnoreSpec] = {}

    @staticmethod
    def read(root: str, folder: str) -> GitIgnore:
        """The .gitignore in a folder of a root; empty where it cannot be read."""
        try:
            data = read_file(os.path.join(root, folder, ".gitignore"), MOST_CONFIGURATION)
            rows = data.decode("utf-8-sig", "replace").split("\n")  # nothing else ends a row for git
            lines = [row.removesuffix("\r") for row in rows]
        except OSError:
            lines = []
        return GitIgnore(folder, lines, f"{folder}.gitignore")

    def ignores(self, filename: str) -> bool | None:
        """Whether it ignores a file, or a folder, which ends in `/`; None where it says nothing of it.

        The name counts from the folder of the .gitignore on.
        """
        name = filename.rstrip("/")
        return self._spec_for(name).check_file(filename).include if self._may_concern(name) else None

    def _spec_for(self, name: str) -> GitIgnoreSpec:
        """The lines that may say something of a path: to read all of them takes some time."""
        numbers: frozenset[int] = frozenset(range(len(self.lines)))
        if self._names is not None and len(self._lines_for) < _FEW_NAMES:
            parts = filter(self._names.match, set(name.split("/")))
            numbers = frozenset(number for part in parts for number in self._lines_of(part))
        if numbers not in self._specs:
            self._specs[numbers] = _spec_of([self.lines[number] for number in sorted(numbers)])
        return self._specs[numbers]

    def _lines_of(self, part: str) -> frozenset[int]:
        """The numbers of the lines whose last part fits a part of a path."""
        if part not in self._lines_for:
            plain = ((number, _LINE.fullmatch(line)) for number, line in enumerate(self.lines))
            own = ((number, NamePatterns([match["name"]])) for number, match in plain if match is not None)
            self._lines_for[part] = frozenset(number for number, pattern in own if pattern.match(part))
        return self._lines_for[part]

    def _may_concern(self, name: str) -> bool:
        """Whether a part of a path fits the last part of some line: where none does, no line says anything of it."""
        if self._names is None:
            return True
        folder, _, last = name.rpartition("/")
        known = self._concerned.get(folder)
        if known is None:
            known = self._concerned[folder] = any(map(self._names.match, folder.split("/")))
        return known or self._names.match(last)


def _spec_of(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return GitIgnoreSpec.from_lines(lines)
        except (ValueError, re.error):
            return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    """Whether a line can be read; git passes over one that cannot, such as a lone `!`."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _names_in(lines: Iterable[str]) -> NamePatterns | None:
    """The last parts of all lines; None where one of them is not plain."""
    names = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line)
            if match is None:
                return None
            names.append(match.group("name"))
    return NamePatterns(names)


def ignores_above(root: str) -> tuple[GitIgnore, ...]:
    """The .gitignore files between the top of the repository and a root that is not the top."""
    above: list[GitIgnore] = []
    if os.path.exists(os.path.join(root, ".git")):
        return ()
    folder, prefix, steps = root, "/", ""
    while os.path.dirname(folder) != folder:
        prefix = f"/{os.path.basename(folder)}{prefix}"
        folder = os.path.dirname(folder)
        steps += "../"
        if os.path.isfile(os.path.join(folder, ".gitignore")):
            above.insert(0, GitIgnore(prefix, GitIgnore.read(folder, "").lines, f"{steps}.gitignore"))
        if os.path.exists(os.path.join(folder, ".git")):
            return tuple(above)
    return ()


def ignored_by(ignores: Sequence[GitIgnore], filename: str) -> GitIgnore | None:
    """The .gitignore that has git ignore a file, or a folder, which ends in `/`: the nearest with a say decides."""
    for ignore in reversed(ignores):
        own = ignore.folder.startswith("/")
        is_ignored = ignore.ignores(ignore.folder[1:] + filename if own else filename[len(ignore.folder) :])
        if is_ignored is not None:
            return ignore if is_ignored else None
    return None
