"""The cold floor: what any check that starts from nothing does at least, in one process of the standard library.

    python benchmarks/floor_cold.py FOLDER [--lean]

Walks the tree, reads every `.py` file, scans the bytes for directives, and parses every module that one names as its
source. It is a bare script: with `--lean` its garbage collector is off, which makes it a harder floor.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import re
import sys
from collections.abc import Container, Iterable, Iterator, Mapping

_DIRECTIVE = re.compile(rb"#[ \t]*Copied from[ \t]+([\w.]+)")
_ROOTS = ("", "src/")


def python_files(folder: str) -> Iterator[str]:
    """The `.py` files below a folder, by their names in it."""
    stack = [""]
    while stack:
        inside = stack.pop()
        with os.scandir(os.path.join(folder, inside)) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(f"{inside}{entry.name}/")
                elif entry.name.endswith(".py"):
                    yield inside + entry.name


def read(path: str) -> bytes:
    """The bytes of a file."""
    with open(path, "rb", buffering=0) as stream:
        return stream.read()


def targets_in(data: bytes) -> list[str]:
    """The dotted names that the directives of a file name."""
    return [name.decode() for name in _DIRECTIVE.findall(data)] if b"Copied from" in data else []


def module_of(target: str, files: Container[str]) -> str | None:
    """The file of the shortest prefix of a dotted name that is a plain module; else that of its innermost package."""
    parts = target.rstrip(".").split(".")
    prefixes = ["/".join(parts[:length]) for length in range(1, len(parts))]
    wanted = [f"{prefix}.py" for prefix in prefixes] + [f"{prefix}/__init__.py" for prefix in reversed(prefixes)]
    return next((root + name for name in wanted for root in _ROOTS if root + name in files), None)


def sources(files: Mapping[str, bytes]) -> set[str]:
    """The files that directives name as sources."""
    targets = {target for data in files.values() for target in targets_in(data)}
    return {filename for target in targets if (filename := module_of(target, files)) is not None}


def parse(texts: Iterable[bytes]) -> None:
    """Make the syntax tree of each text, and let go of it."""
    for text in texts:
        with contextlib.suppress(SyntaxError, ValueError):
            ast.parse(text)


def main(folder: str) -> None:
    files = {name: read(os.path.join(folder, name)) for name in python_files(folder)}
    parse(files[name] for name in sources(files))


if __name__ == "__main__":
    if sys.argv[2:] == ["--lean"]:
        gc.disable()
    main(sys.argv[1])
