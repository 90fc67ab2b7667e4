"""What a formatter may take of processor time and memory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from copycheck.comparison import formatters
from copycheck.comparison.format_config import Styles
from copycheck.comparison.formatters import Formatters, Fragment
from copycheck.model.errors import FormatterError
from tests.harness import run, write_tree

SOURCE = "def f():\n{comments}    return {number}\n"


def test_a_text_that_takes_ruff_minutes_is_compared_as_it_stands(tmp_path: Path) -> None:
    comments = "    # a\n\n" * 20_000
    source, copy = (SOURCE.format(comments=comments, number=number) for number in (1, 2))
    write_tree(tmp_path, {"copycheck.toml": "", "a/b.py": source, "m.py": f"# Copied from a.b.f\n{copy}"})
    result = run(tmp_path, "--no-cache", "--output-format", "concise")
    assert result.code == 1
    assert "cannot be formatted: it has more than 5,000 lines of comments in a row" in result.text
    write_tree(tmp_path, {"m.py": f"# Copied from a.b.f\n{source}"})
    assert run(tmp_path, "--no-cache").code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="no other system holds a process to its share from outside")
def test_a_formatter_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "ruff"
    endless.write_text(f"#!{sys.executable}\nwhile True:\n    pass\n")
    endless.chmod(0o755)
    monkeypatch.setattr(formatters, "ruff_executable", lambda: str(endless))
    monkeypatch.setattr(formatters, "_MOST_SECONDS", 1)
    made = Formatters(Styles(str(tmp_path), "ruff"))
    (formatted,) = made.format([Fragment("x=1\n", "m.py")])
    assert isinstance(formatted, FormatterError)
    assert made.failure == "ruff was ended: it may take 1 seconds of processor time for these copies"
