"""From which size on it pays to ask ruff which files are Python: a check with and without it, in parts of a package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.process import Sample, run, script
from benchmarks.table import Row, row, seconds
from studies.corpora import CORPORA, unpack

SIZES = (100_000, 200_000, 400_000, 800_000, 1_600_000)
_NEVER = 10**12


def measures(folder: Path, scratch: Path) -> dict[str, Callable[[], Sample]]:
    """Two checks for each size: ruff is asked in one of them."""
    ready: dict[str, Callable[[], Sample]] = {}
    source = unpack(CORPORA[1], folder) / "src"
    files = [path for path in sorted(source.rglob("*.py")) if b"# Copied from" in path.read_bytes()]
    for size in SIZES:
        tree, written = scratch / f"preflight {size}", 0
        for path in files:
            if written >= size:
                break
            to = tree / "src" / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            written += to.write_bytes(path.read_bytes())
        ready[f"preflight {size}"] = partial(run, script("preflight_run.py", "0"), tree)
        ready[f"no preflight {size}"] = partial(run, script("preflight_run.py", str(_NEVER)), tree)
    return ready


def rows(samples: Mapping[str, Sequence[Sample]]) -> Iterator[Row]:
    """A line for each size: the processor time with ruff, held against that without."""
    for size in SIZES:
        if some := samples.get(f"preflight {size}"):
            cpu, without = ([sample.cpu for sample in one] for one in (some, samples[f"no preflight {size}"]))
            ratio = f"{median(cpu) / median(without):.2f} × the time without"
            yield row(f"ruff asked about {size // 1000:,} kB of copies, processor time", cpu, seconds, ratio)
