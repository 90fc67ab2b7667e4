"""Reports: one renderer a file, from a result to a text; a file is imported when its format is wanted."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from copycheck.model.result import Result
from copycheck.output.report_parts import Look

FORMATS = ("full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson")
_MODULES = {"json": "json_report", "json-lines": "json_lines"}
FOR_PEOPLE = ("full", "concise", "grouped")
"""The formats that name files from the working directory on. All others name them from the root on."""


def rendered(format_: str, result: Result, look: Look) -> str:
    """The report in one of FORMATS."""
    name = "statistics" if look.statistics and format_ in FOR_PEOPLE else _MODULES.get(format_, format_)
    render: Callable[[Result, Look], str] = importlib.import_module(f"copycheck.output.{name}").render
    return render(result, look)


__all__ = ["FORMATS", "FOR_PEOPLE", "Look", "rendered"]
