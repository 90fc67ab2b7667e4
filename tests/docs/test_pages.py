"""The documentation: what its pages show is what happens, and no key is missing."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import click
import pytest
import yaml

from copycheck.cli.check_command import check
from copycheck.cli.commands.agents import SNIPPET
from copycheck.cli.registry import all_commands, find_command
from copycheck.project.settings_reader import KEYS
from tests.docs.pages import blocks, differences, sections

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
RUN_BY_SECTION = ("directives.md", "configuration.md", "questions.md")
RUN_AS_A_WHOLE = (
    "adoption.md",
    "agents.md",
    "api.md",
    "graph.md",
    "report.md",
    "suggest.md",
)
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
    who = {f"GIT_{role}_{what}": "owl@zoo.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path, home = f"{folder}:/usr/bin:/bin", str(tmp_path)
    return {**who, "HOME": home, "PATH": path, "PYTHONPATH": str(DOCS.parent), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


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
    rows = re.findall(r"^\| `([\w-]+)` \|", PAGES["action.md"], re.MULTILINE)
    assert rows == [*action["inputs"], *action["outputs"]]
    assert set(re.findall(r"id: (copycheck[\w-]*)", PAGES["ci.md"])) == {hook["id"] for hook in hooks}


def test_the_page_on_commands_has_every_command_and_state() -> None:
    page = PAGES["commands.md"]
    table = page.partition("## ")[0]
    assert sorted(re.findall(r"`copycheck ([a-z]+)`", table)) == sorted(all_commands())
    states = next(param for param in all_commands()["list"].params if "--state" in param.opts).type
    assert isinstance(states, click.Choice)
    rows = re.findall(r"^\| `([a-z-]+)` \|", page.partition("## States of a copy")[2], re.MULTILINE)
    assert rows[: len(states.choices)] == list(states.choices)


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


def _shown_commands(page: str) -> list[list[str]]:
    """The words of every copycheck command in the shell blocks of a page, without what a shell does with them."""
    found = []
    for block in blocks(page):
        if block.language not in ("console", "bash", "zsh", "fish"):
            continue
        for line in block.text.replace("\\\n", " ").split("\n"):
            for part in re.split(r"&&|\|\||[;|]|\$\(|\)\"", line.split("  #")[0]):
                if part.count('"') % 2:
                    continue  # a text for `echo`
                words = shlex.split(re.split(" >>? ", part)[0], comments=True)
                if words and words[0].rpartition("/")[2] == "copycheck":
                    found.append(words[1:])
    return found


README = (DOCS.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*PAGES, "README.md"])
def test_every_command_on_every_page_is_one_that_copycheck_takes(name: str) -> None:
    page = {**PAGES, "README.md": README}[name]
    for words in _shown_commands(page):
        command = find_command(words[0]) if words else None
        try:
            with (command or check).make_context("copycheck", words[1:] if command else words):
                pass
        except click.exceptions.Exit as exit_:
            assert exit_.exit_code == 0, words


def test_every_word_in_back_quotes_that_looks_like_an_option_is_one() -> None:
    commands = [check, *all_commands().values()]
    commands += [one for group in commands for one in getattr(group, "commands", {}).values()]
    known = {name for one in commands for param in one.params for name in (*param.opts, *param.secondary_opts)}
    known |= {"--help", "--version"}
    for name, page in {**PAGES, "README.md": README}.items():
        for shown in re.findall(r"`copycheck ([^`\n]*)`", page):
            options = {word.partition("=")[0] for word in shown.split() if word.startswith("--") and word != "--sh"}
            assert options <= known, (name, shown)
