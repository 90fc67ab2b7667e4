"""What parses is not written where Python does not take it all the same (contract 5.3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import run, tree_of, write_tree

MIX = "def mix(flour, dough):\n    return flour, dough\n"
SCENES = {
    "two parameters of one name": (MIX, "flour->dough", "def mix(dough):\n    return dough\n", "duplicate argument"),
    "a swap": (MIX, "flour->dough, dough->flour", "def mix(dough, flour):\n    return dough\n", "duplicate argument"),
    "a parameter that is global": (
        "def mix(flour):\n    global dough\n    dough = flour\n",
        "dough->flour",
        "def mix(flour):\n    return flour\n",
        "is parameter and global",
    ),
    "a name of the function around": (
        "def outer():\n    n = 0\n\n    def mix():\n        nonlocal n\n        n = 1\n\n    return mix\n",
        "n = 0->m = 0",
        "def outer():\n    m = 0\n    return m\n",
        "no binding for nonlocal",
    ),
}


@pytest.mark.parametrize(("source", "options", "copy", "said"), SCENES.values(), ids=SCENES)
def test_what_python_does_not_take_is_not_offered(
    source: str, options: str, copy: str, said: str, project: Path
) -> None:
    name = source.removeprefix("def ").partition("(")[0]
    write_tree(project, {"owl.py": source, "hawk.py": f"# Copied from owl.{name} with {options}\n{copy}"})
    before = tree_of(project)
    found = run(project, "--no-cache")
    assert "Python would not take its expected text" in found.text and said in found.text
    assert "can be fixed" not in found.text
    assert run(project, "--fix", "--unsafe-fixes", "--no-cache").code == 1
    assert tree_of(project) == before


def test_a_file_that_python_did_not_take_before_is_fixed(project: Path) -> None:
    copy = "def around():\n    # Copied from owl.mix with flour->corn\n    def mix(corn):\n        return corn\n"
    write_tree(project, {"owl.py": MIX, "hawk.py": f"{copy}\n\ndef twice(a, a): ...\n"})
    assert "1 fixed" in run(project, "--fix", "--no-cache").text


def test_promote_writes_nothing_that_python_does_not_take(project: Path) -> None:
    copy = "# Copied from owl.mix with flour->corn\ndef mix(corn, dough):\n    return dough, corn\n"
    write_tree(project, {"owl.py": MIX, "hawk.py": copy.replace("(corn, dough)", "(corn, dough, dough)")})
    before = tree_of(project)
    refused = run(project, "promote", "hawk.py:1")
    assert refused.code and "Python would not take owl.py with it: duplicate argument" in refused.stderr
    assert tree_of(project) == before


def test_a_full_copy_whose_replacements_make_two_names_one_is_not_written(project: Path) -> None:
    entry = '[full-copies]\n"hawk.py" = {source = "owl.py", with = "flour->dough"}\n'
    write_tree(project, {"copycheck.toml": entry, "owl.py": MIX, "hawk.py": "x = 1\n"})
    before = tree_of(project)
    assert "Python would not take its expected text: duplicate argument" in run(project, "--no-cache").text
    assert run(project, "--fix", "--unsafe-fixes", "--no-cache").code == 1 and tree_of(project) == before
