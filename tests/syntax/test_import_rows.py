"""The imports that the rows of a module tell are those of its tree, or it is left to that."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import copycheck
from copycheck.syntax.import_rows import imports_by_rows
from copycheck.syntax.import_statements import read_imports

FILES = sorted([*Path(copycheck.__file__).parent.rglob("*.py"), *Path(sysconfig.get_path("stdlib")).glob("[a-h]*.py")])
ROWS = [
    "import a",
    "import a.b as c; import d",
    "from . import (",
    "    a,",
    "b, c)",
    ")",
    "try:",
    "    import a",
    "except ImportError:",
    "else:",
    "finally: import z",
    "if TYPE_CHECKING:",
    "elif x: from y import z",
    "with x:",
    "    if y:",
    "        from ..b import *",
    "def f():",
    "@import_it",
    "async def g(): import a",
    "class A:",
    "while x:",
    "    pass",
    "# import a",
    "    # import a",
    '"""',
    'x = """import b',
    "x = 'import c'",
    "y = 1; import e",
    "from a \\",
    "",
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_imports_of_real_files(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = imports_by_rows(text)
    assert found is None or found == read_imports(ast.parse(text))


def test_most_files_need_no_tree() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    assert sum(imports_by_rows(text) is not None for text in texts) > 0.7 * len(texts)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(ROWS), max_size=10))
def test_the_imports_of_odd_texts(rows: list[str]) -> None:
    text = "\n".join(rows)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    found = imports_by_rows(text)
    assert found is None or found == read_imports(tree)
