"""Random edits between checks: a cached offer of a fix is the one that a check without a cache makes (contract 5.7, 6).

    python -m studies.cached_offers [--trees 200] [--seed 0]

The modules of each tree import each other at random, in circles too, and the copies in them lack imports. Whether a fix
may add one rests on every module that it leads to. Nine times, one file is written anew or taken away.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from copycheck.api import check_paths, load
from copycheck.model.diagnostic import Diagnostic
from studies.name_trees import run, write

_SOURCE = "pkg/source.py"
_MODULES = (
    "pkg/__init__.py",
    "pkg/ant.py",
    "pkg/bee.py",
    "pkg/cat.py",
    "pkg/sub/__init__.py",
    "pkg/sub/dog.py",
    "elk.py",
)
_COPIES = ("pkg/copy_1.py", "pkg/copy_2.py", "copy_3.py")
_FILES = (*_MODULES, *_COPIES, _SOURCE)
_EDITS = 9


def _dotted(filename: str) -> str:
    return filename.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _last(filename: str) -> str:
    return _dotted(filename).rpartition(".")[2]


def _import(number: random.Random, filename: str) -> str:
    module, last = _dotted(filename), _last(filename)
    package = module.rpartition(".")[0]
    return number.choice(
        (
            f"import {module}",
            f"from {module} import x_{last}",
            f"from {module} import *",
            f"try:\n    from {module} import y_{last}\nexcept ImportError:\n    pass",
            f"from {package} import {last}" if package else f"import {module} as other",
            f"if x:\n    del x_{last}",
        )
    )


def _imports(number: random.Random, most: int) -> list[str]:
    return [_import(number, number.choice(_FILES)) for _ in range(number.randint(0, most))]


def text_of(number: random.Random, filename: str) -> str:
    """A random text for a file."""
    last = _last(filename)
    if filename == _SOURCE:
        modules = [number.choice(_MODULES) for _ in range(4)]
        imports = [
            number.choice(("from {0} import x_{1}", "import {0} as x_{1}", "from {0} import x_{1} as z")).format(
                _dotted(module), _last(module)
            )
            for module in modules
        ]
        functions = [f"def f{n}(a):\n    return {line.split()[-1]}(a)\n" for n, line in enumerate(imports)]
        return "\n".join([*imports, "\n", "\n\n".join(functions)])
    if filename in _COPIES:
        parts = [
            f"# Copied from pkg.source.f{n}\ndef f{n}(a):\n    return {number.choice(('a', f'x_{last}', '0'))}\n"
            for n in number.sample(range(4), 2)
        ]
        return "\n".join([*_imports(number, 2), "\n", "\n\n".join(parts)])
    own = [f"x_{last} = 1", f"y_{last} = 2", f"def x_{last}(): ...", "__getattr__ = 3"]
    return "\n".join([*_imports(number, 3), *number.sample(own, 2), ""])


def _differences(root: Path, seed: int) -> Iterator[str]:
    number = random.Random(seed)
    write(root, {"copycheck.toml": "", **{filename: text_of(number, filename) for filename in _FILES}})
    done = "nothing yet"
    for _ in range(_EDITS + 1):
        cached, fresh = _findings(root, cache=True), _findings(root, cache=False)
        if cached != fresh:
            yield f"tree {seed}, after {done}: {len(cached)} cached findings are not the {len(fresh)} fresh ones"
            return
        path = root / number.choice(_FILES)
        is_gone = number.random() < 0.3
        done = f"{path.name} {'went' if is_gone else 'changed'}"
        if is_gone:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text_of(number, path.relative_to(root).as_posix()))


def _findings(root: Path, *, cache: bool) -> Sequence[Diagnostic]:
    return check_paths(settings=load((), (), str(root)), cache=cache).diagnostics


def study(folder: Path, seeds: Sequence[int]) -> tuple[Sequence[str], Sequence[str]]:
    """How many checks were compared, at most, and a line for each tree in which two of them differ."""
    wrong = []
    for seed in seeds:
        root = folder / str(seed)
        root.mkdir()
        wrong += _differences(root, seed)
    return [f"checks compared: {len(seeds) * (_EDITS + 1)}"], wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many checks were compared; 1 where a cached one differs."""
    return run(__doc__, study, arguments)


if __name__ == "__main__":
    sys.exit(main())
