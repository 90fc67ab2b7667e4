"""`break --reason`: the base is the version of the source that the copy last agreed with, where git knows it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import Run, committed, run, write_tree

OWL = """\
class Owl:
    def hunt(self, hours):
        prey = hours * 2
        if prey > 10:
            prey = 10
        rest = 24 - hours
        return prey, rest
"""
COMMENT = "# Copied from zoo.owl.Owl with Owl->Bat\n"
BAT = COMMENT + OWL.replace("Owl", "Bat")


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A repository with a copy in sync."""
    files: dict[str, str | bytes] = {"copycheck.toml": "", "zoo/owl.py": OWL, "zoo/bat.py": BAT}
    return committed(tmp_path / "zoo", files)


def edit(folder: Path, name: str, old: str, new: str, commit: bool = True) -> None:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    if commit:
        git(folder, "commit", "-qam", "edit")


def broken(folder: Path, place: str = "zoo/bat.py:1") -> Run:
    result = run(folder, "break", place, "--reason", "bats differ")
    assert result.code == 0, result.stderr
    return result


def missing(folder: Path) -> str:
    """What a check says."""
    result = run(folder, "--output-format", "concise")
    assert result.code == bool("CPY" in result.text)
    return result.text


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_change_that_the_copy_lacks_is_told_of(zoo: Path, is_committed: bool) -> None:
    edit(zoo, "zoo/bat.py", "24 - hours", "23 - hours")
    edit(zoo, "zoo/owl.py", "prey = 10", "prey = 9", commit=is_committed)
    result = broken(zoo)
    assert "`copycheck upstream update zoo/bat.py:1` brings that in\n" in result.text and not result.stderr
    assert "CPY302" in missing(zoo)
    assert "merged " in run(zoo, "upstream", "status").text
    assert run(zoo, "upstream", "update", "zoo/bat.py:1").code == 0
    text = (zoo / "zoo/bat.py").read_text()
    assert "prey = 9" in text and "23 - hours" in text and text.startswith("# Adapted from zoo.owl.Owl with Owl->Bat: ")
    assert "CPY" not in missing(zoo)


def test_a_change_that_is_not_wanted_counts_as_seen_with_keep(zoo: Path) -> None:
    edit(zoo, "zoo/owl.py", "prey = 10", "prey = 9")
    broken(zoo)
    assert "CPY302" in missing(zoo)
    assert run(zoo, "upstream", "update", "zoo/bat.py:1", "--keep").code == 0
    assert "CPY" not in missing(zoo) and "prey = 10" in (zoo / "zoo/bat.py").read_text()


def test_what_somebody_has_merged_by_hand_is_not_told_of(zoo: Path) -> None:
    edit(zoo, "zoo/owl.py", "prey = 10", "prey = 9")
    edit(zoo, "zoo/bat.py", "prey = 10", "prey = 9")
    edit(zoo, "zoo/bat.py", "24 - hours", "23 - hours")
    assert broken(zoo).text == "`Bat` is no longer a copy of `zoo.owl.Owl`\n2 files changed\n"
    assert "CPY" not in missing(zoo)


def test_the_source_in_a_file_that_was_renamed(zoo: Path) -> None:
    edit(zoo, "zoo/bat.py", "24 - hours", "23 - hours")
    git(zoo, "mv", "zoo/owl.py", "zoo/birds.py")
    edit(zoo, "zoo/bat.py", "zoo.owl.Owl", "zoo.birds.Owl")
    edit(zoo, "zoo/birds.py", "prey = 10", "prey = 9")
    broken(zoo)
    assert "CPY302" in missing(zoo)
    assert run(zoo, "upstream", "update").code == 0
    assert "prey = 9" in (zoo / "zoo/bat.py").read_text() and "CPY" not in missing(zoo)


def test_a_clone_that_is_cut_off(zoo: Path, tmp_path: Path) -> None:
    edit(zoo, "zoo/bat.py", "24 - hours", "23 - hours")
    edit(zoo, "zoo/owl.py", "prey = 10", "prey = 9")
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{zoo}", shallow], check=True, capture_output=True)
    result = broken(shallow)
    assert result.stderr == (
        "copycheck: warning: zoo/bat.py:1: its base is the source as it is now: nobody can tell with which version of "
        "`zoo.owl.Owl` it last agreed (the history of this clone is cut off: run `git fetch --unshallow` to get the "
        "rest)\n"
    )
    assert "CPY" not in missing(shallow)


def test_without_git_or_without_a_version_in_sync(zoo: Path, tmp_path: Path) -> None:
    new = BAT.replace("24", "22").replace("Bat", "Fox")
    write_tree(zoo, {"zoo/fox.py": new})
    assert "(no commit has both the copy and its source)" in broken(zoo, "zoo/fox.py:1").stderr
    git(zoo, "checkout", "-q", ".")
    (zoo / "copycheck-lock.json").unlink(missing_ok=True)
    write_tree(zoo, {"zoo/fox.py": new})
    git(zoo, "add", ".")
    git(zoo, "commit", "-qm", "a fox that never agreed")
    assert "(the copy and its source were in sync at no commit)" in broken(zoo, "zoo/fox.py:1").stderr
    write_tree(tmp_path / "plain", {"copycheck.toml": "", "zoo/owl.py": OWL, "zoo/bat.py": BAT, "zoo/fox.py": new})
    assert broken(tmp_path / "plain").stderr == "", "it agrees now"
    assert "(the project is in no git repository)" in broken(tmp_path / "plain", "zoo/fox.py:1").stderr


def test_a_full_copy(zoo: Path) -> None:
    rows = [f"row {number}\n" for number in range(9)]
    config = '[full-copies]\n"b.txt" = "a.txt"\n'
    write_tree(zoo, {"copycheck.toml": config, "a.txt": "".join(rows), "b.txt": "".join(rows)})
    git(zoo, "add", ".")
    git(zoo, "commit", "-qm", "texts")
    edit(zoo, "b.txt", "row 1\n", "row one\n")
    edit(zoo, "a.txt", "row 7\n", "row seven\n")
    result = broken(zoo, "b.txt")
    assert "`copycheck upstream update b.txt` brings that in\n" in result.text and not result.stderr
    assert "CPY302" in missing(zoo)
    assert run(zoo, "upstream", "update", "b.txt").code == 0
    assert (zoo / "b.txt").read_text() == "".join(rows).replace("row 1\n", "row one\n").replace("7", "seven")
    assert "CPY" not in missing(zoo)
