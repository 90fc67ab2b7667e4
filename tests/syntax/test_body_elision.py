"""What is read quickly is what is read slowly: skeletons, ruff's word on syntax, glances, and members by rows."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import libcst as cst
import pytest

import copycheck
from copycheck import parallel
from copycheck.api import load
from copycheck.directives.class_members import take_apart
from copycheck.directives.directive_parser import WORDS
from copycheck.model.errors import UnreadableFileError
from copycheck.resolution.project_index import Project
from copycheck.resolution.read_ahead import read_ahead
from copycheck.syntax import ruff_preflight
from copycheck.syntax.body_elision import skeleton
from copycheck.syntax.comments_and_strings import docstrings, read_literals
from copycheck.syntax.ruff_preflight import parsable
from copycheck.syntax.statement_parser import read_outline, read_skeleton
from copycheck.syntax.statement_tree import Statement

OWN = sorted(Path(copycheck.__file__).parent.rglob("*.py"))
STANDARD = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-d]*.py"))


def texts() -> list[tuple[str, str]]:
    """Files of this project and of the standard library, which is full of old habits."""
    return [(path.name, path.read_text(encoding="utf-8")) for path in [*OWN, *STANDARD]]


def same(whole: Statement, bones: Statement, inside: Sequence[str]) -> bool:
    """Whether two statements agree in all that is asked of them; other bodies may have been left out of `bones`."""
    may_close = bones.is_scope and bones.name not in inside
    closed = may_close and len(bones.children) <= 2 and all(child.kind == "other" for child in bones.children)
    if facts(whole) != facts(bones):
        return False
    if closed and whole.children:
        one, other = whole.children[0], bones.children[0]
        return (one.start, one.column) == (other.start, other.column)
    pairs = zip(whole.children, bones.children, strict=False)
    return len(whole.children) == len(bones.children) and all(same(one, other, inside) for one, other in pairs)


def facts(statement: Statement) -> tuple[Any, ...]:
    place = (statement.start, statement.row, statement.column, statement.end)
    return (statement.kind, statement.name, place, statement.decorators, statement.imports)


@pytest.mark.parametrize("end", ["\n", ""], ids=["", "no-newline-at-the-end"])
@pytest.mark.parametrize(("name", "text"), texts(), ids=lambda value: value if len(value) < 40 else "")
def test_a_skeleton_tells_what_the_whole_tells(name: str, text: str, end: str) -> None:
    text = text.rstrip("\n") + end
    whole = read_outline(name, text)
    inside = [child.name for child in whole.children if child.kind == "class"][::2]
    bones = read_skeleton(text, inside, WORDS)
    assert bones is None or same(whole, bones, inside)


def test_most_files_have_a_skeleton_and_it_is_small() -> None:
    made = [(len(text), len(bones)) for _, text in texts() if (bones := skeleton(text, (), WORDS)) is not None]
    assert len(made) > 0.7 * len(texts())
    assert sum(bones for _, bones in made) < 0.4 * sum(whole for whole, _ in made)


_TWO = """\
def f(x):
    y = 1
    y = 2
    y = 3
    return {quotes}a
b
{quotes}{rest}


# Copied from b.g
def g():
    y = 1
    y = 2
    y = 3
    return {quotes}a
{quotes}


z = 1
"""
BODIES = {
    "one line": "def f(x): return x\n\n\ndef g(x):\n    return 1\n",
    "a row before an outdent": "class X:\n    class B: pass\nclass A:\n        x = 1\n        y = 2\n        z = 3\n",
    "a note in the header": "def f(a,  # note:\n      b):\n    x = 1\n    return x\n",
    "a lambda in the header": "def f(a=lambda:\n      1):\n    x = 1\n    return x\n",
    "a slice in the header": "def f(\n    a: x[\n        1:\n        2\n    ],\n):\n    y = 1\n    return y\n",
    "brackets at column 0": "def f():\n    x = [\n1,\n2,\n]\n    y = 1\n    return x\n\n\nz = 1\n",
    "a string at column 0": 'def f():\n    x = """\ndef g():\n    pass\n"""\n    return x\n',
    "strings that end at column 0": _TWO.format(quotes='"""', rest=""),
    "strings with more behind them": _TWO.format(quotes='"""', rest=" + f(3)"),
    "other strings that end at column 0": _TWO.format(quotes="'''", rest=""),
    "formatted strings that end at column 0": _TWO.format(quotes="'''", rest="").replace("return ", "return f"),
    "a comment that ends in a string": 'def f():\n    x = 1\n    """\n    # no comment """\n\n\nz = 1\n',
    "comments behind": "def f():\n    x = 1\n    y = 2\n    # behind\n\n\n# far\nz = 1\n",
    "a continued row": "def f():\n    x = 1\n    y = 1 + \\\n2\n",
    "rows continued far inside": "def f(a):\n    if a and \\\n            x:\n        y = 2\n    return y\nz = 1\n",
    "a continued header": "def f(a, \\\n      b):\n    x = 1\n    return x\nclass A(f, \\\n    g):\n    y = 1\n",
    "a continued last row": "def f(a):\n    x = 1\n    y = 2\n    return x + \\\n        y\n\n\nz = 1\n",
    "a definition in a continued string": "def f():\n    x = 'a \\\n      def g(): 1'\n    y = 1\n    return x\n",
    "a continued string": "def f():\n    x = 'a \\\n        def g(): \\\n          b'\n    y = 1\n    return x\n",
    "a string continued at column 0": "def f():\n    x = 'a \\\n\\\ndef g(): 1'; y = 2\n    return x\n\n\nz = 1\n",
    "a backslash at the end of a comment": "def f():\n    x = 1\n    # so \\\n    # on\n    y = 1\n    return x\n",
    "a backslash behind a comment": "def f():\n    x = 1  # so \\\n        # on\n    y = 1\n    return x\n\n\nz = 1\n",
    "quotes in quotes": 'def f():\n    x = \'"""\'\n    y = 1\n    return \'"""\'\n',
    "an apostrophe in a comment": "def f():\n    # don't\n    x = 1\n    return x\n\n\nz = 'it'\n",
    "a directive inside": "class A:\n    # Copied from b.f\n    def f(self):\n        x = 1\n        return x\n",
    "an end of a copy": "def f():\n    x = 1\n    # End copy\n    y = 2\n    return y\n",
    "a decorated last member": "class A:\n    x = 1\n\n    @property\n    def y(self):\n        return 1\n",
    "a branch at the end": "def f(x):\n    y = 1\n    if x:\n        y = 2\n    else:\n        y = 3\n\n\nz = 1\n",
    "tabs": "class A:\n\tdef f(self):\n\t\tx = 1\n\t\treturn x\n\n\tdef g(self):\n\t\tpass\n",
}


@pytest.mark.parametrize("inside", [(), ("A",), ("f", "A")])
@pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
def test_an_odd_body_is_left_out_rightly_or_not_at_all(text: str, inside: Sequence[str]) -> None:
    bones = read_skeleton(text, inside, WORDS)
    assert bones is None or same(read_outline("", text), bones, inside)


def test_a_name_of_100000_letters_takes_no_time_in_the_square_of_it() -> None:
    text = f"class A{'0' * 100_000}: ...\n\n\ndef f{'0' * 100_000}(x): return x\n"
    bones = read_skeleton(text, (), WORDS)
    assert bones is not None
    assert same(read_outline("", text), bones, ())


PIECES = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "=",
    '"',
    "'",
    '"""',
    "#",
    "def",
    "class",
    "return",
    "else:",
    "lambda",
    "*",
    "@",
    "->",
    'f"',
    "0x",
    "1_",
    "...",
    "async",
    "yield",
    "match",
    "_",
    "type",
    "import",
    "from",
    "try:",
    "except:",
    "x+=1=2",
    "(yield)=1",
    "del()",
    "*a",
    "{**a}",
    'f"{a!x}"',
    "`a`",
    "<>",
    "é",
    "$",
    "?",
    "\\",
    "\\x1",
    "0777",
]


def mutants(count: int) -> Iterator[str]:
    """Texts of this project with a piece too much or too little."""
    chance = random.Random(7)
    sources = [text for path in OWN for text in path.read_text(encoding="utf-8").split("\n\n\n") if text.strip()]
    for _ in range(count):
        text = chance.choice(sources)
        place = chance.randrange(len(text))
        if chance.random() < 0.4:
            yield text[:place] + text[place + chance.randint(1, 6) :]
        else:
            yield text[:place] + chance.choice(PIECES) + text[place:]


def test_what_ruff_takes_for_python_is_python(tmp_path: Path) -> None:
    tried = {f"m{number}.py": text for number, text in enumerate(mutants(600))}
    for name, text in tried.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    certain = parsable(str(tmp_path), sorted(tried))
    assert 50 < len(certain) < 550
    for name in certain:
        read_outline(name, tried[name])
    refused = [name for name in tried if name not in certain]
    assert sum(not reads(tried[name]) for name in refused) > 0.9 * len(refused)


@pytest.mark.parametrize("rest", ["@a.b(1)", "% a", "if a else b", "\n        == a", "in a"])
def test_a_bare_yield_before_an_operator_is_not_certain(tmp_path: Path, rest: str) -> None:
    (tmp_path / "a.py").write_text(f"def f(a):\n    x = (yield {rest})\n")
    (tmp_path / "b.py").write_text("def f(a):\n    x = yield -a, not a\n    yield\n\n\n@f\ndef g(): pass\n")
    assert parsable(str(tmp_path), ["a.py", "b.py"]) == {"b.py"}


def reads(text: str) -> bool:
    try:
        read_outline("", text)
    except UnreadableFileError:
        return False
    return True


def test_without_ruff_nothing_is_certain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert parsable(str(tmp_path), ["a.py"]) == {"a.py"}
    monkeypatch.setattr("copycheck.syntax.ruff_preflight.ruff_executable", lambda: str(tmp_path / "no-ruff"))
    assert parsable(str(tmp_path), ["a.py"]) == frozenset()
    monkeypatch.setattr("copycheck.syntax.ruff_preflight.ruff_executable", lambda: "/bin/false")
    assert parsable(str(tmp_path), ["a.py"]) == frozenset()


@pytest.mark.parametrize(("name", "text"), texts(), ids=lambda value: value if len(value) < 40 else "")
def test_docstrings_seen_at_a_look_are_those_of_the_tokens(name: str, text: str) -> None:
    seen = docstrings(text)
    literals = read_literals(text)
    assert seen is None or seen == sorted([*literals.strings, *literals.docstrings])


def members_by_libcst(text: str) -> list[tuple[int, int]]:
    """The rows of the statements of a class, with the comments glued to them, as libcst cuts them."""
    module = cst.parse_module(text)
    class_ = module.body[0]
    assert isinstance(class_, cst.ClassDef)
    row = len(text.split("\n")) - len(class_.body.footer) - 1  # type: ignore[attr-defined]
    spans = []
    for statement in reversed(class_.body.body):
        height = module.code_for_node(statement).count("\n")
        leading = list(statement.leading_lines)  # type: ignore[union-attr]
        glued = 0
        while glued < len(leading) and leading[-1 - glued].comment is not None:
            glued += 1
        spans.append((row - height + len(leading) - glued, row))
        row -= height
    return spans[::-1]


def classes(count: int) -> Iterator[str]:
    """Classes of the standard library with comments and blank lines strewn in."""
    chance = random.Random(3)
    found = [
        ast.get_source_segment(text, node) or ""
        for _, text in texts()
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef) and len(node.body) > 3 and not node.decorator_list
    ]
    while count:
        lines = chance.choice(found).rstrip().split("\n")
        for _ in range(chance.randint(0, 4)):
            place = chance.randrange(1, len(lines))
            lines.insert(place, chance.choice(["", "# at 0", "    # at 4", "        # at 8"]))
        text = "\n".join(lines) + "\n"
        if reads(text):
            count -= 1
            yield text


def test_members_are_what_libcst_makes_of_them() -> None:
    compared = 0
    for text in classes(150):
        members = take_apart(text.rstrip("\n"), ())
        assert members is not None
        cut = members_by_libcst(text)
        named = [member for member in members if member.key[1] != "run"]
        assert {(member.start, member.end) for member in named} <= set(cut)
        compared += len(named)
    assert compared > 500


@pytest.mark.parametrize(
    ("words", "has_bones"),
    [("as in torch. Copied from torchvision.ops", True), ("# Copied from a.b", False), ("  # End copy", False)],
)
def test_words_in_a_docstring_that_read_like_a_comment_forbid_a_skeleton(words: str, has_bones: bool) -> None:
    text = f'def f():\n    """A docstring.\n\n{words}\n    """\n    x = 1\n    return x\n\n\n# Copied from a.b\nx = 1\n'
    assert (skeleton(text, (), WORDS) is not None) is has_bones


def test_an_edited_file_is_read_with_all_that_was_ever_asked_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some ask for a method, others later for something else; the method is there still when the file is edited."""
    monkeypatch.setattr(parallel, "ENOUGH", 0)
    monkeypatch.setattr(ruff_preflight, "ENOUGH", 0)
    owl = "class Owl:\n    wings = 2\n\n    def rest(self):\n        return 2\n\n\ndef fly():\n    return 1\n"
    files = {"owl.py": owl, "a.py": "# Copied from owl.Owl.rest\n", "b.py": "# Copied from owl.fly\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    project = Project(load(cwd=str(tmp_path)))
    read_ahead(project, ["a.py"])
    read_ahead(project, ["b.py"])
    project.edit({"owl.py": owl.replace("return 1\n", "return 2\n").encode()})
    assert project.reparse(["owl.py"]) == set()
    for name in (("Owl", "rest"), ("fly",)):
        assert len(project.modules.look_up("owl.py", name).definitions) == 1
