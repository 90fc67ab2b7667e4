"""The mutation study on a small tree: all flagged, nothing crashed, nothing neutral flagged, all brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studies.mutations import DEFAULT, Study
from studies.mutators import DRIFTS, NEUTRAL
from tests.harness import run, tree_of


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(DEFAULT, seed=1)


@pytest.mark.parametrize("kind", DRIFTS)
def test_drift_in_a_copy_is_flagged_and_fixed(study: Study, kind: str) -> None:
    tally = study.run(kind, DRIFTS[kind], study.copies(), 4, fix=True)
    assert not tally.wrong
    assert tally.counts["mutants"] == tally.counts["flagged"] == tally.counts["back"] > 0


@pytest.mark.parametrize("kind", DRIFTS)
def test_drift_in_a_source_flags_its_copies(study: Study, kind: str) -> None:
    tally = study.run(kind, DRIFTS[kind], study.sources(), 2, fix=False)
    assert not tally.wrong
    assert tally.counts["flagged"] == tally.counts["watched"] > 0


@pytest.mark.parametrize("kind", NEUTRAL)
def test_neutral_change_is_not_flagged(study: Study, kind: str) -> None:
    tally = study.run(kind, NEUTRAL[kind], study.copies(), 4, fix=False)
    assert not tally.wrong
    assert tally.counts["mutants"] > tally.counts["flagged"] == 0


def test_the_command_says_the_same(study: Study, tmp_path: Path) -> None:
    subject, text = next(study.mutants("string", DRIFTS["string"], study.copies(), 1))
    for name, data in tree_of(DEFAULT).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert run(tmp_path).code == 0
    (tmp_path / subject.filename).write_text(text)
    assert f"{subject.filename}:{subject.watchers[0][1]}:1: CPY201" in run(tmp_path, "--output-format", "concise").text
    assert run(tmp_path, "--fix").code == 0
    assert (tmp_path / subject.filename).read_text() == study.text(subject.filename)


def without_comments(text: str) -> list[str]:
    return [line.split("#")[0].rstrip() for line in text.split("\n")]


SABOTAGES: dict[str, tuple[str, Callable[..., object]]] = {
    "everything is equal": ("copycheck.checking.examination.equal", lambda expected, actual: True),
    "comments do not count": (
        "copycheck.checking.examination.equal",
        lambda expected, actual: without_comments(expected) == without_comments(actual),
    ),
    "a change is not looked at": ("copycheck.checking.checker.Check.update", lambda check, changed: None),
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_the_study_notices_a_sabotaged_tool(sabotage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study(DEFAULT, seed=1)
    monkeypatch.setattr(*SABOTAGES[sabotage])
    assert [line for kind in DRIFTS for line in study.run(kind, DRIFTS[kind], study.copies(), 2, fix=False).wrong]
