"""The warm floor: what any command line with a cache does at least when nothing has changed.

    python benchmarks/floor_warm.py FOLDER

Imports click, and asks for the `stat` of every file below the folder.
"""

from __future__ import annotations

import os
import sys

import click  # noqa: F401


def main(folder: str) -> int:
    """The number of files below a folder, after a look at each."""
    count = 0
    stack = [folder]
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                else:
                    entry.stat()
                    count += 1
    return count


if __name__ == "__main__":
    main(sys.argv[1])
