"""Paths on other drives have no name relative to the project: nothing raises, and they are outside."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

import pytest

from copycheck.api import load, select
from copycheck.model.paths import is_outside, relative_path


def test_a_path_on_another_drive_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.model.paths.os.path", ntpath)
    monkeypatch.setattr("copycheck.model.paths.os.sep", "\\")
    assert relative_path("D:\\a\\b.py", "C:\\project") == "D:/a/b.py"
    assert relative_path("C:\\project\\a\\b.py", "C:\\project") == "a/b.py"
    assert is_outside("D:/a/b.py") and is_outside("../b.py") and is_outside("..") and not is_outside("..a/b.py")


def test_a_path_on_another_drive_is_outside_of_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(cwd=str(project))

    def on_another_drive(path: str, start: str = "") -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", on_another_drive)
    selection, problems = select(settings, [str(project)])
    assert "outside of the project" in problems[0] and not selection.holds("a.py")
