"""Random packages are imported before and after their fixes: what could be imported can still be (contract 5.7).

    python -m studies.imported_trees [--trees 1000] [--seed 0]

The packages are those of `studies.name_trees`, which nobody else has written, and their `__init__.py` import some of
their modules, in any order. Each module is imported by itself in a fresh state. A fix that closes a cycle of imports,
takes a name from a package that does not have it yet, or uses one that is there for types alone ends that.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from copycheck.api import fix_paths
from copycheck.project.config_search import load
from studies.name_trees import run, tree, write

_OUTER = ("from pkg.beta import beta_0", "from . import beta", "X = 1", "from .deep import gamma",
          "from pkg.deep.delta import delta_0", "import pkg.deep.gamma")  # fmt: skip
_INNER = ("from .gamma import gamma_0", "from pkg.deep.delta import delta_help", "Y = 2", "from .. import beta")
_OF_PACKAGES = ("from pkg import X", "from pkg.deep import Y", "from pkg import beta_0", "from pkg.deep import gamma_0")
_IMPORT_ALL = """
import importlib, json, os, sys
sys.dont_write_bytecode = True
found = {}
for tree in sys.argv[1:]:
    sys.path.insert(0, tree)
    for name in ("alpha", "pkg", "pkg.beta", "pkg.deep", "pkg.deep.gamma", "pkg.deep.delta"):
        for known in [known for known in sys.modules if known.partition(".")[0] in ("alpha", "pkg")]:
            del sys.modules[known]
        importlib.invalidate_caches()
        try:
            importlib.import_module(name)
        except Exception as error:
            found[os.path.basename(tree) + " " + name] = type(error).__name__ + ": " + str(error)
    del sys.path[0]
print(json.dumps(found))
"""
_BY_A_FIX = ("partially initialized module", "NameError")
"""What a fix may do to a module. Others fail by themselves, such as a class of which a function is the base."""


def with_packages(seed: int) -> dict[str, str]:
    """The files of one random package, whose modules import from the packages around them as well."""
    number = random.Random(seed)
    files = dict(tree(seed))
    for name, lines in (("pkg/__init__.py", _OUTER), ("pkg/deep/__init__.py", _INNER)):
        files[name] = "".join(f"{line}\n" for line in number.sample(lines, number.randint(0, 3)))
    for name in [name for name in files if name.endswith(".py") and "__init__" not in name]:
        if number.random() < 0.4 and "from __future__" not in files[name]:
            statement = number.choice(_OF_PACKAGES)
            used = files[name].replace("return [", f"return [{statement.rpartition(' ')[2]}, ", 1)
            files[name] = f"{statement}\n{used}"
    return files


def failures(folder: Path, seeds: Sequence[int]) -> Mapping[str, str]:
    """The modules that cannot be imported, each with its tree, and why."""
    command = [sys.executable, "-I", "-c", _IMPORT_ALL, *(str(folder / str(seed)) for seed in seeds)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: Mapping[str, str] = json.loads(done.stdout)
    return found


def study(folder: Path, seeds: Sequence[int]) -> tuple[Sequence[str], Sequence[str]]:
    """How many files were fixed, and a line for each module that could be imported before and cannot now."""
    for seed in seeds:
        write(folder / str(seed), with_packages(seed))
    before = failures(folder, seeds)
    fixed = sum(len(_fixed(folder / str(seed))) for seed in seeds)
    return [f"files fixed: {fixed}"], [*_newly_broken(before, failures(folder, seeds))]


def _fixed(root: Path) -> Sequence[str]:
    return [patch.filename for patch in fix_paths(settings=load([str(root)], cwd=str(root))).patches]


def _newly_broken(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    known = {(name.partition(" ")[0], why) for name, why in before.items()}
    for name, why in after.items():
        is_known = (name.partition(" ")[0], why) in known  # what it imports now could not be imported before either
        if name not in before and not is_known and any(words in why for words in _BY_A_FIX):
            yield f"{name}: {why}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many files were fixed; 1 where a module cannot be imported any more."""
    return run(__doc__, study, arguments)


if __name__ == "__main__":
    sys.exit(main())
