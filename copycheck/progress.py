"""What a long run is at, shown on a terminal: nothing in the first second, and nothing anywhere else.

A timer's signal draws it, so that the work itself does no more than note where it is.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_DELAY, _INTERVAL = 1.0, 0.1
_CLEAR = "\r\x1b[2K"


class _Place:
    """Where the run is: a word for it, and how many parts of it are done."""

    stage = ""
    done = total = 0
    drawn = False


def at(stage: str) -> None:
    """Note what the run turns to."""
    _Place.stage, _Place.done, _Place.total = stage, 0, 0


def step(done: int, total: int) -> None:
    """Note how much of it is done."""
    _Place.done, _Place.total = done, total


@contextmanager
def shown(wanted: bool) -> Iterator[None]:
    """Show on stderr, when it is a terminal, where the run is once it takes longer than a second."""
    if not wanted or not sys.stderr.isatty() or not hasattr(signal, "setitimer"):
        yield
        return
    try:
        before = signal.signal(signal.SIGALRM, _draw)
    except ValueError:  # not in the main thread
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, _DELAY, _INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if _Place.drawn:
            _Place.drawn = False
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


def _draw(signum: int, frame: FrameType | None) -> None:
    share = f" {100 * _Place.done // _Place.total} %" if _Place.total else ""
    sys.stderr.write(f"{_CLEAR}{_Place.stage} …{share}")
    sys.stderr.flush()
    _Place.drawn = True
