"""Runs the steps of our action as a runner of GitHub does, as far as action.yml needs it.

`python tests/runner.py FOLDER [INPUT=VALUE]…` runs it on a folder, its installation included; `.ci/run` does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parent.parent.parent
_EXPRESSION = re.compile(r"\$\{\{ *(inputs|steps)\.([\w.-]+) *\}\}")


def action() -> dict[str, Any]:
    """The file, read."""
    return yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))


@dataclass
class Job:
    """A job on a workspace; `outputs` are those of its steps, as `install.outputs.python`."""

    workspace: Path
    temp: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    stdout: str = ""

    def run(self, step_id: str) -> int:
        """Run a step by its id; its exit code."""
        step = next(step for step in action()["runs"]["steps"] if step.get("id") == step_id)
        file = self.temp / f"{step_id}.outputs"
        file.touch()
        env = {
            **os.environ,
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(REPOSITORY),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(file),
            "RUNNER_TEMP": str(self.temp),
            **{name: self.evaluated(value) for name, value in step.get("env", {}).items()},
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace / self.evaluated(step.get("working-directory", ".")),
            env=env,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
        self.stdout = done.stdout
        for line in file.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.outputs[f"{step_id}.outputs.{name}"] = value
        return done.returncode

    def evaluated(self, text: str) -> str:
        """A text with its expressions replaced by what they stand for."""
        inputs = {name: entry["default"] for name, entry in action()["inputs"].items()} | dict(self.inputs)
        contexts = {"inputs": inputs, "steps": self.outputs}
        return _EXPRESSION.sub(lambda match: contexts[match[1]].get(match[2], ""), text)


def main(folder: str, *inputs: str) -> int:
    """Install and check; the exit code of the check, or of an installation that failed."""
    with tempfile.TemporaryDirectory() as temp:
        job = Job(Path(folder), Path(temp), dict(entry.split("=", 1) for entry in inputs))
        code = job.run("install") or job.run("check")
        print(job.stdout, end="")
        return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
