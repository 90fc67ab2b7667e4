"""What people read names files from the working directory on, and what programs read from the root on (contract 8)."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from copycheck.cli.working_directory import Here
from copycheck.project.settings import FullCopySetting, Settings
from tests.harness import Run, committed, git, run, write_tree

SOURCE = "def clamp():\n    return 1\n"
COPY = f"# Copied from pkg.base.clamp\n{SOURCE}"
DRIFT = COPY.replace("1", "2")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"copycheck.toml": "", "pkg/base.py": SOURCE, "sub/m.py": COPY, "sub/deep/n.py": DRIFT, "top.py": DRIFT}
    return committed(tmp_path / "project", files)


def first_words(found: Run) -> list[str]:
    """The file names that the lines of a report begin with."""
    return [line.partition(":")[0].strip() for line in found.text.splitlines() if ".py:" in line]


@pytest.mark.parametrize("format_", ["concise", "full"])
def test_a_report_for_people_is_relative_to_the_working_directory(project: Path, format_: str) -> None:
    found = run(project / "sub", "--output-format", format_)
    assert {"../top.py", "deep/n.py"} <= set(first_words(found))
    assert "(../pkg/base.py:1)" in found.text
    assert "sub/deep" not in found.text and " top.py" not in found.text


def test_grouped_findings_are_relative_too(project: Path) -> None:
    assert "deep/n.py:\n" in run(project / "sub", "--output-format", "grouped").text


@pytest.mark.parametrize("format_", ["json", "json-lines", "sarif", "gitlab", "junit"])
def test_a_report_for_programs_is_relative_to_the_root(project: Path, format_: str) -> None:
    found = run(project / "sub", "--output-format", format_)
    assert found.stdout == run(project, "--output-format", format_).stdout
    assert "sub/deep/n.py" in found.text


def test_a_patch_is_as_git_applies_it(project: Path) -> None:
    assert run(project / "sub", "--diff").stdout == run(project, "--diff").stdout


@pytest.mark.parametrize(
    "command",
    [["list"], ["impact", "pkg.base.clamp"], ["impact", "../pkg/base.py"], ["graph"], ["--show-files"]],
    ids=" ".join,
)
def test_other_commands_are_relative_too(project: Path, command: list[str]) -> None:
    text = run(project / "sub", *command).text
    assert "../pkg/base.py" in text or command[0] == "list"
    assert "sub/deep" not in text and "deep/n.py" in text and "../top.py" in text


def test_json_of_other_commands_is_relative_to_the_root(project: Path) -> None:
    listed = json.loads(run(project / "sub", "list", "--output-format", "json").text)
    assert {copy["filename"] for copy in listed["copies"]} == {"top.py", "sub/m.py", "sub/deep/n.py"}


def test_a_suggested_command_can_be_pasted(project: Path) -> None:
    (project / "sub" / "m.py").write_text(DRIFT)
    text = run(project / "sub", "m.py").text
    command = text.partition("`copycheck promote ")[2].partition("`")[0]
    assert run(project / "sub", "promote", *shlex.split(command), "--no-trickle").code == 0
    assert (project / "pkg" / "base.py").read_text() == SOURCE.replace("1", "2")


def test_a_place_with_a_blank_can_be_pasted(project: Path) -> None:
    write_tree(project, {"my dir/m.py": COPY})
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "second")
    (project / "my dir" / "m.py").write_text(DRIFT)
    for folder in (project, project / "sub"):
        text = run(folder, str(project / "my dir" / "m.py")).text
        command = text.partition("`copycheck break ")[2].partition("`")[0]
        found = run(folder, "break", *shlex.split(command), "--diff")
        assert found.code == 0 and b"my dir/m.py" in found.stdout


def test_a_folder_that_is_a_project_of_its_own_is_named_in_commands(project: Path) -> None:
    write_tree(project, {"sample/copycheck.toml": "", "sample/pkg/base.py": SOURCE, "sample/m.py": DRIFT})
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "second")
    (project / "sample" / "m.py").write_text(DRIFT.replace("2", "3"))
    found = run(project, "sample")
    assert first_words(found)[0] == "sample/m.py"
    assert "1 unsafe fix is left to you: `copycheck --fix --unsafe-fixes sample` makes it." in found.text
    assert "`cd sample && copycheck promote m.py:1`" in found.text
    assert run(project, "--fix", "sample").code == 1
    assert run(project, "--fix", "--unsafe-fixes", "sample").code == 0


def test_errors_name_files_from_here(project: Path) -> None:
    (project / "copycheck.toml").write_text("sr = 1\n")
    assert run(project / "sub").stderr.startswith("copycheck: ../copycheck.toml:1: unknown key `sr`")
    (project / "copycheck.toml").write_text("src = [\n")
    assert run(project / "sub").stderr.startswith("copycheck: ../copycheck.toml: ")
    (project / "copycheck.toml").write_text('baseline = "lint/b.json"\n')
    assert run(project / "sub").stderr.startswith("copycheck: ../lint/b.json: ")


def test_a_path_is_named_as_it_was_typed(project: Path) -> None:
    """`pkg/base.py` is there from the root on, and not from here."""
    assert "copycheck: pkg/base.py: there is no such file" in run(project / "sub", "pkg/base.py").stderr
    assert "did you mean `../pkg/base.py`?" in run(project / "sub", "pkg/base.py").stderr


def test_a_missing_source_of_a_full_copy_is_named_from_here(project: Path) -> None:
    (project / "copycheck.toml").write_text('[full-copies]\n"sub/b.yaml" = "conf/a.yaml"\n')
    text = run(project / "sub", "--output-format", "concise").text
    assert "b.yaml:1:1: CPY204 the source `../conf/a.yaml`" in text


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("no `x` in sub/m.py", "no `x` in m.py"),
        ("`pkg.base.clamp` is at pkg/base.py:1", "`pkg.base.clamp` is at ../pkg/base.py:1"),
        ("in my dir/a b.py:3, as in top.py", "in ../my dir/a b.py:3, as in ../top.py"),
        ("add `sub` to `src`", "add `sub` to `src`"),
        ("`copycheck sub/deep` checks it", "`copycheck deep` checks it"),
        ("the source `gone.yaml` is missing", "the source `../gone.yaml` is missing"),
        ("../top.py and /top.py stay", "../top.py and /top.py stay"),
        ("", ""),
    ],
)
def test_files_in_a_message_are_named_from_here(project: Path, message: str, expected: str) -> None:
    write_tree(project, {"my dir/a b.py": ""})
    settings = Settings(str(project), full_copies=(FullCopySetting("x.yaml", "gone.yaml"),))
    assert Here(settings, cwd=str(project / "sub")).text(message) == expected
    assert Here(settings, cwd=str(project)).text(message) == message
