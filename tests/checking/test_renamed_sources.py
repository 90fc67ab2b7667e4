"""Directives whose module git reports as renamed (contract 3.6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import committed, run, write_tree

OWL = """\
import math


class Owl:
    def hoot(self, times):
        total = times * math.pi
        self.last = total
        return ["hoo"] * int(total)

    def rest(self):
        self.last = 0
        return "rests on a branch"


def is_owl(bird):
    return isinstance(bird, Owl)
"""
OTHER = "class Owl:\n    def hoot(self):\n        return 1\n"
HAWK = """\
import math


class Hawk:
    # Copied from zoo.owl.Owl.hoot with hoo->screech
    def hoot(self, times):
        total = times * math.pi
        self.last = total + 1  # its own edit
        return ["screech"] * int(total)
"""
FILES: dict[str, str | bytes] = {"zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/other.py": OTHER, "copycheck.toml": ""}


def renamed(root: Path, *commands: tuple[str, ...]) -> str:
    """What a check says of the directive of the hawk, once git was given some commands."""
    for command in commands:
        git(root, *command)
    cached, fresh = run(root, "--output-format", "concise"), run(root, "--output-format", "concise", "--no-cache")
    assert cached.text == fresh.text == run(root, "--output-format", "concise").text
    return fresh.text.splitlines()[0]


MOVE = ("mv", "zoo/owl.py", "zoo/strix.py")
COMMIT = ("commit", "-q", "-a", "-m", "moved")


@pytest.mark.parametrize("commands", [[MOVE], [MOVE, COMMIT]], ids=["staged", "committed"])
def test_an_object_in_a_renamed_file_is_the_one_that_was_copied(
    tmp_path: Path, commands: list[tuple[str, ...]]
) -> None:
    root = committed(tmp_path / "zoo-project", FILES)
    message = renamed(root, *commands)
    assert "`zoo.strix.Owl.hoot` is at zoo/strix.py:5, in the file that git reports as renamed" in message
    assert "run `copycheck mv zoo.owl.Owl.hoot zoo.strix.Owl.hoot`" in message
    before = (root / "zoo/hawk.py").read_text()
    done = run(root, "--fix", "--unsafe-fixes", "--show-fixes")
    assert "name `zoo.strix.Owl.hoot`" in done.text
    assert (root / "zoo/hawk.py").read_text() == before.replace("zoo.owl.", "zoo.strix."), "its text stays as it is"


def test_renames_are_followed_and_lead_to_what_is_there_now(tmp_path: Path) -> None:
    root = committed(tmp_path / "p", FILES)
    (root / "birds").mkdir()
    second = ("mv", "zoo/strix.py", "birds/night.py")
    message = renamed(root, MOVE, COMMIT, second, COMMIT, ("mv", "birds/night.py", "birds/tyto.py"))
    assert "`birds.tyto.Owl.hoot`" in message


def test_a_package_that_hands_an_object_on(tmp_path: Path) -> None:
    files = {
        "zoo/owl/__init__.py": "from .impl import Owl\n" + "# what is known of owls\n" * 9,
        "zoo/owl/impl.py": OWL,
        "zoo/hawk.py": HAWK,
        "copycheck.toml": "",
    }
    root = committed(tmp_path / "p", dict(files))
    assert "`zoo.strix.Owl.hoot` is at zoo/strix/impl.py:5" in renamed(root, ("mv", "zoo/owl", "zoo/strix"), COMMIT)


@pytest.mark.parametrize("home", ["tests/test_owl.py", "zoo/dummy_owl_objects.py"])
def test_nothing_moves_to_tests_and_stubs(tmp_path: Path, home: str) -> None:
    root = committed(tmp_path / "p", FILES)
    (root / home).parent.mkdir(exist_ok=True)
    assert "renamed" not in renamed(root, ("mv", "zoo/owl.py", home), COMMIT)


def test_what_was_not_in_the_file_before_it_was_renamed(tmp_path: Path) -> None:
    root = committed(tmp_path / "p", FILES)
    git(root, "commit", "-q", "--allow-empty", "-m", "second")
    write_tree(root, {"zoo/owl.py": OWL.replace("class Owl", "class Strix")})
    git(root, *COMMIT)
    git(root, *MOVE)
    git(root, *COMMIT)
    write_tree(root, {"zoo/strix.py": OWL})
    assert "renamed" not in renamed(root)


def test_a_function_does_not_become_a_class(tmp_path: Path) -> None:
    root = committed(tmp_path / "p", FILES)
    git(root, *MOVE)
    write_tree(root, {"zoo/strix.py": OWL.replace("    def hoot(", "    class hoot:\n        def of(")})
    git(root, *COMMIT)
    assert "renamed" not in renamed(root)


def test_without_a_commit_git_has_no_answer(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write_tree(root, {name: text for name, text in FILES.items() if name != "zoo/owl.py"})
    git(root, "init", "-q")
    assert "CPY101" in renamed(root)


def test_an_object_that_was_renamed_with_its_file_has_the_new_module_in_its_help(tmp_path: Path) -> None:
    committed(tmp_path, {name: text for name, text in FILES.items() if name != "zoo/other.py"})
    git(tmp_path, *MOVE)
    (tmp_path / "zoo/strix.py").write_text(OWL.replace("Owl", "Strix").replace("hoot", "call"))
    said = "help: git reports zoo/owl.py as renamed to zoo/strix.py: run `copycheck mv zoo.owl zoo.strix`"
    assert said in run(tmp_path).text and said in run(tmp_path).text
    assert (
        "run `copycheck mv zoo.owl.Owl.hoot zoo.strix.Strix.call`" in run(tmp_path, "mv", "zoo.owl", "zoo.strix").stderr
    )
    git(tmp_path, "commit", "-qam", "moved")
    assert said in run(tmp_path).text
