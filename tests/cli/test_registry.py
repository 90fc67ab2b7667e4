"""One module is one command: how its name, its help and its exit code are found."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from copycheck.cli import registry
from tests.harness import run

FOLDER = Path(registry.__file__).parent / "commands"


def test_each_module_is_a_command() -> None:
    stems = {path.stem for path in FOLDER.glob("[a-z]*.py")}
    assert registry.command_names() == sorted(stem.rstrip("_").replace("_", "-") for stem in stems)
    for name, command in registry.all_commands().items():
        assert isinstance(command, click.Command)
        assert command.name == name
        assert command.get_short_help_str(limit=200).endswith(".")


@pytest.mark.parametrize("word", ["", ".", "..", "__init__", "-q", "Graph", "graph.py", "commands", "os.path", "a/b"])
def test_other_words_are_none(word: str) -> None:
    assert registry.find_command(word) is None


def test_help_lists_each_command(tmp_path: Path) -> None:
    section = run(tmp_path, "--help").text.partition("Other commands:\n")[2]
    assert re.findall(r"^  copycheck (\S+)", section, re.MULTILINE) == registry.command_names()


def test_a_usage_error_names_the_help_of_its_command(tmp_path: Path) -> None:
    assert run(tmp_path, "mv", "a").stderr.endswith("(see copycheck mv --help)\n")
    assert run(tmp_path, "--nonsense").stderr.endswith("(see copycheck --help)\n")
