"""Which rules are on for which files: the selection, less `per-file-ignores` (contract 2)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from copycheck.project.patterns import Patterns
from copycheck.project.settings import Settings

Enabled = Callable[[str, str], bool]
"""Whether a rule, by its code, is on for a file."""


def enabled_rules(settings: Settings) -> Enabled:
    """A test whether a rule is on for a file."""
    ignores: Sequence[tuple[Patterns, frozenset[str]]] = [
        (Patterns([pattern]), codes) for pattern, codes in settings.per_file_ignores
    ]

    def enabled(filename: str, code: str) -> bool:
        if code not in settings.codes:
            return False
        name = os.path.basename(filename)
        return not any(code in codes and patterns.match(filename, name) for patterns, codes in ignores)

    return enabled
