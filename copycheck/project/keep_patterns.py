"""The patterns of lines that a full copy keeps, `keep = ["^__version__"]`: which of them can be used (contract 6.2)."""

from __future__ import annotations

import re
import warnings

_PROBES = ("import os", "    return 1", "x", "}", "# 3")
"""Lines that have nothing in common: what matches all of them matches every line."""
_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")


def why_no_pattern(pattern: str) -> str:
    """Why a pattern cannot say which lines are kept, as the rest of a sentence; empty for one that can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError, FutureWarning) as error:
        return f"is no regular expression: {error}"
    if compiled.search("") or all(compiled.search(probe) for probe in _PROBES):
        return "matches every line: nothing would be compared"
    if _repeats_a_repeat(pattern):
        return "repeats a group that has a choice or a repeat in it, which may take without end: write it without"
    return ""


def _repeats_a_repeat(pattern: str) -> bool:
    """Whether a group with a choice or a repeat in it is repeated itself, so that a match may take without end."""
    text = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
    opened: list[int] = []
    for number, sign in enumerate(text):
        if sign == "(":
            opened.append(number)
        elif sign == ")" and opened:
            inside = text[opened.pop() + 1 : number]
            is_repeated = _REPEAT.match(text, number + 1) is not None
            if is_repeated and ("|" in inside or _REPEAT.search(inside)):
                return True
    return False
