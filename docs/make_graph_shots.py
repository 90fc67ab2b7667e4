"""Takes the pictures of the pages of `graph` and `report` for the documentation, light and dark, from a real project:

    copycheck graph --format json > picture.json && copycheck report --format json > report.json
    python docs/make_graph_shots.py picture.json --source BertSelfOutput --report report.json

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

from copycheck.output import graph_page, report_page

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
    path = FOLDER / f"{name}-{scheme}.png"
    tab.screenshot(path=path)
    ready = tab.evaluate("document.body.dataset.ready")
    context.close()
    print(f"{path.name}: ready after {ready} ms, {path.stat().st_size:,} bytes")
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST:,} bytes")


def main(picture: Mapping[str, Any], source: str, report: Mapping[str, Any] | None) -> None:
    """All pictures of one project."""
    FOLDER.mkdir(exist_ok=True)
    views = [("all", ""), ("source", link_to(picture, source_named(picture, source)))]
    drift = drifted(picture)
    if drift is not None:
        views.append(("drift", link_to(picture, drift)))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        pages = {"graph": graph_page.page(picture)} | ({"report": report_page.page(report)} if report else {})
        urls = {}
        for name, text in pages.items():
            path = Path(scratch) / f"{name}.html"
            path.write_text(text, encoding="utf-8")
            urls[name] = path.as_uri()
        shots = [(f"graph-{name}", urls["graph"] + link) for name, link in views]
        shots += [("report", urls["report"])] if report else []
        browser = driver.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES))), args=ARGUMENTS, headless=True
        )
        for name, url in shots:
            for scheme in ("light", "dark"):
                shoot(browser, url, scheme, name)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path, help="what `copycheck graph --format json` printed")
    parser.add_argument("--source", required=True, help="the name of the source that is shown")
    parser.add_argument("--report", type=Path, help="what `copycheck report --format json` printed")
    arguments = parser.parse_args()
    read_report = json.loads(arguments.report.read_text(encoding="utf-8")) if arguments.report else None
    main(json.loads(arguments.picture.read_text(encoding="utf-8")), arguments.source, read_report)
