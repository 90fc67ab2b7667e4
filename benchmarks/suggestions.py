"""The growth of `suggest`, on synthetic repositories of which every file has definitions of a few forms."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import trees
from benchmarks.process import Sample, run
from benchmarks.table import Row, megabytes, row, seconds

SIZES = (3_000, 10_000, 30_000)
_WITHIN = 1.25
_SUGGEST = [sys.executable, "-m", "copycheck", "suggest", "--no-cache"]


def measures(folder: Path, count: int) -> dict[str, Callable[[], Sample]]:
    """`suggest` at so many sizes, two at least: growth needs something to be held against."""
    sizes = SIZES[: max(count, 2)]
    return {f"suggest {size}": partial(run, _SUGGEST, trees.synthetic_tree(folder, size), watch=True) for size in sizes}


def rows(samples: Mapping[str, Sequence[Sample]]) -> Iterator[Row]:
    """A row a size: processor time, and what falls to a file, held against the smallest size."""
    before = 0.0
    for size in SIZES:
        some = samples.get(f"suggest {size}", ())
        if not some:
            continue
        cpu = [sample.cpu for sample in some]
        each = median(cpu) / size
        share = each / before if before else 0.0
        before = before or each
        memory = median(sample.rss for sample in some)
        ratio = f"{each * 1e3:.1f} ms CPU a file, {megabytes(memory)}" + (f", {share:.2f} ×" if share else "")
        target, met = (f"at most {_WITHIN} ×", share <= _WITHIN) if share else ("", None)
        yield row(f"growth, suggest: {size:,} files", cpu, seconds, ratio, target, met)
