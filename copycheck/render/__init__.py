"""Reports: one renderer a file, from a result to a text; a file is imported when its format is wanted."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from copycheck.model import Result
from copycheck.render.as_text import Look

FORMATS = ("full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit")
_FOR_PEOPLE = ("full", "concise", "grouped")


def rendered(format_: str, result: Result, look: Look) -> str:
    """The report in one of FORMATS."""
    name = "as_statistics" if look.statistics and format_ in _FOR_PEOPLE else f"as_{format_.replace('-', '_')}"
    render: Callable[[Result, Look], str] = importlib.import_module(f"copycheck.render.{name}").render
    return render(result, look)


__all__ = ["FORMATS", "Look", "rendered"]
