"""Semicolons at the end of rows are none of what a formatter sees; all others are."""

from __future__ import annotations

import pytest

from copycheck.comparison.idle_semicolons import without_idle_semicolons


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1;\n# below\n", "x = 1\n# below\n"),
        ("x = 1 ;  # why;\ny = 2; z = 3;", "x = 1   # why;\ny = 2; z = 3"),
        ("x = [\n    1\n];\n", "x = [\n    1\n]\n"),
        ("x = '''\n;\n'''  # a;\n", None),
        ("x = 1; \\\ny = 2\n", None),
        ("# fmt: off\nx = 1;\n", None),
        ("x = 1;  # fmt: skip\n", None),
        ("x = (1;\n", None),
    ],
)
def test_without_idle_semicolons(text: str, expected: str | None) -> None:
    assert without_idle_semicolons(text) == (text if expected is None else expected)
