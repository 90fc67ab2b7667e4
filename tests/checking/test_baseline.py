"""A repository that is not clean yet comes under the gate: the baseline, from the first command on (contract 10)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harness import run

OWL = 'def hoot(n):\n    return "hoo" * n\n'
DRIFTED = '# Copied from owl.hoot\ndef cry(n):\n    return "kree" * n\n'
BASELINE = "copycheck-baseline.json"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.copycheck]\n")
    (tmp_path / "owl.py").write_text(OWL)
    (tmp_path / "folder").mkdir()
    for name in ("hawk.py", "folder/kite.py"):
        (tmp_path / name).write_text(DRIFTED)
    (tmp_path / "lost.py").write_text("# Copied from owl.nothing\nclass A:\n    pass\n")
    return tmp_path


def known(tree: Path) -> list[tuple[str, str]]:
    return [(entry["filename"], entry["code"]) for entry in json.loads((tree / BASELINE).read_text())["findings"]]


def test_a_baseline_of_copies_that_are_not_compared_is_warned_of(tree: Path) -> None:
    """The second directive is stale besides: no `copycheck mv` is named before its root is there."""
    (tree / "backend").mkdir()
    (tree / "backend/gulls.py").write_text(OWL)
    lost = "# Copied from gulls.hoot\ndef hoot(n):\n    return 1\n\n\n# Copied from gulls.kernel.hoot\n" + OWL
    (tree / "backend/b.py").write_text(lost)
    assert run(tree, "--write-baseline", "hawk.py").stderr.count("\n") == 1
    said = run(tree, "--write-baseline", "backend").stderr
    assert said.endswith(
        "warning: 2 of 2 copies are not compared, as their sources are not found: add `backend` to `src`. "
        "Then write it anew\n"
    )
    assert "mv" not in run(tree, "--no-baseline", "--output-format", "concise", "backend").text


def test_two_commands_bring_a_repository_under_the_gate(tree: Path) -> None:
    assert run(tree).code == 1
    written = run(tree, "--write-baseline")
    assert (written.code, written.text) == (0, "")
    assert written.stderr == f"Wrote 3 findings into {BASELINE}: copycheck no longer reports them.\n"
    assert known(tree) == [("folder/kite.py", "CPY201"), ("hawk.py", "CPY201"), ("lost.py", "CPY102")]
    for _ in range(2):
        clean = run(tree)
        assert (clean.code, clean.text) == (0, "Checked 3 copies in 3 files: 0 in sync, 3 known, 0 findings.\n")


def test_a_new_drift_fails_and_an_old_one_that_is_mended_is_told(tree: Path) -> None:
    run(tree, "--write-baseline")
    run(tree)
    (tree / "new.py").write_text(DRIFTED)
    (tree / "hawk.py").write_text(f"import os\n\n\n{DRIFTED}")
    (tree / "folder" / "kite.py").write_text(DRIFTED.replace("kree", "hoo"))
    lines = run(tree, "--output-format", "concise").text.splitlines()
    assert [line.split(": ", 1)[1][:6] for line in lines[:2]] == ["CPY009", "CPY201"]
    assert lines[-1] == "Checked 4 copies in 4 files: 1 in sync, 2 known, 2 findings."


def test_the_cache_sees_the_baseline_come_change_and_go(tree: Path) -> None:
    everything = run(tree).text
    run(tree, "--write-baseline")
    assert "3 known" in run(tree).text
    whole = (tree / BASELINE).read_text()
    (tree / BASELINE).write_text('{"version": 1, "findings": []}\n')
    assert run(tree).text == everything
    (tree / BASELINE).write_text(whole)
    assert "3 known" in run(tree).text
    (tree / BASELINE).unlink()
    assert run(tree).text == everything


def test_a_baseline_of_some_paths_keeps_the_others(tree: Path) -> None:
    run(tree, "--write-baseline", "hawk.py")
    assert known(tree) == [("hawk.py", "CPY201")]
    run(tree, "--write-baseline", "folder")
    assert known(tree) == [("folder/kite.py", "CPY201"), ("hawk.py", "CPY201")]
    (tree / "hawk.py").unlink()
    run(tree, "--write-baseline", "lost.py")
    assert ("hawk.py", "CPY201") in known(tree)
    run(tree, "--write-baseline")
    assert known(tree) == [("folder/kite.py", "CPY201"), ("lost.py", "CPY102")]


def test_writing_it_twice_changes_nothing(tree: Path) -> None:
    run(tree, "--write-baseline")
    before = (tree / BASELINE).stat()
    run(tree, "--write-baseline")
    after = (tree / BASELINE).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_damaged_baseline_is_written_anew(tree: Path) -> None:
    (tree / BASELINE).write_text("{")
    assert run(tree).code == 2
    assert run(tree, "--write-baseline").code == 0
    assert run(tree).code == 0


@pytest.mark.parametrize("option", ["--fix", "--diff", "--no-baseline"])
def test_what_it_does_not_go_with(tree: Path, option: str) -> None:
    result = run(tree, "--write-baseline", option)
    assert (result.code, (tree / BASELINE).exists()) == (2, False)
    assert option in result.stderr


def test_it_is_not_written_where_there_is_to_be_none(tree: Path) -> None:
    result = run(tree, "--write-baseline", "--config", 'baseline = ""')
    assert (result.code, (tree / BASELINE).exists()) == (2, False)


def test_json_and_list_say_what_is_known_and_ignored(tree: Path) -> None:
    (tree / "hawk.py").write_text(f"# copycheck: ignore[CPY201] louder\n{DRIFTED}")
    run(tree, "--write-baseline")
    summary = json.loads(run(tree, "--output-format", "json").text)["summary"]
    assert (summary["ignored"], summary["known"], summary["findings"]) == (1, 2, 0)
    copies = {
        copy["filename"]: copy for copy in json.loads(run(tree, "list", "--output-format", "json").text)["copies"]
    }
    assert (copies["hawk.py"]["ignored"], copies["hawk.py"]["reason"]) == (["CPY201"], "louder")
    assert (copies["folder/kite.py"]["known"], copies["folder/kite.py"]["state"]) == (["CPY201"], "drift")


def test_a_baseline_in_conflict_is_not_written_anew(tree: Path) -> None:
    """What the other branch has listed would be lost, and what has drifted since would be listed."""
    run(tree, "--write-baseline", "-q")
    text = (tree / BASELINE).read_text()
    (tree / BASELINE).write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    refused = run(tree)
    assert refused.code == 2 and "write-baseline" not in refused.stderr
    assert f"{BASELINE}:1: the baseline has an unresolved merge conflict: keep the entries of both" in refused.stderr


def test_an_entry_of_a_file_that_has_moved_says_to_write_the_baseline_anew(tree: Path) -> None:
    run(tree, "--write-baseline", "-q")
    (tree / "hawk.py").rename(tree / "falcon.py")
    found = run(tree)
    assert "help: if hawk.py was moved, run `copycheck --write-baseline`" in found.text and "falcon.py:1" in found.text
    assert found == run(tree, "--no-cache")
    run(tree, "--write-baseline", "-q")
    assert run(tree).code == 0


def test_an_entry_of_a_copy_that_cannot_be_compared_stays(tree: Path) -> None:
    """Its source has moved: `--fix` must not take the entry out, or the old drift comes back as a new one."""
    (tree / "lost.py").unlink()
    run(tree, "--write-baseline", "-q")
    before = known(tree)
    (tree / "owl.py").rename(tree / "strix.py")
    found = run(tree, "--output-format", "concise")
    assert "CPY101" in found.text and "CPY009" not in found.text
    run(tree, "--fix")
    assert known(tree) == before == [("folder/kite.py", "CPY201"), ("hawk.py", "CPY201")]
    (tree / "hawk.py").write_text(f"{DRIFTED}def (\n")
    assert "CPY009" not in run(tree, "--output-format", "concise").text
