"""Walls that no list of imports can hold: who opens files, who prints, and whose words are whose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import copycheck
from copycheck.model import errors
from copycheck.model.errors import CopycheckError
from copycheck.model.rule_code import RuleCode
from copycheck.model.rules import RULES

PACKAGE = Path(copycheck.__file__).parent
OPENERS = {
    "caching": "its own files in the folder of the cache, and the code of this program",
    "cli/main.py": "the null device, where the reader of the output has gone",
    "comparison/formatters.py": "a folder of its own, for the formatter",
    "model/rule_docs.py": "the pages of the rules, in the package",
    "output": "the parts of a page, in the package",
    "parallel.py": "pipes to the processes that it forks",
    "server/first_checks.py": "the null device, and pipes to the processes that it starts",
    "syntax/ruff_preflight.py": "a folder of its own, for ruff",
    "upstream": "archives, and a folder of its own for git",
}
"""What else opens files besides `project`, and which: never a source of the checked project."""
DIRECTIVE = re.compile(r"(?i)(copied|adapted) from|(ignore|end) copy")
PRINTERS = ("cli", "output", "server", "progress.py", "__main__.py", "upstream/pip_source_archive.py")
"""The last one is a program of its own, which pip runs: it answers on standard output."""
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
"""In lines. Who needs more has two things to say, and a name for each of them."""


MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {name: len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) for name in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long_to_have_one_thought() -> None:
    lengths = {
        f"{name}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_only_project_opens_a_source() -> None:
    opened = {name for name, tree in MODULES.items() if calls(tree) & {"open", "os.open", "io.open", "read_text"}}
    assert {name for name in opened if not lies_in(name, ("project", *OPENERS))} == set()


def test_one_function_makes_relative_paths() -> None:
    """On Windows these functions raise an error for paths on two drives, which nobody thinks of on Linux."""
    raising = {name for name, tree in MODULES.items() if calls(tree) & {"relpath", "commonpath", "relative_to"}}
    assert raising == {"model/paths.py"}


def test_only_the_faces_print() -> None:
    prints = {
        name
        for name, tree in MODULES.items()
        if "print" in calls(tree) or any(f"sys.std{stream}" in ast.unparse(tree) for stream in ("out", "err"))
    }
    assert {name for name in prints if not lies_in(name, PRINTERS)} == set()


def test_syntax_knows_no_directive() -> None:
    texts = {
        node.value
        for name, tree in MODULES.items()
        if name.startswith("syntax/")
        for node in strings_of(tree)
        if DIRECTIVE.search(node.value)
    }
    assert texts == set()


def test_what_is_private_stays_in_its_module() -> None:
    private = {
        f"{name}: {node.module}.{alias.name}"
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("copycheck.")
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    }
    assert private == set()


def test_each_error_that_is_raised_at_a_user_is_of_one_kind() -> None:
    named = {name: value for name, value in vars(errors).items() if name.endswith("Error")}
    assert {name for name, value in named.items() if not issubclass(value, CopycheckError)} == set()


def test_each_rule_has_a_code_of_the_type() -> None:
    assert set(get_args(RuleCode)) == set(RULES)


def calls(tree: ast.Module) -> set[str]:
    """The names of what a module calls; of a method its own name, but for those called `open`."""
    names = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {name if "." in name and name.endswith(".open") else name.rpartition(".")[2] for name in names}


def strings_of(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module that are no documentation."""
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node


def lies_in(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}/") for place in places)


def test_contributing_lists_each_module_in_its_room() -> None:
    table = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = {
        f"{room}/{name}"
        for room, modules in re.findall(r"^\| `(\w+)` \|.*?\| (.*) \|$", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", modules)
    }
    rooms = (name for name in MODULES if name.count("/") == 1 and not name.endswith("__init__.py"))
    assert listed == {name.removesuffix(".py") for name in rooms}
