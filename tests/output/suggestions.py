"""What a reader makes of reviewdog's suggestions."""

from __future__ import annotations

from typing import Any


def as_replacement(suggestion: dict[str, Any]) -> tuple[int, int, str]:
    """The first row, the row behind the last one, and the text: without columns, whole lines are meant."""
    start, end, text = suggestion["range"]["start"], suggestion["range"]["end"], suggestion["text"]
    if "column" in start:
        return start["line"], end["line"], text
    return start["line"], end["line"] + 1, text and f"{text}\n"
