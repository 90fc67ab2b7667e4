"""Words of messages that depend on a number."""

from __future__ import annotations


def plural(number: int, singular: str, several: str = "") -> str:
    """`1 copy`, `2 copies`: a number with its word."""
    return f"{number} {singular if number == 1 else several or singular + 's'}"
