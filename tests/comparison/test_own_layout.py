"""What fix writes where no formatter is configured: each line as the copy has it, else as the source has it."""

from __future__ import annotations

import pytest

from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatted_texts import Comparison, InFile, format_all
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.own_layout import in_own_layout
from copycheck.comparison.tied_units import Laid


def fixed(copy: str, source: str) -> str | None:
    """The source in the layout of the copy; formatted, it is the formatted source."""
    formatters = Formatters(Styles("/nowhere", "auto"))
    formatted = format_all(formatters, [InFile(Comparison((source,), copy, (), (), ()), "zoo.py")])[0]
    expected = formatted.expected[0]
    text = in_own_layout(expected, Laid(formatted.actual, copy), Laid(expected, source))
    if text is not None:
        again = format_all(formatters, [InFile(Comparison((text,), text, (), (), ()), "zoo.py")])[0]
        assert again.actual == expected
    return text


@pytest.mark.parametrize(
    ("copy", "source", "expected"),
    [
        ("def f(x = 1):\n  return 'a'", 'def f(x=1):\n    y = 2\n    return "a"',
         "def f(x = 1):\n  y = 2\n  return 'a'"),
        ("def f():\n\tx='a'\n\treturn x", "def f():\n  x = 'a'\n  if x:\n    x=1\n  return x",
         "def f():\n\tx='a'\n\tif x:\n\t\tx=1\n\treturn x"),
        ("def f():\n    x = 1; y = 2\n    z = 3", "def f():\n    x = 1\n    y = 2\n    z=4",
         "def f():\n    x = 1; y = 2\n    z=4"),
        ("def f():\n    x = 1; y = 2", "def f():\n    x = 1\n    y=3", "def f():\n    x = 1\n    y=3"),
        ("def f():\n    pass", "def f():\n  if x: return {'a':1,\n                 'b':2}",
         "def f():\n    if x: return {'a':1,\n                   'b':2}"),
        ("class A:\n  def f(self):\n      ...\n  x='y'", "class A:\n    def f(self): ...\n    x='z'",
         "class A:\n  def f(self):\n      ...\n  x='z'"),
        ('def f():\n    """Doc."""\n    x = \'\'\'\n  a\'\'\'', 'def f():\n  """Doc."""\n  y = \'\'\'\n  b\n\'\'\'',
         'def f():\n    """Doc."""\n    y = \'\'\'\n  b\n\'\'\''),
        ("def f(x):\n    #why\n    return x.strip('u\\'')",
         "def f(x):\n    #why\n    x='a'\n    return x.strip(\"u'\")",
         "def f(x):\n    #why\n    x='a'\n    return x.strip('u\\'')"),
        ("def f():\n    if a:\n      b='1'\n      c='2'\n    if d:\n            e='3'",
         "def f():\n    if a:\n        c='2'\n        b='4'\n    if d:\n        n='5'\n        e='3'",
         "def f():\n    if a:\n      c='2'\n      b='4'\n    if d:\n            n='5'\n            e='3'"),
        ("def f():\n    a = u'1' 'b' ; b = B'c';\n    #why\n    return 'é'",
         "def f():\n    a = '1b'\n    b = b'c'\n    x='new'\n    # why\n    return 'é'",
         "def f():\n    a = u'1' 'b' ; b = B'c';\n    x='new'\n    #why\n    return 'é'"),
        ("def f():\n    g = lambda a: (a), 'x'; h: int='2'; return f'{h!r:>{g}}'; pass",
         "def f():\n    x='new'\n    g = lambda a: (a), 'x'\n    h: int='2'\n    return f'{h!r:>{g}}'\n    pass",
         "def f():\n    x='new'\n    g = lambda a: (a), 'x'; h: int='2'; return f'{h!r:>{g}}'; pass"),
        ("def f():\n    #one\n    return [ 'a' ]", "def f():\n    #one\n    #\xa0two\n    return [ 'a' ]",
         "def f():\n    #one\n    #\xa0two\n    return [ 'a' ]"),
        ("def f():\n    return 'é'", "def f():\n    ñ='é'\n    return 'é'", "def f():\n    ñ='é'\n    return 'é'"),
    ],
)  # fmt: skip
def test_each_line_is_the_copys_or_the_sources(copy: str, source: str, expected: str) -> None:
    assert fixed(copy, source) == expected
