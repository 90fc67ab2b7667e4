"""Words of messages that depend on a number."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_LISTED = 8


def plural(number: int, singular: str, several: str = "") -> str:
    """`1 copy`, `2 copies`: a number with its word."""
    return f"{number} {singular if number == 1 else several or singular + 's'}"


def listed(names: Sequence[str]) -> str:
    """Names of a program as a sentence has them: "`a`, `b` and `c`"; of many, how many more there are."""
    shown = [f"`{name}`" for name in names[:_MOST_LISTED]]
    if len(names) > _MOST_LISTED:
        shown.append(f"{len(names) - _MOST_LISTED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
