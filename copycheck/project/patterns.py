"""Glob patterns, as ruff reads them, against paths and names of files."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence

_WILDCARD = re.compile(r"[*?\[]")


class NamePatterns:
    """Patterns for a single name. Equal names and ends of names are by far the most, and need no regular expression."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._names = frozenset(pattern for pattern in patterns if not _WILDCARD.search(pattern))
        self._ends = tuple(p[1:] for p in patterns if p[:1] == "*" and not _WILDCARD.search(p, 1))
        others = [p for p in patterns if p not in self._names and not (p[:1] == "*" and p[1:] in self._ends)]
        self._others = _union(others).match if others else None

    def match(self, name: str) -> bool:
        """Whether a name fits one of the patterns."""
        if name in self._names or name.endswith(self._ends):
            return True
        return self._others is not None and self._others(name) is not None


class Patterns:
    """A bare name fits at any depth, a pattern with a `/` from the root on."""

    def __init__(self, patterns: Sequence[str]) -> None:
        rooted = [p.removeprefix("./").strip("/") for p in patterns if "/" in p.rstrip("/")]
        self._bare = NamePatterns([p.rstrip("/") for p in patterns if "/" not in p.rstrip("/")])
        self._rooted = _union([form for p in rooted for form in (p, p.replace("**/", ""))]).match if rooted else None

    def match(self, filename: str, name: str) -> bool:
        """Whether a file or folder fits, by its path from the root or its bare name."""
        return self._bare.match(name) or (self._rooted is not None and self._rooted(filename) is not None)


def has_wildcard(pattern: str) -> bool:
    """Whether a path is a pattern for several."""
    return _WILDCARD.search(pattern) is not None


def folders_of(root: str, pattern: str) -> set[str]:
    """The folders below a root that a pattern fits, as `glob` reads it: `packages/*/src`, `**/src`.

    `**` follows no link: two that lead to the folder around them have as many paths below them as 2 to the 40th.
    """
    found = {""}
    for part in pattern.removesuffix("/").split("/"):
        if part == "**":
            found = {folder for start in found for folder in _folders_below(root, start)}
        elif has_wildcard(part):
            fits = re.compile(fnmatch.translate(part)).match
            names = ((start, entry.name) for start in found for entry in _folders_in(root, start, links=True))
            found = {f"{start}{name}/" for start, name in names if fits(name) and (name[0] != "." or part[0] == ".")}
        else:
            found = {f"{start}{part}/" for start in found if os.path.isdir(os.path.join(root, start, part))}
    return {folder.rstrip("/") or "." for folder in found}


def _folders_below(root: str, start: str) -> Iterator[str]:
    """A folder and all below it, hidden ones left out."""
    ahead = [start]
    while ahead:
        folder = ahead.pop()
        yield folder
        ahead += (f"{folder}{e.name}/" for e in _folders_in(root, folder, links=False) if not e.name.startswith("."))


def _folders_in(root: str, folder: str, links: bool) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(os.path.join(root, folder)) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=links)]
    except OSError:
        return []


def _union(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns))
