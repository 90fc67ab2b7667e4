"""Every folder under fixtures/cases: what is found, what fix makes of it, and that a second fix changes nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from copycheck import parallel
from copycheck.model.rules import OF_SUGGEST, RULES
from copycheck.project.toml import tomllib
from copycheck.project.workspace import decode
from copycheck.syntax import ruff_preflight
from copycheck.syntax.statement_parser import read_outline
from tests.harness import Run, run, tree_of, write_tree

CASES = Path(__file__).parent.parent / "fixtures" / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/case.toml"))
_FINDING = re.compile(r"(.+?:\d+:\d+): (CPY\d{3}) ")


def load(folder: Path) -> dict[str, Any]:
    with (folder / "case.toml").open("rb") as stream:
        return tomllib.load(stream)


def findings(result: Run) -> list[str]:
    """`path:row:column CODE` of each finding of a concise report."""
    return sorted(f"{m[1]} {m[2]}" for line in result.text.splitlines() if (m := _FINDING.match(line)))


def listed(path: Path) -> list[str]:
    return sorted(line for line in path.read_text(encoding="utf-8").splitlines() if line)


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_case(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, large: bool
) -> None:
    """`large` does as a large repository does: several processes, and skeletons of what ruff finds to be Python."""
    if request.config.getoption("--record"):
        record(folder, tmp_path / "recorded")
    if large:
        monkeypatch.setattr(parallel, "ENOUGH", 0)
        monkeypatch.setattr(ruff_preflight, "ENOUGH", 0)
        monkeypatch.setattr(parallel, "processors", lambda: 2)
    case = load(folder)
    args = [*case.get("args", []), "--output-format", "concise", "--color", "never"]
    before = tmp_path / "project"
    shutil.copytree(folder / "before", before)
    original = tree_of(before)

    cold = run(before, *args)
    warm = run(before, *args)
    expected = listed(folder / "findings.txt")
    assert findings(cold) == expected, cold.stderr
    assert cold.code == case.get("exit", 1 if expected else 0), cold.stderr
    assert (warm.code, warm.stdout) == (cold.code, cold.stdout), "cold and warm runs agree"
    assert tree_of(before) == original, "a check writes nothing"
    if "summary" in case:
        assert cold.text.splitlines()[-1] == case["summary"]
    for part in case.get("stdout", []):
        assert part in cold.text
    for part in case.get("stderr", []):
        assert part in cold.stderr
    assert "Traceback" not in cold.stderr
    if cold.code == 2 or "--diff" in args:
        return

    fixed = run(before, *args, "--fix")
    after = tree_of(folder / "after") if (folder / "after").is_dir() else {}
    assert tree_of(before) == original | after
    assert findings(fixed) == expected_left(folder, case), fixed.stderr
    if "fix-exit" in case:
        assert fixed.code == case["fix-exit"]
    again = run(before, *args, "--fix")
    assert tree_of(before) == original | after, "a second fix changes nothing"
    assert findings(again) == findings(fixed)
    for name in after:
        if name.endswith(".py"):
            read_outline(name, decode(name, (before / name).read_bytes()).text)


def record(folder: Path, project: Path) -> None:
    """Write what copycheck finds and fixes in a case into its folder: to be read before it is committed."""
    case = load(folder)
    args = [*case.get("args", []), "--output-format", "concise", "--color", "never"]
    shutil.copytree(folder / "before", project)
    original = tree_of(project)
    found = findings(run(project, *args))
    (folder / "findings.txt").write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    shutil.rmtree(folder / "after", ignore_errors=True)
    (folder / "left.txt").unlink(missing_ok=True)
    left = findings(run(project, *args, "--fix")) if "--diff" not in args else []
    after = {name: data for name, data in tree_of(project).items() if original.get(name) != data}
    write_tree(folder / "after", after)
    if left != expected_left(folder, case) and "--diff" not in args:
        (folder / "left.txt").write_text("".join(f"{line}\n" for line in left), encoding="utf-8")


def expected_left(folder: Path, case: dict[str, Any]) -> list[str]:
    """What is left after fix: `left.txt`, or the findings without those of fixable rules."""
    if (folder / "left.txt").exists():
        return listed(folder / "left.txt")
    return [line for line in listed(folder / "findings.txt") if not RULES[line.rpartition(" ")[2]].fixable]


def test_every_rule_has_a_case() -> None:
    seen = {line.rpartition(" ")[2] for folder in FOLDERS for line in listed(folder / "findings.txt")}
    assert seen == RULES.keys() - OF_SUGGEST, "tests/suggestion has those of `copycheck suggest`"


KEYS = {"contract", "args", "exit", "fix-exit", "summary", "stdout", "stderr", "note"}
"""What a `case.toml` may say: CONTRIBUTING.md has the table."""


def test_every_case_names_sections_of_the_contract() -> None:
    contract = (CASES.parent.parent / "docs" / "contract.md").read_text(encoding="utf-8")
    sections: set[str] = set()
    chapter: list[str] = []
    for line in contract.splitlines():
        if line.startswith("## "):
            chapter = re.findall(r"(\d+)\.", line)
            sections |= set(chapter)
        elif match := re.match(r"(\d+)\. ", line):
            sections |= {f"{number}.{match[1]}" for number in chapter}
    for folder in FOLDERS:
        case = load(folder)
        named = case["contract"] if isinstance(case["contract"], list) else [case["contract"]]
        assert named and set(named) <= sections, folder
        assert case.keys() <= KEYS, folder


def test_a_case_is_recorded(tmp_path: Path) -> None:
    folder = next(found for found in FOLDERS if found.parent.name == "fix" and (found / "left.txt").exists())
    shutil.copytree(folder / "before", tmp_path / "case" / "before")
    shutil.copy(folder / "case.toml", tmp_path / "case")
    record(tmp_path / "case", tmp_path / "project")
    recorded, kept = tree_of(tmp_path / "case"), tree_of(folder)
    assert {"findings.txt", "left.txt"} < recorded.keys() and recorded.items() <= kept.items()
