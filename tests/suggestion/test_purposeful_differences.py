"""Pairs that differ on purpose, by what differs."""

from __future__ import annotations

import pytest

from copycheck.model.directive import Replacement
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
        ({"last": "max(len(self.found), -1)"}, True, False),
    ],
)
def test_a_method(changes: dict[str, str], in_one_file: bool, in_two_files: bool) -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, **changes})
    assert is_on_purpose(one, other, (), is_one_file=True) is in_one_file
    assert is_on_purpose(other, one, (), is_one_file=False) is in_two_files


@pytest.mark.parametrize(
    ("changes", "in_one_file", "in_two_files"),
    [
        ({"last": "(len(rows) or n)"}, True, False),  # each does a thing of its own, or it is a fix
        ({"last": "max(len(rows), 2)"}, True, False),
        ({"first": "check(rows)\n    found = []"}, False, False),
        ({"rows": "n, ()"}, True, True),
        ({"last": "len(\n        rows\n    )"}, False, False),
    ],
)
def test_a_function(changes: dict[str, str], in_one_file: bool, in_two_files: bool) -> None:
    texts = (READ.format(**{**USUAL, "last": "len(rows)", **some}) for some in ({}, changes))
    one, other = (text.replace("self.", "").replace("self, ", "") for text in texts)
    assert is_on_purpose(one, other, (), is_one_file=True) is in_one_file
    assert is_on_purpose(one, other, (), is_one_file=False, is_one_name=False) is in_two_files


@pytest.mark.parametrize(
    ("changes", "is_meant"),
    [
        ({"last": "len(self.found)"}, False),  # a fix
        ({"last": "max(len(self.found), 2)"}, True),  # numbers and signs are what makes two of a family
        ({"last": "max(len(self.found) + 1, 1)"}, True),
        ({"last": "max(len(self.found), self.least)"}, True),  # as is a state of its own
        ({"last": "min(len(self.found), 1)"}, True),
        ({"first": "check(rows)\n    self.found = []"}, False),
        ({"first": "if self.least:\n        return 0\n    self.found = []"}, False),
        ({"first": "rows = self.sorted(rows)\n    self.found = []"}, True),  # or a step of its own
        ({"first": "self.found = []  # of the owl"}, False),
        ({"first": '"""Rows of the owl."""\n    self.found = []'}, False),
    ],
)
def test_members_of_a_family_in_two_files(changes: dict[str, str], is_meant: bool) -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, **changes})
    assert is_on_purpose(one, other, (), is_one_file=False, is_one_name=False, is_member=True) is is_meant
    assert is_on_purpose(one, other, (), is_one_file=False) is (changes.get("last", "")[:3] == "min")


def test_members_of_a_family_say_other_things() -> None:
    text = READ.replace("{first}", '"""Rows of the {name}."""\n    {first}')
    one, other = (text.format(**USUAL, name=name) for name in ("owl, by night", "hawk, by day"))
    assert is_on_purpose(one, other, (), is_one_file=False, is_one_name=False, is_member=True)
    assert is_on_purpose(one, other, (), is_one_file=True)
    assert not is_on_purpose(one, other, (), is_one_file=False)
    fixed = other.replace("max(", "").replace(", 1)", "")
    assert not is_on_purpose(one, fixed, (), is_one_file=False, is_one_name=False, is_member=True), "a fix counts more"
    more = text.format(**USUAL, name="owl, by night and day")
    assert not is_on_purpose(one, more, (), is_one_file=False, is_one_name=False, is_member=True)


def test_a_header_that_says_more() -> None:
    one = READ.format(**USUAL)
    other = one.replace("(self, name, rows=()):", "(self, *, name, rows=()) -> None:")
    assert not is_on_purpose(one, other, (), is_one_file=False, is_one_name=False, is_member=True)
    assert not is_on_purpose(one, other, (), is_one_file=True)


def test_a_blank_in_a_string_is_no_layout() -> None:
    text = READ.replace("{first}", "tab = '{blanks}'")
    one, other = (text.format(**USUAL, blanks=" " * count) for count in (2, 4))
    assert is_on_purpose(one, other, (), is_one_file=False, is_one_name=False, is_member=True)


def test_a_replacement_that_makes_no_line_is_none() -> None:
    one = READ.format(**{**USUAL, "last": "mean(self.found)"})
    other = READ.format(**{**USUAL, "last": "median(self.least)"})
    replacements = (Replacement("mean", "median"),)
    assert is_on_purpose(one, other, replacements, is_one_file=False, is_one_name=False, is_member=True)


def test_a_short_method_of_one_of_pythons_names() -> None:
    one, other = READ.format(**USUAL), READ.format(**{**USUAL, "last": "len(self.found)"})
    assert is_on_purpose(one, other, (), is_one_file=False, is_special=True)


def test_functions_of_two_files_may_have_got_a_fix() -> None:
    text = "def (name):\n    if not name:\n        name = build(name, '{}', limit=1)\n    return name.start()\n"
    assert not is_on_purpose(text.format("ascii"), text.format("utf-8"), (), is_one_file=False)
