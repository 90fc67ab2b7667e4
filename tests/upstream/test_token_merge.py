"""Conflicts between lines that are none between tokens; and those that are."""

from __future__ import annotations

import pytest

from copycheck.upstream.token_merge import merge_tokens

BASE = "def hoot(self, first, second, third, volume):\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (
            "def hoot(self, mine, second, third, volume):\n",
            "def hoot(self, first, second, third, loudness):\n",
            "def hoot(self, mine, second, third, loudness):\n",
        ),
        (
            "def hoot(self, first, second, third, loudness):\n",
            "def hoot(self, mine, second, third, loudness):\n",
            "def hoot(self, mine, second, third, loudness):\n",
        ),
        # The same change on both sides is made once.
        (
            "def hoot(self, first, second, third, loudness):\n",
            "def hoot(self, first, second, third, loudness):\n",
            "def hoot(self, first, second, third, loudness):\n",
        ),
    ],
)
def test_changes_of_other_things(ours: str, theirs: str, merged: str) -> None:
    assert merge_tokens(BASE, ours, theirs) == merged
    assert merge_tokens(BASE, theirs, ours) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        # The same words, changed otherwise.
        (BASE, BASE.replace("first", "one"), BASE.replace("first", "two")),
        # No comma or line end between the two changes.
        ("x = alpha + beta * gamma - delta\n", "x = one + beta * gamma - delta\n", "x = alpha + beta * gamma - two\n"),
        # Both put something at the same place.
        (BASE, BASE.replace("volume", "volume, mine"), BASE.replace("volume", "volume, theirs")),
        # A side that is another text.
        ("return f(a, b, c)\n", "raise Error\n", "return f(a, b, d)\n"),
        # What one side takes out, the other one changes.
        (BASE, BASE.replace(", second, third", ""), BASE.replace("second", "other")),
        # Both put a line, or an argument, between the same two: which is first?
        (
            "h = g(a)\ntotal = sum(h)\n",
            "h = g(a, k)\nh = h + 1\ntotal = sum(h)\n",
            "h = g(a)\nh = h * 2\ntotal = max(h)\n",
        ),
        ("f(a, b, c)\n", "f(a, x, b, d)\n", "g(a, y, b, c)\n"),
        # The same, where one of the lines comes from elsewhere.
        ("a = t()\nb = m\nc = n\n", "a = t()\nc = n\nb = m\n", "a = t(first)\nd = None\nb = m\nc = n\n"),
        # Nothing was there.
        ("", "a, b\n", "c, d\n"),
    ],
)
def test_what_is_about_one_thing_stays_a_conflict(base: str, ours: str, theirs: str) -> None:
    assert merge_tokens(base, ours, theirs) is None
    assert merge_tokens(base, theirs, ours) is None


def test_a_text_beyond_all_measure_is_not_looked_into() -> None:
    base = "a, " * 3000
    assert merge_tokens(base, "b, " + base[3:], base[:-3] + "c, ") is None
