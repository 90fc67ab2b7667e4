"""Tests of the look at a text that stands in for its tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.syntax.comments_and_strings import docstrings, read_literals, strings_over_rows

REPOSITORY = Path(__file__).resolve().parents[2]
ROWS = [
    "def f(a, b):",
    "def f(",
    "    a='x', b=[1",
    "    ],",
    "):",
    ") -> int:",
    "class A:",
    "async def g(x={}):",
    "if x:",
    "if (",
    "    x",
    '    """One.',
    '    r"""One.',
    '    f"""One {x}.',
    "",
    "  ",
    '    """',
    '    """ % x',
    '    """; y = 1',
    '    """  # why',
    '    x = """',
    '    """One row."""',
    '    x = f"{',
    '    }"',
    "    # a comment",
    r"""    z = r"[\"']{2,}"  # 'quoted'""",
    "    z = '#'  # '''",
    '    z = "#"  # """',
    '    z = """#""" # """',
    '    z = "#" + """One.',
    "    with a, \\",
    "    '''Two",
    "    '''",
    "    x = '''Two",
    "    ''' + f(",
    "    y = 'so \\",
    '    "so \\',
    "      on'",
    '      on"',
    "    f'{x[\"a\"]}{{'",
    "    return {",
    "    (1,",
    "    ):",
    "    }",
    "    pass",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(ROWS), max_size=12))
def test_a_look_at_a_text_finds_the_strings_that_its_tokens_have(rows: list[str]) -> None:
    text = "\n".join(rows)
    try:
        compile(text, "text", "exec", dont_inherit=True)
    except SyntaxError:
        return
    found = strings_over_rows(text)
    assert found is None or found == read_literals(text).strings


@pytest.mark.parametrize(
    "text",
    [
        'def f(a, b):\n    """One.\n\n    Two."""\n',
        'def f(\n    a: int = 1,\n) -> int:\n    """One.\n\n    Two."""\n',
        'def f(\n    a="(",\n):\n    """One.\n\n    Two."""\n',
        'def f():\n    return {\n    (1,\n    ):\n    """One.\n\n    Two."""\n    }\n',
        'if x:\n    """One.\n\n    Two."""\n',
        'def f():\n    """One.\n    """.format()\n',
        'x = """\n\n"""\n',
        '"""One.\n\nTwo."""\nx = 1\n',
        'class A:\n    # why\n\n    r"""One.\n    """\n    y = b"""\n    """\n',
        'def f(a="""\n"""):\n    """One.\n    """\n',
    ],
)
def test_strings_and_docstrings_are_told_apart(text: str) -> None:
    found = strings_over_rows(text)
    assert found is None or found == read_literals(text).strings


def test_quotes_in_a_comment_need_no_tokens() -> None:
    rows = ['x = r"[\\"\\\']{2,}", r\'"\'  # """QUOTED"""', 'y = """One.', '# """', 'z = """#""" + "" # """', ""]
    text = "\n".join(rows)
    compile(text, "text", "exec", dont_inherit=True)
    assert strings_over_rows(text) == read_literals(text).strings == [(2, 3)]
    assert docstrings('x = f"{y["#"]}" """\n"""\n') is None
    assert docstrings('x = 1  # """') == []


def test_what_people_write_needs_no_tokens() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "copycheck").rglob("*.py"))]
    looked_at = [(text, found) for text in texts if (found := strings_over_rows(text)) is not None]
    assert len(looked_at) > len(texts) // 2
    for text, found in looked_at:
        assert found == read_literals(text).strings


def test_a_string_in_a_field_of_a_formatted_string_is_no_string_of_its_own() -> None:
    inner = 'x = f"""{\n"""\ndef f(): ...\n"""\n}"""\n'  # Python 3.12 takes this as one string in another
    assert docstrings(inner) is None
    assert docstrings(inner.replace("x = f", "x = rf")) is None
    assert docstrings('x = f"""{y}\n{{}}"""\n') == [(1, 2)]
    assert docstrings('x = r"""{\n"""\n') == [(1, 2)]
