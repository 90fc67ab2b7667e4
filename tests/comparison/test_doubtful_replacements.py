"""What a drift says of the replacements that may have made it."""

from __future__ import annotations

import pytest

from copycheck.comparison.doubtful_replacements import doubt_about
from copycheck.directives.replacements import apply_replacements, parse_options


@pytest.mark.parametrize(
    ("options", "source", "actual", "said"),
    [
        (
            "with car->bus",
            "carpet = car",
            "carpet = bus",
            "`car->bus` also changes a part of `carpet`, which the ",
        ),
        ("with Owl->Bat", "Owlet = Owl", "Owlet = Bat", "`Owl->Bat` also changes a part of `Owlet`, which "),
        ("with Owl->Bat", "OwlConfig = Owl", "OwlConfig = Bat", ""),
        ("with car->bus", "carpet = car", "buspet = van", ""),
        ("with cra->bus, x->y", "car = x", "bus = y", "`cra->bus` is nowhere in the source: "),
        ("with a->b, q->d", "car", "x", "`q->d` is nowhere in the source: if"),
        ("with q->b, w->d", "car", "x", "`q->b` and `w->d` are nowhere in the source: "),
        ("with a->bc, b->d", "abc", "x", "`b->d` also changes what `a->bc` has made: "),
        ("with - ->+", "x", "y", "`- ->+` is nowhere in the source: "),
    ],
)
def test_a_doubt(options: str, source: str, actual: str, said: str) -> None:
    replacements = parse_options(options).replacements
    found = doubt_about(replacements, source, apply_replacements(source, replacements), actual)
    assert found.startswith(said) and bool(found) == bool(said)
