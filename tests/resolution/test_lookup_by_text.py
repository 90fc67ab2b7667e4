"""What the text of a module says of names and copies is what its tree says; where it does not tell, that is asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.directives.binding import bind
from copycheck.directives.compared_regions import Region
from copycheck.directives.module_directives import Module
from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import SourceFile, decode
from copycheck.resolution.copies_by_text import copies_by_text
from copycheck.resolution.lookup_by_text import plain_module
from copycheck.resolution.module_lookup import Lookup, look_up

TOP = Path(__file__).parents[2]
PLAIN = """import os


# Copied from zoo.crow.Crow with Crow->Owl
@final
@sized(
    wings=2,
)
class Owl(Bird):
    \"\"\"An owl.

    >>> from zoo import Owl
    def fly(self): ...
    \"\"\"

    # Copied from zoo.crow.Crow.fly with caw->hoot,
    #   Crow->Owl
    def fly(self, speed=os.sep):
        return self.hoot(speed)
        # at night

    @staticmethod
    # its voice
    # Copied from zoo.crow.Crow.hoot
    async def hoot(
        times,  # at least once
    ):
        return [
            times
        ]

def nest():
    return "def nest"


__all__ = ["Owl"]
"""
DOUBTFUL = (
    "def f():\n    pass\nf = g\n",
    "def f():\n    pass\nif x:\n    def f():\n        pass\n",
    "from zoo import (\n    owl,\n    f,  # both\n    hawk)\ndef f():\n    pass\n",
    "def f():\n    pass\ndef g(): pass\nfrom zoo import crow as f\n",
    "x = 1; f = 2\ndef f():\n    pass\n",
    "if x: f = 2\ndef f():\n    pass\n",
    "def f(): return 1\n",
    "def f():\n    return g(\na=1)\n",
    "def f():\n    return g(\na\n if b else c)\ndef g():\n    pass\n",
    "def f():\n    return (a\n@b)\nx = ')'\n",
    "@x.setter\ndef f():\n    pass\n",
    "@x\n\n# why\ndef f():\n    pass\n",
    "@x(a,\n  b)\n# why\n@y\ndef f():\n    pass\n",
    "class f:\n    def f(self):\n        pass\n",
    "class f:\n    if x:\n        def g(self):\n            pass\n    else:\n        def g():\n            pass\n",
    "class f:\n    g = 1\n    def g(self):\n        pass\n",
    "class f:\n    def h(self):\n        def g():\n            pass\n",
    "def f():\n    x = '''\ndef f():\n'''\n",
    'def f():\n    x = """\ndef f():\n"""; f = 2\n',
    'x = """\ndef f():\n    pass\n"""\n',
    "def f():\n\tpass\n",
    "class f:\n\tdef g(self):\n\t\tpass\n",
    "def f():\n    pass  # Ignore copy\n",
    "def f():\n    x = 1\n    # End copy\n    y = 2\n",
    "def f():\n    x = \\\n1\ndef g(): pass\n",
    "ｆ = 1\ndef f():\n    pass\n",
    "def f():\n    pass\n    # more\n\n    # and more\n  # less\nx: int = 2\n",
    "def f():\n    # only\n    pass\n# below\nclass g: pass\n",
    "type f = int\n",
    "f: int\ndef f():\n    pass\n",
    "del f\ndef f():\n    pass\n",
    "try:\n    pass\nexcept E as f:\n    pass\ndef f():\n    pass\n",
    "async def f():\n    pass\n\n\nclass g:\n    async  def h(self):\n        pass\n",
    "class f:\n\n    x = 1\n    def g(self) -> {1: 2}[1]:\n        pass\nif __name__ == '__main__':\n    f()\n",
    "def f():\n    pass\n\f\ndef g():\n    pass\n",
    "class f:\n    def g(self):\n        g = 1\n",
    "class f:\n    def g(self):\n        h(\n            g=1,\n        )\n    x = 1\n",
    "class f:\n    def g(self):\n        pass\n    for x in y:\n        g = 1\n",
    "class f:\n    def g(self):\n        pass\n    from x import (\n        g,\n    )\n",
    "class f:\n    def g(self):\n        pass\n    with x: g = 1\n",
    "class f:\n    def g(self):\n        pass\n    class h:\n        g = 1\n",
    "def f():\n    # Adapted from a.b.c: for us\n    pass\n",
    "def f():\n    # Adapted from a.b.c\n    pass\n",
    "# Copied from a.b.f\ndef f():\n    pass  # Ignore copy\n",
    "# Copied from a.b.f\nx = 1\ndef f():\n    pass\n",
    "@d(\n# Copied from a.b.f\n)\ndef f():\n    pass\n",
    "@d\n# Copied from a.b.f\n@e\ndef f():\n    pass\n",
    "class f:\n    def g(self):\n        # Copied from a.b.f\n        def h():\n            pass\n",
    "class f:\n    x = 1\n# Copied from a.b.f\nclass g:\n    pass\n    # Copied from a.b.f\n",
    "def f():\n    x = 1\n    # Copied from a.b.f\n    def g():\n        pass\n",
    "if x:\n    # Copied from a.b.f\n    def f():\n        pass\n",
    'class f:\n    """\n    # Copied from a.b.f\n    """\n    # Copied from a.b.g\n    def g(self):\n        pass\n',
    "# Copied from a.b.f\n# Copied from a.b.g\ndef f():\n    pass\n",
    "# Copied from a.b.f\n  # more\ndef f():\n    pass\n",
    "  # Copied from a.b.f\ndef f():\n    pass\n",
)


def both(text: str) -> Iterator[tuple[tuple[str, ...], Lookup | None, Lookup]]:
    """Each name that a module binds, and the members of its classes, with what the two ways say of it."""
    file = decode("m.py", text.encode())
    module, plain = Module(file, None), plain_module(file, ())
    for name, statements in module.outline.names().items():
        inner = {member for statement in statements if statement.is_scope for member in statement.names()}
        for rest in [(name,), *((name, member) for member in sorted(inner)), (name, "absent"), ("absent",)]:
            yield rest, plain.look_up(rest) if plain is not None else None, look_up(module, rest)


def in_lists(lookup: Lookup) -> Lookup:
    """With rows that can be compared, whether they are a range or a list."""
    return lookup._replace(
        definitions=tuple(
            one._replace(
                plain=_plain(one.plain),
                decorated=_plain(one.decorated),
            )
            for one in lookup.definitions
        )
    )


def assert_same_copies(text: str) -> int:
    """Both ways bind the same copies; how many the text has told of."""
    file = decode("m.py", text.encode())
    plain, module = plain_module(file, ()), Module(file, None)
    copies = copies_by_text(plain) if plain is not None else None
    if plain is None or copies is None:
        return 0
    assert plain.directives == module.directives
    for copy in copies:
        bound = bind(module, copy.directive)
        assert bound is not None
        assert [_plain(copy.region), copy] == [_plain(bound.region), bound._replace(region=copy.region)]
    return len(copies)


def _plain(region: Region) -> Region:
    return region._replace(rows=list(region.rows))


def assert_same(text: str) -> int:
    """Both ways say the same; how many names the text has told of."""
    assert_same_copies(text)
    told = 0
    for rest, by_text, by_tree in both(text):
        if by_text is not None:
            assert in_lists(by_text) == in_lists(by_tree), rest
            told += 1
    return told


def test_a_plain_module_needs_no_tree() -> None:
    assert assert_same(PLAIN) == 4
    assert assert_same_copies(PLAIN) == 3


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_is_not_plain_is_left_to_the_tree(text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError:
        pytest.skip("this Python does not know the syntax")
    assert_same(text)


def test_our_own_modules_and_those_of_all_cases() -> None:
    told = files = 0
    for path in [
        *(TOP / "copycheck").rglob("*.py"),
        *(TOP / "fixtures").rglob("*.py"),
        *(TOP / "sample").rglob("*.py"),
    ]:
        try:
            file: SourceFile = decode(path.name, path.read_bytes())
            Module(file, None).outline  # noqa: B018
        except UnreadableFileError:
            continue
        files += 1
        told += assert_same(file.text)
    assert told > 2 * files


ROWS = (
    "import f",
    "from z import f",
    "f = 1",
    "f: int = 2",
    "f()",
    "x = f",
    "def f(a):",
    "def f(a,\nb):",
    "class f(B):",
    "async def g():",
    "@d",
    "@d(\n    1,\n)",
    "@d.setter",
    "if x:",
    "else:",
    "try:",
    "return f(",
    "1,",
    "f=2)",
    ")",
    '"""',
    '"""A docstring of f."""',
    "'''",
    "# f",
    "# Copied from a.b.f with x->y",
    "# Copied from a.b.f with x->y,",
    "pass",
    "",
    "x = [",
    "f,",
    "]",
    "x = 'def f('",
)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(ROWS), st.sampled_from(("", "    ", "        "))), min_size=2, max_size=14))
def test_random_rows(rows: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{indent}{row}" for row, indent in rows) + "\n"
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        text = mended(rows)
    try:
        assert_same(text)
    except UnreadableFileError:
        return


def mended(rows: list[tuple[str, str]]) -> str:
    """Rows that are Python: those that are none below the ones before them are left out."""
    kept = ""
    for row, indent in rows:
        for more in (f"{indent}{row}\n", f"{indent}{row}\n{indent}    pass\n"):
            try:
                ast.parse(kept + more)
            except (SyntaxError, ValueError):
                continue
            kept += more
            break
    return kept
