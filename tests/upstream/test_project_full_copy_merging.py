"""`copycheck merge` of full copies: the base is the source at the last commit at which the two were in sync."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import committed, run, tree_of

CONFIG = """\
[tool.copycheck.full-copies]
"hawk.cfg" = { source = "owl.cfg", keep = ["^name"] }
"zoo/hawk.py" = { source = "zoo/owl.py", with = "Owl->Hawk" }
"""
OWL = "name = owl\nwings = 2\n\nnight = yes\n\neyes = 2\n\nfood = mice\n"
CLASS = "class Owl:\n    wings = 2\n    night = True\n    eyes = 2\n    food = ['mice']\n    age = 20\n".replace(
    "'", '"'
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which both have been in sync once; since, source and copy have changed."""
    files = {
        "pyproject.toml": CONFIG,
        "owl.cfg": OWL,
        "hawk.cfg": OWL.replace("= owl", "= hawk"),
        "zoo/owl.py": CLASS,
        "zoo/hawk.py": CLASS.replace("Owl", "Hawk"),
    }
    folder = committed(tmp_path_factory.mktemp("merge") / "zoo", dict(files))
    edit(folder, "owl.cfg", "wings = 2", "wings = 2\nclaws = 8")
    edit(folder, "zoo/owl.py", "wings = 2", "wings = 4")
    edit(folder, "zoo/hawk.py", "age = 20", "age = 10")
    edit(folder, "hawk.cfg", "food = mice", "food = hares")
    return folder


@pytest.fixture
def zoo(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "zoo"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    git(folder, "commit", "-qam", "edit")


def test_both_changes_are_in_the_copies(zoo: Path) -> None:
    before = tree_of(zoo)
    assert "+claws = 8\n" in run(zoo, "merge", "--diff").text and tree_of(zoo) == before
    result = run(zoo, "merge")
    assert result.code == 0 and "2 copies: 2 merged.\n2 files changed\n" in result.text
    assert (zoo / "hawk.cfg").read_text() == OWL.replace("owl", "hawk").replace(
        "= 2\n\nni", "= 2\nclaws = 8\n\nni"
    ).replace("mice", "hares")
    text = CLASS.replace("Owl", "Hawk").replace("wings = 2", "wings = 4").replace("age = 20", "age = 10")
    assert (zoo / "zoo/hawk.py").read_text() == text
    merged = tree_of(zoo)
    assert "2 copies: 2 with nothing to do.\n0 files changed\n" in run(zoo, "merge").text and tree_of(zoo) == merged


def test_merge_one_by_one(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--interactive` offers the merge of a full copy, and leaves the others as they are."""
    monkeypatch.setattr("sys.stdin", io.StringIO("m\ns\n"))
    result = run(zoo, "--fix", "--interactive")
    assert "fix, break, merge, skip, quit" in result.text and "1 settled, 2 left.\n" in result.text, result.text
    assert "claws = 8" in (zoo / "hawk.cfg").read_text() and "food = hares" in (zoo / "hawk.cfg").read_text()
    assert "wings = 2" in (zoo / "zoo/hawk.py").read_text()


def test_a_conflict(zoo: Path) -> None:
    edit(zoo, "owl.cfg", "food = mice", "food = frogs")
    before = tree_of(zoo)
    result = run(zoo, "merge", "hawk.cfg")
    assert result.code == 1 and "+food = frogs" in result.text and tree_of(zoo) == before
    assert run(zoo, "merge", "hawk.cfg", "--conflicts").code == 1
    assert "<<<<<<< copy hawk.cfg\nfood = hares\n||||||| base " in (zoo / "hawk.cfg").read_text()


def test_a_finding_offers_it(zoo: Path) -> None:
    text = run(zoo).text
    assert "its source has changed since" in text and "`copycheck merge hawk.cfg` brings" in text


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('"hawk.cfg" = { source = "owl.cfg", adapted = "why" }', "run `copycheck upstream update hawk.cfg`"),
        (
            '"hawk.cfg" = { source = "owl.cfg", keep = ["name", "claws", "food"] }',
            "hawk.cfg cannot be merged: it is in sync",
        ),
    ],
)
def test_what_is_no_case_for_a_merge(zoo: Path, config: str, said: str) -> None:
    (zoo / "pyproject.toml").write_text(f"[tool.copycheck.full-copies]\n{config}\n")
    result = run(zoo, "merge", "hawk.cfg")
    assert result.code == 2 and said in result.stderr and result.stderr.count("\n") == 1


def test_without_a_base_a_line_says_why(zoo: Path) -> None:
    shutil.rmtree(zoo / ".git")
    result = run(zoo, "merge", "hawk.cfg")
    assert (
        result.code == 1
        and "`hawk.cfg` is not merged with `owl.cfg`: the project is in no git repository" in result.text
    )


def test_a_merge_leaves_the_layout_of_a_copy_where_no_formatter_is_configured(zoo: Path) -> None:
    for name in ("zoo/hawk.py", "zoo/owl.py"):
        edit(zoo, name, "    night = True\n", "    night  =  True\n")
    edit(zoo, "zoo/hawk.py", "food = [", "food = 'rats', [")
    edit(zoo, "zoo/owl.py", "eyes = 2", "eyes = [ 2,'two' ]")
    before = (zoo / "zoo/hawk.py").read_text()
    assert run(zoo, "merge", "zoo/hawk.py").code == 0
    expected = before.replace("wings = 2", "wings = 4").replace("eyes = 2", "eyes = [ 2,'two' ]")
    assert (zoo / "zoo/hawk.py").read_text() == expected
