"""Several processes find what one finds, and a machine without them does as well."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from copycheck import parallel
from copycheck.api import check_paths
from copycheck.project.config_search import load


def write(root: Path) -> None:
    for number in range(12):
        (root / f"a{number}.py").write_text(f"def f():\n    return {number}\n")
        (root / f"b{number}.py").write_text(f"# Copied from a{number}.f\ndef f():\n    return {number // 2}\n")


@pytest.mark.parametrize("count", [2, 3, 50])
def test_the_same_findings_whatever_the_number_of_processes(
    project: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    write(project)
    settings = load([str(project)])
    one = check_paths(settings=settings)
    monkeypatch.setattr(parallel, "ENOUGH", 0)
    monkeypatch.setattr(parallel, "processors", lambda: count)
    assert check_paths(settings=settings) == one
    assert len(one.diagnostics) == 11


@pytest.mark.parametrize("way", ["fork", "read"])
def test_without_processes_it_is_done_here(project: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    write(project)
    settings = load([str(project)])
    one = check_paths(settings=settings)

    def refused() -> int:
        raise BlockingIOError(11, "no process left")

    def lost(child: object) -> dict[int, object]:
        return {}

    monkeypatch.setattr(parallel, "ENOUGH", 0)
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    if way == "fork":
        monkeypatch.setattr(os, "fork", refused)
    else:
        monkeypatch.setattr(parallel._Child, "result", lost)
    assert check_paths(settings=settings) == one


def test_shares_are_even_and_none_is_empty() -> None:
    shares = parallel.split_evenly({"a": 5, "b": 4, "c": 3, "d": 2, "e": 0}, 2)
    assert shares == [["a", "d", "e"], ["b", "c"]]
    assert parallel.split_evenly({"a": 1}, 4) == [["a"]]


def test_a_killed_process_leaves_its_share_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()

    def work(share: Sequence[str]) -> list[str]:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return [thing.upper() for thing in share]

    monkeypatch.setattr(parallel, "ENOUGH", 0)
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    assert sorted(parallel.map_shares(work, {"a": 1, "b": 1, "c": 1})) == ["A", "B", "C"]


def test_an_interrupt_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = os.getpid()

    def work(share: Sequence[str]) -> list[str]:
        if os.getpid() == here:
            while not list(tmp_path.iterdir()):
                time.sleep(0.01)
            raise KeyboardInterrupt
        (tmp_path / str(os.getpid())).touch()
        time.sleep(60)
        return []

    monkeypatch.setattr(parallel, "ENOUGH", 0)
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    with pytest.raises(KeyboardInterrupt):
        parallel.map_shares(work, {"a": 1, "b": 1})
    (child,) = tmp_path.iterdir()
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.name), 0)


def test_progress_is_for_terminals_and_for_long_runs(project: Path) -> None:
    write(project)
    slow = "import time; from copycheck.checking import checker; from copycheck.cli import main as cli\n"
    slow += "real = checker.Check._candidates\n"
    slow += "checker.Check._candidates = lambda *a: (time.sleep(0.5), real(*a))[1]\n"
    slow += (
        "from copycheck import progress; progress._DELAY = 0.2; import sys; sys.argv = ['copycheck', '--no-cache']\n"
    )
    command = [sys.executable, "-c", f"{slow}cli.main()"]
    ours, theirs = pty.openpty()
    done = subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, stderr=theirs, check=False)
    os.close(theirs)
    drawn = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 1
    assert drawn.startswith("\r\x1b[2KLooking for files …")
    assert drawn.endswith("\r\x1b[2K")
    piped = subprocess.run(command, cwd=project, capture_output=True, check=False)
    assert piped.stderr == b""
