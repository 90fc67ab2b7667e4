"""The base of a copy: of two commits, that one is newer which follows the other, whatever their times say."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from copycheck.checking.registered_full_copies import FullCopy
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters
from copycheck.project.git_history import repository_of
from copycheck.upstream.full_copy_git_base import base_of_file
from copycheck.upstream.git_base import NoBaseError, moments_of
from studies.repository import git
from tests.harness import committed, run

NOON = 1_700_000_000


class Commits:
    """A history that is written at once: for each commit its parents, its time, and the files that it sets or moves."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._lines: list[str] = []
        self._count = 0

    def add(self, parents: list[int], time: int, *changes: str) -> int:
        """One more commit, by its number."""
        self._count += 1
        who = f"A <a@example.org> {time} +0000"
        lines = ["commit refs/heads/main", f"mark :{self._count}", f"committer {who}", "data 0"]
        lines += [f"{'merge' if number else 'from'} :{one}" for number, one in enumerate(parents)]
        self._lines += [*lines, *changes]
        return self._count

    def write(self) -> list[str]:
        """The repository as it is to be; the names of its commits, that of number 0 empty."""
        git(self._folder, "init", "-q")
        command = ["git", "fast-import", "--quiet", "--force", f"--export-marks={self._folder}/marks"]
        subprocess.run(command, cwd=self._folder, input="\n".join([*self._lines, ""]).encode(), check=True)
        git(self._folder, "reset", "-q", "--hard", "main")
        marks = dict(line.split(" ") for line in (self._folder / "marks").read_text().splitlines())
        return ["", *(marks[f":{number}"] for number in range(1, self._count + 1))]


def text(name: str, content: str) -> str:
    """A change that sets a file."""
    return f"M 100644 inline {name}\ndata {len(content)}\n{content}"


def base_of(folder: Path) -> str:
    """The commit that is the base of a full copy."""
    formatters = Formatters(Styles(str(folder), "none"))
    return base_of_file(str(folder), formatters, FullCopy("copy.txt", "notes.txt")).commit


@pytest.mark.parametrize("seed", range(12))
def test_a_full_copy_in_a_random_line_of_commits(tmp_path: Path, seed: int) -> None:
    """The base is the newest commit at which both were the same, of many in one second, or with clocks set back."""
    chance = random.Random(seed)
    commits = Commits(tmp_path / "it")
    files = {"copy.txt": "0\n", "notes.txt": "0\n"}
    number = commits.add([], NOON, *(text(*one) for one in files.items()))
    wanted = number
    for step in range(1, 30):
        changed = chance.choice((["copy.txt"], ["notes.txt"], ["copy.txt", "notes.txt"]))
        files |= {name: f"{chance.randrange(4)} {step * chance.randrange(2)}\n" for name in changed}
        number = commits.add([number], NOON + chance.choice((0, 0, 1, -1)), *(text(*one) for one in files.items()))
        if files["copy.txt"] == files["notes.txt"]:
            wanted = number
    names = commits.write()
    assert base_of(tmp_path / "it") == names[wanted]


@pytest.mark.parametrize("seed", range(12))
def test_moments_stand_before_those_that_they_follow(tmp_path: Path, seed: int) -> None:
    """In any history with branches, merges and renames."""
    chance = random.Random(seed)
    commits = Commits(tmp_path / "it")
    above: list[set[int]] = [set(), set()]
    copies = ["", "copy.txt"]
    commits.add([], NOON, text("copy.txt", "0\n"), text("notes.txt", "0\n"))
    for number in range(2, 40):
        parents = [number - 1] if chance.random() < 0.6 else [chance.randrange(1, number)]
        if len(parents) == 1 and chance.random() < 0.3 and number > 3:
            parents += [one for one in [chance.randrange(1, number)] if one not in parents]
        copies.append(copies[parents[0]])
        change = text(chance.choice((copies[-1], "notes.txt", "other.txt")), f"{number}\n")
        if len(parents) == 1 and chance.random() < 0.1:
            copies[-1] = f"copy{number}.txt"
            change = f"R {copies[parents[0]]} {copies[-1]}"
        commits.add(parents, NOON + chance.choice((0, 0, 0, 1, -1)), change)
        above.append({*parents, *(one for parent in parents for one in above[parent])})
    names = commits.write()
    repository = repository_of(str(tmp_path / "it"), "notes.txt")
    assert repository is not None
    versions = [repository.versions_of(name, 400) for name in (copies[-1], "notes.txt")]
    found = [one.commit for one in moments_of(repository.order(), *versions)]
    numbers = [names.index(one) for one in dict.fromkeys(found)]
    assert numbers and all(later not in above[one] for at, one in enumerate(numbers) for later in numbers[:at])


@pytest.mark.parametrize("place", ["zoo/bat.py:1", "copy.txt"])
def test_break_takes_the_newest_of_one_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    for name in ("GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"):
        monkeypatch.setenv(name, f"{NOON} +0000")
    code = "def hunt():\n    return 0\n"
    comment = "# Copied from zoo.owl.hunt\n"
    files = {"zoo/owl.py": code, "zoo/bat.py": comment + code, "notes.txt": "0\n", "copy.txt": "0\n"}
    config = {"copycheck.toml": 'full-copies = { "copy.txt" = "notes.txt" }\n'}
    folder = committed(tmp_path / "zoo", {**config, **files})
    for number in range(1, 13):
        for name in ("zoo/owl.py", "zoo/bat.py", "notes.txt", "copy.txt"):
            path = folder / name
            path.write_text(path.read_text().replace(f"{number - 1}\n", f"{number}\n"))
            git(folder, "commit", "-qam", "edit")
    agreed = git(folder, "rev-parse", "HEAD" if place == "copy.txt" else "HEAD~2")[:10]
    for name in ("zoo/owl.py", "notes.txt"):
        (folder / name).write_text((folder / name).read_text().replace("12\n", "13\n"))
        git(folder, "commit", "-qam", "edit")
    result = run(folder, "break", place, "--reason", "bats differ")
    assert result.code == 0 and agreed in result.text


def test_files_without_a_commit_have_no_base(tmp_path: Path) -> None:
    folder = committed(tmp_path / "it", {"other.txt": "0\n"})
    with pytest.raises(NoBaseError, match="no commit has both"):
        base_of(folder)
