"""A check in which ruff is asked about syntax from so many bytes of source on.

python benchmarks/preflight_run.py BYTES
"""

from __future__ import annotations

import sys

from copycheck.__main__ import run
from copycheck.syntax import ruff_preflight

if __name__ == "__main__":
    ruff_preflight.ENOUGH = int(sys.argv[1])
    sys.argv[1:] = ["--no-cache", "--exit-zero"]
    run()
