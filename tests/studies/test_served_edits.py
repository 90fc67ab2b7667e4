"""Random edits through a real server: the short form of the study."""

from __future__ import annotations

import pytest

from studies.served_edits import run


@pytest.mark.parametrize("seed", range(3))
def test_what_is_published_is_what_a_fresh_check_finds(seed: int) -> None:
    assert run(seed, 8) == ""
