"""Random edits, deletions, renames and branch switches in real time: a cached check must find what a fresh one finds.

    python -m studies.cache --steps 5000 --old 500

Most steps follow each other at once, so that files are fresh; before `--old` of them, the study waits until the files
are old enough for the cache to believe their inodes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from copycheck.api import check_paths, load
from studies.repository import git

_SOURCE = "def clamp(x):\n    return max(x, {})\n"
_COPY = "# Copied from pkg.base.clamp\ndef clamp(x):\n    return max(x, {})\n"
_PAUSE = 2.1


def prepare(root: Path) -> None:
    """A repository of one source and five copies, and a branch `other` on which the source is another one."""
    (root / "pkg").mkdir()
    (root / "copycheck.toml").write_text("")
    (root / ".gitignore").write_text(".copycheck_cache/\n")
    (root / "pkg" / "base.py").write_text(_SOURCE.format(1))
    for number in range(5):
        (root / f"m{number}.py").write_text(_COPY.format(1))
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    git(root, "checkout", "-q", "-b", "other")
    (root / "pkg" / "base.py").write_text(_SOURCE.format(2))
    git(root, "commit", "-q", "-a", "-m", "second")
    git(root, "checkout", "-q", "main")


def disturb(root: Path, rng: random.Random, last: Path) -> tuple[str, Path]:
    """One thing that a person does to a working tree: what it was, and to which file; often the file of `last`."""
    files = sorted(path for path in root.rglob("*.py"))
    path = last if rng.random() < 0.4 else rng.choice(files or [last])
    action = rng.choice(["edit", "edit", "touch", "delete", "rename", "back", "switch", "config", "copy", "nothing"])
    if action == "edit" and path.exists():
        text = path.read_text()
        path.write_text(text.replace("1", "2") if rng.random() < 0.5 else text.replace("2", "1"))
    elif action == "touch" and path.exists():
        path.touch()
    elif action == "delete" and path.exists():
        path.unlink()
    elif action == "rename" and path.exists():
        path.rename(path.with_name(rng.choice(["base.py", "basics.py", "m1.py", "m9.py"])))
    elif action == "copy" and path.exists():
        (root / rng.choice(["m6.py", "m7.py"])).write_bytes(path.read_bytes())
    elif action == "back":
        git(root, "checkout", "-q", "-f", "HEAD", "--", ".")
    elif action == "switch":
        git(root, "checkout", "-q", "-f", rng.choice(["main", "other"]))
    elif action == "config":
        (root / "copycheck.toml").write_text(rng.choice(["", 'header = "ignore"\n', 'exclude = ["m1.py"]\n']))
    return action, path


def run(root: Path, seed: int, steps: int, old: int, cache: Path | None = None) -> list[str]:
    """Make steps, `old` of them after a pause; a line for each step at which the cache lied."""
    rng = random.Random(seed)
    prepare(root)
    pauses = set(rng.sample(range(steps), min(old, steps)))
    wrong: list[str] = []
    path = root / "pkg" / "base.py"
    for number in range(steps):
        if number in pauses:
            time.sleep(_PAUSE)
        action, path = disturb(root, rng, path)
        settings = load(cwd=str(root)).with_cache_dir(str(cache) if cache else None)
        expected = check_paths(settings=settings)
        cached = [check_paths(settings=settings, cache=True) for _ in range(rng.choice([1, 1, 2]))]
        if any(found != expected for found in cached):
            wrong.append(f"seed {seed}, step {number} ({action} {path.name})")
    return wrong


def main() -> int:
    """Run the study; exit code 1 when the cache lied."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--old", type=int, default=500, help="steps that wait until the files are old")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    wrong = []
    for by_content in (False, True):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as kept:
            cache = Path(kept) if by_content else None
            steps, old = arguments.steps // 2, arguments.old // 2
            wrong += run(Path(folder), arguments.seed + by_content, steps, old, cache)
    print(f"{arguments.steps} steps, {arguments.old} of them with old files: {len(wrong)} wrong answers of the cache")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
