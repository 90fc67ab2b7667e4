"""Small projects with copies in them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.harness import run

LOSS = '''\
def {name}_loss(predicted, wanted):
    """The loss of the {name}."""
    pairs = list(zip(predicted, wanted))
    total = 0
    for one, other in pairs:
        total += ({name}(one) - other) ** 2
    return total / max(len(pairs), 1)
'''
OWL = LOSS.format(name="owl")
HAWK = LOSS.format(name="hawk")
KITE = LOSS.format(name="kite").replace("max(len(pairs), 1)", "len(pairs)")


def write(folder: Path, **files: str) -> Path:
    """Write files by their names, `zoo__owl` for `zoo/owl.py`, into a project; the folder."""
    (folder / "copycheck.toml").touch()
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def suggested(folder: Path, *args: str) -> dict[str, Any]:
    """What `copycheck suggest` prints as JSON."""
    result = run(folder, "suggest", "--no-cache", "--output-format", "json", *args)
    assert result.code in (0, 1), result.stderr
    document: dict[str, Any] = json.loads(result.text)
    return document


def copies(folder: Path, *args: str) -> list[tuple[str, str, str]]:
    """Place, directive and state of each suggested copy."""
    return [
        (f"{copy['filename']}:{copy['location']['row']}", copy["directive"], copy["state"])
        for group in suggested(folder, *args)["groups"]
        for copy in group["copies"]
    ]


def git(folder: Path, *args: str, date: str = "2024-01-01T12:00:00 +0000") -> None:
    """Run git in a project, at a date, as one who has a name."""
    names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    env = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), **names, **dates}
    subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *args], cwd=folder, env=env, check=True, capture_output=True
    )
