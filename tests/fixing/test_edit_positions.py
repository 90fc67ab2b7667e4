"""An edit of an edited file is found in the file on disk, or nothing is said of it."""

from __future__ import annotations

from copycheck.fixing.edit_positions import Origins
from copycheck.model.diagnostic import Edit
from copycheck.model.location import Location
from copycheck.project.file_edits import apply_edits
from copycheck.project.workspace import decode

DISK = b"1\n2\n3\n4\n5\n"


def rows(start: int, end: int, text: str) -> Edit:
    return Edit("a.py", Location(start), Location(end), text)


def test_below_earlier_edits_the_rows_shift_back() -> None:
    first, second = rows(1, 2, "a\nb\nc\n"), rows(6, 7, "x\n")
    origins = Origins()
    origins.add("a.py", [first])
    (found,) = origins.of([second])
    assert found == rows(4, 5, "x\n")
    twice = apply_edits(decode("a.py", apply_edits(decode("a.py", DISK), [first])), [second])
    assert apply_edits(decode("a.py", DISK), [first, found]) == twice


def test_above_earlier_edits_and_in_other_files_nothing_shifts() -> None:
    origins = Origins()
    origins.add("a.py", [rows(3, 4, "")])
    assert origins.of([rows(1, 2, "x\n")]) == (rows(1, 2, "x\n"),)
    other = rows(5, 6, "x\n")._replace(filename="b.py")
    assert origins.of([other]) == (other,)


def test_an_edit_of_what_was_added_is_no_edit_of_the_disk() -> None:
    origins = Origins()
    origins.add("a.py", [rows(2, 3, "a\nb\n")])
    assert origins.of([rows(1, 2, "x\n"), rows(3, 4, "y\n")]) == ()


def test_what_was_taken_back_shifts_nothing() -> None:
    origins = Origins()
    origins.add("a.py", [rows(1, 1, "a\nb\n")])
    origins.drop("a.py")
    assert origins.of([rows(3, 4, "x\n")]) == (rows(3, 4, "x\n"),)
