"""The documentation: what its pages show is what happens, and no key is missing."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from copycheck.cli.commands.agents import SNIPPET
from copycheck.project.settings_reader import KEYS
from tests.docs.pages import blocks, differences, sections

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
RUN_BY_SECTION = ("directives.md", "configuration.md", "questions.md")
RUN_AS_A_WHOLE = ("adoption.md", "agents.md", "api.md", "suggest.md")
PARTS = {name: {"": PAGES[name].partition("\n## ")[0], **dict(sections(PAGES[name]))} for name in RUN_BY_SECTION}

with_bash = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Variables under which `copycheck` is this one, and `python` the one that runs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, arguments in (("copycheck", " -m copycheck"), ("python", "")):
        tool = folder / name
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        tool.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "PYTHONPATH": str(DOCS.parent), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@with_bash
@pytest.mark.parametrize(("name", "title"), [(name, title) for name, parts in PARTS.items() for title in parts])
def test_each_section_shows_what_happens(name: str, title: str, folder: Path, env: dict[str, str]) -> None:
    assert differences(PARTS[name][title], folder, env) == []


@with_bash
@pytest.mark.parametrize("name", RUN_AS_A_WHOLE)
def test_the_page_shows_what_happens(name: str, folder: Path, env: dict[str, str]) -> None:
    assert differences(PAGES[name], folder, env) == []


def test_every_key_has_its_section() -> None:
    titles = [title.strip("`") for title, _ in sections(PAGES["configuration.md"])]
    assert [title for title in titles if not title[0].isupper()] == sorted(KEYS)


def test_every_key_says_its_type_and_default() -> None:
    for title, text in sections(PAGES["configuration.md"]):
        if title.startswith("`"):
            assert re.match(r"\n\*[a-z].*, default (`.+`|none|the rules .+)\*\n", text), title
            assert any(block.language in ("toml", "console") or block.title for block in blocks(text)), title


def test_the_first_page_shows_the_difference_of_the_readme() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    [shown] = [block.text for block in blocks(readme) if block.language == "text"]
    assert shown in [block.text for block in blocks(PAGES["index.md"])]


def test_the_page_on_ci_names_what_is_there() -> None:
    action, hooks = (
        yaml.safe_load((DOCS.parent / name).read_text()) for name in ("action.yml", ".pre-commit-hooks.yaml")
    )
    rows = re.findall(r"^\| `([\w-]+)` \|", PAGES["ci.md"], re.MULTILINE)
    assert rows == [*action["inputs"], *action["outputs"]]
    assert set(re.findall(r"id: (copycheck[\w-]*)", PAGES["ci.md"])) == {hook["id"] for hook in hooks}


def test_yaml_and_toml_are_read() -> None:
    toml = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")
    for page in PAGES.values():
        for block in blocks(page):
            if block.language == "yaml":
                assert yaml.safe_load(block.text)
            elif block.language == "toml":
                assert toml.loads(block.text)


def test_each_command_for_agents_is_run() -> None:
    commands = re.findall(r"`copycheck ([^`]*)`", SNIPPET)
    run = [
        line for block in blocks(PAGES["agents.md"]) if block.language == "console" for line in block.text.split("\n")
    ]
    for command in commands:
        words = re.sub(r"FILE:ROW|CODE|\"why\"", "*", command).split()
        assert any(all(word == "*" or word in line.replace(";", " ").split() for word in words) for line in run), (
            command
        )
