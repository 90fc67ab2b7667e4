"""Small trees in the way of large projects: by the quick looks that only pay where there is much to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from copycheck.syntax import ruff_preflight


@contextmanager
def in_the_way_of_large_projects() -> Iterator[None]:
    """Ask ruff what parses, however small a project is: bodies are cut, and sources are looked up in text."""
    before = ruff_preflight.ENOUGH
    ruff_preflight.ENOUGH = 0
    try:
        yield
    finally:
        ruff_preflight.ENOUGH = before
