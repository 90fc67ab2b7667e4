"""The page of `copycheck graph --format html`: what is in it, and how it answers to clicks and keys in Chromium."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from copycheck.output import graph_page

FOLDER = Path(graph_page.__file__).parent
HOSTILE = "</script><img src=x onerror=document.body.dataset.broken=1><!--\u2028"
DIFF = """--- zoo/owl.py (expected from zoo.owl.Owl)
+++ zoo/hawk.py
@@ -3,3 +5,4 @@
 class Hawk:
-    wings = 2
+    wings = 3
+    extra = '</script><img src=x onerror=document.body.dataset.broken=1>'
     beak = True
"""


def thing(number: int, name: str, module: str, row: int = 1) -> dict:
    return {"id": number, "name": name, "module": module, "row": row, "end_row": row + 9}


def copy_of(source: int | None, number: int, state: str = "in-sync", **more: object) -> dict:
    plain = {"target": "zoo.owl.Owl", "row": 1, "replacements": [], "findings": [], "reason": ""}
    return {"copy": number, "source": source, "state": state} | plain | more


def drift(diff: str | None = DIFF) -> list[dict]:
    return [{"code": "CPY201", "name": "copy-drift", "message": "`Hawk` differs from its source", "diff": diff}]


@pytest.fixture(scope="module")
def picture() -> dict:
    """A source with two copies and a chain, and one object of each other state."""
    names = ["Owl", "Hawk", "Kite", "Swift", "Crane", "Heron", "Stray", HOSTILE]
    objects = [thing(n, name, f"zoo/{'pond' if n in (4, 5) else 'sky'}/{n}.py", n + 1) for n, name in enumerate(names)]
    copies = [
        copy_of(0, 1, "drift", replacements=["Owl->Hawk all-casing", "a\\->b->c"], findings=drift()),
        copy_of(0, 2),
        copy_of(2, 3, target="zoo.kite.Kite"),
        copy_of(None, 4, "external", target="far.away.Crane"),
        copy_of(None, 5, "adapted", target="zoo.marsh.Heron", reason="longer legs"),
        copy_of(None, 6, "unchecked", target="zoo.nowhere.Stray"),
        copy_of(0, 7, "drift", target=HOSTILE, findings=drift(HOSTILE)),
    ]
    return {"version": 1, "project": f"zoo {HOSTILE}", "objects": objects, "copies": copies}


def large(families: int = 1000, each: int = 3) -> dict:
    """As many objects as the largest project that we know has."""
    objects, copies = [], []
    for family in range(families):
        first = len(objects)
        folder = f"src/p{family % 120}"
        objects += [thing(first + n, f"Bird{family}N{n}", f"{folder}/m{n}.py", family) for n in range(each + 1)]
        copies += [copy_of(first, first + n) for n in range(1, each + 1)]
    return {"version": 1, "project": "large", "objects": objects, "copies": copies}


def test_nothing_in_a_picture_ends_its_element(picture: dict) -> None:
    text = graph_page.page(picture)
    assert "<img" not in text
    assert text.count("</script>") == text.count("<script") == len(graph_page._SCRIPTS) + 1
    assert "\u2028" not in re.search(r'<script type="application/json".*?</script>', text)[0]
    embedded = re.search(r'id="picture">(.*?)</script>', text)[1]
    assert json.loads(embedded) == picture


def test_the_page_needs_nothing_else(picture: dict) -> None:
    text = graph_page.page(picture)
    scripts = re.compile(r"<script>.*?</script>", re.DOTALL)
    assert len(scripts.findall(text)) == len(graph_page._SCRIPTS)
    rest = re.sub(r'<script type="application/json".*?</script>', "", scripts.sub("", text))
    assert all(value.startswith("#") for value in re.findall(r'\b(?:src|href)="([^"]*)"', rest))
    assert not re.search(r"@import|url\(|<link|<iframe|<object", rest)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_a_picture_of_another_version_is_refused(picture: dict) -> None:
    with pytest.raises(ValueError, match="version 1, not 2"):
        graph_page.page(picture | {"version": 2})


def test_the_same_picture_makes_the_same_page(picture: dict) -> None:
    assert graph_page.page(picture) == graph_page.page(picture)


def test_the_library_is_what_its_note_says() -> None:
    note = (FOLDER / "vendor" / "README.md").read_text(encoding="utf-8")
    digest = hashlib.sha256((FOLDER / "vendor" / "cytoscape.min.js").read_bytes()).hexdigest()
    assert digest in note
    assert "Permission is hereby granted" in (FOLDER / "vendor" / "cytoscape.LICENSE.txt").read_text(encoding="utf-8")


# ---- in a browser


class Tab:
    """A tab with the page in it, all that it complained of, and all that it asked for."""

    def __init__(self, browser, path: Path, hash_: str = "", **options) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri() + hash_)
        self.page.wait_for_selector("body[data-ready]")

    def heading(self) -> str | None:
        """The object whose details are open."""
        heading = self.page.locator("#panel h2")
        return heading.inner_text() if heading.is_visible() else None

    def place_of(self, name: str) -> tuple[float, float]:
        """Where an object is on the screen."""
        return self.page.evaluate(
            """name => {
                const { map, model } = copycheck.page;
                const at = map.node(model.objects.find(object => object.name === name)).renderedPosition();
                const host = document.getElementById("map").getBoundingClientRect();
                return [at.x + host.left, at.y + host.top];
            }""",
            name,
        )

    def click(self, name: str) -> None:
        """A real click on an object of the map, as soon as the map stands still."""
        self.page.wait_for_function("!copycheck.page.map.cy.animated()")
        self.page.mouse.click(*self.place_of(name))
        self.page.wait_for_function("name => document.querySelector('#panel h2')?.textContent === name", arg=name)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def visible(self) -> list[str]:
        return self.page.evaluate("copycheck.page.map.visible.map(object => object.name)")


@pytest.fixture
def open_tab(browser, picture: dict, tmp_path: Path):
    """Opens tabs; when the test is over, none may have complained or asked for anything but its own file."""
    tabs: list[Tab] = []
    path = tmp_path / "page.html"
    path.write_text(graph_page.page(picture), encoding="utf-8")

    def opened(hash_: str = "", **options) -> Tab:
        tabs.append(Tab(browser, path, hash_, **options))
        return tabs[-1]

    yield opened
    for tab in tabs:
        broken = tab.page.evaluate("document.body.dataset.broken")
        assert (tab.complaints, {url.split("#")[0] for url in tab.requests}) == ([], {path.as_uri()})
        assert broken is None
        tab.context.close()


def test_a_click_opens_the_details(open_tab) -> None:
    tab = open_tab()
    tab.click("Hawk")
    panel = tab.page.locator("#panel")
    assert panel.locator(".directive").inner_text() == "# Copied from zoo.owl.Owl with Owl->Hawk all-casing, a\\->b->c"
    assert panel.locator(".replacements tbody tr").all_inner_texts() == ["Owl\tHawk\tall casings", "a\\->b\tc\t"]
    assert "zoo/sky/1.py:2" in panel.inner_text()
    assert panel.locator(".finding .code").inner_text() == "CPY201"
    assert panel.locator(".diff del").all_inner_texts() == ["2"]
    assert panel.locator(".diff ins").first.inner_text() == "3"
    assert "</script><img src=x" in panel.locator(".diff").inner_text()


def test_links_in_the_details_lead_through_chains(open_tab) -> None:
    tab = open_tab()
    tab.click("Owl")
    assert "3 directly, 4 through chains, 2 drifted" in tab.page.locator("#panel").inner_text()
    tab.page.locator("#panel .object", has_text="Swift").click()
    assert tab.heading() == "Swift"
    tab.page.locator("#panel .object", has_text="Kite").click()
    assert tab.heading() == "Kite"
    tab.page.get_by_role("button", name="Close details").click()
    assert tab.heading() is None


def test_wheel_drag_and_hover(open_tab) -> None:
    tab = open_tab()
    view = "[copycheck.page.map.cy.zoom(), copycheck.page.map.cy.pan().x]"
    x, y = tab.place_of("Hawk")
    tab.page.mouse.move(x, y)
    assert tab.page.locator("#tip").inner_text().startswith("Hawk")
    zoom, _ = tab.page.evaluate(view)
    tab.page.mouse.wheel(0, -200)
    tab.page.wait_for_function(f"copycheck.page.map.cy.zoom() > {zoom}")
    _, before = tab.page.evaluate(view)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 90, y, steps=4)
    tab.page.mouse.up()
    tab.page.wait_for_function(f"copycheck.page.map.cy.pan().x > {before} + 50")
    assert tab.heading() is None


def test_a_click_beside_everything_closes_the_details(open_tab) -> None:
    tab = open_tab()
    tab.click("Owl")
    box = tab.page.locator("#map").bounding_box()
    tab.page.mouse.click(box["x"] + 3, box["y"] + box["height"] - 3)
    tab.page.wait_for_selector("#panel", state="hidden")


def test_search_by_name_file_and_target(open_tab) -> None:
    tab = open_tab()
    for text, names in (("swi", ["Swift"]), ("pond 4", ["Crane"]), ("far.away", ["Crane"]), ("zzz", [])):
        tab.page.locator("#search").fill(text)
        assert tab.page.locator(".result .name").all_inner_texts() == names
    tab.page.locator("#search").fill("zoo/sky")
    tab.page.locator(".result", has_text="Kite").click()
    assert tab.heading() == "Kite"


def test_filters_count_and_show_whole_families(open_tab) -> None:
    tab = open_tab()
    count = tab.page.locator("label", has=tab.page.locator("input[value=drift]")).locator(".count")
    assert count.inner_text() == "2"
    tab.page.locator("input[value=drift]").check()
    assert set(tab.visible()) == {"Owl", "Hawk", "Kite", "Swift", HOSTILE}
    tab.page.locator("input[value='zoo/pond']").wait_for(state="hidden")
    tab.page.get_by_role("button", name="Clear filters").click()
    tab.page.locator("input[value='zoo/pond']").check()
    assert set(tab.visible()) == {"Crane", "Heron"}
    assert count.inner_text() == "0"
    tab.page.get_by_role("button", name="Clear filters").click()
    tab.page.locator("input[value=CPY201]").check()
    tab.click("Hawk")


def test_by_keyboard_alone(open_tab) -> None:
    tab = open_tab()
    tab.press("/")
    tab.page.keyboard.type("zoo/sky")
    tab.press("ArrowDown", "ArrowUp", "Enter")
    assert tab.heading() == "Owl"
    tab.press("ArrowRight")
    assert tab.heading() == "Hawk"
    tab.press("ArrowDown")
    assert tab.heading() == "Kite"
    tab.press("ArrowRight")
    assert tab.heading() == "Swift"
    tab.press("ArrowLeft", "ArrowLeft")
    assert tab.heading() == "Owl"
    tab.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "panel"
    tab.press("Escape")
    assert (tab.heading(), tab.page.evaluate("document.activeElement.id")) == (None, "map")
    zoom = tab.page.evaluate("copycheck.page.map.cy.zoom()")
    tab.press("+")
    assert tab.page.evaluate("copycheck.page.map.cy.zoom()") > zoom
    tab.press("0", "?")
    assert tab.page.locator("dialog").is_visible()
    tab.press("Escape")
    assert not tab.page.locator("dialog").is_visible()


def test_the_list_shows_what_the_map_shows(open_tab) -> None:
    tab = open_tab()
    tab.press("l")
    # text_content: the rendering of what is out of sight may be put off, and has no inner text then
    shown = tab.page.locator("#list-view section:not(.drifted) .object .name").all_text_contents()
    assert sorted(shown) == sorted(tab.visible())
    tab.page.locator("#list-view .object").nth(0).focus()
    first = tab.page.evaluate("document.activeElement.querySelector('.name').textContent")
    tab.press("ArrowDown", "ArrowUp", "Enter")
    assert tab.heading() == first
    tab.page.locator("input[value=external]").check()
    assert tab.page.locator("#list-view .object .name").all_text_contents() == ["Crane"]


def test_what_has_drifted_is_one_click_away_and_first_in_the_list(open_tab) -> None:
    for width in (1280, 390):
        tab = open_tab(viewport={"width": width, "height": 800})
        button = tab.page.locator("#drifted-button")
        assert (button.inner_text(), button.get_attribute("aria-pressed")) == ("2 drifted", "false")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        first = tab.page.locator("#list-view section").nth(0)
        assert first.locator("h2").text_content() == "Drifted2"
        assert first.locator(".name").all_text_contents() == ["Hawk", HOSTILE]
        first.locator("button.object").nth(0).click()
        assert tab.heading() == "Hawk"
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
        assert len(tab.visible()) == 8


def test_the_list_is_readable_on_a_phone(browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(graph_page.page(large(40)), encoding="utf-8")
    tab = Tab(browser, path, viewport={"width": 390, "height": 800})
    tab.page.locator("#list-button").click()
    places = "[...document.querySelectorAll('#list-view .object .place')].slice(0, 40)"
    assert min(tab.page.evaluate(f"{places}.map(one => one.getBoundingClientRect().width)")) > 100
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    tab.context.close()


def test_a_dotted_name_is_a_link_and_an_unknown_one_says_so(open_tab) -> None:
    assert open_tab("#zoo.kite.Kite").heading() == "Kite"  # as a directive names it
    assert open_tab("#zoo.sky.0.Owl").heading() == "Owl"  # as its file has it
    assert open_tab("#sky.3.Swift").heading() == "Swift"  # without the root
    tab = open_tab("#zoo.owl.Owll")
    assert tab.heading() is None
    assert tab.page.locator("#unknown").inner_text() == "There is no object zoo.owl.Owll in this picture."
    tab.click("Swift")
    assert not tab.page.locator("#unknown").is_visible()
    hostile = open_tab("#<img src=x onerror=document.body.dataset.broken=1>")
    assert "<img" in hostile.page.locator("#unknown").inner_text()


def test_a_full_copy_is_named_by_its_path_and_says_what_it_copies(browser, tmp_path: Path) -> None:
    names = ["needs.txt", "docs/needs.txt"]
    copies = [copy_of(0, 1, "drift", target="needs.txt", replacements=["a->b"], findings=drift())]
    objects = [thing(n, name, name) | {"kind": "file"} for n, name in enumerate(names)]
    path = tmp_path / "page.html"
    path.write_text(graph_page.page({"version": 1, "project": "zoo", "objects": objects, "copies": copies}))
    tab = Tab(browser, path, "#docs/needs.txt")
    assert tab.heading() == "docs/needs.txt"
    assert tab.page.locator("#panel .directive").inner_text() == "needs.txt with a->b"
    assert "Full copy of" in tab.page.locator("#panel").inner_text()
    assert tab.page.evaluate("decodeURIComponent(location.hash)") == "#docs/needs.txt"
    tab.context.close()


def test_the_heading_names_commit_and_date(browser, picture: dict, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(graph_page.page({**picture, "commit": "1a2b3c4d5e", "date": "2026-11-30"}), encoding="utf-8")
    tab = Tab(browser, path)
    assert tab.page.locator("#made").inner_text() == "commit 1a2b3c4d5e, 2026-11-30"
    tab.context.close()


def test_a_link_keeps_the_selection(open_tab) -> None:
    tab = open_tab()
    tab.click("Swift")
    hash_ = tab.page.evaluate("location.hash")
    assert hash_ == "#zoo/sky/3.py::Swift"
    assert open_tab(hash_).heading() == "Swift"
    assert open_tab("#zoo/none.py::Nothing").heading() is None
    assert open_tab("#%E0%A4%A").heading() is None
    tab.page.evaluate("location.hash = '#zoo/sky/0.py::Owl'")
    tab.page.wait_for_function("document.querySelector('#panel h2').textContent === 'Owl'")


def test_hostile_names_are_text(open_tab) -> None:
    tab = open_tab()
    tab.page.locator("#search").fill("img")
    assert tab.page.locator(".result .name").all_text_contents() == [HOSTILE]
    tab.press("Enter")
    assert tab.page.locator("#panel h2").text_content() == HOSTILE
    tab.press("l")
    assert tab.page.locator("img").count() == 0
    assert tab.page.title().startswith("zoo </script>")


def test_light_and_dark(open_tab) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = open_tab(color_scheme="light").page.evaluate(colour)
    tab = open_tab(color_scheme="dark")
    assert tab.page.evaluate(colour) != light
    tab.page.locator("#theme-button").click()
    assert tab.page.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.press("t")
    assert tab.page.evaluate(colour) == light
    assert tab.page.evaluate("copycheck.page.map.paint.ground") == "#f6f5f2"


def test_every_control_has_a_name(open_tab) -> None:
    tab = open_tab()
    tab.click("Owl")
    nameless = tab.page.evaluate(
        """[...document.querySelectorAll("button, input, [tabindex]")]
            .filter(each => !each.textContent.trim() && !each.getAttribute("aria-label") && !each.labels?.length)
            .map(each => each.outerHTML)"""
    )
    assert nameless == []


def test_places_are_the_same_every_time_and_nothing_overlaps(open_tab) -> None:
    places = "copycheck.page.model.objects.map(object => [object.x, object.y])"
    first, second = (open_tab().page.evaluate(places) for _ in range(2))
    assert first == second
    assert len({tuple(place) for place in first}) == len(first)


def test_a_cycle_and_two_directives_above_one_copy(browser, tmp_path: Path) -> None:
    objects = [thing(n, name, "a.py", n + 1) for n, name in enumerate(("A", "B", "C", "C"))]
    copies = [copy_of(0, 1), copy_of(1, 0), copy_of(0, 2), copy_of(1, 2, "drift"), copy_of(3, 3, "unchecked")]
    path = tmp_path / "page.html"
    path.write_text(graph_page.page({"version": 1, "project": "", "objects": objects, "copies": copies}))
    tab = Tab(browser, path, "#a.py::C@3")
    assert tab.complaints == []
    assert tab.page.locator("#panel .directive").count() == 2
    assert tab.heading() == "C"
    tab.context.close()


def test_a_project_without_copies(browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(graph_page.page({"version": 1, "project": "empty", "objects": [], "copies": []}))
    tab = Tab(browser, path)
    tab.press("ArrowDown", "0", "l")
    assert tab.complaints == []
    tab.context.close()


def test_a_large_project_opens(browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(graph_page.page(large()))
    tab = Tab(browser, path, viewport={"width": 1440, "height": 900})
    assert tab.page.evaluate("document.body.dataset.ready")
    assert tab.complaints == []
    tab.context.close()
