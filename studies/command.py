"""Runs the command in this process."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from copycheck.cli import main


@dataclass(frozen=True)
class Run:
    """What a run of the command left behind."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout.decode()


def run(cwd: Path, *args: str) -> Run:
    """Run `copycheck ARGS` in a folder, as the console script does."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    saved = sys.stdout, sys.stderr, os.getcwd(), sys.argv
    sys.stdout, sys.stderr, sys.argv = out, err, ["copycheck", *args]
    os.chdir(cwd)
    try:
        main.main()
        code = 0
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    finally:
        sys.stdout, sys.stderr, sys.argv = saved[0], saved[1], saved[3]
        os.chdir(saved[2])
    out.flush()
    return Run(code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]
