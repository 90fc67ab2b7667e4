"""A copy that differs by one more replacement."""

from __future__ import annotations

import pytest

from copycheck.comparison.missing_replacement import missing_replacement
from copycheck.model.directive import print_replacement


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        ("def f(x):\n    y = x\n    return y", "def f(x):\n    z = x\n    return z", "y->z"),
        ("a.OwlNest(owl_size, 'Owl')", "a.HawkNest(\n    owl_size,\n    'Hawk',\n)", "Owl->Hawk"),
        ("OwlNest(owl, OWL, 1)", "HawkNest(hawk, HAWK, 1)", "Owl->Hawk all-casing"),
        ("Owl(Bert, bert)", "Owl(Roberta, roberta)", "Bert->Roberta all-casing"),
        ("nest_size(nest_size)", "nest_width(nest_width)", "size->width"),
        ("self.stops(next_stop, stop)", "self.halts(next_halt, halt)", "stop->halt"),
        ("Stops(stop)", "Halts(halt)", "Stop->Halt all-casing"),
        ("return y", "return z", ""),  # one word is an edit
        ("a(y, y, y)", "a(z, z, y)", ""),  # nobody renames two of three
        ("a(y, y) + 1", "a(z, z) - 1", ""),
        ("a(y, y, v)", "a(z, z, w)", ""),  # two names
        ("a(1, 1)", "a(2, 2)", ""),
        ("min(x) + min(y)", "max(x) + max(y)", ""),
        ("x is None is None", "x is True is True", ""),
        ("a(y)", "a(z, z)", ""),
    ],
)
def test_the_one_replacement_is_found(expected: str, actual: str, found: str) -> None:
    missing = missing_replacement(expected, actual, "zoo.owl.f", "zoo.hawk.f")
    assert (print_replacement(missing.replacement) if missing else "") == found


@pytest.mark.parametrize(
    ("target", "copy", "is_in_names"),
    [
        ("zoo.owl.OwlNest", "zoo.hawk.HawkNest", True),
        ("zoo.owl.build", "zoo.hawk.build", True),
        ("zoo.owl.OwlNest.build", "birds.HawkNest.build", True),
        ("zoo.birds.build", "zoo.others.build", False),
        ("zoo.owl.OwlNest", "zoo.hawk.Nest", False),
    ],
)
def test_the_names_of_source_and_copy_may_say_the_same(target: str, copy: str, is_in_names: bool) -> None:
    missing = missing_replacement("a(Owl, Owl)", "a(Hawk, Hawk)", target, copy)
    assert missing is not None and missing.is_in_names is is_in_names
