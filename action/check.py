"""The second step of action.yml: the check, with annotations, and its findings as SARIF where that is wanted.

In: COPYCHECK, its console script (`-m` would look for it in the checked folder), INPUT_PATHS, INPUT_ARGS, INPUT_SARIF,
INPUT_CACHE, RUNNER_TEMP, GITHUB_EVENT_PATH. Out, into GITHUB_OUTPUT: `exit-code`, and `sarif`, a path; into
GITHUB_STEP_SUMMARY: the drift report, where there are findings. Run in the folder that is checked.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise


def main() -> int:
    """Check, and end as copycheck ended."""
    try:
        paths, args = (shlex.split(os.environ.get(f"INPUT_{name}", "")) for name in ("PATHS", "ARGS"))
    except ValueError as error:
        print(f"::error::the inputs `paths` and `args` are lists of shell words: {error}")
        return 2
    if os.environ.get("INPUT_CACHE", "").lower() == "true":
        os.environ["COPYCHECK_CACHE_DIR"] = os.path.join(os.environ["RUNNER_TEMP"], "copycheck-cache")
    since = [] if any(arg.partition("=")[0] == "--since" for arg in args) else _since()
    outputs = {"exit-code": str(_copycheck("github", [*since, *args, "--", *paths]))}
    if os.environ.get("INPUT_SARIF", "").lower() == "true":
        file = os.path.join(os.environ["RUNNER_TEMP"], "copycheck.sarif")
        # The second run takes its findings from the cache of the first.
        code = _copycheck("sarif", ["--output-file", file, "--exit-zero", *args, "--", *paths])
        if code == 0:
            outputs["sarif"] = file
    if outputs["exit-code"] == "1":
        _summarize(paths, args)
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in outputs.items())
    return int(outputs["exit-code"])


def _summarize(paths: list[str], args: list[str]) -> None:
    """Add the drift report, under the same configuration, to the summary of the job, where the runner shows one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    configured = _values(args, "--config") + _values(args, "--cache-dir")
    command = [os.environ["COPYCHECK"], "report", "--format", "markdown", *configured, "--", *paths]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE)
    if done.returncode == 0:
        with open(file, "ab") as stream:
            stream.write(done.stdout)


def _values(args: list[str], option: str) -> list[str]:
    """What an option is given among arguments, with its name: as `--option=VALUE` or in two words."""
    found = [arg for arg in args if arg.startswith(f"{option}=")]
    for name, value in pairwise(args):
        found += [name, value] if name == option else []
    return found


def _since() -> list[str]:
    """`--since` with the base of the pull request, where the job is about one and has that commit."""
    try:
        with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as stream:
            base = json.load(stream)["pull_request"]["base"]["sha"]
    except (KeyError, TypeError, OSError, ValueError):
        return []
    if not isinstance(base, str) or not re.fullmatch(r"[0-9a-f]{40,64}", base):
        return []
    known = ["git", "-c", "core.fsmonitor=false", "cat-file", "-e", f"{base}^{{commit}}"]
    try:
        done = subprocess.run(known, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return []
    return ["--since", base] if done.returncode == 0 else []


def _copycheck(output_format: str, arguments: list[str]) -> int:
    command = [os.environ["COPYCHECK"], "--output-format", output_format, *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
