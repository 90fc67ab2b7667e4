"""Reports: one renderer a file, each a function from a result to a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from copycheck.model import Result
from copycheck.render.as_json import render_json
from copycheck.render.as_text import Look, render_concise, render_full

RENDERERS: Mapping[str, Callable[[Result, Look], str]] = {
    "full": render_full,
    "concise": render_concise,
    "json": render_json,
}

__all__ = ["RENDERERS", "Look"]
