"""Repositories of one odd shape at any size: each was quadratic once, and has to grow with its size and no faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Files = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Shape:
    """A kind of repository: what grows in it, the smallest size, and what is run there."""

    name: str
    what: str
    smallest: int
    files: Callable[[int], Files]
    fix: bool = False

    @property
    def work(self) -> str:
        """`check` or `fix`."""
        return "fix" if self.fix else "check"

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Three sizes, each four times the one before."""
        return self.smallest, 4 * self.smallest, 16 * self.smallest


def write(folder: Path, files: Files) -> Path:
    """Write a repository of that shape."""
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def function(name: str, number: int, above: str = "") -> str:
    """A function of four rows, which returns a number."""
    body = f"    found = len(values) + limit\n    return found * {number}\n"
    return f'{above}def {name}(values, limit=10):\n    """Count the values."""\n{body}'


def _paragraphs(*definitions: str) -> str:
    return "\n\n".join(definitions)


def _chain(size: int) -> Files:
    """Each function is a copy of the one before it, and the first one was edited."""
    links = [function("f0", 2)]
    links += [function(f"f{n}", 1, f"# Copied from chain.f{n - 1} with f{n - 1}->f{n}\n") for n in range(1, size)]
    yield "chain.py", _paragraphs(*links)


def _lost(size: int) -> Files:
    """Each copy names another member that its class no longer has."""
    members = (function(f"read_{n}_items", n).replace("\n", "\n    ").rstrip() for n in range(size))
    yield "lib.py", "class Store:\n    " + "\n\n    ".join(members) + "\n"
    yield (
        "app.py",
        _paragraphs(*(function(f"f{n}", n, f"# Copied from lib.Store.reads_{n}_item\n") for n in range(size))),
    )


def _cycle(size: int) -> Files:
    """Each file copies from the next one, and the last one from the first."""
    for n in range(size):
        yield f"m{n}.py", function("f", 1, f"# Copied from m{(n + 1) % size}.f\n")


def _table(size: int) -> Files:
    """A copy that has drifted, below a long table."""
    rows = "".join(f'    "key {n}": {n},\n' for n in range(size))
    yield "lib.py", function("count", 1)
    yield "table.py", _paragraphs(f"TABLE = {{\n{rows}}}\n", function("count", 2, "# Copied from lib.count\n"))


def _broken(size: int) -> Files:
    """Many copies of a source that cannot be parsed."""
    yield "lib.py", _paragraphs(*(function(f"f{n}", n) for n in range(200)), "def broken(:\n    return 1\n")
    for n in range(size):
        yield f"app/m{n}.py", function(f"f{n % 200}", n % 200, f"# Copied from lib.f{n % 200}\n")


def _many_broken(size: int) -> Files:
    """Many sources that cannot be parsed, with a copy of each."""
    for n in range(size):
        yield f"lib/m{n}.py", _paragraphs(function("f", n), "def broken(:\n    return 1\n")
        yield f"app/m{n}.py", function("f", n, f"# Copied from lib.m{n}.f\n")


def _one_file(size: int) -> Files:
    """Many copies in one file, every other one drifted."""
    yield "lib.py", _paragraphs(*(function(f"f{n}", n) for n in range(size)))
    copies = (function(f"f{n}", n + n % 2, f"# Copied from lib.f{n}\n") for n in range(size))
    yield "app.py", _paragraphs(*copies)


def _ignored(size: int) -> Files:
    """A copied class that ignores each of its members, with a copy in each."""
    members = [function(f"read_{n}_items", n).replace("\n", "\n    ").rstrip() for n in range(size)]
    yield "lib.py", "class Store:\n    " + "\n\n    ".join(members) + "\n"
    own = (
        f"# Ignore copy\n    # Copied from lib.Store.read_{n}_items\n    {member}  # own"
        for n, member in enumerate(members)
    )
    yield "app.py", "# Copied from lib.Store\nclass Store:\n    " + "\n\n    ".join(own) + "\n"


def _rows(size: int) -> Files:
    """Comments that name the rows of definitions."""
    yield "lib.py", _paragraphs(*(function(f"f{n}", n) for n in range(size)))
    yield "app.py", _paragraphs(*(function(f"f{n}", n, f"# Copied from lib.py:{6 * n + 1}\n") for n in range(size)))


def _drifted(size: int) -> Files:
    """Many files with one drifted copy each, of ten sources."""
    yield "lib.py", _paragraphs(*(function(f"f{n}", n) for n in range(10)))
    for n in range(size):
        yield f"app/m{n}.py", function(f"g{n}", 99, f"# Copied from lib.f{n % 10} with f{n % 10}->g{n}\n")


def _stars(size: int) -> Files:
    """Modules that import each other with stars, one behind the other, and a copy of what each defines."""
    yield "lib/__init__.py", ""
    for n in range(size):
        above = f"from .m{n + 1} import *\n\n\n" if n + 1 < size else ""
        yield f"lib/m{n}.py", above + function(f"f{n}", n)
    yield "app.py", _paragraphs(*(function(f"f{n}", n, f"# Copied from lib.m0.f{n}\n") for n in range(size)))


SHAPES = (
    Shape("chain", "links of a chain inside one file", 16, _chain, fix=True),
    Shape("lost", "lost members of one class", 400, _lost),
    Shape("cycle", "copies on one cycle", 400, _cycle),
    Shape("table", "rows above a drifted copy", 20_000, _table),
    Shape("broken", "copies of a source that does not parse", 400, _broken),
    Shape("broken sources", "sources that do not parse", 200, _many_broken),
    Shape("one file", "copies in one file, half of them drifted", 625, _one_file),
    Shape("one file", "copies in one file, half of them drifted", 625, _one_file, fix=True),
    Shape("ignored", "ignored members of a copied class, each of them a drifted copy", 200, _ignored, fix=True),
    Shape("stars", "modules behind each other's star imports, and copies from them", 100, _stars),
    Shape("rows", "comments that name the row of a definition", 400, _rows),
    Shape("drifted", "files with a drifted copy", 200, _drifted, fix=True),
)
