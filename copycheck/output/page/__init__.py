"""What our pages share: one HTML file that needs no network, its colors, and a difference side by side.

A page is put together from files of its own folder and of this one. There is no build step: what is in these files is
what a browser runs. The document that a page shows is JSON in it, and goes in as text, never as markup.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def assembled(
    folder: str, title: str, document: Mapping[str, Any], *, styles: Sequence[str], scripts: Sequence[str]
) -> str:
    """The page from `template.html` of a package, with styles and scripts of that package; `/name` is one of this.

    Raises ValueError for a style or script that would end its own element.
    """
    texts = [_text(folder, name) for name in scripts]
    return Template(_text(folder, "template.html")).substitute(
        title=html.escape(title),
        policy=_policy(texts),
        style="".join(_text(folder, name) for name in styles),
        document=_embedded(document),
        scripts="\n".join(f"<script>{text}</script>" for text in texts),
    )


def _text(folder: str, name: str) -> str:
    """A file of a package, or of this one where its name begins with `/`."""
    package, name = (__name__, name[1:]) if name.startswith("/") else (folder, name)
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    if name != "template.html" and any(end in text.lower() for end in ("</script", "</style", "<!--")):
        raise ValueError(f"{name} cannot be part of a page")
    return text


def _embedded(document: Mapping[str, Any]) -> str:
    """The document as JSON in which nothing can end its element, whatever the names and differences hold."""
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).translate(_ESCAPES)


def _policy(scripts: Sequence[str]) -> str:
    """The content security policy: these very scripts run, and nothing may be loaded from anywhere."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
