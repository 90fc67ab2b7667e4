"""Edits of lines become exact edits, and these make the same bytes, whatever the file's line ends and encoding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copycheck.model.diagnostic import Edit
from copycheck.model.location import Location
from copycheck.project.file_edits import LineEdit, apply_edits, edited, edits_between, exact_edits
from copycheck.project.workspace import decode

ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
ROWS = st.lists(st.tuples(st.sampled_from([b"a", b"b", "é".encode(), b""]), ENDS), min_size=1, max_size=8)


def file(data: bytes):  # type: ignore[no-untyped-def]
    return decode("a.py", data)


@given(ROWS, ROWS, st.booleans(), st.booleans())
def test_the_edits_between_two_texts_make_the_one_of_the_other(
    old: list[tuple[bytes, bytes]], new: list[tuple[bytes, bytes]], marked: bool, ended: bool
) -> None:
    mark = b"\xef\xbb\xbf" if marked else b""
    before, after = (mark + b"".join(text + end for text, end in rows) for rows in (old, new))
    before, after = (before, after) if ended else (before + b"x", after + b"y")
    assert apply_edits(file(before), edits_between(file(before), after)) == after


def test_only_what_differs_is_edited() -> None:
    edits = exact_edits(file(b"a\r\nb\r\nc\r\n"), [LineEdit(1, 3, ("a", "x", "c"))])
    assert edits == (Edit("a.py", Location(2), Location(3), "x\r\n"),)


def test_a_last_row_without_an_end_is_replaced_up_to_its_end() -> None:
    edits = exact_edits(file(b"a\nb"), [LineEdit(2, 2, ("x",))])
    assert edits == (Edit("a.py", Location(2), Location(2, 2), "x"),)
    assert edited(file(b"a\nb"), [LineEdit(2, 2, ("b", "c"))]) == b"a\nb\nc"


def test_columns_count_characters_and_a_byte_order_mark_is_none() -> None:
    edit = Edit("a.py", Location(1, 2), Location(1, 3), "u")
    assert apply_edits(file("\ufeffé!é\n".encode()), [edit]) == "\ufeffÉué\n".replace("É", "é").encode()


def test_an_edit_of_two_findings_is_made_once() -> None:
    edit = Edit("a.py", Location(2), Location(2), "import b\n")
    assert apply_edits(file(b"a\nc\n"), [edit, edit]) == b"a\nimport b\nc\n"


def test_edits_that_touch_do_not_overlap_and_those_that_share_a_character_do() -> None:
    first = Edit("a.py", Location(1), Location(2), "x\n")
    assert not first.overlaps(Edit("a.py", Location(2), Location(3), "y\n"))
    assert not first.overlaps(first)
    assert first.overlaps(Edit("a.py", Location(1), Location(3), "y\n"))
    assert not first.overlaps(Edit("b.py", Location(1), Location(3), "y\n"))


def test_what_other_programs_may_count_otherwise_is_not_portable() -> None:
    for data, portable in ((b"a\n", True), (b"a\r\n", True), (b"a\rb\n", False), (b"# coding: latin-1\na\n", False)):
        (edit, *_) = exact_edits(file(data), [LineEdit(1, 1, ("x",))])
        assert edit.portable is portable
