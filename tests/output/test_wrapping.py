"""Long lines at the width of a terminal."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.output.wrapping import wrapped

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def columns(text: str) -> int:
    plain = _ESCAPE.sub("", text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in plain)


def test_a_line_is_broken_at_a_blank_and_goes_on_below_its_text() -> None:
    line = "  help: run `copycheck --fix` to write the expected text"
    assert wrapped(line, 40, "        ") == "  help: run `copycheck --fix` to write\n        the expected text"


def test_a_command_that_has_room_in_one_line_is_not_broken() -> None:
    line = "help: run `copycheck --fix` to write it, `copycheck promote zoo/hawk.py:1` to promote"
    for width in range(38, 80):
        text = wrapped(line, width, "    ")
        assert "`copycheck --fix`" in text and "`copycheck promote zoo/hawk.py:1`" in text, width
    assert "promote zoo/hawk.py:1`" in wrapped(line, 32, "    "), "what has no room is broken at a blank"


@pytest.mark.parametrize("width", [0, 57, 100])
def test_a_line_with_room_stays(width: int) -> None:
    line = "x" * 57
    assert wrapped(line, width, "    ") == line


def test_a_narrow_terminal_breaks_by_itself() -> None:
    assert wrapped("x" * 57, 23, "    ") == "x" * 57


def test_a_color_is_off_in_the_indent() -> None:
    text = wrapped("\x1b[31m" + "word " * 12 + "end\x1b[0m", 30, "  | ")
    for line in text.split("\n")[1:]:
        assert line.startswith("  | \x1b[31m")
    for line in text.split("\n"):
        assert line.endswith("\x1b[0m")


WORDS = st.lists(
    st.sampled_from(["a", "word", "長い言葉", "e\u0301e\u0301", "x" * 50, "\x1b[31m", "\x1b[0m", ""]), max_size=30
)


@settings(max_examples=50, deadline=None)
@given(WORDS, st.integers(30, 60))
def test_nothing_is_lost_and_nothing_is_too_wide(words: list[str], width: int) -> None:
    line = " ".join(words)
    text = wrapped(line, width, "    ")
    assert all(columns(part) <= width for part in text.split("\n"))
    assert re.sub(r"\s", "", _ESCAPE.sub("", text)) == re.sub(r"\s", "", _ESCAPE.sub("", line))
