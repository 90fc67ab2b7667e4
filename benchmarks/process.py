"""A command as a whole process: how long it takes, and the memory of all its processes together."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

_POLL = 0.005
_PSS_EVERY = 4
"""Asking for PSS takes 2 ms for a large process, RSS 0.01 ms."""


@dataclass(frozen=True)
class Sample:
    """One run: wall-clock seconds, and peaks in bytes.

    `rss` and `pss` are sums over the process tree; `largest` is the resident peak of the largest single process, as the
    kernel has it. All are 0 where nobody has watched. `cpu` are the seconds that all processors have spent on it.
    """

    seconds: float
    rss: int = 0
    pss: int = 0
    largest: int = 0
    cpu: float = 0.0


def copycheck(*options: str) -> list[str]:
    """The command line of the tool that stands on this interpreter's path."""
    return [sys.executable, "-m", "copycheck", "--exit-zero", *options]


def script(name: str, *arguments: str) -> list[str]:
    """The command line of a script beside this module."""
    return [sys.executable, str(Path(__file__).parent / name), *arguments]


def output_of(command: Sequence[str], cwd: Path) -> str:
    """What a command prints. Raises RuntimeError as `run` does."""
    with tempfile.TemporaryFile() as out:
        run(command, cwd, out=out.fileno())
        out.seek(0)
        return out.read().decode()


def run(
    command: Sequence[str], cwd: Path, watch: bool = False, pss: bool = False, out: int = subprocess.DEVNULL
) -> Sample:
    """Run a command to its end; with `watch`, look at its memory every 5 ms, with `pss` at that as well.

    Raises RuntimeError when it ends with anything but 0.
    """
    # Without its bytecode the tool would be compiled at every start, which no installed one is.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=out, stderr=errors)
        watcher = _Watcher(process.pid, pss) if watch else None
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
        if watcher is not None:
            watcher.stop()
        if process.returncode:
            errors.seek(0)
            message = errors.read().decode(errors="replace").strip()
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {message}")
    sample = watcher.sample(seconds) if watcher is not None else Sample(seconds)
    return replace(sample, cpu=cpu)


class _Watcher(threading.Thread):
    """Looks at a process and its descendants, through /proc, until it is stopped."""

    def __init__(self, pid: int, with_pss: bool) -> None:
        super().__init__(daemon=True)
        self._rss = self._pss = self._largest = 0
        self._pid = pid
        self._with_pss = with_pss
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        looks = 0
        while not self._over.wait(_POLL):
            pids = _family(self._pid)
            self._rss = max(self._rss, sum(_resident(pid) for pid in pids))
            # Not ru_maxrss, which begins with the size of the process that has started this one.
            self._largest = max(self._largest, *(_kilobytes(pid, "status", b"VmHWM:") for pid in pids))
            if self._with_pss and looks % _PSS_EVERY == 0:
                self._pss = max(self._pss, sum(_kilobytes(pid, "smaps_rollup", b"Pss:") for pid in pids))
            looks += 1

    def stop(self) -> None:
        self._over.set()
        self.join()

    def sample(self, seconds: float) -> Sample:
        """What was seen; between two looks a process may have been as large as the kernel remembers it."""
        return Sample(seconds, max(self._rss, self._largest), self._pss, self._largest)


def _family(pid: int) -> list[int]:
    """A process and its descendants, as far as they are still there."""
    pids = [pid]
    for parent in pids:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{thread}/children", "rb") as stream:
                    pids += map(int, stream.read().split())
    return pids


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/statm", "rb") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _kilobytes(pid: int, name: str, key: bytes) -> int:
    """A line of a table under /proc, in bytes."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb") as stream:
        for line in stream:
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    return 0
