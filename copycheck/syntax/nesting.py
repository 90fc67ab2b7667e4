"""Nest a text as deep as it is in its file, and take it out again (contract 4.2)."""

from __future__ import annotations

from collections.abc import Sequence


def wrap(text: str, indents: Sequence[str]) -> str:
    """A text at its true depth: under one `if` for each indent around it."""
    return "".join(f"{indent}if 1:\n" for indent in indents) + text + "\n"


def unwrap(text: str, depth: int) -> str:
    """Take off the `depth` lines that `wrap` has put around a text."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    taken = 0
    while taken < depth and lines:
        taken += lines.pop(0).strip() == "if 1:"
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)
