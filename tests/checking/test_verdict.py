"""What a finding says of a copy that is of another kind than its source (contract 5.3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import run, write_tree

OWL = """\
class Owl:
    size: int = 2

    class Meta:
        def hoot(self):
            \"\"\"Another one.\"\"\"

    async def hoot(self):
        rest = 1
        return rest


def rest():
    size = 3
    return size
"""
ANY = "name the object that it was copied from, or remove the directive"


@pytest.mark.parametrize(
    ("source", "copy", "said"),
    [
        ("Owl", "class Bat:\n    {}\n    size = 3\n", "help: name `owl.Owl.size`, or remove the directive"),
        ("Owl", "class Bat:\n    {}\n    def hoot(self):\n        return 2\n", "help: name `owl.Owl.hoot`, or"),
        ("Owl", "class Bat:\n    {}\n    @d\n    def hoot(self):\n        return 2\n", "help: name `owl.Owl.hoot`, or"),
        ("Owl", "{}\ndef rest():\n    return 2\n", f"help: {ANY}"),  # a name in a method is no member
        ("Owl", "{}\ndef size():\n    return 2\n", f"help: {ANY}"),  # one of another kind is not meant
        ("Owl.Meta", "class Bat:\n    {}\n    def Meta(self):\n        return 3\n", f"help: {ANY}"),
        ("rest", "def fly():\n    {}\n    size = 3\n", f"put it above `fly` if that is the copy, {ANY}"),
    ],
)  # fmt: skip
def test_the_likely_path_is_there_and_of_the_kind_of_the_copy(
    source: str, copy: str, said: str, tmp_path: Path
) -> None:
    text = copy.format(f"# Copied from owl.{source}")
    write_tree(tmp_path, {"pyproject.toml": "[tool.copycheck]\n", "owl.py": OWL, "bat.py": text})
    assert said in run(tmp_path, "--no-cache").text
    run(tmp_path, "--fix", "--unsafe-fixes", "--no-cache")
    assert (tmp_path / "bat.py").read_text() == text


@pytest.mark.parametrize(
    ("target", "copy", "said"),
    [
        (
            "owl.rest with size->height, height->width",
            "def rest():\n    height = 3\n    return height\n",
            "help: `height->width` also changes what `size->height` has made: if that is not meant, put it first. ",
        ),
        (
            "owl.rest",
            "def rest():\n    width = 3\n    return width\n",
            "help: if the new name is meant, write `with size->width` in the directive. Otherwise run `",
        ),
        (
            "owl.rest with size->widht",
            "def rest():\n    width = 3\n    return width\n",
            "help: if the new name is meant, write `with size->width` in the directive. Otherwise run `",
        ),
        (
            "far.owl",
            "def rest():\n    return 3\n",
            "help: name an object of it, such as `far.owl.NAME`; a copy of the whole file goes into `full-copies`",
        ),
    ],
)
def test_the_help_names_what_is_wrong_in_the_directive(tmp_path: Path, target: str, copy: str, said: str) -> None:
    write_tree(tmp_path, {"pyproject.toml": "[tool.copycheck]\n", "owl.py": OWL, "far/owl.py": OWL})
    write_tree(tmp_path, {"bat.py": f"# Copied from {target}\n{copy}"})
    assert said in run(tmp_path).text
