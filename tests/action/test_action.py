"""action.yml: its shape, and its steps, run as a runner would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.action.runner import REPOSITORY, Job, action

# What the documentation of GitHub knows of a composite action, and of a step in it.
ACTION_KEYS = {"name", "author", "description", "inputs", "outputs", "runs", "branding"}
STEP_KEYS = {"name", "id", "if", "shell", "run", "env", "working-directory", "continue-on-error", "uses", "with"}
INPUT_KEYS = {"description", "required", "default", "deprecationMessage"}

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")


def test_the_action_has_the_shape_of_a_composite_action() -> None:
    found = action()
    assert {"name", "description", "runs"} <= found.keys() <= ACTION_KEYS
    assert found["runs"].keys() == {"using", "steps"} and found["runs"]["using"] == "composite"
    assert found["branding"].keys() == {"icon", "color"}
    assert all({"description", "default"} <= entry.keys() <= INPUT_KEYS for entry in found["inputs"].values())
    assert all(isinstance(entry["default"], str) for entry in found["inputs"].values())
    assert all(entry.keys() == {"description", "value"} for entry in found["outputs"].values())
    for step in found["runs"]["steps"]:
        assert step.keys() <= STEP_KEYS
        assert ("run" in step) is ("shell" in step) is ("uses" not in step)


def test_inputs_are_no_part_of_a_command() -> None:
    """They reach the scripts through variables, each of them one that the scripts read."""
    steps = action()["runs"]["steps"]
    assert not any("${{" in step.get("run", "") for step in steps)
    scripts = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "action").glob("*.py"))
    for name in action()["inputs"]:
        if name != "working-directory":
            assert any(
                step.get("env", {}).get(f"INPUT_{name.upper()}") == f"${{{{ inputs.{name} }}}}" for step in steps
            )
            assert f"INPUT_{name.upper()}" in scripts or f'"{name.upper()}"' in scripts


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose copycheck prints its arguments, and fails."""
    tool = tmp_path / "copycheck"
    tool.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        "print(json.dumps(sys.argv[1:]))\n"
        "sys.exit(2 if '--bad' in sys.argv else 0 if {'--exit-zero', 'report'} & {*sys.argv} else 1)\n"
    )
    tool.chmod(0o755)
    workspace, temp = tmp_path / "workspace", tmp_path / "temp"
    (workspace / "sub").mkdir(parents=True)
    temp.mkdir()
    return Job(workspace, temp, outputs={"install.outputs.command": str(tool)})


def test_inputs_are_split_into_words(job: Job) -> None:
    job.inputs = {"args": "--extend-select 'CPY004,CPY006'", "paths": "src\n'a b' -x $(touch pwned) ; `id`"}
    assert job.run("check") == 1
    options, _, paths = job.stdout.partition(', "--", ')
    assert options == '["--output-format", "github", "--extend-select", "CPY004,CPY006"'
    assert paths == '"src", "a b", "-x", "$(touch", "pwned)", ";", "`id`"]\n'
    assert job.outputs["check.outputs.exit-code"] == "1"
    assert "check.outputs.sarif" not in job.outputs
    assert [path.name for path in job.workspace.iterdir()] == ["sub"]


def test_sarif_is_a_second_run(job: Job) -> None:
    file = str(job.temp / "copycheck.sarif")
    job.inputs = {"sarif": "true", "args": "-q", "working-directory": "sub"}
    assert job.run("check") == 1
    assert [json.loads(line) for line in job.stdout.splitlines()] == [
        ["--output-format", "github", "-q", "--"],
        ["--output-format", "sarif", "--output-file", file, "--exit-zero", "-q", "--"],
    ]
    assert job.outputs["check.outputs.sarif"] == file


def test_a_pull_request_is_checked_since_its_base(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*args: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *args]
        return subprocess.run(command, cwd=job.workspace, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "base")
    event = job.temp / "event.json"
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))

    def arguments(base: object) -> list[str]:
        event.write_text(json.dumps(base))
        job.stdout = ""
        job.run("check")
        return json.loads(job.stdout.splitlines()[0])[2:]

    base = git("rev-parse", "HEAD")
    assert arguments({"pull_request": {"base": {"sha": base}}}) == ["--since", base, "--"]
    for other in ({"pull_request": {"base": {"sha": "0" * 40}}}, {"pull_request": {"base": {"sha": "-x"}}}, {}, []):
        assert arguments(other) == ["--"]
    job.inputs = {"args": "--since HEAD"}
    assert arguments({"pull_request": {"base": {"sha": base}}}) == ["--since", "HEAD", "--"]


def test_wrong_usage_uploads_nothing(job: Job) -> None:
    job.inputs = {"sarif": "true", "args": "--bad"}
    assert job.run("check") == 2
    assert "check.outputs.sarif" not in job.outputs


def test_an_open_quote_is_told(job: Job) -> None:
    job.inputs = {"paths": "it's"}
    assert job.run("check") == 2
    assert job.stdout.startswith("::error::the inputs `paths` and `args`")
    job.inputs = {"requirements": "it's"}
    assert job.run("install") == 2
    assert job.stdout.startswith("::error::the input `requirements`")


def test_a_finding_is_annotated_and_uploaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the tool itself, installed or not."""
    shutil.copytree(REPOSITORY / "sample", tmp_path / "sample")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    tool = tmp_path / "copycheck"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m copycheck "$@"\n')
    tool.chmod(0o755)
    job = Job(tmp_path, tmp_path, {"working-directory": "sample", "sarif": "true"})
    job.outputs["install.outputs.command"] = str(tool)
    assert job.run("check") == 1
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert (
        "# sample: drift report" in summary and "copycheck --fix" in summary and "```diff\n--- zoo/hawk.py" in summary
    )
    assert summary.index("## By source") < summary.index("## Drifted copies") < summary.index("## By package")
    annotations = [line for line in job.stdout.splitlines() if line.startswith("::error ")]
    assert len(annotations) == 2 and "hawk.py" in annotations[0] and "line=16" in annotations[0]
    report = json.loads(Path(job.outputs["check.outputs.sarif"]).read_text(encoding="utf-8"))
    assert report["version"] == "2.1.0"
    assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["CPY201", "CPY203"]


def test_the_summary_is_of_the_same_configuration(job: Job, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    job.inputs = {"paths": "zoo", "args": "--config 'header = \"ignore\"' --config=x.toml --select CPY2"}
    assert job.run("check") == 1
    [asked] = (tmp_path / "summary.md").read_text().splitlines() or [""]
    assert json.loads(asked) == [
        "report", "--format", "markdown", "--config=x.toml", "--config", 'header = "ignore"', "--", "zoo"
    ]  # fmt: skip
