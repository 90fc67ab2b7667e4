"""The pages of a repository that wants to run in them: every text of it stays text, and nothing leaves the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studies.repository import git
from tests.harness import committed, run

RUN = "document.body.dataset.ran=1"
TAGS = (
    f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg/onload={RUN}>",
    f"\"'><a href=javascript:{RUN} autofocus onfocus={RUN}>x</a>",
    f"<!--<script>{RUN}//--!>",
    f"]]><style>@import 'http://evil.example/x.css';</style><iframe srcdoc='<script>parent.{RUN}</script>'>",
    "<base href=http://evil.example/><link rel=prefetch href=//evil.example/p>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    f"&lt;img src=x onerror={RUN}&gt;&#60;script&#62;{RUN}&#60;/script&#62;",
    f"${{{RUN}}}`${{{RUN}}}`\\u003cscript\\u003e{RUN}",
    f"\u2028{RUN}//\u2029\u202e;evil\u2066",
    f"javascript:{RUN}",
    "//# sourceMappingURL=http://evil.example/x.map",
)
NAMES = tuple(tag.replace("/", "\u2215") for tag in TAGS)
"""No slash is in the name of a file; one that looks like it is."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose files, folders, code, comments, replacements, authors and commits are such texts."""
    files: dict[str, str | bytes] = {"copycheck.toml": "", "zoo/base.py": "def owl(x):\n    return 1\n"}
    pairs = []
    for number, (tag, name) in enumerate(zip(TAGS, NAMES, strict=True)):
        right = tag.replace(",", "\\,").replace("->", "\\->").replace("\u2028", "").replace("\u2029", "")
        line = f"    {tag!r}  # {tag}".replace("\u2028", "\\u2028")
        files[f"{name}.py"] = f"# Copied from zoo.base.owl with owl->owl{number}, 1->{right}\ndef owl(x):\n{line}\n"
        files[f"{name}d/lost.py"] = f"# Copied from zoo.base.gone{number}\ndef owl(x):\n    return 2\n"
        files[f"{name}.txt"], files[f"{name}.copy"] = tag, f"{tag} drifted\n"
        pairs.append(
            f'''"""{name.replace(chr(92), chr(92) * 2)}.copy""" = """{name.replace(chr(92), chr(92) * 2)}.txt"""'''
        )
    # A key of TOML is on one line, and in no three quotes.
    escaped = [pair.replace('"""', "\0").replace('"', '\\"').replace("\0", '"') for pair in pairs]
    files["copycheck.toml"] = "[full-copies]\n" + "\n".join(escaped) + "\n"
    folder = tmp_path_factory.mktemp("hostile") / NAMES[1]
    root = committed(folder, files)
    for number, tag in enumerate(TAGS):
        with (root / f"{NAMES[number]}.py").open("a") as stream:
            stream.write(f"    return {number}\n")
        identity = ("-c", f"user.name={tag.replace('<', '«')}", "-c", f"user.email={tag.replace('<', '«')}")
        git(root, *identity, "commit", "-q", "-a", "-m", f"{tag}\n\n{tag}")
    return root


class Watched:
    """A tab that notes all that a page asks for, says, opens or would run."""

    def __init__(self, browser: Any, path: Path, hash_: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.page = self.context.new_page()
        self.own = path.as_uri()
        self.seen: list[str] = []
        self.page.on("request", lambda request: self._note(request.url) if self.own not in request.url else None)
        self.page.on("dialog", lambda dialog: (self._note(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self._note(f"error {error}"))
        self.page.on("console", lambda said: self._note(said.text) if said.type in ("error", "warning") else None)
        self.context.on("page", lambda page: self._note(f"window {page.url}"))
        self.page.goto(self.own + hash_)
        self.page.wait_for_selector("body[data-ready]")

    def _note(self, what: str) -> None:
        self.seen.append(what)

    def assert_harmless(self) -> None:
        """Nothing ran, nothing was asked for, and no element is there that the page has not made itself."""
        assert self.page.evaluate("document.body.dataset.ran") is None
        assert self.seen == []
        assert self.page.url.partition("#")[0] == self.own
        count = "img, iframe, base, object, embed, link, body svg[onload], [onfocus], [onerror], [srcdoc]"
        assert self.page.evaluate(f"document.querySelectorAll({count!r}).length") == 0
        links = self.page.evaluate("[...document.querySelectorAll('[href]')].map(one => one.getAttribute('href'))")
        assert [link for link in links if link and not link.startswith(("#", "https://copycheck"))] == []


def opened(browser: Any, project: Path, command: str, hash_: str = "") -> Watched:
    """A tab with the page that a command writes."""
    path = project.parent / f"{command}.html"
    if not path.exists():
        assert run(project, command, "--format", "html", "-o", str(path)).code == 0
    return Watched(browser, path, hash_)


def click_everything(tab: Watched) -> int:
    """Click whatever is shown and can be clicked, once; how many that were."""
    clicked = tab.page.evaluate(
        """() => {
            const seen = new Set();
            const kinds = "button, summary, a[href^='#'], .object, input[type=checkbox]";
            for (let round = 0; round < 400; round += 1) {
                const next = [...document.querySelectorAll(kinds)]
                    .find(one => !seen.has(one.outerHTML) && one.offsetParent !== null && !one.disabled);
                if (!next) break;
                seen.add(next.outerHTML);
                next.click();
            }
            return seen.size;
        }"""
    )
    tab.page.wait_for_timeout(100)
    return int(clicked)


def test_the_page_of_the_graph_runs_nothing(browser: Any, project: Path) -> None:
    tab = opened(browser, project, "graph")
    tab.assert_harmless()
    for tag in ("img", "script", "javascript:", "\u202e", "evil.example"):
        tab.page.locator("#search").fill(tag)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("l")
    assert click_everything(tab) > 2 * len(TAGS)
    tab.assert_harmless()
    assert NAMES[1] in (tab.page.locator("#list-view").text_content() or "")
    for name in tab.page.evaluate("copycheck.page.model.objects.map(object => object.name)"):
        tab.page.evaluate("name => { location.hash = '#' + name; }", name)
    tab.assert_harmless()
    tab.context.close()


def test_the_page_of_the_report_runs_nothing(browser: Any, project: Path) -> None:
    tab = opened(browser, project, "report")
    assert click_everything(tab) > len(TAGS)
    tab.assert_harmless()
    text = tab.page.locator("body").inner_text()
    assert all(part in text for part in (TAGS[0], TAGS[1], TAGS[7], TAGS[10])), "what they say is there to read"
    tab.context.close()


@pytest.mark.parametrize(
    "hash_", ["#__proto__", "#constructor", f"#javascript:{RUN}", f"#{TAGS[1]}", "#%00%ff", "#" * 99]
)
def test_a_link_into_the_page_runs_nothing(browser: Any, project: Path, hash_: str) -> None:
    tab = opened(browser, project, "graph", hash_)
    tab.assert_harmless()
    tab.context.close()
