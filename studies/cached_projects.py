"""Random work in a repository: a cached check says what a check without a cache says, whatever was done (contract 6).

    python -m studies.cached_projects [--trees 60] [--seed 0]

Each tree is a git repository with functions, methods, chains, renamed and adapted copies, copies in conflict and full
copies. Twenty-four times something is done to it: files are written, moved and deleted, with git and without; added,
committed, taken out of the index and stashed; branches and settings change, fixes are made, a baseline is written.
After each, one or two commands are run with the cache and without it, and their JSON reports and exit codes compared.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from studies.command import run
from studies.name_trees import run as run_study
from studies.name_trees import write
from studies.repository import git

_SOURCE = '''import math
from .util import helper


class Owl:
    """An owl."""
    size = 1

    def hoot(self, x):
        return math.floor(x) + {n}

    def sit(self, y):
        a = helper(y)
        b = a + {n}
        return b


def clamp(x):
    lo = {n}
    return max(x, lo)
'''
_UTIL = "def helper(x):\n    return x\n"
_FILES = ("pkg/__init__.py", "pkg/base.py", "pkg/util.py", "pkg/c0.py", "pkg/c1.py", "pkg/c2.py",
          "pkg/sub/__init__.py", "c3.py")  # fmt: skip
_LATER = ("pkg/bases.py", "pkg/sub/base.py", "pkg/c9.py", "other/base.py")
_PACKAGES = ("", "", "from .base import *\n", "from .base import clamp\n", "from . import base\n")
_SETTINGS = ("", 'header = "ignore"\n', 'exclude = ["pkg/c1.py"]\n', 'tool-comments = "ignore"\n',
             'select = ["ALL"]\n', 'src = [".", "pkg"]\n', '[full-copies]\n"other/base.py" = "pkg/base.py"\n',
             'baseline = "known.json"\n', 'ignore = ["CPY201"]\n')  # fmt: skip
_IGNORED = ("", ".copycheck_cache\n", "pkg/c2.py\n", "other/\n")
_OPTIONS: Sequence[Sequence[str]] = ((), (), ("--tracked",), ("pkg",), ("--header", "ignore"))
_FIXES: Sequence[Sequence[str]] = (("--fix", "-q", "--no-cache"), ("--fix", "-q", "--no-cache", "pkg/c1.py"))
"""Without the cache, which knows what a fix wrote: a check without one takes that for an edit."""
_STEPS = 24


def _function(number: random.Random, module: str) -> str:
    name, value = number.choice(("clamp", "clamp", "clip")), number.randint(1, 2)
    options = number.choice(("", " with lo->low", " with lo->low,max->min"))
    low, function = "low" if "low" in options else "lo", "min" if "min" in options else "max"
    behind = number.choice(("", " # copycheck: ignore[CPY201] why", "  # noqa: E501"))
    comment = number.choice(("", "  # noqa", "  # type: ignore"))
    return (
        f"# Copied from {module}.{name}{options}{behind}\ndef {name}(x):\n    {low} = {value}\n"
        f"    return {function}(x, {low}){comment}\n"
    )


def _method(number: random.Random, module: str) -> str:
    member = number.choice(("hoot", "sit"))
    return (
        f"class Hawk{number.randint(0, 9)}:\n    size = 1\n\n    # Copied from {module}.Owl.{member}\n"
        f"    def hoot(self, x):\n        return math.floor(x) + {number.randint(1, 2)}\n"
    )


def _adapted(number: random.Random, module: str) -> str:
    reason = number.choice(("", ": it is another one"))
    return f"# Adapted from {module}.clamp{reason}\ndef clamp{number.randint(0, 9)}(x):\n    return x\n"


def _notation(number: random.Random, module: str) -> str:
    return f"# Copied from {module.replace('.', '/')}.py::clamp\ndef clamp(x):\n    return max(x, 1)\n"


def _other(number: random.Random, module: str) -> str:
    conflict = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n"
    return conflict if number.random() < 0.3 else "VALUE = 3\n"


def text_of(number: random.Random, filename: str) -> str:
    """A random text for a file."""
    if filename.endswith("__init__.py"):
        return number.choice(_PACKAGES)
    if "base" in filename:
        return _SOURCE.format(n=number.randint(1, 2))
    if "util" in filename:
        return number.choice((_UTIL, "", f"from pkg.base import Owl\n{_UTIL}", f"from pkg.c0 import x\n{_UTIL}"))
    kinds = number.choices((_function, _method, _adapted, _notation, _other), (4, 3, 1, 1, 1), k=number.randint(1, 4))
    modules = ("pkg.base", "pkg.base", "pkg.bases", "pkg.sub.base", "pkg.c0", "pkg")
    parts = [kind(number, number.choice(modules)) for kind in kinds]
    return number.choice(("import math\n\n\n", "", "from .util import helper\n\n\n")) + "\n\n".join(parts)


class _Worker:
    """Somebody who works in a repository."""

    def __init__(self, root: Path, number: random.Random) -> None:
        self._root, self._random = root, number

    def step(self) -> str:
        """Do one thing; what it was."""
        doings = (self._put, self._put, self._put, self._delete, self._move, self._git, self._git, self._git,
                  self._configure, self._ignore, self._fix, self._list_findings)  # fmt: skip
        return self._random.choice(doings)()

    def _some(self) -> str:
        paths = sorted(self._root.rglob("*.py"))
        return self._random.choice(paths).relative_to(self._root).as_posix() if paths else "pkg/base.py"

    def _put(self) -> str:
        name = self._random.choice((*_FILES, *_LATER))
        write(self._root, {name: text_of(self._random, name)})
        return f"wrote {name}"

    def _delete(self) -> str:
        name = self._some()
        (self._root / name).unlink(missing_ok=True)
        return f"deleted {name}"

    def _move(self) -> str:
        old, new = self._some(), self._random.choice((*_FILES, *_LATER))
        if (self._root / old).exists():
            (self._root / new).parent.mkdir(parents=True, exist_ok=True)
            (self._root / old).rename(self._root / new)
        return f"moved {old} to {new}"

    def _git(self) -> str:
        old, new = self._some(), self._random.choice((*_FILES, *_LATER))
        (self._root / new).parent.mkdir(parents=True, exist_ok=True)
        commands: Sequence[Sequence[str]] = (
            ("mv", "-f", old, new), ("rm", "-q", "-f", old), ("rm", "-q", "--cached", old), ("add", "-A"),
            ("commit", "-q", "-a", "-m", "next"), ("checkout", "-q", "-B", self._random.choice("ab")),
            ("checkout", "-q", "-f", self._random.choice(("a", "b", "main"))), ("stash", "-q"),
            ("checkout", "-q", "-f", "HEAD", "--", "."),
        )  # fmt: skip
        command = self._random.choice(commands)
        try:
            git(self._root, *command)
        except subprocess.CalledProcessError:
            return "nothing"  # git refuses what is not there
        return f"git {' '.join(command)}"

    def _configure(self) -> str:
        text = self._random.choice(_SETTINGS)
        write(self._root, {"copycheck.toml": text})
        return f"set {text!r}"

    def _ignore(self) -> str:
        text = self._random.choice(_IGNORED)
        write(self._root, {".gitignore": text})
        return f"ignored {text!r}"

    def _fix(self) -> str:
        options = self._random.choice(_FIXES)
        run(self._root, *options)
        return f"copycheck {' '.join(options)}"

    def _list_findings(self) -> str:
        run(self._root, "--write-baseline", "known.json", "-q")
        return "a baseline"


class _Difference(NamedTuple):
    """What was done before a cached check went wrong."""

    seed: int
    options: Sequence[str]
    done: Sequence[str]

    def __str__(self) -> str:
        return f"tree {self.seed}, {' '.join(self.options) or 'no options'}, after: {'; '.join(self.done[-3:])}"


def _difference(root: Path, seed: int) -> _Difference | None:
    number = random.Random(seed)
    worker = _Worker(root, number)
    settings = {"copycheck.toml": "", ".gitignore": ".copycheck_cache\n"}
    write(root, {**settings, **{name: text_of(number, name) for name in _FILES}})
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        git(root, *command)
    done: list[str] = []
    for step in range(_STEPS + 1):
        for _ in range(number.choice((1, 1, 2))):
            options = number.choice(_OPTIONS) if step % 2 else ()
            cached, fresh = (run(root, "--output-format", "json", *options, *more) for more in ((), ("--no-cache",)))
            if (cached.stdout, cached.code) != (fresh.stdout, fresh.code):
                return _Difference(seed, options, done)
        done.append(worker.step())
    return None


def study(folder: Path, seeds: Sequence[int]) -> tuple[Sequence[str], Sequence[str]]:
    """How many steps were made, at most, and a line for each tree in which a cached check said something else."""
    wrong = []
    for seed in seeds:
        root = folder / str(seed)
        root.mkdir()
        found = _difference(root, seed)
        wrong += [str(found)] if found is not None else []
    return [f"steps: {len(seeds) * _STEPS}"], wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many steps were made; 1 where a cached check said something else."""
    return run_study(__doc__, study, arguments)


if __name__ == "__main__":
    sys.exit(main())
