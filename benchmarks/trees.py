"""The trees that are measured: a real corpus, at rest, changed and drifted, and synthetic ones."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import synthetic, templates
from benchmarks.floor_cold import module_of, python_files, read, sources, targets_in
from benchmarks.process import copycheck, output_of, run
from studies.corpora import CORPORA, unpack

_GRAIN = 2.1
"""Seconds that a file must have been left alone for before the tool believes what its inode says."""
_CACHE = ".copycheck_cache"
_MARKERS = (b"Copied from", b"Ignore copy", b"End copy")


def corpus(folder: Path) -> Path:
    """transformers, unpacked once and never written to."""
    return unpack(CORPORA[0], folder)


def copied(tree: Path, to: Path) -> Path:
    """A copy of a tree, on the disk: no later write has to wait for it."""
    shutil.copytree(tree, to, ignore=shutil.ignore_patterns(_CACHE))
    os.sync()
    return to


def fill_cache(tree: Path) -> None:
    """Run the check with its cache, long enough after the last change in the tree that all of it is believed."""
    time.sleep(_GRAIN)
    run(copycheck(), tree)


def report(tree: Path) -> Any:
    """What the tool says of a tree, as JSON."""
    return json.loads(output_of(copycheck("--no-cache", "--output-format", "json"), tree))


def drifted_in(tree: Path) -> int:
    """How many copies have drifted."""
    return sum(found["code"] == "CPY201" for found in report(tree)["diagnostics"])


@contextlib.contextmanager
def changed(path: Path) -> Iterator[None]:
    """A comment line more at the end of a file, as if written ten seconds ago."""
    before, stat = path.read_bytes(), path.stat()
    path.write_bytes(before + b"# One line more.\n")
    os.utime(path, (time.time() - 10,) * 2)
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def texts_of(tree: Path) -> dict[str, bytes]:
    """The bytes of each `.py` file of a tree."""
    return {name: read(os.path.join(tree, name)) for name in sorted(python_files(str(tree)))}


def middle_copy(files: Mapping[str, bytes]) -> str:
    """Of the files that hold copies and are nobody's source, the one of median size."""
    named = sources(files)
    alone = [name for name, data in files.items() if targets_in(data) and name not in named]
    return sorted(alone, key=lambda name: len(files[name]))[len(alone) // 2]


def most_named(files: Mapping[str, bytes]) -> str:
    """The file that most copies name as their source."""
    counts = Counter(module_of(target, files) for data in files.values() for target in targets_in(data))
    return next(name for name, _ in counts.most_common() if name is not None)


def drifted(tree: Path, to: Path, wanted: int) -> Path:
    """A copy of a tree in which so many copies have drifted, each by one line, and nothing else has.

    They are taken evenly from all those in sync that nobody copies. Raises RuntimeError where the tool counts others.
    """
    run(copycheck("--fix", "--quiet"), copied(tree, to))
    flagged = {(found["filename"], found["location"]["row"]) for found in report(to)["diagnostics"]}
    files = texts_of(to)
    targets = {target for data in files.values() for target in targets_in(data)}
    rows = [
        (name, row)
        for name, data in files.items()
        if targets_in(data)
        for row in _changeable_rows(name, data, targets, flagged)
    ]
    for number in range(wanted):
        name, row = rows[number * len(rows) // wanted]
        lines = (to / name).read_bytes().splitlines(keepends=True)
        lines[row - 1] = lines[row - 1].replace(b"return ", b"return not ", 1)
        (to / name).write_bytes(b"".join(lines))
    if (count := drifted_in(to)) != wanted:
        raise RuntimeError(f"{wanted} copies were changed, {count} have drifted")
    return to


def synthetic_tree(folder: Path, files: int) -> Path:
    """A synthetic repository without a cache, made anew only when the code that makes it has changed."""
    tree, note = folder / f"synthetic-{files}", folder / f"synthetic-{files}.json"
    made_by = hashlib.sha256()
    for module in (synthetic, templates):
        made_by.update(Path(str(module.__file__)).read_bytes())
    with contextlib.suppress(OSError, ValueError, LookupError):
        if json.loads(note.read_text(encoding="utf-8"))["made by"] == made_by.hexdigest():
            shutil.rmtree(tree / _CACHE, ignore_errors=True)
            return tree
    shutil.rmtree(tree, ignore_errors=True)
    made = synthetic.generate(tree, files)
    note.write_text(json.dumps({"made by": made_by.hexdigest(), **dataclasses.asdict(made)}), encoding="utf-8")
    os.sync()
    return tree


def _changeable_rows(name: str, data: bytes, targets: set[str], flagged: set[tuple[str, int]]) -> Iterator[int]:
    """The rows of a `return` in copies that are in sync, hold nothing that is left out, and are nobody's source."""
    module = name.removeprefix("src/").removesuffix(".py").replace("/", ".")
    named = [target.removeprefix(f"{module}.").split(".") for target in targets if target.startswith(f"{module}.")]
    lines = data.splitlines()
    for directive, node, path in _copies(lines, ast.parse(data), []):
        body = b"\n".join(lines[node.lineno - 1 : node.end_lineno])
        related = any(path[: len(other)] == other[: len(path)] for other in named)
        if (name, directive) in flagged or related or any(word in body for word in _MARKERS):
            continue
        returns = [
            inner.lineno
            for inner in ast.walk(node)
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Name | ast.Call)
        ]
        if returns:
            yield max(returns)


Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _copies(lines: list[bytes], scope: ast.AST, path: list[str]) -> Iterator[tuple[int, Definition, list[str]]]:
    """The definitions with a directive right above them: its row, the definition, the names that lead to it."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, Definition):
            inside = [*path, node.name]
            above = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            if lines[above - 1].lstrip().startswith(b"# Copied from "):
                yield above, node, inside
            elif isinstance(node, ast.ClassDef):
                yield from _copies(lines, node, inside)
