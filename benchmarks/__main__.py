"""The benchmarks: one table of floors, times, memory and growth, each the median of interleaved runs.

    python -m benchmarks [--rounds N] [--quick] [--only cold,warm,…] [--folder DIR] [--markdown]

Times are of whole processes, wall clock, with the files in the page cache and the tool's bytecode compiled. Every round
runs every command once, beginning with another one each time. Nothing fails when a target is not met. Linux only.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.packages import counts_of
from benchmarks.packages import rows as package_rows
from benchmarks.suite import GROUPS, SIZES, interleaved, measures, rows
from benchmarks.table import render
from copycheck import __version__
from copycheck.parallel import processors


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round; growth at its smallest size, shapes at two")
    parser.add_argument("--only", default=",".join(GROUPS), help=f"some of {','.join(GROUPS)}")
    parser.add_argument("--folder", type=Path, default=Path(os.path.expanduser("~/.cache/copycheck-corpora")))
    parser.add_argument("--markdown", action="store_true", help="the table in Markdown")
    options = parser.parse_args(arguments)
    groups = options.only.split(",")
    if unknown := set(groups) - set(GROUPS):
        parser.error(f"--only takes some of {','.join(GROUPS)}, not {','.join(sorted(unknown))}")
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1 on")
    rounds, sizes = (1, SIZES[:1]) if options.quick else (options.rounds, SIZES)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print(f"copycheck {__version__}, Python {platform.python_version()}, {processors()} cores, {platform.platform()}")
    print(f"median and range of {rounds} rounds\n", flush=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="scratch-") as scratch:
        samples = interleaved(measures(groups, folder, Path(scratch), sizes), rounds)
        counts = counts_of(Path(scratch))
    print(render([*rows(samples, sizes), *package_rows(samples, counts)], options.markdown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
