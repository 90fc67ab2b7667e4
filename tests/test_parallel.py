"""Several processes find what one finds, and a machine without them does as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck import parallel
from copycheck.api import check_paths
from copycheck.config import load


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


def test_without_processes_it_is_done_here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project)
    settings = load([str(project)])
    one = check_paths(settings=settings)

    def nothing_of_the_kind(*arguments: object) -> None:
        raise PermissionError(13, "no semaphores here")

    monkeypatch.setattr(parallel, "ENOUGH", 0)
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    monkeypatch.setattr(parallel, "_map_in_processes", nothing_of_the_kind)
    assert check_paths(settings=settings) == one


def test_shares_are_even_and_none_is_empty() -> None:
    shares = parallel.split_evenly({"a": 5, "b": 4, "c": 3, "d": 2, "e": 0}, 2)
    assert shares == [["a", "d", "e"], ["b", "c"]]
    assert parallel.split_evenly({"a": 1}, 4) == [["a"]]
