"""The second implementation of the comparison, and copycheck, on some random trees; and that the study can tell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from copycheck.checking import examination
from studies.comparison import run


def test_both_implementations_agree(tmp_path: Path) -> None:
    states: Counter[str] = Counter()
    for seed in range(8):
        root = tmp_path / str(seed)
        root.mkdir()
        assert run(seed, root, states) == []
    assert states["drift"] and states["in-sync"] and states["unchecked"]


def test_the_study_sees_a_comparison_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "equal", lambda expected, actual: True)
    assert any(run(seed, tmp_path, Counter()) for seed in range(8))
