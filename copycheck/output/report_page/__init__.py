"""The drift report as one HTML file that needs no network: `copycheck report --format html`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copycheck.output.page import assembled

_STYLES = ("/theme.css", "/difference.css", "report.css")
_SCRIPTS = ("/elements.js", "/difference.js", "report.js")


def page(document: Mapping[str, Any]) -> str:
    """The whole page for the document that `copycheck report --format json` prints."""
    return assembled(__name__, str(document["project"]), document, styles=_STYLES, scripts=_SCRIPTS)
