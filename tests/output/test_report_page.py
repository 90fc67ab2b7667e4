"""The page of `copycheck report --format html`, in a browser."""

from __future__ import annotations

from pathlib import Path

from tests.harness import run, write_tree

SOURCE = "def owl():\n    x = 1\n    return x\n"
HOSTILE = "</script><img src=x onerror=alert(1)>"


def drifted(project: Path, copies: int) -> Path:
    """A page about copies that have drifted, some with text that wants to be markup."""
    copy = "# Copied from pkg.base.owl with owl->kea\n" + SOURCE.replace("owl", "kea")
    files = {f"lib{n}/c.py": copy.replace("x = 1", f"x = {n!r}, '{HOSTILE}'") for n in range(copies)}
    write_tree(project, files | {"pkg/base.py": SOURCE, "pkg/same.py": copy})
    assert run(project, "report", "--format", "html", "-o", "report.html").code == 0
    return project / "report.html"


def test_the_page_runs_nothing_of_what_it_shows(project: Path) -> None:
    text = drifted(project, 2).read_text(encoding="utf-8")
    assert HOSTILE not in text and "onerror=alert(1)>" not in text
    assert text.count("</script>") == text.count("<script") == 4
    assert "default-src 'none'" in text


def test_totals_tables_and_differences(browser, project: Path) -> None:
    path = drifted(project, 30)
    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("console", lambda said, to=complaints: to.append(said.text))
        tab.on("pageerror", lambda error, to=complaints: to.append(str(error)))
        tab.on("dialog", lambda dialog, to=complaints: to.append(dialog.message))
        tab.goto(path.as_uri())
        tab.wait_for_selector("body[data-ready]")
        assert tab.locator("#totals dd").all_inner_texts() == ["31", "1", "30", "0", "0", "0"]
        assert tab.locator("#drifts details").count() == 30
        assert tab.locator("#packages tbody tr").count() == 25
        tab.get_by_role("button", name="Show all 31").click()
        assert tab.locator("#packages tbody tr").count() == 31
        first = tab.locator("#drifts details").first  # it is open
        assert HOSTILE in first.locator(".diff").inner_text()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off at the right"
        assert complaints == []
        context.close()


def test_no_drift_says_so(browser, project: Path) -> None:
    path = drifted(project, 0)
    tab = browser.new_page()
    tab.goto(path.as_uri())
    tab.wait_for_selector("body[data-ready]")
    assert tab.locator("#drifts").inner_text() == "No copy has drifted."
    assert not tab.locator("#unchecked").is_visible()
    tab.close()


def test_what_could_not_be_compared_is_listed(browser, project: Path) -> None:
    write_tree(project, {"pkg/z.py": "# Copied from pkg.base.nope\ndef f():\n    pass\n"})
    path = drifted(project, 1)
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    tab.goto(path.as_uri())
    tab.wait_for_selector("body[data-ready]")
    said = tab.locator("#unchecked").inner_text()
    assert "pkg/z.py:1" in said and "CPY102: pkg/base.py does not define nope" in said
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.close()
