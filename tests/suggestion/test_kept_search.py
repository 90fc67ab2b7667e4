"""A search that is found in the cache says what a new one says."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from copycheck.api import load
from copycheck.api.unmarked_copies import suggest
from copycheck.suggestion.equal_definitions import put_together
from tests.harness import run
from tests.suggestion.trees import HAWK, KITE, OWL, git, write

TEXTS = (
    OWL,
    HAWK,
    KITE,
    "import zoo.owl\n" + HAWK,
    "# copycheck: ignore[CPY901] why\n" + HAWK,
    "def broken(:\n",
    "# Copied from zoo.owl.owl_loss\n" + HAWK,
    "x = 1\n",
)


def settle() -> None:
    """Wait until a file that was just written is older than a run that begins now."""
    time.sleep(0.06)


def searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the searches that are made from now on."""
    made: list[int] = []

    def counted(*args: Any) -> Any:
        made.append(1)
        return put_together(*args)

    monkeypatch.setattr("copycheck.suggestion.finder.put_together", counted)
    return made


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edit_the_same_as_without_a_cache(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK, zoo__kite=KITE)
    for _ in range(8):
        name = tmp_path / "zoo" / f"{chance.choice(('owl', 'hawk', 'kite', 'ant'))}.py"
        step = chance.randrange(5)
        if step == 0 and name.exists():
            name.unlink()
        elif step == 1:
            (tmp_path / "ruff.toml").write_text(f"line-length = {chance.choice((40, 88))}\n")
        elif step < 4:
            name.write_text(chance.choice(TEXTS))
        settings = load((), (), str(tmp_path))
        settle()
        assert suggest((), settings, cache=True) == suggest((), settings)


def test_a_search_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load((), (), str(write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK, zoo__test_ant="")))
    settle()
    made = searches(monkeypatch)
    first = suggest((), settings, cache=True)
    assert first.copies == 1
    assert suggest((), settings, cache=True) == first
    assert suggest(["zoo/ant.py"], settings, cache=True) != first
    assert len(made) == 1
    assert suggest([str(tmp_path / "zoo" / "test_ant.py")], settings, cache=True) != first
    assert len(made) == 2  # tests are no part of a kept search
    wishes = settings.suggest._replace(min_lines=20)
    assert suggest((), settings._replace(suggest=wishes), cache=True).copies == 0


def test_a_text_of_the_same_size_and_time_is_another(tmp_path: Path) -> None:
    settings = load((), (), str(write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK)))
    settle()
    assert suggest((), settings, cache=True).copies == 1
    path = tmp_path / "zoo" / "hawk.py"
    stat = path.stat()
    path.write_text(HAWK.replace("** 2", "** 3"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert suggest((), settings, cache=True).diverged == 1


def test_a_damaged_entry_is_none(tmp_path: Path) -> None:
    settings = load((), (), str(write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK)))
    settle()
    first = suggest((), settings, cache=True)
    for entry in (tmp_path / ".copycheck_cache").glob("*.index"):
        entry.write_bytes(entry.read_bytes().replace(b"zoo.owl", b"zoo.elk"))
    assert suggest((), settings, cache=True) == first


def test_another_commit_is_looked_at_anew(tmp_path: Path) -> None:
    settings = load((), (), str(write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK)))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "zoo/owl.py")
    git(tmp_path, "commit", "-qm", "owl")
    settle()
    assert suggest((), settings, cache=True).groups[0].source.filename == "zoo/hawk.py"
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all", date="2025-01-01T12:00:00 +0000")
    assert suggest((), settings, cache=True).groups[0].source.filename == "zoo/owl.py"


def test_no_cache_is_kept_when_none_is_wanted(tmp_path: Path) -> None:
    write(tmp_path, zoo__owl=OWL, zoo__hawk=HAWK)
    assert run(tmp_path, "suggest", "--no-cache").code == 0
    assert not (tmp_path / ".copycheck_cache").exists()
    assert run(tmp_path, "suggest").code == 0
    assert (tmp_path / ".copycheck_cache").exists()
