"""The picture of all copies as one HTML file that needs no network: `copycheck graph --format html`.

Its files are `template.html`, `page.css`, the scripts, and the graph library below `vendor/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copycheck.output.page import assembled

VERSION = 1
"""The version of the picture that the page can show."""

_STYLES = ("/theme.css", "page.css", "/difference.css")
_SCRIPTS = (
    "vendor/cytoscape.min.js",
    "model.js",
    "layout.js",
    "/elements.js",
    "/difference.js",
    "map.js",
    "panel.js",
    "sidebar.js",
    "listing.js",
    "page.js",
)


def page(picture: Mapping[str, Any]) -> str:
    """The whole page for a picture: the document that `copycheck graph --format json` prints.

    Its `commit` and `date`, where it has them, say of what the page is.

    Raises ValueError for a picture of another version.
    """
    if picture.get("version") != VERSION:
        raise ValueError(f"the page shows pictures of version {VERSION}, not {picture.get('version')!r}")
    return assembled(__name__, str(picture["project"]), picture, styles=_STYLES, scripts=_SCRIPTS)
