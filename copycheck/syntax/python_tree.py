"""Text → Python's own syntax tree, whole or without the bodies that nobody asks about."""

from __future__ import annotations

import ast
import functools
import warnings
from typing import NamedTuple

from copycheck.syntax.body_elision import skeleton
from copycheck.syntax.data_tables import without_tables


def parse_strictly(text: str) -> ast.Module:
    """The tree of a module, its long tables empty. Raises what `ast.parse` raises; nothing that Python warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(without_tables(text))


def parse(text: str) -> ast.Module | None:
    """The tree of a module; None where the running Python cannot parse it."""
    try:
        return parse_strictly(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class Skeleton(NamedTuple):
    """A module without most bodies: its rows, and its tree."""

    text: str
    tree: ast.Module


@functools.lru_cache(maxsize=1)  # of a file that has drifted, the copies are asked for and then the names
def parse_skeleton(text: str, inside: tuple[str, ...] = (), words: tuple[str, ...] = ()) -> Skeleton | None:
    """A module that is known to be Python, as `skeleton` cuts it; None where it has to be read as a whole."""
    bones = skeleton(text, inside, words)
    tree = None if bones is None else parse(bones)
    return None if bones is None or tree is None else Skeleton(bones, tree)
