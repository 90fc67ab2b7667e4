"""A text at another indent says the same: docstrings are what they were for Python, and other strings stay."""

from __future__ import annotations

import ast
import random

import pytest

from copycheck.directives.compared_regions import reindent

STEPS = ("\t", "    ", "  ")
DEEPER = ("", "  ", "\t", "    ", " \t", "\t ", "\t\t", "  \t")


def strings_of(text: str) -> list[str | None]:
    """The docstring of the function in a text, and its other strings."""
    tree = ast.parse(f"if 1:\n{text}" if text[:1] in " \t" else text)
    function = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    found = [
        node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [ast.get_docstring(function), *found[1:]]


@pytest.mark.parametrize("seed", range(200))
def test_strings_at_another_indent(seed: int) -> None:
    chance = random.Random(seed)
    step, old, new = (chance.choice(some) for some in (STEPS, ("", "\t\t", "\t    ", *STEPS), ("", "\t\t", *STEPS)))
    body = old + step * 2
    deeper = [f"{body}{chance.choice(DEEPER)}{letter}" for letter in "abc"]
    lines = [f"{old}class Owl:", f"{old}{step}def hoot(self):", f'{body}"""Says', *deeper, f'{body}"""']
    lines += [f"{body}if self:", f'{body}{step}wings = """', *deeper, f'{body}"""', f"{body}return wings"]
    moved = reindent("\n".join(lines), old, new)
    assert moved.startswith(f"{new}class") and strings_of(moved) == strings_of("\n".join(lines))
