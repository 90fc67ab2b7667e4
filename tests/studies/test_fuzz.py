"""Some bytes that are nearly Python: the short form of the study."""

from __future__ import annotations

from studies.fuzz import run


def test_no_bytes_raise() -> None:
    run(examples=40)
