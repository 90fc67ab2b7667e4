"""Odd texts: each object is in sync with its copy, flagged when a digit changes, and brought back byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import run

OBJECTS = {
    "type parameters": "class Thing[T, *Ts](Base[T]):\n    def one[S: int](self, x: S) -> T:\n        return 7\n",
    "type alias": "type Thing[T] = dict[str, tuple[T, Literal[7]]]\n",
    "nested quotes in an f-string": "def Thing(x):\n    return f\"{x['a']}{x[\"b\"]} {f'{x!r:>{7}}'}\"\n",
    "f-string over lines": 'def Thing(x):\n    return f"""\n  {x}\n\n  7\n"""\n',
    "match": "def Thing(x):\n    match x:\n        case {'a': [_, *rest]} if rest:\n            return 7\n        case _:\n            return 1\n",
    "except star": "def Thing():\n    try:\n        pass\n    except* ValueError as error:\n        raise error from None\n    return 7\n",
    "type comment": "def Thing(x):\n    # type: (int) -> int\n    y = 7  # type: int\n    return y\n",
    "tabs": "def Thing(x):\n\tif x:\n\t\treturn 7\n\treturn 1\n",
    "two-space indent": "def Thing(x):\n  if x:\n    return 7\n  return 1\n",
    "semicolons": "def Thing(x):\n    y = 7; z = 1; return y + z\n",
    "one-line body": "def Thing(x): return 7\n",
    "one-line class": "class Thing: x = 7; y = 1\n",
    "line continuation": "def Thing(x):\n    return x + \\\n        7\n",
    "continuation in the header": "def \\\n        Thing(x):\n    return 7\n",
    "form feeds": "def Thing(x):\n    y = 1\n\f\n    return 7\n",
    "code at column 0 in a string": 'def Thing():\n    text = """\ndef Thing():\nclass A:\n  7\n"""\n    return text\n',
    "decorators over lines": "@first(\n    1,\n    # between\n    2,\n)\n@second\ndef Thing(x):\n    return 7\n",
    "annotation over lines": "def Thing(\n    x: int,\n) -> dict[\n    str,\n    int,\n]:\n    return 7\n",
    "comments at column 0": "def Thing(x):\n    y = 1\n# at column 0\n    return 7\n",
    "async generator": "async def Thing(x):\n    async with x as y:\n        async for z in y:\n            yield await z, 7\n",
    "positional only and walrus": "def Thing(a, /, b, *, c=(d := 7)):\n    return [y := a, y**2]\n",
    "lambda defaults": "def Thing(f=lambda x: {1: 2}[x], *, g: 'a:b' = 7):\n    return f\n",
    "implicit concatenation": "Thing = (\n    'one'\n    # between\n    'two'\n    '7'\n)\n",
    "annotated assignment": "Thing: dict[str, int] = {'a': 7}\n",
    "not ASCII": "def Thing(größe='é'):\n    数 = größe + '→ 7'\n    return 数\n",
    "nested definitions": "def Thing():\n    class Inner:\n        def method(self):\n            return 7\n\n    return Inner\n",
    "conditional members": "class Thing:\n    if True:\n        x = 7\n    else:\n        def x(self): ...\n",
    "property": "class Thing:\n    @property\n    def x(self):\n        return 7\n\n    @x.setter\n    def x(self, v):\n        pass\n\n    @x.deleter\n    def x(self):\n        pass\n",
    "empty class": "class Thing(Base, size=7): ...\n",
    "bytes and raw strings": "def Thing():\n    return rb'\\x7' + b'''\n7\n''', R'\\7'\n",
    "trailing comment": "def Thing():\n    return 7  # why\n    # the end\n",
    "star in an index": "def Thing(x, y):\n    return x[*y, 7]\n",
}  # fmt: skip


def encode(text: str, form: str) -> bytes:
    if form == "crlf":
        return text.replace("\n", "\r\n").encode()
    if form == "cr":
        return text.replace("\n", "\r").encode()
    if form == "bom":
        return b"\xef\xbb\xbf" + text.encode()
    if form == "latin-1":
        return ("# -*- coding: latin-1 -*-\n" + text).encode("latin-1", "replace")
    return text.rstrip("\n").encode() if form == "no final newline" else text.encode()


@pytest.mark.parametrize("form", ["plain", "crlf", "cr", "bom", "latin-1", "no final newline"])
@pytest.mark.parametrize("title", OBJECTS)
def test_odd_text(project: Path, title: str, form: str) -> None:
    text = OBJECTS[title]
    if form == "latin-1":
        text = text.replace("数", "n").replace("→", ">")
    (project / "copycheck.toml").write_text('formatter = "none"\nselect = ["ALL"]\nignore = ["CPY007"]\n')
    (project / "source.py").write_bytes(encode("import os\n\n\n" + text, form))
    good = encode("import os\n\n\n# Copied from source.Thing\n" + text, form)
    (project / "copy.py").write_bytes(good)
    assert run(project, "-q").text == ""
    bad = good.replace(b"7", b"8")
    assert bad != good
    (project / "copy.py").write_bytes(bad)
    assert "CPY201" in run(project, "-q", "--output-format", "concise").text
    assert run(project, "--fix", "-q").code == 0
    assert (project / "copy.py").read_bytes() == good


def test_a_long_file_and_a_long_line(project: Path) -> None:
    filler = "".join(f"x{n} = {n}\n" for n in range(50_000)) + "y = '" + "z" * 1_000_000 + "'\n"
    good = "\n\nclass Thing:\n    x = 7\n"
    directive = "\n\n# Copied from source.Thing\n"
    (project / "source.py").write_text(filler + good)
    (project / "copy.py").write_text(filler + directive + good.lstrip().replace("7", "8"))
    assert run(project, "--fix", "-q").code == 0
    assert (project / "copy.py").read_text() == filler + directive + good.lstrip()


def test_a_module_named_like_a_package(project: Path) -> None:
    (project / "pkg" / "mod").mkdir(parents=True)
    (project / "pkg" / "mod.py").write_text("def f():\n    return 1\n")
    (project / "pkg" / "mod" / "__init__.py").write_text("def f():\n    return 2\n")
    (project / "copy.py").write_text("# Copied from pkg.mod.f\ndef f():\n    return 1\n")
    assert run(project).code == 0
