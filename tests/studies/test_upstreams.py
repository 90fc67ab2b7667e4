"""The study of real upstreams, on a package of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from copycheck.upstream.copy_merging import Sides
from studies import upstreams
from tests.harness import write_tree
from tests.upstream.packages import wheel, without_network

OWL = "".join(f"    line_{n} = volume + {n}\n\n" for n in range(8))
HEAD = "def hoot(volume):\n"


def test_tables_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    links = without_network(monkeypatch, tmp_path)
    for version, text in (("1.0", OWL), ("2.0", OWL.replace("+ 7", "+ 70")), ("3.0", OWL.replace("+ 7", "+ 700"))):
        wheel(links, "birds", version, {"birds/__init__.py": "", "birds/owl.py": HEAD + text})

    def copied(requirement: str, folder: str) -> str:
        shutil.copy(next(links.glob(requirement.replace("==", "-") + "*")), folder)
        return ""

    monkeypatch.setattr("copycheck.upstream.releases._download", copied)
    monkeypatch.setattr("copycheck.upstream.upstream_versions.listed_versions", lambda _: ["3.0", "2.0", "1.0"])
    monkeypatch.setattr(upstreams, "BETWEEN", "2.0")
    comment = "# Copied from birds.owl.hoot\n"
    files = {
        "pyproject.toml": '[tool.copycheck.upstream]\nbirds = "3.0"\n',
        "same.py": comment + HEAD + OWL,
        "edited.py": comment + HEAD + OWL.replace("+ 0", "+ 10"),
        "other.py": comment + HEAD + OWL.replace("+ 7", "+ 77"),
    }
    write_tree(tmp_path / "zoo", files)
    found = upstreams.measure(tmp_path / "zoo", "1.0,2.0", "3.0")
    assert not found.problems
    assert dict(found.outcomes) == {"as-upstream": 1, "merged": 1, "conflict": 1}
    assert dict(found.merges) == {upstreams.CLEAN: 2, "a conflict in git": 1}
    lines = list(upstreams.tables([found]))
    assert lines[2].startswith("| zoo | 3 | 1 | 2 | 0 |")
    assert lines[-1].startswith("3 merges with changes on both sides")


def test_a_change_that_is_missing_or_there_twice_is_seen() -> None:
    sides = Sides("f(a, b)\n", "f(a, b, ours)\n", "f(theirs, a, b)\n")
    assert upstreams.has_both_changes(sides, "f(theirs, a, b, ours)\n")
    assert not upstreams.has_both_changes(sides, "f(a, b, ours)\n")
    assert not upstreams.has_both_changes(sides, "f(theirs, a, b, ours, ours)\n")
