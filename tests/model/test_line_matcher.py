"""What two texts have in common."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.model import line_matcher
from copycheck.model.line_matcher import LineMatcher

LINES = st.lists(st.sampled_from("abcdefgh\n"), max_size=25)


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(LINES, LINES)
def test_opcodes_make_the_new_lines_of_the_old_ones(old: list[str], new: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_matcher, "_MANY", 4)
        matcher = LineMatcher(old, new)
        opcodes = matcher.get_opcodes()
        grouped = list(matcher.get_grouped_opcodes(3))
    made: list[str] = []
    last = (0, 0)
    for tag, i1, i2, j1, j2 in opcodes:
        assert (i1, j1) == last
        assert (tag == "equal") == (old[i1:i2] == new[j1:j2])
        assert (tag == "insert", tag == "delete") == (i1 == i2, j1 == j2)
        made += old[i1:i2] if tag == "equal" else new[j1:j2]
        last = (i2, j2)
    assert made == new
    assert last == (len(old), len(new))
    equal = [opcode[0] == "equal" for opcode in opcodes]
    assert all(one != other for one, other in pairwise(equal))
    assert bool(grouped) == (old != new)


def test_a_short_text_is_compared_as_ever() -> None:
    old, new = list("abcabba"), list("cbabac")
    assert LineMatcher(old, new).get_opcodes() == SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def test_a_long_text_with_many_changes() -> None:
    old = [line for n in range(3000) for line in (f"def f{n}():", f"    x = {n}", "    return x", "")]
    new = [line.replace("    x = 7", "    y = 7") for line in old]
    changed = [opcode for opcode in LineMatcher(old, new).get_opcodes() if opcode[0] != "equal"]
    assert len(changed) == sum(one != other for one, other in zip(old, new, strict=True))
