"""Real packages of different shape: what a check takes for a megabyte or a copy, beside `ruff check --select F`."""

from __future__ import annotations

import json
import re
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import trees
from benchmarks.process import Sample, copycheck, run
from benchmarks.table import Row, megabytes, row, seconds
from studies.corpora import CORPORA, Corpus, unpack

PACKAGES = (
    CORPORA[0],
    CORPORA[1],
    Corpus("ppdiffusers-0.29.0", "line-length = 119\n"),
    Corpus("paddlenlp-2.8.1", "line-length = 119\n"),
    Corpus("modelscope-1.40.2", "line-length = 119\n"),
    Corpus("sglang-0.5.23", "line-length = 119\n"),
)
_MEASURE = PACKAGES[0].release
_AT_MOST = 3.0
_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*Copied from[ \t]", re.MULTILINE)


def measures(folder: Path, scratch: Path) -> dict[str, Callable[[], Sample]]:
    """A check without a cache, one with it, and ruff, for each package."""
    ready: dict[str, Callable[[], Sample]] = {}
    ruff = str(Path(sysconfig.get_path("scripts")) / "ruff")
    for package in PACKAGES:
        tree = trees.copied(unpack(package, folder), scratch / package.release)
        trees.fill_cache(tree)
        sizes = [(len(data), len(_DIRECTIVE.findall(data))) for data in map(Path.read_bytes, tree.rglob("*.py"))]
        counts = {"bytes": sum(size for size, _ in sizes), "copies": sum(copies for _, copies in sizes)}
        (scratch / f"{package.release}.json").write_text(json.dumps(counts))
        name = package.release
        ready[f"{name} cold"] = partial(run, copycheck("--no-cache"), tree, watch=True)
        ready[f"{name} warm"] = partial(run, copycheck(), tree)
        checked = [ruff, "check", "--isolated", "--no-cache", "--select", "F", "--exit-zero", "--quiet", "src"]
        ready[f"{name} ruff"] = partial(run, checked, tree)
    return ready


def counts_of(scratch: Path) -> dict[str, dict[str, int]]:
    """The bytes and the copies of each package that was measured."""
    return {
        package.release: json.loads(path.read_text())
        for package in PACKAGES
        if (path := scratch / f"{package.release}.json").exists()
    }


def rows(samples: Mapping[str, Sequence[Sample]], counts: Mapping[str, Mapping[str, int]]) -> Iterator[Row]:
    """Three lines a package; the CPU time of its check is held against that of the first one, by size and by copies."""
    costs: dict[str, tuple[float, float]] = {}
    for name, count in counts.items():
        if f"{name} cold" not in samples:
            continue
        cold, warm, ruff = (samples[f"{name} {what}"] for what in ("cold", "warm", "ruff"))
        cpu = median(sample.cpu for sample in cold)
        costs[name] = cpu / count["bytes"] * 1e6, cpu / count["copies"]
        share = min(own / theirs for own, theirs in zip(costs[name], costs[_MEASURE], strict=True))
        cost = f"{costs[name][0] * 1e3:.1f} ms CPU a MB, {costs[name][1] * 1e3:.2f} ms a copy"
        about = f"{name}: {count['copies']:,} copies, {megabytes(count['bytes'])}"
        target, met = ("", None) if name == _MEASURE else (f"at most {_AT_MOST:.0f} × {_MEASURE}", share <= _AT_MOST)
        ratio = cost if met is None else f"{cost}: {share:.2f} ×"
        yield row(f"{about}, without a cache", [sample.seconds for sample in cold], seconds, ratio, target, met)
        memory = megabytes(median(sample.rss for sample in cold))
        yield row(
            f"{name}: nothing changed; memory without a cache", [sample.seconds for sample in warm], seconds, memory
        )
        times = [sample.seconds for sample in ruff]
        own = median(sample.seconds for sample in cold) / median(times)
        yield row(f"{name}: ruff check --select F", times, seconds, f"ours: {own:.1f} ×")
