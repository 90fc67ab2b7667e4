"""What parses, and Python does not take all the same, such as two parameters of one name (contract 5.3).

A text is compiled for that, and never run.
"""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Callable

from copycheck.syntax.python_tree import parse
from copycheck.syntax.undefined_names import Fragment


def new_fault(old: Fragment, new: Fragment, texts: Callable[[], tuple[str, str]]) -> str:
    """What Python says against the new lines of a copy, where it took the old ones; empty for nothing.

    `texts` gives the whole file before and after: it is asked where the old lines are taken in their place alone.
    """
    fault = _fault_of(new.lines, new.indents)
    if not fault or not _fault_of(old.lines, old.indents):
        return fault
    return fault_between(*texts())


@functools.lru_cache(maxsize=64)  # copies of one source get the same text, in file after file
def _fault_of(lines: tuple[str, ...], indents: tuple[str, ...]) -> str:
    return _fault(Fragment(1, len(lines), lines, indents).parsed())


def fault_between(before: str, after: str) -> str:
    """What Python says against a file, where it took it as it was; empty for nothing, and for what does not parse."""
    fault = _fault(parse(after))
    return fault if fault and not _fault(parse(before)) else ""


def _fault(tree: ast.Module | None) -> str:
    if tree is None:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error.msg
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return ""
    return ""
