"""Long tables of plain values, which nobody asks about: left out before a text is parsed.

A tree takes a hundred times the memory of its text. A generated table of megabytes would cost gigabytes, and binds and
uses no name.
"""

from __future__ import annotations

_FEW = 500_000
"""A text of so many characters is parsed as it is."""


def without_tables(text: str) -> str:
    """The text with its long tables emptied, each as high as it was. What is left out is Python for certain."""
    if len(text) <= _FEW:
        return text
    from copycheck.syntax.emptied_tables import emptied  # its patterns take longer to compile than most texts to parse

    return emptied(text)
