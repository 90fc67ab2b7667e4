"""The one door to libcst's parser, which is native code and recurses: a deep text must not take the process down."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from copycheck.syntax.size_bounds import MOST_TOKENS_OF_LIBCST, has_more_tokens, is_too_deep

if TYPE_CHECKING:
    import libcst as cst

_STACK = 256 * 1024 * 1024


def parse_module(text: str) -> cst.Module | None:
    """The lossless tree of a module; None when libcst cannot read it, or would take all memory and time for it."""
    if has_more_tokens(text, MOST_TOKENS_OF_LIBCST) or is_too_deep(text):
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
