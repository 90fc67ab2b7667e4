"""Pairs that differ on purpose, by what differs."""

from __future__ import annotations

import pytest

from copycheck.suggestion.purposeful_differences import is_on_purpose

READ = """\
def (self, name, rows={rows}):
    {first}
    for row in rows:
        if row.name == name and row.weight:
            self.found.append(row.weight)
    return sum(self.found) / {last}
"""
USUAL = {"rows": "()", "first": "self.found = []", "last": "max(len(self.found), 1)"}


@pytest.mark.parametrize(
    ("changes", "in_one_file", "in_two_files"),
    [
        ({"last": "len(self.found)"}, True, False),  # a fix, or another class
        ({"first": "super().read(name)\n    self.found = []"}, True, True),
        ({"first": "super().__init__(name)\n    self.found = []"}, True, False),  # which one may have been forgotten
        ({"rows": "(1,)"}, True, False),
        ({"last": "min(sum(self.found), 1)"}, True, True),
        ({"last": "max(len(self.found), 1) * self.part"}, True, False),
        ({"last": "max(len(self.found), -1)"}, False, False),
    ],
)
def test_a_method(changes: dict[str, str], in_one_file: bool, in_two_files: bool) -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, **changes})
    assert is_on_purpose(one, other, (), is_one_file=True) is in_one_file
    assert is_on_purpose(other, one, (), is_one_file=False) is in_two_files


def test_a_fix_in_one_of_two_functions() -> None:
    one, other = (
        READ.format(**{**USUAL, "last": last}).replace("self.", "") for last in ("len(rows)", "(len(rows) or n)")
    )
    assert not is_on_purpose(one, other, (), is_one_file=True)
    assert not is_on_purpose(one, other, (), is_one_file=False)


def test_a_short_method_of_one_of_pythons_names() -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, "last": "len(self.found)"})
    assert is_on_purpose(one, other, (), is_one_file=False, is_special=True)


def test_functions_of_two_files_may_have_got_a_fix() -> None:
    text = "def (name):\n    if not name:\n        name = build(name, '{}', limit=1)\n    return name.start()\n"
    assert not is_on_purpose(text.format("ascii"), text.format("utf-8"), (), is_one_file=False)
