"""What is measured, in interleaved rounds, and what the numbers are held against."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import packages, preflight, shapes, suggestions, trees
from benchmarks.process import Sample, copycheck, run, script
from benchmarks.table import Row, megabytes, row, seconds

GROUPS = ("cold", "warm", "one-file", "fix", "memory", "growth", "shapes", "packages", "preflight", "suggest")
SIZES = (10_000, 30_000, 100_000)

_DRIFTED = 100
_MEMORY = 350e6
_FIX = 1.0
_WITHIN = 1.25
_FOURFOLD = 4.5
"""Four times the work may take so many times as long."""

Measures = dict[str, Callable[[], Sample]]
Samples = Mapping[str, Sequence[Sample]]


def measures(groups: Collection[str], folder: Path, scratch: Path, sizes: Sequence[int]) -> Measures:
    """The commands of some groups by name, ready to be run; the trees that they work on are made here.

    `folder` keeps downloads and synthetic trees for another time, `scratch` the copies of this one.
    """
    ready: Measures = {}
    if set(groups) - {"growth", "shapes", "packages", "preflight", "suggest"}:
        ready |= _of_corpus(groups, trees.corpus(folder), scratch)
    if "growth" in groups:
        ready |= _of_growth(folder, sizes)
    if "shapes" in groups:
        ready |= _of_shapes(scratch, len(sizes))
    if "packages" in groups:
        ready |= packages.measures(folder, scratch)
    if "preflight" in groups:
        ready |= preflight.measures(folder, scratch)
    if "suggest" in groups:
        ready |= suggestions.measures(folder, len(sizes))
    return ready


def _of_shapes(scratch: Path, count: int) -> Measures:
    """Each shape at as many sizes, two at least; a fix is not written, so that every round finds the same."""
    ready: Measures = {}
    for shape in shapes.SHAPES:
        for size in shape.sizes[: max(count, 2)]:
            tree = shapes.write(scratch / f"{shape.name} {size}", shape.files(size))
            command = copycheck("--no-cache", "--quiet", *(["--diff"] if shape.fix else []))
            ready[f"{shape.what}, {shape.work} {size}"] = partial(run, command, tree, watch=True)
    return ready


def _of_corpus(groups: Collection[str], corpus: Path, scratch: Path) -> Measures:
    ready: Measures = {}
    rest = trees.copied(corpus, scratch / "at rest")
    trees.fill_cache(rest)
    if {"cold", "fix"} & set(groups):
        ready["cold floor"] = partial(run, script("floor_cold.py", "."), rest)
        ready["lean floor"] = partial(run, script("floor_cold.py", ".", "--lean"), rest)
        ready["cold"] = partial(run, copycheck("--no-cache"), rest)
    if {"warm", "one-file"} & set(groups):
        ready["warm floor"] = partial(run, script("floor_warm.py", "."), rest)
    if "warm" in groups:
        ready["warm"] = partial(run, copycheck(), rest)
    if "one-file" in groups:
        files = trees.texts_of(corpus)
        changing = trees.copied(corpus, scratch / "changing")
        ready["one copy"] = partial(_one_file, changing, trees.middle_copy(files))
        ready["one source"] = partial(_one_file, changing, trees.most_named(files))
    if "fix" in groups:
        ready["fix"] = partial(_fix, trees.drifted(corpus, scratch / "drifted", _DRIFTED), scratch / "fixing")
    if "memory" in groups:
        ready["memory"] = partial(run, copycheck("--no-cache"), rest, watch=True, pss=True)
    return ready


def _of_growth(folder: Path, sizes: Sequence[int]) -> Measures:
    ready: Measures = {}
    for size in sizes:
        say(f"a synthetic repository of {size:,} files")
        tree = trees.synthetic_tree(folder, size)
        trees.fill_cache(tree)
        for name, command in (("cold", copycheck("--no-cache")), ("warm", copycheck())):
            ready[f"{name} {size}"] = partial(run, command, tree, watch=True)
    return ready


def _one_file(tree: Path, filename: str) -> Sample:
    """A check with a cache that was filled before a file was changed."""
    trees.fill_cache(tree)
    with trees.changed(tree / filename):
        return run(copycheck(), tree)


def _fix(drifted: Path, to: Path) -> Sample:
    """A fix in a fresh copy of a tree."""
    trees.copied(drifted, to)
    sample = run(copycheck("--fix", "--no-cache"), to)
    shutil.rmtree(to)
    return sample


def interleaved(ready: Measures, rounds: int) -> dict[str, list[Sample]]:
    """Every command once a round, each round beginning with another one."""
    samples: dict[str, list[Sample]] = {name: [] for name in ready}
    names = list(ready)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            say(f"round {number + 1} of {rounds}: {name}")
            samples[name].append(ready[name]())
    return samples


def say(text: str) -> None:
    """Tell on stderr what is done."""
    print(f"  {text}", file=sys.stderr, flush=True)


def rows(samples: Samples, sizes: Sequence[int]) -> list[Row]:
    """The lines of the table, as far as they were measured."""
    return [
        *_times(samples),
        *_fixes(samples),
        *_memory(samples),
        *_growth(samples, sizes),
        *_shapes(samples),
        *preflight.rows(samples),
        *suggestions.rows(samples),
    ]


_TIMES = (
    ("cold floor", "cold floor: walk, read, scan, parse the sources", "", None),
    ("lean floor", "lean floor: the same without garbage collection", "", None),
    ("warm floor", "warm floor: `import click`, walk, stat", "", None),
    ("cold", "check without a cache", "cold floor", 1.0),
    ("cold", "the same, held against the lean floor", "lean floor", None),
    ("warm", "check with a cache, nothing changed", "warm floor", 2.0),
    ("one copy", "one file changed: a copy of median size", "warm floor", 2.5),
    ("one source", "one file changed: the source of most copies", "warm floor", None),
)


def _times(samples: Samples) -> Iterator[Row]:
    for name, what, floor, limit in _TIMES:
        if name in samples:
            times = _seconds(samples[name])
            share = median(times) / median(_seconds(samples[floor])) if floor else 0.0
            ratio = f"{share:.2f} × {floor}" if floor else ""
            target = f"at most {limit} ×" if limit else ""
            yield row(what, times, seconds, ratio, target, share <= limit if limit else None)


def _fixes(samples: Samples) -> Iterator[Row]:
    if "fix" in samples:
        times = _seconds(samples["fix"])
        more = median(times) - median(_seconds(samples["cold"]))
        what = f"fix of {_DRIFTED} drifted copies"
        yield row(what, times, seconds, f"check {more:+.2f} s", f"at most {_FIX:+.0f} s", more <= _FIX)


def _memory(samples: Samples) -> Iterator[Row]:
    if "memory" in samples:
        some = samples["memory"]
        target, met = f"at most {megabytes(_MEMORY)}", median(_resident(some)) <= _MEMORY
        yield row("check without a cache, memory: RSS of all processes", _resident(some), megabytes, "", target, met)
        yield row("the same: PSS of all processes", [sample.pss for sample in some], megabytes)
        yield row("the same: RSS of the largest process", [sample.largest for sample in some], megabytes)


def _growth(samples: Samples, sizes: Sequence[int]) -> Iterator[Row]:
    measured = [size for size in sizes if f"cold {size}" in samples]
    for state in ("cold", "warm"):
        some = {size: samples[f"{state} {size}"] for size in measured}
        yield from _by_size(
            f"growth, {state}", {size: _seconds(runs) for size, runs in some.items()}, seconds, 1e6, "µs"
        )
        memory = {size: _resident(runs) for size, runs in some.items()}
        yield from _by_size(f"growth, {state}, memory", memory, megabytes, 1e-3, "kB")


def _shapes(samples: Samples) -> Iterator[Row]:
    """A row for each shape and size: what four times the work takes, held against the size before."""
    for shape in shapes.SHAPES:
        before = 0.0
        for size in shape.sizes:
            some = samples.get(f"{shape.what}, {shape.work} {size}", ())
            if not some:
                continue
            cpu = median(sample.cpu for sample in some)
            share = cpu / before if before else 0.0
            target, met = (f"at most {_FOURFOLD} ×", share <= _FOURFOLD) if before else ("", None)
            ratio = f"{cpu:.2f} s CPU, {megabytes(median(_resident(some)))}" + (f", {share:.2f} ×" if before else "")
            yield row(f"{shape.work}: {size:,} {shape.what}", _seconds(some), seconds, ratio, target, met)
            before = cpu


def _by_size(
    what: str, values: Mapping[int, Sequence[float]], show: Callable[[float], str], factor: float, unit: str
) -> Iterator[Row]:
    """A row a size, what falls to a file held against the smallest one."""
    smallest = min(values, default=0)
    for size, some in values.items():
        share = median(some) / size / (median(values[smallest]) / smallest)
        ratio = f"{median(some) / size * factor:.1f} {unit} a file, {share:.2f} ×"
        first = size == smallest
        target, met = ("", None) if first else (f"at most {_WITHIN} ×", share <= _WITHIN)
        yield row(f"{what}: {size:,} files", some, show, ratio, target, met)


def _seconds(samples: Sequence[Sample]) -> list[float]:
    return [sample.seconds for sample in samples]


def _resident(samples: Sequence[Sample]) -> list[float]:
    return [sample.rss for sample in samples]
