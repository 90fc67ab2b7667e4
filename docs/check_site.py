"""Looks for dead links and missing pictures in the built site: `python docs/check_site.py site`.

The builder checks what is written as Markdown. This looks at what a browser gets: raw HTML, anchors, pictures of
themes. Addresses of other sites are not asked for.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """What a page links to, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links and anchors of an element."""
        values = {name: value for name, value in attrs if value}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        self.links += [values[name] for name in ("href", "src") if name in values]
        self.links += [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]


def dead_links(site: Path) -> list[str]:
    """A line for each link of a page of the site that leads to no file, or to no anchor in it."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site)}: {link}"
        for path in pages
        for link in pages[path].links
        if is_dead(link, path, site, pages)
    ]


def is_dead(link: str, path: Path, site: Path, pages: dict[Path, Page]) -> bool:
    """Whether a link of a page leads nowhere within the site."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or path.name == "404.html":
        return False
    found = path
    if parts.path:
        found = (
            site / parts.path.lstrip("/") if parts.path.startswith("/") else path.parent / unquote(parts.path)
        ).resolve()
        found = found / "index.html" if found.is_dir() else found
    if not found.is_file():
        return True
    of_a_theme = parts.fragment in ("only-light", "only-dark") or parts.fragment.startswith("__")
    known = pages.get(found)
    return (
        bool(parts.fragment) and not of_a_theme and known is not None and unquote(parts.fragment) not in known.anchors
    )


def main() -> int:
    """Print the dead links; 1 where there are some."""
    site = Path(sys.argv[1]).resolve()
    dead = dead_links(site)
    for line in dead:
        print(line)
    count = len(list(site.rglob("*.html")))
    print(f"{count} pages, {len(dead)} dead links and missing pictures")
    return 1 if dead or not count else 0


if __name__ == "__main__":
    sys.exit(main())
