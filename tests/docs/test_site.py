"""The site: every page is in the navigation, and a dead link or a missing picture in what was built is found."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from tests.harness import write_tree

REPOSITORY = Path(__file__).parent.parent.parent


def dead_links(site: Path) -> list[str]:
    """What `docs/check_site.py`, a script, finds."""
    spec = importlib.util.spec_from_file_location("check_site", REPOSITORY / "docs" / "check_site.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script.dead_links(site)


def test_every_page_is_in_the_navigation() -> None:
    named = set(re.findall(r"[\w/-]+\.md", (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")))
    pages = {path.relative_to(REPOSITORY / "docs").as_posix() for path in (REPOSITORY / "docs").rglob("*.md")}
    rules = {page for page in pages if re.fullmatch(r"rules/CPY\d+\.md", page)}
    assert pages - rules == named


def test_what_a_browser_would_not_find_is_found(tmp_path: Path) -> None:
    page = (
        '<h1 id="top">A</h1><a href="../b/#top">1</a><a href="../b/#gone">2</a><a href="../c/">3</a>'
        '<a href="#top">4</a>'
        '<img src="a.png#only-light"><img src="b.png"><source srcset="a.png 1x, c.png 2x">'
        '<a href="https://example.org/x">5</a><a href="mailto:a@example.org">6</a>'
    )
    write_tree(
        tmp_path, {"a/index.html": page, "a/a.png": b"", "b/index.html": '<p id="top">', "404.html": '<a href="/x">'}
    )
    assert dead_links(tmp_path) == [
        "a/index.html: ../b/#gone", "a/index.html: ../c/", "a/index.html: b.png", "a/index.html: c.png",
    ]  # fmt: skip


def test_links_of_the_readme_work_on_pypi_too() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links and all(link.startswith("https://") for link in links)
    site = "https://copycheck.readthedocs.io/en/stable/"
    for page in (link.removeprefix(site).partition("#")[0].strip("/") for link in links if link.startswith(site)):
        found = [REPOSITORY / "docs" / name for name in (f"{page or 'index'}.md", f"{page}/index.md")]
        assert any(path.is_file() for path in found), page
