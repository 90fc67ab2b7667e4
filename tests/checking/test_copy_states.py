"""`copycheck list`: every directive, and the copies that were broken on purpose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copycheck.api import list_copies, load
from tests.harness import run, tree_of

OWL = 'class Owl:\n    def hoot(self):\n        return "hoo"\n'
HAWK = """\
# Copied from owl.Owl with Owl->Hawk all-casing,
# "hoo"->"kree"
class Hawk:
    # Adapted from owl.Owl.hoot: louder
    def hoot(self):
        return "kree"


# Copied from owl.Owl.hoot
# copycheck: ignore[CPY201] a function
def hoot():
    return 1


# Copied from owl.Nothing
class A:
    pass


# Copied from elsewhere.B
class B:
    pass


# Copied from owl.Owl
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.copycheck]\nexternal = ["elsewhere"]\n')
    (tmp_path / "owl.py").write_text(OWL)
    (tmp_path / "hawk.py").write_text(HAWK)
    return tmp_path


def test_text(tree: Path) -> None:
    before = tree_of(tree)
    result = run(tree, "list")
    assert (result.code, result.stderr) == (0, "")
    assert result.text == (
        'hawk.py:1: in-sync Hawk ← owl.Owl with Owl->Hawk all-casing, "hoo"->"kree"\n'
        "hawk.py:4: adapted Hawk.hoot ← owl.Owl.hoot (louder)\n"
        "hawk.py:9: drift hoot ← owl.Owl.hoot (CPY201, ignored) (a function)\n"
        "hawk.py:15: unchecked A ← owl.Nothing (CPY102)\n"
        "hawk.py:20: external B ← elsewhere.B\n"
        "hawk.py:25: unchecked ? ← owl.Owl (CPY005)\n"
        "6 copies: 1 in sync, 1 drift, 1 external, 1 adapted, 2 unchecked.\n"
    )
    assert tree_of(tree) == before


def test_a_list_from_the_cache_is_the_same(tree: Path) -> None:
    cold = run(tree, "list", "--no-cache").text
    assert run(tree).code == 1
    assert run(tree, "list").text == cold
    assert run(tree, "list").text == cold


def test_json(tree: Path) -> None:
    document = json.loads(run(tree, "list", "--output-format", "json").text)
    assert document["version"] == 1
    assert document["summary"] == {"in-sync": 1, "drift": 1, "external": 1, "adapted": 1, "unchecked": 2}
    assert document["copies"][0] == {
        "filename": "hawk.py",
        "location": {"row": 1, "column": 1},
        "kind": "directive",
        "name": "Hawk",
        "rows": {"start": 3, "end": 6},
        "target": "owl.Owl",
        "replacements": ["Owl->Hawk all-casing", '"hoo"->"kree"'],
        "state": "in-sync",
        "source": {"filename": "owl.py", "location": {"row": 1, "column": 1}},
        "findings": [],
        "ignored": [],
        "known": [],
        "reason": "",
    }


def test_states_and_paths(tree: Path) -> None:
    assert run(tree, "list", "--state", "drift", "--state", "adapted", "-q").text.count("\n") == 2
    (tree / "kite.py").write_text("# Copied from hawk.B\nclass B:\n    pass\n")
    assert run(tree, "list", "-q", "kite.py").text == "kite.py:1: in-sync B ← hawk.B\n"
    assert run(tree, "list", "-q", "hawk.py").text.count("\n") == 7, "by the source too"
    assert run(tree, "list", "no.py").code == 2


def test_the_api(tree: Path) -> None:
    settings = load([str(tree)])
    found = list_copies(settings=settings)
    assert next(found).name == "Hawk"
    assert [copy.state for copy in found] == ["adapted", "drift", "unchecked", "external", "unchecked"]
