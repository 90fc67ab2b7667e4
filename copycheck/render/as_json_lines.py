"""`json-lines`: an object a line, one for each finding."""

from __future__ import annotations

import json

from copycheck.model import Result
from copycheck.render.as_json import as_object
from copycheck.render.as_text import Look


def render(result: Result, look: Look) -> str:
    """The findings as `json` has them."""
    return "".join(json.dumps(as_object(diagnostic)) + "\n" for diagnostic in result.diagnostics)
