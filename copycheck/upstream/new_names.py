"""The names that an edit would leave undefined, as ruff's F821 has them."""

from __future__ import annotations

import json
import subprocess
from collections import Counter

from copycheck.syntax.ruff import ruff_executable


def new_undefined_names(before: str, after: str, filename: str) -> list[str]:
    """The names that a file, once changed, leaves undefined more often than before, sorted.

    Raises CopycheckError where ruff is not installed.
    """
    return sorted(_undefined(after, filename) - _undefined(before, filename))


def _undefined(text: str, filename: str) -> Counter[str]:
    name = "stub.pyi" if filename.endswith(".pyi") else "module.py"
    command = [ruff_executable(), "check", "--isolated", "--no-cache", "--select", "F821", "--output-format", "json"]
    data = text.encode("utf-8", "surrogatepass")
    done = subprocess.run([*command, "--stdin-filename", name, "-"], input=data, capture_output=True, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Counter()
    return Counter(str(one["message"]).split("`")[1] for one in found if one.get("code") == "F821")
