"""Takes the pictures of the graph's page for the documentation, in light and dark, from a real project:

    copycheck graph --format json > picture.json && python docs/make_graph_shots.py picture.json --source BertSelfOutput

It prints how long the page took to open. It wants playwright and a Chromium (`.ci/chromium`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from copycheck.output.graph_page import page

FOLDER = Path(__file__).parent / "images"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LARGEST = 400_000
WIDTH, HEIGHT = 1280, 800


def link_to(picture: Mapping[str, Any], number: int) -> str:
    """What stands behind the page's name to open it on an object."""
    found = next(each for each in picture["objects"] if each["id"] == number)
    return "#" + quote(f"{found['module']}::{found['name']}", safe="/:")


def source_named(picture: Mapping[str, Any], name: str) -> int:
    """The object of this name with the most copies. Raises ValueError when none has copies."""
    named = [each["id"] for each in picture["objects"] if each["name"] == name]
    sources = [copy["source"] for copy in picture["copies"] if copy["source"] in named]
    if not sources:
        raise ValueError(f"no source is named {name}")
    return max(named, key=sources.count)


def drifted(picture: Mapping[str, Any]) -> int | None:
    """The copy with the longest difference, None when no copy has drifted."""
    lengths = {
        copy["copy"]: len(finding["diff"])
        for copy in picture["copies"]
        for finding in copy["findings"]
        if finding["diff"]
    }
    return max(lengths, key=lambda number: lengths[number], default=None)


def shoot(browser: Browser, url: str, scheme: str, name: str) -> None:
    """One picture, as soon as the page stands still."""
    viewport = {"width": WIDTH, "height": HEIGHT}
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.goto(url)
    tab.wait_for_selector("body[data-ready]")
    tab.wait_for_timeout(500)
    path = FOLDER / f"graph-{name}-{scheme}.png"
    tab.screenshot(path=path)
    ready = tab.evaluate("document.body.dataset.ready")
    context.close()
    print(f"{path.name}: ready after {ready} ms, {path.stat().st_size:,} bytes")
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST:,} bytes")


def main(picture: Mapping[str, Any], source: str) -> None:
    """All pictures of one project."""
    FOLDER.mkdir(exist_ok=True)
    views = [("all", ""), ("source", link_to(picture, source_named(picture, source)))]
    drift = drifted(picture)
    if drift is not None:
        views.append(("drift", link_to(picture, drift)))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        path = Path(scratch) / "page.html"
        path.write_text(page(picture), encoding="utf-8")
        browser = driver.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES))), args=ARGUMENTS, headless=True
        )
        for name, link in views:
            for scheme in ("light", "dark"):
                shoot(browser, path.as_uri() + link, scheme, name)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path, help="what `copycheck graph --format json` printed")
    parser.add_argument("--source", required=True, help="the name of the source that is shown")
    arguments = parser.parse_args()
    main(json.loads(arguments.picture.read_text(encoding="utf-8")), arguments.source)
