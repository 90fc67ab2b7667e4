"""Why definitions are left out, as it is counted, and whole files by their names (contract 14)."""

from __future__ import annotations

from collections.abc import Iterable

SHORT = "definitions shorter than `min-lines`"
CONSTANTS = "bodies of constants"
STUBS = "stubs"
ATTRIBUTES = "properties that return an attribute"
PARAMETERS = "constructors that only assign parameters"
OVERLOADS = "overload stubs"
GENERATED = "definitions in generated files"
VENDORED = "definitions in folders of other projects"
ONE_CLASS = "pairs within one class"
IN_COMMON = "pairs with little in common"
OTHER_NAMES = "pairs with mostly other names"
ONE_STATEMENT = "pairs of one statement"
HANDED_ON = "pairs that only hand their arguments on"
ON_PURPOSE = "pairs that differ on purpose"
ALIKE = "definitions of a form that more than 1,000 others have"
TESTS = "files of tests"


LEFT_OUT_THOUGH_EQUAL = frozenset((OTHER_NAMES, ONE_STATEMENT, HANDED_ON))
"""Why equal pairs are left out, unless shorter ones are asked for than usual."""

_VENDORED = frozenset(("_vendor", "_vendored", "vendored", "third_party", "thirdparty", "3rdparty", "externals"))


def is_vendored(filename: str) -> bool:
    """Whether a file or folder is of another project, by its folders: its next version has none of our comments."""
    return not _VENDORED.isdisjoint(filename.split("/"))


def asked_for(names: Iterable[str]) -> tuple[str, ...]:
    """Of the files and folders that a command line names, those of tests and of other projects: these count then.

    A folder that has tests in it is no folder of tests.
    """
    return tuple(name for name in names if is_vendored(name) or is_test(name) or is_test(f"{name}/_"))


def is_test(filename: str) -> bool:
    """Whether a file is one of tests, by its name and folders."""
    *folders, name = filename.split("/")
    if any(folder in ("tests", "test", "testing") for folder in folders):
        return True
    return name.startswith("test_") or name.endswith(("_test.py", "_tests.py")) or name in ("conftest.py", "tests.py")
