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
        ({"last": "len(self.found)"}, False, False),  # a fix
        ({"first": "self.found = super().read(name)"}, False, False),
        ({"first": "super().read(name)\n    self.found = []"}, False, True),
        ({"first": "super().__init__(name)\n    self.found = []"}, False, False),  # which one may have been forgotten
        ({"rows": "(1,)"}, True, False),
        ({"last": "min(sum(self.found), 1)"}, True, True),
        ({"last": "max(len(self.found), 1) * self.part"}, True, False),
        ({"first": "self.found = list('hawk')"}, False, False),
    ],
)
def test_a_method(changes: dict[str, str], in_one_file: bool, in_two_files: bool) -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, **changes})
    assert is_on_purpose(one, other, (), is_one_file=True) is in_one_file
    assert is_on_purpose(other, one, (), is_one_file=False) is in_two_files


def test_a_short_method_of_one_of_pythons_names() -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, "last": "len(self.found)"})
    assert is_on_purpose(one, other, (), is_one_file=False, is_special=True)


@pytest.mark.parametrize(("other", "is_meant"), [("storage", True), ("drivve", False), ("a drive", False)])
def test_other_strings(other: str, is_meant: bool) -> None:
    text = "def (name):\n    if not name:\n        name = build('{}', limit=1)\n    return name.start()\n"
    assert is_on_purpose(text.format("drive"), text.format(other), (), is_one_file=False) is is_meant
