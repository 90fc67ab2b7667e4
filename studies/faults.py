"""The fault study: `--fix` of a hundred files, killed at random instants, alone and by twos.

    python -m studies.faults [--kills N] [--files N] [--seed N]

After each kill every file must be, byte for byte, either as before or as after the fix; then one more run must repair
what is left. Prints the counts; the exit code is 1 when a file was neither, or was not repaired.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

SOURCE = "def total(values):\n    return sum(values)\n"
COPY = "# Copied from pkg.source.total with total->total_{n}\ndef total_{n}(values):\n    return {value}\n"
COMMAND = (sys.executable, "-m", "copycheck", "--fix", "--quiet", "--no-cache")


def make(root: Path, files: int) -> tuple[dict[Path, bytes], dict[Path, bytes]]:
    """A project whose copies have all drifted: each file before and after the fix."""
    (root / "pkg").mkdir(parents=True, exist_ok=True)
    (root / "copycheck.toml").write_text("")
    (root / "pkg" / "source.py").write_text(SOURCE)
    before = {root / "pkg" / f"copy_{n}.py": COPY.format(n=n, value=0).encode() for n in range(files)}
    after = {root / "pkg" / f"copy_{n}.py": COPY.format(n=n, value="sum(values)").encode() for n in range(files)}
    return before, after


def lay(files: dict[Path, bytes]) -> None:
    for path, data in files.items():
        path.write_bytes(data)


def duration(root: Path, before: dict[Path, bytes]) -> float:
    """How long an undisturbed fix takes."""
    lay(before)
    start = time.perf_counter()
    subprocess.run(COMMAND, cwd=root, check=True)
    return time.perf_counter() - start


def kill_once(root: Path, delay: float, how: signal.Signals, runs: int) -> None:
    """Start as many runs, and send the signal to the first after so many seconds."""
    started = [subprocess.Popen(COMMAND, cwd=root, stderr=subprocess.DEVNULL) for _ in range(runs)]
    try:
        started[0].wait(delay)
    except subprocess.TimeoutExpired:
        started[0].send_signal(how)
    for process in started:
        process.wait()


def study(root: Path, kills: int, files: int, seed: int) -> tuple[Counter[str], list[str]]:
    """The counts, and a line for each file that was harmed."""
    dice, counts, wrong = random.Random(seed), Counter[str](), list[str]()
    before, after = make(root, files)
    seconds = duration(root, before)
    for number in range(kills):
        how = signal.SIGINT if number % 4 == 3 else signal.SIGKILL
        lay(before)
        kill_once(root, dice.uniform(0, 1.1 * seconds), how, 2 if number % 4 == 2 else 1)
        counts[f"{how.name} sent"] += 1
        found = {path: path.read_bytes() for path in before}
        counts["files as before"] += sum(found[path] == before[path] for path in before)
        counts["files as after"] += sum(found[path] == after[path] for path in after)
        wrong += [f"kill {number}: {path.name}" for path in before if found[path] not in (before[path], after[path])]
        litter = list((root / "pkg").glob(".copycheck-*"))
        counts["unfinished files beside"] += len(litter)
        subprocess.run(COMMAND, cwd=root, check=True)
        wrong += [f"kill {number}: {path.name} not repaired" for path in after if path.read_bytes() != after[path]]
        for path in litter:
            path.unlink()
    return counts, wrong


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job would have its children ignore it
    with tempfile.TemporaryDirectory() as folder:
        counts, wrong = study(Path(folder), options.kills, options.files, options.seed)
    print("| what | count |\n|---|--:|")
    print("\n".join(f"| {what} | {count} |" for what, count in counts.items()))
    print("\n".join(wrong) or "\nEvery file was whole after every signal, and the next run repaired the rest.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
