"""What an editor waits for, on transformers: from a change in one open buffer to its published diagnostics.

    python -m benchmarks.latency [--rounds N] [--edits N] [--keys N] [--folder DIR] [--markdown]

Each round starts the server anew, without a cache, and beside it a check without one. Linux only.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import trees
from benchmarks.editor import Client
from benchmarks.process import copycheck, run
from benchmarks.table import Row, megabytes, render, row, seconds

_BERT = "src/transformers/models/bert/modeling_bert.py"
_COPY, _SOURCE, _START, _MEMORY, _GROWTH = 0.05, 0.15, 0.3, 400e6, 1.02
_DIRECTIVE = re.compile(rb"^# Copied from transformers", re.MULTILINE)
_FILES = 10
"""So many files with copies are edited, chosen at random, but the same ones each time."""


@dataclass
class Times:
    """What one server has taken, in seconds and bytes."""

    start: float = 0.0
    check: float = 0.0
    warm: float = 0.0
    copies: list[float] = field(default_factory=list)
    copies_cpu: list[float] = field(default_factory=list)
    source: list[float] = field(default_factory=list)
    source_cpu: list[float] = field(default_factory=list)
    typed: float = 0.0
    memory: list[int] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--edits", type=int, default=2000, help="so many edits, after which memory has not grown")
    parser.add_argument("--folder", type=Path, default=Path(os.path.expanduser("~/.cache/copycheck-corpora")))
    parser.add_argument("--markdown", action="store_true", help="the table in Markdown")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    corpus = trees.corpus(folder)
    with tempfile.TemporaryDirectory(prefix="latency-") as scratch:
        tree = trees.copied(corpus, Path(scratch) / "tree")
        found = [_round(tree, options.edits if number == 0 else 0) for number in range(options.rounds)]
    print(render(list(_rows(found, options.edits)), options.markdown))
    return 0


def _round(tree: Path, edits: int) -> Times:
    """Start a server, edit, and end it."""
    files = _files(tree)
    times = Times(check=run(copycheck("--no-cache"), tree).seconds)
    shutil.rmtree(tree / ".copycheck_cache", ignore_errors=True)
    for name in ("start", "warm"):
        begun = time.perf_counter()
        client = Client(tree)
        uri = client.open(files[0])
        setattr(times, name, client.published(uri, 0)[0] - begun)
        if name == "start":
            client.settle(uri)
            client.stop()
    client.close(uri)
    for path in files:
        uri = client.open(path)
        client.published(uri, 0)
        _edit(client, uri, _line_in_a_copy(path), 4, times.copies, times.copies_cpu)
        client.close(uri)
    uri = client.open(tree / _BERT)
    client.published(uri, 0)
    source = _line_of((tree / _BERT).read_text("utf-8"), "class BertSelfOutput", "self.dense = ")
    _edit(client, uri, source, 20, times.source, times.source_cpu)
    client.close(uri)
    uri = client.open(files[0])
    client.published(uri, 0)
    times.typed = _type(client, uri, _line_in_a_copy(files[0]))
    times.memory.append(client.memory())
    if edits:
        line = _line_in_a_copy(files[0])
        _edit(client, uri, line, edits, [], [])
        times.memory.append(client.memory())
    client.stop()
    return times


def _edit(client: Client, uri: str, place: tuple[int, int], count: int, times: list[float], cpu: list[float]) -> None:
    """Put a word into a line and take it out again, so many times."""
    line, column = place
    for number in range(count):
        before, begun = client.cpu(), time.perf_counter()
        is_there = number % 2
        version = client.replace(uri, line, column, column + 2 * is_there, "" if is_there else "x_")
        times.append(client.published(uri, version)[0] - begun)
        cpu.append(client.cpu() - before)


def _type(client: Client, uri: str, place: tuple[int, int]) -> float:
    """Type twenty keys in a second; how long after the last one its diagnostics are there."""
    line, column = place
    version = 0
    for number in range(20):
        version = client.replace(uri, line, column + number, column + number, "x")
        time.sleep(0.05)
    begun = time.perf_counter() - 0.05
    done = client.published(uri, version)[0] - begun
    version = client.replace(uri, line, column, column + 20, "")
    client.published(uri, version)
    return done


def _files(tree: Path) -> list[Path]:
    """Some files with copies."""
    found = [path for path in sorted(tree.rglob("*.py")) if _DIRECTIVE.search(path.read_bytes())]
    return random.Random(17).sample(found, _FILES)


def _line_in_a_copy(path: Path) -> tuple[int, int]:
    """A line with code in the first copy of a file, and the column that its code begins in, both from 0."""
    return _line_of(path.read_text("utf-8"), "# Copied from transformers", "return", "self.", "= ")


def _line_of(text: str, after: str, *parts: str) -> tuple[int, int]:
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.lstrip().startswith(after))
    for number in range(start + 2, len(lines)):
        if any(part in lines[number] for part in parts) and not lines[number].rstrip().endswith((":", "(")):
            code = lines[number].lstrip()
            column = len(lines[number]) - len(code)
            return number, column + (len("return ") if code.startswith("return ") else 0)
    raise ValueError(f"nothing to edit after {after}")


def _rows(found: Sequence[Times], edits: int) -> Iterator[Row]:
    copies = [one for times in found for one in times.copies]
    yield row(
        "a change in a file with copies, to its diagnostics", copies, seconds, "", "50 ms", median(copies) <= _COPY
    )
    yield row("the same, processor time", [one for times in found for one in times.copies_cpu], seconds)
    source = [one for times in found for one in times.source]
    yield row(
        "a change in `modeling_bert.py`, to its diagnostics", source, seconds, "", "150 ms", median(source) <= _SOURCE
    )
    yield row("the same, processor time", [one for times in found for one in times.source_cpu], seconds)
    check = median([times.check for times in found])
    start = [times.start for times in found]
    yield row("a check without a cache", [times.check for times in found], seconds)
    more = f"{seconds(check + _START)}"
    yield row("start to the first diagnostics", start, seconds, "", more, median(start) <= check + _START)
    yield row("the same with a cache", [times.warm for times in found], seconds)
    yield row("twenty keys in a second: from the last to its diagnostics", [times.typed for times in found], seconds)
    memory = [float(times.memory[0]) for times in found]
    yield row("memory", memory, megabytes, "", "400 MB", max(memory) <= _MEMORY)
    if edits:
        first, last = found[0].memory
        yield row(
            f"memory after {edits:,} edits more", [float(last)], megabytes, f"{last / first:.2f}", f"{_GROWTH}",
            last <= first * _GROWTH,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
