"""How the rest of a file uses a copy, and what a fix would break (contract 5.11)."""

from __future__ import annotations

import pytest

from copycheck.fixing.broken_uses import UsesOfFile
from copycheck.fixing.visible_changes import change_between
from copycheck.syntax.undefined_names import Fragment

REST = """\


class Hawk:
    def day(self, other):
        {use}
"""


def broken(old: str, new: str, rest: str, indents: tuple[str, ...] = (), own: set[str] | None = None) -> str:
    """What is said of an exchange of the first lines of a file, which is as `rest` from there on."""
    rows = old.count("\n") + 1
    first, last = (Fragment(1, rows, tuple(text.split("\n")), indents) for text in (old, new))
    return UsesOfFile(lambda: f"{old}\n{rest}", [(1, rows)]).broken_by(change_between(first, last, own))


@pytest.mark.parametrize(
    ("new", "use", "said"),
    [
        ("def f(a, b): pass", "f(1)", "the call"),
        ("def f(a, *, b): pass", "f(1)", "the call"),
        ("def f(b): pass", "f(a=1)", "the call"),
        ("def f(): pass", "f(1)", "the call"),
        ("def f(b, /): pass", "f(1)", ""),
        ("def f(b, /): pass", "f(a=1)", "the call"),
        ("def f(a, b=1, **more): pass", "f(1)", ""),
        ("def f(*every): pass", "f(1)", ""),
        ("def f(**every): pass", "f(a=1)", ""),
        ("def f(a, b): pass", "f(*x)", ""),
        ("def f(a, b): pass", "f(**x)", ""),
        ("def f(a, b): pass", "other.f(1)", ""),
        ("def f(a, b): pass", "f", ""),
        ("async def f(a, b): pass", "f(1)", "the call"),
        ("def f(", "f(1)", ""),
        ("async def f(a): pass", "f(1)", "a fix would make it a coroutine, which the call in line 6 does not expect"),
        ("async def f(a): pass", "await f(1)", ""),
    ],
)
def test_calls_of_a_function(new: str, use: str, said: str) -> None:
    message = broken("def f(a): pass", new, REST.format(use=use))
    assert message.startswith(said) if said else message == ""


@pytest.mark.parametrize(
    ("new", "use", "said"),
    [
        ("c, a, b=1", "f(1, 2)", "a fix would take the `a` of the call in line 6 for `c`"),
        ("b, a", "f(1, 2)", "a fix would take the `a` of the call in line 6 for `b`"),
        ("a, c=0, b=1", "f(1, 2)", "a fix would take the `b` of the call in line 6 for `c`"),
        ("b, *, a=1", "f(1, 2)", "the call in line 6 does not fit"),
        ("b=1, *, a=1", "f(1)", "a fix would take the `a` of the call in line 6 for `b`"),
        ("b", "f(1)", "a fix would take the `a` of the call in line 6 for `b`"),
        ("c, a, b=1", "f(1, 2, **x)", "a fix would take the `a`"),
        ("a, c=0, b=1", "f(1, *x)", ""),
        ("a, c=0, b=1", "f(1, b=2)", ""),
        ("x, y", "f(1, 2)", ""),
        ("a, y", "f(1, 2)", ""),
        ("a, b, c=0", "f(1, 2)", ""),
        ("*every, a=0", "f(1, 2)", ""),
    ],
)
def test_arguments_that_would_be_others(new: str, use: str, said: str) -> None:
    message = broken("def f(a, b=1): pass", f"def f({new}): pass", REST.format(use=use))
    assert message.startswith(said) if said else message == ""


@pytest.mark.parametrize(
    ("old", "new", "use", "said"),
    [
        (
            "return 1, 2",
            "return 1, 2, 3",
            "a, b = f()",
            "line 7 takes 2 values from it, and a fix would have it return 3",
        ),
        ("return 1, 2", "return [1, 2, 3]", "a, b = f()", ""),
        ("return 1, 2", "return 1, 2, 3", "a = f()", ""),
        ("return 1, 2", "return 1, 2, 3", "a, *b = f()", ""),
        ("return 1, 2", "return x", "a, b = f()", ""),
        ("return (yield 1, 2)", "return 1, 2, 3", "a, b = f()", ""),
        ("return 1, 2", "g = lambda: (1, 2, 3); return 1, 2", "a, b = f()", ""),
        ("if x: return 1, 2\n    return 1, 2, 3", "return 1, 2, 3", "a, b = f()", "line 8 takes 2 values"),
    ],
)
def test_values_that_are_taken(old: str, new: str, use: str, said: str) -> None:
    message = broken(f"def f():\n    {old}", f"def f():\n    {new}", REST.format(use=use))
    assert message.startswith(said) if said else message == ""


@pytest.mark.parametrize(
    ("new", "use", "said"),
    [
        ("x: int", "other.y", "line 8 uses `y`, which a fix would take away"),
        ("x: int\n    y: int", "other.y", ""),
        ("x: int\n    y = 1", "F(1, y=2)", "the call in line 8 does not fit"),
        ("x: int\n    z: int", "F(1, y=2)", "line 8 uses `y`"),
        ("x: int\n    def __init__(self, y, z): pass", "F(1, y=2)", "line 8 uses `y`"),
        ("def y(self): pass", "other.y", ""),
        ("x: int", "other.z", ""),
        ("y: int\n    x: int", "F(1, 2)", "a fix would take the `x` of the call in line 8 for `y`"),
        ("z: int\n    x: int\n    y: int = 1", "F(1, 2)", "a fix would take the `x` of the call in line 8 for `z`"),
        ("x: int\n    y: int\n    z: int", "F(1, 2)", "the call in line 8 does not fit"),
        ("x: int\n    y: int\n    z: int = 0", "F(1, 2)", ""),
        ("x: int\n    y: int\n    z: ClassVar[int]", "F(1, 2)", ""),
        ("x: int\n    y: int\n    z: int = field(init=False)", "F(1, 2)", ""),
        ("x: int\n    y: int\n    z: int", "F(*x)", ""),
        ("x: int\n    y: int\n    z: int", "F(1, 2, 3)", ""),
    ],
)
def test_members_of_a_class(new: str, use: str, said: str) -> None:
    message = broken("class F:\n    x: int\n    y: int", f"class F:\n    {new}", REST.format(use=use))
    assert message.startswith(said) if said else message == ""


def test_a_member_that_another_class_has_too() -> None:
    rest = "class G:\n    y = 1\n\n\ndef f(other):\n    return other.y\n"
    assert broken("class F:\n    x = 1\n    y = 2", "class F:\n    x = 1", rest) == ""


def test_a_parameter_without_use() -> None:
    old, new = "def f(a, own):\n    return a + own", "def f(a, own):\n    return a"
    assert broken(old, new, "", own={"a"}) == "a fix would leave its own parameter `own` without use"
    assert broken(old, new, "", own={"a", "own"}) == "", "the source has it, and no use for it either"
    assert broken(new, old, "", own={"a"}) == ""
    assert broken(old, new, "", own=None) == "", "the header is that of the source"
