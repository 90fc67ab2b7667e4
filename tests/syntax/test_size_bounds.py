"""Files that nest without end, or are larger than any program: one finding each, and the run goes on."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from copycheck.checking import examination
from copycheck.directives.directive_parser import parse_directive
from copycheck.directives.notations import other_notations
from copycheck.model.errors import UnreadableFileError
from copycheck.project import workspace
from copycheck.resolution import parsed_modules
from copycheck.syntax import size_bounds
from copycheck.syntax.libcst_parser import read_with_libcst
from copycheck.syntax.size_bounds import is_too_deep, is_too_large
from copycheck.syntax.statement_parser import read_outline
from tests.harness import run, write_tree

NESTED: dict[str, Callable[[int], str]] = {
    "minus": lambda n: f"x = {'-' * n}1\n",
    "not": lambda n: f"x = {'not ' * n}1\n",
    "lambda": lambda n: f"x = {'lambda: ' * n}1\n",
    "power": lambda n: f"x = {'1**' * n}1\n",
    "sum": lambda n: f"x = {'1 + ' * n}1\n",
    "ternary": lambda n: f"x = {'1 if 1 else ' * n}1\n",
    "attributes": lambda n: f"x = a{'.a' * n}\n",
    "calls": lambda n: f"x = a{'()' * n}\n",
    "subscripts": lambda n: f"x = a{'[0]' * n}\n",
    "brackets": lambda n: f"x = {'(' * n}1{')' * n}\n",
    "open brackets": lambda n: f"x = {'[' * n}\n",
    "strings": lambda n: f"x = {'`a` ' * n}\n".replace("`", "'"),
    "branches": lambda n: "if 1:\n    pass\n" + "elif 1:\n    pass\n" * n,
    "blocks": lambda n: "".join(f"{' ' * i}if 1:\n" for i in range(min(n, 500))) + " " * min(n, 500) + "pass\n",
    "in a formatted string": lambda n: f"x = f'{{{'-' * n}1}}'\n",
    "continued lines": lambda n: f"x = 1{' + 1' * n}\n".replace(" +", " \\\n +"),
    "patterns": lambda n: f"match x:\n    case {'[' * min(n, 60)}{']' * min(n, 60)}:\n        pass\n",
    "deletions": lambda n: f"del {'(' * min(n, 60)}a,{')' * min(n, 60)}\n",
}


@pytest.mark.parametrize("kind", NESTED)
def test_nesting_without_end_is_an_error_and_no_more(kind: str) -> None:
    for count in (6, 90, 400, 20_000):
        text = NESTED[kind](count)
        read_with_libcst(text)
        try:
            read_outline("a.py", text)
        except UnreadableFileError as error:
            assert error.reason.startswith("cannot be parsed: ")


@pytest.mark.parametrize("kind", NESTED)
def test_nesting_is_seen_before_libcst_is_asked(kind: str) -> None:
    assert is_too_deep(NESTED[kind](20_000))
    if kind != "open brackets":
        assert not is_too_deep(NESTED[kind](6) * 500), "what is only long is not deep"


def test_the_file_of_a_hundred_thousand_signs_stops_no_other(tmp_path: Path) -> None:
    good = "def clamp(x):\n    return max(x, 0)\n"
    write_tree(
        tmp_path,
        {
            "copycheck.toml": "",
            "base.py": good,
            "deep.py": f"# Copied from base.clamp\n{good}\nx = {'-' * 100_000}1\n",
            "copy.py": f"# Copied from base.clamp\n{good.replace('0', '1')}",
        },
    )
    result = run(tmp_path, "--output-format", "concise")
    assert [line.split()[1] for line in result.text.splitlines() if ": CPY" in line] == ["CPY201", "CPY000"], (
        result.text
    )


def test_a_tree_that_would_fill_the_memory_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size_bounds, "MOST_TOKENS", 1_000)
    assert is_too_large("x;" * 501) and not is_too_large("x;" * 500)
    assert not is_too_large(f"x = '''{'x;' * 1_000}'''  # {'x;' * 1_000}\n"), "a string is one token"
    with pytest.raises(UnreadableFileError, match="more than"):
        read_outline("a.py", "x;" * 501)


COPY = "# Copied from base.f\ndef f():\n    return 1\n"
ENDLESS = {
    "comments": ("# Copied from base.f\n" * 20_001, "has more than 20,000 comments such as `# Copied from`"),
    "ignore comments": (
        "# copycheck: ignore[CPY201] x\n" * 20_001 + COPY,
        "has more than 20,000 comments such as `# Copied from`",
    ),
    "digits": (f"{COPY}x = {'1' * 300_001}.0\n", "cannot be parsed: it has a number of more than 10,000 digits"),
    "digits in hexadecimal": (
        f"{COPY}x = 0x{'1' * 300_001}\n",
        "cannot be parsed: it has a number of more than 10,000 digits",
    ),
    "fields": (f'{COPY}x = f"{"{x}" * 20_001}"\n', "cannot be parsed: it has a string of more than 20,000 fields"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_nobody_writes_is_one_finding(tmp_path: Path, kind: str) -> None:
    text, reason = ENDLESS[kind]
    write_tree(tmp_path, {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "m.py": text})
    result = run(tmp_path, "--output-format", "concise", "--no-cache")
    assert f"m.py:1:1: CPY000 the file {reason}" in result.text and result.text.count("CPY") == 1, result.text


def test_a_name_without_end_takes_no_more_memory_than_its_line() -> None:
    line = f"# Copied from pkg.base.{'a' * 1_000_000}"
    lines = [line, "def f():", "    pass"]
    tracemalloc.start()
    assert list(other_notations("\n".join(lines), lines)) == []
    assert parse_directive(lines, 1) is not None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * len(line), "each letter took 125 bytes"


@pytest.mark.parametrize("count", [1_001, 100_000])
def test_replacements_without_end(tmp_path: Path, count: int) -> None:
    items = ",\n# ".join(["a->b"] * count)
    directive = f"# Copied from base.f with {items}"
    write_tree(tmp_path, {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "m.py": f"{directive}\n{COPY}"})
    result = run(tmp_path, "--output-format", "concise", "--no-cache")
    assert "CPY001 this directive is malformed: there are more than 1,000 replacements" in result.text


def test_a_text_that_is_compared_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "def f():\n" + "    x\n" * 500
    write_tree(tmp_path, {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "long.py": long})
    above, below = tmp_path / "above.py", tmp_path / "below.py"
    above.write_text("# Copied from base.f\n" * 10 + long)
    below.write_text("# Copied from long.f\ndef f():\n    return 1\n" * 10)
    monkeypatch.setattr(parsed_modules, "MOST_COMPARED", 20_000)
    monkeypatch.setattr(examination, "MOST_COMPARED", 20_000)
    result = run(tmp_path, "--output-format", "concise", "--no-cache")
    reason = "CPY000 the file cannot be checked: more than 50,000,000 characters are compared in it"
    assert [line for line in result.text.splitlines() if "CPY" in line] == [
        f"above.py:1:1: {reason}",
        f"below.py:1:1: {reason}",
    ]


def test_a_name_with_definitions_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each copy of a property may equal any of its setters: n of both are n × n comparisons."""
    setters = "".join(f"    @x.setter\n    def x(self, v{n}): pass\n" for n in range(20))
    head = "    @property\n    def x(self): pass\n"
    copies = setters.replace("    @x", "    # Copied from base.A.x\n    @x")
    write_tree(
        tmp_path, {"copycheck.toml": "", "base.py": f"class A:\n{head}{setters}", "m.py": f"class B:\n{head}{copies}"}
    )
    assert "20 in sync" in run(tmp_path, "--no-cache").text
    monkeypatch.setattr(examination, "MOST_ALTERNATIVES", 300)
    result = run(tmp_path, "--output-format", "concise", "--no-cache")
    reason = "CPY000 the file cannot be checked: more than 200,000 definitions of the same names are compared in it"
    assert result.text.startswith(f"m.py:1:1: {reason}\n"), result.text


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_without_end(tmp_path: Path, end: str) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "m.py": COPY + end * 2_000_001})
    result = run(tmp_path, "--output-format", "concise", "--no-cache")
    assert "m.py:1:1: CPY000 the file cannot be parsed: it has more than 2,000,000 lines" in result.text


def test_a_text_larger_than_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(
        tmp_path, {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "m.py": f"{COPY}# {'x' * 999}\n"}
    )
    monkeypatch.setattr(workspace, "MOST_TEXT", 1_000)
    result = run(tmp_path, "--output-format", "concise", "--no-cache")
    assert "m.py:1:1: CPY000 the file cannot be parsed: it is larger than 0 MB" in result.text


def test_thousands_of_copies_of_one_name_are_counted_once(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "m.py": COPY * 4_000})
    assert "4000 in sync" in run(tmp_path, "--no-cache").text.replace(",", "")
