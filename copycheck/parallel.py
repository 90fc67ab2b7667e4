"""Syntax trees are made by several processes where there is enough to parse; a small run never starts another one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

ENOUGH = 2_000_000
"""Bytes of source below which starting a process costs more than it saves."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_shares(function: Callable[[Sequence[T]], Sequence[R]], sizes: Mapping[T, int]) -> list[R]:
    """Apply a function to all of `sizes`, in as many shares of like size as there are processors.

    This process works on the first share itself. The function and what goes in and out must be picklable.
    """
    count = processors() if sum(sizes.values()) >= ENOUGH else 1
    shares = split_evenly(sizes, count)
    if len(shares) < 2:
        return [result for share in shares for result in function(share)]
    try:
        return _map_in_processes(function, shares)
    except (OSError, NotImplementedError, RuntimeError):
        # No semaphores here, or a process was killed: this one can do it all.
        return [result for share in shares for result in function(share)]


def _map_in_processes(function: Callable[[Sequence[T]], Sequence[R]], shares: Sequence[Sequence[T]]) -> list[R]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked child has everything imported already; there is no other thread yet that it could be harmed by.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(len(shares) - 1, context) as pool:
        others = [pool.submit(function, share) for share in shares[1:]]
        own = function(shares[0])
        return [*own, *(result for other in others for result in other.result())]


def split_evenly(sizes: Mapping[T, int], count: int) -> list[list[T]]:
    """At most `count` shares of like size, the largest things first; none is empty."""
    shares: list[list[T]] = [[] for _ in range(count)]
    totals = [0] * count
    for thing in sorted(sizes, key=lambda thing: -sizes[thing]):
        lightest = totals.index(min(totals))
        shares[lightest].append(thing)
        totals[lightest] += sizes[thing]
    return [share for share in shares if share]
