"""Parts of a full copy that are its own: what is left out of the comparison, and where a fix puts it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.comparison.kept_part_placing import PlaceError, restored, with_kept_parts
from copycheck.comparison.kept_parts import KeepError, are_in_sync, as_bytes, as_text, keeps_parts, pieces_of

VERSION = (re.compile("^__version__"), re.compile("Copyright"))


def kept(copy: str, expected: str) -> str:
    return with_kept_parts(copy, expected, VERSION)


def in_sync(copy: str, expected: str) -> bool:
    return are_in_sync(pieces_of(copy, VERSION), pieces_of(expected, VERSION))


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        pytest.param("__version__ = '1+own'\na\n", "__version__ = '1'\na\n", id="a line of its own"),
        pytest.param("a\n", "__version__ = '1'\na\n", id="the copy has none"),
        pytest.param("__version__ = '1'\na\n", "a\n", id="the source has none"),
        pytest.param("a\n__version__ = '1'\n", "__version__ = '1'\na\n", id="at another place"),
        pytest.param("a\n# copycheck: keep\nown\n# copycheck: end\nb\n", "a\nb\n", id="a region"),
        pytest.param("a\n\n\n<!-- copycheck: keep -->\nown\n<!-- copycheck: end -->\n\nb\n", "a\n\nb\n", id="HTML"),
        pytest.param("a\n<!--copycheck: keep-->\nown\n<!--copycheck: end-->\nb\n", "a\nb\n", id="HTML, tight"),
        pytest.param("a\n/* copycheck: keep */\nown\n/* copycheck: end */\nb\n", "a\nb\n", id="C"),
        pytest.param("a\nrem copycheck:keep\nown\nREM copycheck: END\nb\n", "a\nb\n", id="batch"),
        pytest.param("a\n-- copycheck: keep, as we log\nown\n-- copycheck: end of it\nb\n", "a\nb\n", id="with words"),
        pytest.param("# copycheck: keep\nown\n# copycheck: end\na", "a", id="no last line end"),
        pytest.param("a\n# copycheck: keep\nown\n# copycheck: end\n", "a", id="behind the last line"),
        pytest.param("a\n# copycheck: keep\nx = 30\n# copycheck: end\nb\n", "a\nx = 1\nb\n", id="a changed line"),
        pytest.param(
            "a\n# copycheck: keep instead of 2 lines\nown\n# copycheck: end\nb\n", "a\nc\nd\nb\n", id="so many lines"
        ),
        pytest.param("a\n# copycheck: keep instead of 1 line\n# copycheck: end\nb\n", "a\nc\nb\n", id="a removed line"),
    ],
)
def test_in_sync(copy: str, expected: str) -> None:
    assert in_sync(copy, expected)


@pytest.mark.parametrize(
    ("copy", "expected", "after"),
    [
        pytest.param("a\n__version__ = 2\nb\n", "c\n__version__ = 1\nb\n", "c\n__version__ = 2\nb\n", id="its place"),
        pytest.param("a\n__version__ = 2\nb\n", "a\nb\nc\n", "a\n__version__ = 2\nb\nc\n", id="the source has none"),
        pytest.param("b\n", "a\n__version__ = 1\nb\n", "a\n__version__ = 1\nb\n", id="with new lines around it"),
        pytest.param("", "__version__ = 1\nb\n", "__version__ = 1\nb\n", id="an empty copy"),
        pytest.param(
            "a\n# copycheck: keep\nown\n# copycheck: end\nb\n",
            "a\nnew\nb\n",
            "a\n# copycheck: keep\nown\n# copycheck: end\nnew\nb\n",
            id="what comes beside a region is no part of it",
        ),
        pytest.param(
            "a = 1\n# copycheck: keep\nown\n# copycheck: end\nb = 1\n",
            "a = 2\nb = 2\n",
            "a = 2\n# copycheck: keep\nown\n# copycheck: end\nb = 2\n",
            id="changed on both sides",
        ),
        pytest.param(
            "a\n# copycheck: keep\nx = 30\n# copycheck: end\nb\n",
            "a\nx = 1\nnew\nb\n",
            "a\n# copycheck: keep\nx = 30\n# copycheck: end\nnew\nb\n",
            id="beside a changed line",
        ),
        pytest.param(
            "a\n# copycheck: keep\nown\n# copycheck: end\nb",
            "c\nb\n",
            "c\n# copycheck: keep\nown\n# copycheck: end\nb\n",
            id="the last line end is that of the source",
        ),
        pytest.param("a\r\n__version__ = 2\r\nb\r\n", "c\n__version__ = 1\nb\n", "c\n__version__ = 2\r\nb\n", id="\r"),
    ],
)  # fmt: skip
def test_fixed(copy: str, expected: str, after: str) -> None:
    assert not in_sync(copy, expected)
    assert kept(copy, expected) == after
    assert in_sync(after, expected)


@pytest.mark.parametrize(
    ("copy", "said", "row"),
    [
        ("a\n# copycheck: keep\nb\n", "`copycheck: keep` has no `copycheck: end` below it", 2),
        ("a\n# copycheck: end\nb\n", "`copycheck: end` has no `copycheck: keep` above it", 2),
        ("# copycheck: keep\n\n# copycheck: keep\n# copycheck: end\n", "is there twice before the `copycheck: end`", 3),
    ],
)
def test_a_marker_without_the_other_is_an_error(copy: str, said: str, row: int) -> None:
    with pytest.raises(KeepError, match=said) as raised:
        kept(copy, "a\nb\n")
    assert raised.value.row == row


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        ("a\nb\n# copycheck: keep\nown\n# copycheck: end\nc\nd\n", "nothing of it\n"),
        ("a\n# copycheck: keep instead of 1 line\nown\n# copycheck: end\nb\n", "a\nc\nd\nb\n"),
    ],
)
def test_a_part_whose_place_cannot_be_told(copy: str, expected: str) -> None:
    with pytest.raises(PlaceError):
        kept(copy, expected)


def test_prose_about_markers_is_prose() -> None:
    text = "Regions between `copycheck: keep` and `copycheck: end` stay.\n`copycheck: keep` opens one.\n"
    assert not any(piece.key for piece in pieces_of(text, ()))


def test_bytes_of_any_kind() -> None:
    data = bytes(range(256)) + b"\r\n\xff\xfe\x00"
    assert as_bytes(as_text(data)) == data
    assert in_sync("\udca9 Copyright own\na\n", "\udca9 Copyright\na\n"), "latin-1"
    with pytest.raises(KeepError, match="UTF-16"):
        as_text("# copycheck: keep".encode("utf-16"))
    assert keeps_parts("# copycheck: keep".encode("utf-16"), ()) and not keeps_parts(b"keep", ())


def test_a_formatted_text_has_its_kept_parts_as_they_were() -> None:
    raw = "a\n# copycheck: keep\nx  =  1\n# copycheck: end\nb  = 2\n"
    formatted = "a\n\n# copycheck: keep\nx = 1\n# copycheck: end\n\nb = 2\n"
    assert restored(formatted, raw, ()) == formatted.replace("x = 1", "x  =  1")


_LINE = st.sampled_from(["a", "b", "x = 1", "x = 2", "x = 3", "y = 1", "", "__version__ = 1", "__version__ = 2", "}"])
_REGION = st.lists(_LINE, max_size=3).map(lambda lines: ["# copycheck: keep", *lines, "# copycheck: end"])
_SOURCE = st.lists(_LINE, max_size=10)
_COPY = st.lists(st.one_of(_LINE.map(lambda line: [line]), _REGION), max_size=10).map(
    lambda parts: [line for part in parts for line in part]
)


@given(_COPY, _SOURCE)
@settings(max_examples=300, deadline=None)
def test_a_fixed_copy_is_in_sync_and_has_all_that_is_its_own(copy: list[str], source: list[str]) -> None:
    own, new = "\n".join(copy), "\n".join(source)
    try:
        after = kept(own, new)
    except PlaceError:
        return
    assert in_sync(after, new) and kept(after, new) == after
    lines = iter(line for piece in pieces_of(after, VERSION) if piece.key for line in piece.lines)
    mine = [line for piece in pieces_of(own, VERSION) if piece.key for line in piece.lines if line]
    assert all(line in lines for line in mine)


@given(_SOURCE, st.integers(0, 10), _REGION)
@settings(max_examples=100, deadline=None)
def test_a_source_with_own_parts_between_its_lines_is_in_sync(source: list[str], at: int, region: list[str]) -> None:
    copy = [*source[:at], *region, *source[at:]]
    assert kept("\n".join(copy), "\n".join(source)) == "\n".join(copy)
