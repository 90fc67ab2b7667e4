"""Random packages with copies that lack names: after a fix none is undefined that was not before (contract 5.7).

    python -m studies.name_trees [--trees 1000] [--seed 0]

Each tree has modules that import from the standard library, from each other, relative, absolute, with aliases, below
`TYPE_CHECKING` and under conditions, and copies of their functions and classes, with and without replacements, in files
with imports of their own or none. All trees are fixed; ruff says before and after which names are undefined. Besides:
what a check offered is done, what does not parse is not written, a second fix changes nothing, and what a check did not
report stays as it was.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from copycheck.api import check_paths, fix_paths
from copycheck.project.config_search import load
from copycheck.syntax.undefined_names import undefined_names
from studies.undefined_names import undefined

_OUTER = (
    ("import math", "math.pi"),
    ("import os.path", "os.path.sep"),
    ("import re as regex", "regex.compile"),
    ("from collections import OrderedDict", "OrderedDict()"),
    ("from itertools import chain as linked", "linked()"),
    ("from typing import Any, Optional", "Optional[Any]"),
)
_CONDITIONS = ("if sys.platform:", "try:", "if TYPE_CHECKING:")
_LINES = "    first = x\n    second = first\n    third = second\n"
"""What a merge needs between two edits."""
_PLACES = ("alpha", "pkg.beta", "pkg.deep.gamma", "pkg.deep.delta")


class _Tree:
    """One random package, as texts by file name."""

    def __init__(self, number: random.Random) -> None:
        self._random = number
        self._modules: dict[str, list[str]] = {place: [] for place in _PLACES}
        self._names: dict[str, list[str]] = {place: [] for place in _PLACES}
        self._sources: list[tuple[str, str]] = []

    def files(self) -> dict[str, str]:
        """The files of the tree: sources first, then copies of them."""
        for place in _PLACES:
            self._source(place)
        for _ in range(self._random.randint(1, 6)):
            self._copy(self._random.choice(_PLACES))
        header = self._random.choice(("compare", "ignore"))
        files = {f"{place.replace('.', '/')}.py": "\n\n".join(parts) for place, parts in self._modules.items()}
        packages = {"pkg/__init__.py": "", "pkg/deep/__init__.py": ""}
        return {**files, **packages, "copycheck.toml": f'header = "{header}"\n'}

    def _imports(self, place: str) -> tuple[list[str], list[str]]:
        """Some imports of a module, and an expression for each."""
        lines, used = [], []
        for statement, expression in self._random.sample(_OUTER, self._random.randint(0, 3)):
            lines.append(statement)
            used.append(expression)
        others = [other for other in _PLACES if other != place and self._names[other]]
        for other in self._random.sample(others, min(len(others), self._random.randint(0, 2))):
            name = self._random.choice(self._names[other])
            alias = self._random.choice(("", "", f" as my_{name}"))
            lines.append(f"from {self._from(place, other)} import {name}{alias}")
            used.append(f"my_{name}" if alias else name)
        if lines and self._random.random() < 0.3:
            condition = self._random.choice(_CONDITIONS)
            last = lines.pop()
            ending = "\nexcept ImportError:\n    pass" if condition == "try:" else ""
            lines = ["import sys", "from typing import TYPE_CHECKING", *lines, f"{condition}\n    {last}{ending}"]
        if self._random.random() < 0.3:
            lines.insert(0, "from __future__ import annotations")
        return lines, used

    def _from(self, place: str, other: str) -> str:
        """The module that another one is imported from, absolute or relative."""
        package, parts = place.split(".")[:-1], other.split(".")
        if package and parts[: len(package)] == package and self._random.random() < 0.5:
            return "." + ".".join(parts[len(package) :])
        return other

    def _source(self, place: str) -> None:
        lines, used = self._imports(place)
        own = place.rpartition(".")[2]
        self._modules[place] += ["\n".join(lines) + "\n"] if lines else []
        self._modules[place].append(f"def {own}_help(x):\n    return x\n")
        for number in range(self._random.randint(1, 3)):
            name = f"{own}_{number}"
            uses = [*used, f"{own}_help(x)", "x", "y"]
            body = ", ".join(self._random.sample(uses, min(len(uses), self._random.randint(1, 3))))
            note = self._random.choice(("", ": int", f": {used[-1].partition('(')[0]}" if used else ""))
            text = f"def {name}(x{note}, y=1):\n{_LINES}    return [{body}]\n"
            if self._random.random() < 0.3:
                lines = _LINES.replace("    ", "        ")
                base = used[0] if used and used[0].isidentifier() else "object"
                method = f"    def run(self, x, y=size):\n{lines}        return [{body}]\n"
                text = f"class {name}({base}):\n    size = 1\n\n{method}"
            self._modules[place].append(text)
            self._sources.append((place, name))
            self._names[place].append(name)
        self._names[place].append(f"{own}_help")

    def _copy(self, place: str) -> None:
        module, name = self._random.choice(self._sources)
        with_ = self._random.choice(
            ("", "", f" with {module.rpartition('.')[2]}->{place.rpartition('.')[2]}", " with y->z")
        )
        stub = self._random.choice(("x", "x, y", "x, z", "x=alpha_0"))
        body = self._random.choice(("return x", "return unknown", "pass", "global made\n    made = x"))
        own = f"{name}_of_{place.rpartition('.')[2]}" if self._random.random() < 0.5 else name
        text = f"def {own}({stub}):\n    {body}\n"
        if any(f"class {name}" in part for part in self._modules[module]):
            text = f"class {own}:\n    pass\n"
        part = f"# Copied from {module}.{name}{with_}\n{text}"
        if self._random.random() < 0.3 and not text.startswith("class"):
            part = f"class Around{len(self._modules[place])}:\n    " + part.replace("\n", "\n    ").rstrip(" ")
        else:
            self._sources.append((place, own))
        self._modules[place].append(part)


def tree(seed: int) -> dict[str, str]:
    """The files of one random package."""
    return _Tree(random.Random(seed)).files()


def problems_of(root: Path) -> Iterator[str]:
    """Fix a tree in place; a line for each thing that is wrong, names apart."""
    settings = load([str(root)], cwd=str(root))
    offered = {d.key for d in check_paths(settings=settings).diagnostics if d.fix and d.fix.applicability == "safe"}
    fixed = fix_paths(settings=settings)
    for finding in fixed.diagnostics:
        if finding.key in offered:
            yield f"{root}: {finding.filename}:{finding.location.row}: offered and not done: {finding.message}"
    for patch in fixed.patches:
        if (
            undefined_names(patch.after.decode()) is None
            and undefined_names((patch.before or b"").decode()) is not None
        ):
            yield f"{root}: {patch.filename} does not parse any more"
    again = fix_paths(settings=settings)
    for patch in again.patches:
        yield f"{root}: a second fix changes {patch.filename}"


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files by their names into a folder, which need not be there."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(
    about: str | None,
    study: Callable[[Path, Sequence[int]], tuple[Sequence[str], Sequence[str]]],
    arguments: Sequence[str] | None,
) -> int:
    """Print what a study of random trees has counted; 1 where something is wrong.

    `study` is given an empty folder and the seeds, and returns lines of counts, and one for each thing that is wrong.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        counts, wrong = study(Path(folder), range(options.seed, options.seed + options.trees))
    print("\n".join([*counts, f"{options.trees} trees, {len(wrong)} problems"]))
    print("\n".join(wrong[:50]), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


def study(folder: Path, seeds: Sequence[int]) -> list[str]:
    """A line for each thing that is wrong with the trees of some seeds, made below a folder."""
    for seed in seeds:
        write(folder / str(seed), tree(seed))
    before = undefined(folder)
    wrong = [problem for seed in seeds for problem in problems_of(folder / str(seed))]
    return wrong + [f"{filename}: {message}" for filename, message in undefined(folder) - before]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many trees were fixed; 1 where something is wrong."""
    return run(__doc__, lambda folder, seeds: ((), study(folder, seeds)), arguments)


if __name__ == "__main__":
    sys.exit(main())
