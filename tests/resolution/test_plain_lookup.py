"""A look at the text finds what the tree holds, or nothing (contract 3.2)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.directives.module_directives import Module
from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import decode
from copycheck.resolution.module_lookup import Lookup, look_up
from copycheck.resolution.plain_lookup import plain_module
from copycheck.syntax.statement_tree import Statement

ROOT = Path(__file__).parent.parent.parent


def plain(text: str, *names: str) -> list[str | None]:
    """The text that a look finds for each dotted name, None where it finds nothing."""
    module = plain_module(decode("zoo/owl.py", text.encode()))
    found = [module.look_up(tuple(name.split("."))) if module else None for name in names]
    return [one.definitions[0].decorated.text if one else None for one in found]


def names_in(statement: Statement, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The dotted names that a body binds, three parts at most."""
    for name, statements in statement.names().items():
        yield (*above, name)
        for one in statements:
            if one.is_scope and len(above) < 2:
                yield from names_in(one, (*above, name))


def spelled_out(lookup: Lookup) -> list[object]:
    """All that a lookup says, the rows as lists."""
    regions = [r._replace(rows=list(r.rows)) for d in lookup.definitions for r in (d.plain, d.decorated)]
    return [*(d._replace(plain=None, decorated=None) for d in lookup.definitions), *regions, lookup[1:]]  # type: ignore[arg-type]


def assert_as_in_the_tree(text: str) -> int:
    """Hold each name that a look finds against the tree; how many it finds."""
    file = decode("zoo/owl.py", text.encode("utf-8", "surrogatepass"))
    looked_at, module = plain_module(file), Module(file)
    found = 0
    for name in dict.fromkeys(names_in(module.outline)) if looked_at is not None else ():
        lookup = looked_at.look_up(name) if looked_at is not None else None
        if lookup is not None:
            found += 1
            assert spelled_out(lookup) == spelled_out(look_up(module, name)), name
    return found


def test_definitions_that_are_plain_to_see_are_found() -> None:
    text = '''\
"""An owl."""
import os


@keeper  # of birds
# and of no bats
@fed(
    by="(",  # )

    # none
)

class Owl(Bird):
    """Hoots.

def hoot(): at no indent
    """

    # Copied from zoo.bat.Bat.fly with Bat->Owl,
    # bat->owl
    @property
    def fly(
        self,
    ) -> int:
        return (
            1
        )
        # behind it

    def hoot(self):
        return 2
# of no body


def owls():
    return Owl()
'''
    fly = "    @property\n    def fly(\n        self,\n    ) -> int:\n"
    fly += "        return (\n            1\n        )\n        # behind it"
    hoot = "    def hoot(self):\n        return 2"
    owls = "def owls():\n    return Owl()"
    assert plain(text, "Owl.fly", "Owl.hoot", "owls") == [fly, hoot, owls]
    owl = plain(text, "Owl")[0]
    assert owl is not None
    assert owl.startswith('@keeper  # of birds\n@fed(\n    by="(",  # )\n\n    # none\n)\nclass Owl(Bird):\n')
    assert "Copied from" not in owl
    assert assert_as_in_the_tree(text) == 4


@pytest.mark.parametrize(
    "text",
    [
        "if day:\n    def hoot():\n        pass\nelse:\n    def hoot():\n        return 1\n",
        "def hoot():\n    pass\n\n\nhoot = loud(hoot)\n",
        "from zoo import hoot\n\n\ndef hoot():\n    pass\n",
        "def hoot():\n    pass\n\n\ndef hoot():\n    return 1\n",
        "def hoot(): return 1\n",
        "def hoot():\n    x = (\n1, 2)\n    return x\n",
        "def hoot():\n    x = '''\ndef hoot():\n    pass\n'''\n",
        "def hoot():\n    return 1 + \\\n2\n",
        "x = 1\nif x: hoot = 3\ndef hoot():\n    pass\n",
        "def hoot():\n    # Ignore copy\n    pass\n",
        "def hoot():\n\tpass\n",
        "def hoot():\n    pass\n\n\nｈoot = 3\n",
        "for hoot in owls:\n    pass\n\n\ndef hoot():\n    pass\n",
    ],
)
def test_what_leaves_a_doubt_is_for_the_tree(text: str) -> None:
    assert plain(text, "hoot") == [None]


def test_a_row_in_brackets_ends_no_definition() -> None:
    text = "class Owl:\n    def hoot(self):\n        x = [\n1,\n    2, (\n    )]\n        return x\n"
    text += "\n    def fly(self):\n        pass\n"
    assert plain(text, "Owl.hoot", "Owl") == [None, None]
    assert plain("@a(\nb,\nc)\ndef f():\n    pass\n", "f") == [None]
    assert plain("x = (1\n@ y)\ndef f():\n    pass\n", "f") == [None]


@pytest.mark.parametrize("folder", ["copycheck", "fixtures/cases", "sample", "tests"])
def test_real_files(folder: str) -> None:
    found = 0
    for path in sorted((ROOT / folder).rglob("*.py")):
        try:
            text = path.read_text(encoding="utf-8")
            ast.parse(text)
            found += assert_as_in_the_tree(text)
        except (SyntaxError, ValueError, UnreadableFileError):
            continue
    assert found > 4


_ROWS = (
    "def f():",
    "def f(a, b={1: 2}):",
    "class C:",
    "class C(B[int], k=1):",
    "async def g(",
    "):",
    "    a,",
    ")",
    "(",
    "[1,",
    "]",
    "@d",
    "@d(1)",
    '__all__ = ["f", "C"]',
    "@d(",
    "@ y)",
    "x = 1",
    "f = 2",
    "f: int = 2",
    "type f = int",
    "import f",
    "from f import (f)",
    "if f:",
    "else:",
    "for f in f:",
    "pass",
    "return f",
    '"""text"""',
    '"""',
    "def f(): in a string",
    '"("',
    "# comment f",
    "# Copied from a.b.C with f->g",
    "# )",
    "x = f'{f(1)}'",
    "",
    "x = (f",
    "@f.setter",
    "if x: f = 1",
    "class C: f = 1",
    "é = 1",
)
_TEXTS = st.lists(st.tuples(st.sampled_from(["", "    ", "        ", "  "]), st.sampled_from(_ROWS)), max_size=14)


@settings(max_examples=3000, deadline=None)
@given(_TEXTS)
def test_random_rows(rows: list[tuple[str, str]]) -> None:
    text = "\n".join(indent + row for indent, row in rows) + "\n"
    try:
        ast.parse(text)
    except SyntaxError:
        return
    assert_as_in_the_tree(text)
