"""The one door to libcst's parser, which is native code and recurses: a deep text must not take the process down."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst

_STACK = 256 * 1024 * 1024
_DEEPEST = 1_000
"""Brackets nested deeper than this are no program; CPython itself stops at 200."""


def parse_module(text: str) -> cst.Module | None:
    """The lossless tree of a module; None when libcst cannot read it."""
    if _depth(text) > _DEEPEST:
        return None
    found: list[cst.Module] = []
    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=_parse, args=(text, found))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return found[0] if found else None


def _parse(text: str, found: list[cst.Module]) -> None:
    import libcst as cst

    errors = (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError, ValueError, MemoryError)
    with contextlib.suppress(*errors):
        found.append(cst.parse_module(text))


def _depth(text: str) -> int:
    """The most opening brackets that stand open at a place, those in strings counted too."""
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth = max(depth - 1, 0)
    return deepest
