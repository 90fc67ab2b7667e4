"""Work is shared among processes where there is enough of it; a small run never starts another one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Generic, Protocol, TypeVar

from copycheck import progress

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")

ENOUGH = 2_000_000
"""Bytes of source below which starting a process costs more than it saves."""

_SHARES = 6
"""So many shares for each process: a process that is done early takes another."""


class MapShares(Protocol):
    """Applies a function to shares of some things, here or elsewhere."""

    def __call__(self, function: Callable[[Sequence[T]], Sequence[R]], sizes: Mapping[T, int], /) -> list[R]: ...


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pays(size: int) -> bool:
    """Whether so many bytes of source are enough for another process to pay."""
    return size >= ENOUGH


def map_shares(function: Callable[[Sequence[T]], Sequence[R]], sizes: Mapping[T, int]) -> list[R]:
    """Apply a function to all of `sizes`, in shares that as many processes as there are processors take in turn.

    This process is one of them, and forks the others: what the function needs is there already, and only its results,
    which must be picklable, are passed on. The shares of a process that is lost are done here. The results come in the
    order of the shares, whoever has worked on them.
    """
    count = processors() if pays(sum(sizes.values())) and hasattr(os, "fork") else 1
    if count == 1 or len(sizes) < 2:
        return list(function(list(sizes)))
    shares = split_evenly(sizes, min(count * _SHARES, 256))
    tasks, filled = os.pipe()
    os.write(filled, bytes(range(len(shares))))
    os.close(filled)
    children: list[_Child[R]] = []
    try:
        for _ in range(count - 1):
            with suppress(OSError):
                children.append(_fork(lambda: _work(_packed(function), shares, tasks)))
        found = _work(function, shares, tasks)
        for child in children:
            found |= child.result()
    finally:
        os.close(tasks)
        for child in children:
            child.stop()
    for number, share in enumerate(shares):
        if number not in found:
            found[number] = function(share)
    return [result for _, results in sorted(found.items()) for result in results]


def map_here(function: Callable[[Sequence[T]], Sequence[R]], sizes: Mapping[T, int]) -> list[R]:
    """Apply a function to all of `sizes` in this process: what has threads must not fork."""
    return list(function(list(sizes)))


def _work(function: Callable[[Sequence[T]], P], shares: Sequence[Sequence[T]], tasks: int) -> dict[int, P]:
    """Take one share after the other from a pipe that holds their numbers, until none is left."""
    found = {}
    while task := os.read(tasks, 1):
        progress.step(task[0], len(shares))
        found[task[0]] = function(shares[task[0]])
    return found


def _packed(function: Callable[[Sequence[T]], Sequence[R]]) -> Callable[[Sequence[T]], bytes]:
    """The function with its results made ready to be sent: share by share, while all processes are at work."""
    import pickle

    return lambda share: pickle.dumps(function(share), pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True, slots=True)
class _Child(Generic[R]):
    """A process at work, and the pipe that its results come through."""

    pid: int
    pipe: BinaryIO

    def result(self) -> Mapping[int, Sequence[R]]:
        """What the process has found, by the number of the share; nothing when it was lost."""
        import pickle

        try:
            packed: dict[int, bytes] = pickle.load(self.pipe)
        except (EOFError, pickle.UnpicklingError):
            return {}
        return {number: pickle.loads(packed.pop(number)) for number in tuple(packed)}

    def stop(self) -> None:
        """End the process, which has nothing more to say, and drop it."""
        self.pipe.close()
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _fork(work: Callable[[], Mapping[int, bytes]]) -> _Child[R]:
    """Start a process at some work. Raises OSError where none can be had."""
    import pickle

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
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(number, signal.SIG_DFL)
        os.close(ours)
        with open(theirs, "wb") as pipe:
            pickle.dump(work(), pipe, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def split_evenly(sizes: Mapping[T, int], count: int) -> list[list[T]]:
    """At most `count` shares of like size, the largest things first; none is empty."""
    import heapq

    shares: list[list[T]] = [[] for _ in range(count)]
    totals = [(0, number) for number in range(count)]
    for thing in sorted(sizes, key=lambda thing: -sizes[thing]):
        total, number = totals[0]
        shares[number].append(thing)
        heapq.heapreplace(totals, (total + sizes[thing], number))
    return [share for share in shares if share]
