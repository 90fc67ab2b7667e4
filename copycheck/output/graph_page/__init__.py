"""The picture of all copies as one HTML file that needs no network: `copycheck graph --format html`.

The page is put together from the files of this folder: `template.html`, `page.css`, the scripts in the order of
`_SCRIPTS`, and the graph library below `vendor/`. No build step; what stands here is what a browser runs.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import Any

VERSION = 1
"""The version of the picture that the page can show."""

_SCRIPTS = (
    "vendor/cytoscape.min.js",
    "model.js",
    "layout.js",
    "diff.js",
    "elements.js",
    "map.js",
    "panel.js",
    "sidebar.js",
    "listing.js",
    "page.js",
)
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def page(picture: Mapping[str, Any]) -> str:
    """The whole page for a picture: the document that `copycheck graph --format json` prints.

    Raises ValueError for a picture of another version.
    """
    if picture.get("version") != VERSION:
        raise ValueError(f"the page shows pictures of version {VERSION}, not {picture.get('version')!r}")
    scripts = [_text(name) for name in _SCRIPTS]
    return Template(_text("template.html")).substitute(
        title=html.escape(str(picture["project"])),
        policy=_policy(scripts),
        style=_text("page.css"),
        picture=_embedded(picture),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def _text(name: str) -> str:
    """A file of this folder; none of them may end the element that it is put into."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    if name != "template.html" and any(end in text.lower() for end in ("</script", "</style", "<!--")):
        raise ValueError(f"{name} cannot stand inside of a page")
    return text


def _embedded(picture: Mapping[str, Any]) -> str:
    """The picture as JSON in which nothing can end its element, whatever the names and differences hold."""
    return json.dumps(picture, ensure_ascii=True, separators=(",", ":")).translate(_ESCAPES)


def _policy(scripts: list[str]) -> str:
    """The content security policy: these very scripts run, and nothing may be loaded from anywhere."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
