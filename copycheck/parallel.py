"""Work is shared among processes where there is enough of it; a small run never starts another one."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

ENOUGH = 2_000_000
"""Bytes of source below which starting a process costs more than it saves."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pays(size: int) -> bool:
    """Whether so many bytes of source are enough for another process to pay."""
    return size >= ENOUGH


def map_shares(function: Callable[[Sequence[T]], Sequence[R]], sizes: Mapping[T, int]) -> list[R]:
    """Apply a function to all of `sizes`, in as many shares of like size as there are processors.

    This process works on the first share itself, and forks for the others: what the function needs is there already,
    and only its results, which must be picklable, are passed on. A share whose process is lost is done here.
    """
    count = processors() if pays(sum(sizes.values())) and hasattr(os, "fork") else 1
    first, *others = split_evenly(sizes, count) or [[]]
    children: list[_Child[R]] = []
    try:
        for share in others:
            with suppress(OSError):
                children.append(_fork(function, share))
        results = [*function(first)]
        for number, share in enumerate(others):
            found = children[number].result() if number < len(children) else None
            results += function(share) if found is None else found
    finally:
        for child in children:
            child.stop()
    return results


@dataclass(frozen=True, slots=True)
class _Child(Generic[R]):
    """A process at work, and the pipe that its results come through."""

    pid: int
    pipe: BinaryIO

    def result(self) -> Sequence[R] | None:
        """What the process has found; None when it was lost."""
        try:
            found: Sequence[R] = pickle.load(self.pipe)
        except (EOFError, pickle.UnpicklingError):
            return None
        return found

    def stop(self) -> None:
        """End the process, which has nothing more to say, and let go of it."""
        self.pipe.close()
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _fork(function: Callable[[Sequence[T]], Sequence[R]], share: Sequence[T]) -> _Child[R]:
    """Start a process that works on a share. Raises OSError where none can be had."""
    ours, theirs = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        os.close(ours)
        os.close(theirs)
        raise
    if pid:
        os.close(theirs)
        return _Child(pid, open(ours, "rb"))
    try:
        # An interrupt reaches the parent as well, which stops us: nobody wants to hear of it twice.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.close(ours)
        with open(theirs, "wb") as pipe:
            pickle.dump(function(share), pipe, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def split_evenly(sizes: Mapping[T, int], count: int) -> list[list[T]]:
    """At most `count` shares of like size, the largest things first; none is empty."""
    shares: list[list[T]] = [[] for _ in range(count)]
    totals = [0] * count
    for thing in sorted(sizes, key=lambda thing: -sizes[thing]):
        lightest = totals.index(min(totals))
        shares[lightest].append(thing)
        totals[lightest] += sizes[thing]
    return [share for share in shares if share]
