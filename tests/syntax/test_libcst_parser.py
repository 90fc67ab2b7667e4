"""Both grammars make the same outline of a text that both read: `ast` is the quick one, libcst knows newer syntax."""

from __future__ import annotations

from pathlib import Path

from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import Workspace
from copycheck.syntax.libcst_parser import read_with_libcst
from copycheck.syntax.statement_parser import read_outline
from copycheck.syntax.statement_tree import Statement

CASES = Path(__file__).parent.parent.parent / "fixtures" / "cases"


def shape(statement: Statement) -> list[object]:
    """What is asked of an outline: definitions and imports, through blocks; how blocks nest, nobody asks."""
    found: list[object] = []
    for child in statement.children:
        if child.kind == "block":
            found += shape(child)
        else:
            decorators = [(decorator.row, decorator.end_row) for decorator in child.decorators]
            rows = (child.row, child.end) if child.is_definition else child.row
            found.append((child.kind, child.name, rows, decorators, sorted(child.imports, key=repr), shape(child)))
    return found


def test_both_grammars_make_the_same_outline() -> None:
    seen = set()
    for path in sorted(CASES.glob("*/*/before/**/*.py")):
        if not path.is_file():
            continue
        try:
            text = Workspace(str(path.parent)).read(path.name).text
            if text in seen or len(text) > 20_000:
                continue
            seen.add(text)
            whole = read_outline(path.name, text)
        except UnreadableFileError:
            continue
        other = read_with_libcst(text)
        if other is not None:  # libcst's grammar has no nul bytes, say
            assert shape(other) == shape(whole), path
    assert len(seen) > 100
