"""How many lines differ between two texts, as a report says it."""

from __future__ import annotations

from collections.abc import Sequence


def lines_changed(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines differ between two texts, those that were taken out and those that came."""
    if before == after:
        return 0
    from copycheck.model.line_matcher import LineMatcher

    opcodes = LineMatcher(before, after).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in opcodes if tag != "equal")
