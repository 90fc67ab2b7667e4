"""Glob patterns, as ruff reads them, against paths and names of files."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence

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


def _union(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns))
