"""The first step of action.yml: the copycheck of this very checkout, in an environment of its own.

In: GITHUB_ACTION_PATH, RUNNER_TEMP, INPUT_REQUIREMENTS. Out, into GITHUB_OUTPUT: `command`, its console script.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import venv


def main() -> int:
    """Install, and say where."""
    if sys.version_info < (3, 10):  # noqa: UP036 - whatever Python the job has starts this file
        print(f"::error::copycheck needs Python 3.10 or later, not {sys.version.split()[0]}: use actions/setup-python")
        return 2
    try:
        beside = shlex.split(os.environ.get("INPUT_REQUIREMENTS", ""))
    except ValueError as error:
        print(f"::error::the input `requirements` is not a list of shell words: {error}")
        return 2
    folder = os.path.join(os.environ["RUNNER_TEMP"], "copycheck-environment")
    venv.create(folder, with_pip=True, clear=True)
    bin_ = os.path.join(folder, "Scripts" if os.name == "nt" else "bin")
    pip = [os.path.join(bin_, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    code = subprocess.run([*pip, os.environ["GITHUB_ACTION_PATH"], *beside], check=False).returncode
    if code == 0:
        with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as outputs:
            outputs.write(f"command={os.path.join(bin_, 'copycheck')}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
