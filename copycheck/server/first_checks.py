"""The first checks of large projects, each in a process of its own: a server has threads, and must not fork.

A server that has no thread yet does fork. So the check begins while the server still imports what it is made of.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, NamedTuple, NoReturn

from copycheck.api.first_check import FirstFindings, first_check
from copycheck.model.errors import CopycheckError
from copycheck.parallel import pays
from copycheck.project.config_search import load
from copycheck.project.discovery import walk
from copycheck.project.settings import Settings

_PROGRAM = (
    "import sys; sys.path[:1] = [p for p in sys.path[:1] if p]; "
    "from copycheck.server.first_checks import run; run(sys.argv[1:])"
)
"""A check, with nothing of the working directory on the import path: that is the user's code."""


class Asked(NamedTuple):
    """A folder that is open in an editor, and the `--config` of its user."""

    folder: str
    config: tuple[str, ...] = ()


class _Running(NamedTuple):
    """A check that goes on: the pipe that its findings come through, and how it is waited for and ended."""

    pipe: IO[bytes]
    wait: Callable[[], object]
    kill: Callable[[], object]


class FirstChecks:
    """The checks that go on in other processes."""

    def __init__(self) -> None:
        self._running: dict[Asked, _Running] = {}
        self._ending: set[Asked] = set()
        """Those that have told what they found, and are about to keep it."""

    def fork(self, asked: Asked) -> None:
        """Begin a check in a forked process, for a server without threads. Where none can be had, nothing happens."""
        if not hasattr(os, "fork") or asked in self._running:
            return
        ours, theirs = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            os.close(ours)
            os.close(theirs)
            return
        if pid == 0:
            os.close(ours)
            _check_and_exit(asked, theirs)
        os.close(theirs)
        self._running[asked] = _Running(
            os.fdopen(ours, "rb"), lambda: os.waitpid(pid, 0), lambda: os.kill(pid, signal.SIGKILL)
        )

    def start(self, asked: Asked, settings: Settings) -> None:
        """Begin a check in a new process, where none goes on yet and the project is large enough for that to pay."""
        if asked in self._running or not _is_large(settings):
            return
        import subprocess

        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, asked.folder, *asked.config],
            cwd=asked.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        self._running[asked] = _Running(process.stdout, process.wait, process.kill)

    def finish(self, asked: Asked, tell: Callable[[FirstFindings], None]) -> None:
        """Wait until a check has told what it found, if there is one and it does, and then until the cache has it."""
        running = self._running.get(asked)
        if running is None:
            return
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            found = pickle.load(running.pipe)
            self._ending.add(asked)
            tell(found)
        running.wait()
        running.pipe.close()
        self._running.pop(asked, None)
        self._ending.discard(asked)

    def stop(self) -> None:
        """End all checks that go on, but for those that only have to keep what they found."""
        for asked, running in list(self._running.items()):
            if asked not in self._ending:
                with suppress(OSError):
                    running.kill()


def run(arguments: Sequence[str]) -> NoReturn:
    """The process of a check: a folder and its configuration, as arguments."""
    folder, *config = arguments
    _check_and_exit(Asked(folder, tuple(config)), os.dup(1))


def _check_and_exit(asked: Asked, pipe: int) -> NoReturn:
    """Check, write what is found into a pipe, keep it in the cache, and end. A small project is left alone."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1):  # those of the server are the editor's
            os.dup2(nothing, stream)
        settings = load((), asked.config, asked.folder)
        if _is_large(settings):
            with os.fdopen(pipe, "wb") as out:
                first_check(settings, lambda found: _tell(found, out))
    except (CopycheckError, OSError):
        pass  # the server comes upon the same, and says so
    finally:
        os._exit(0)


def _tell(found: FirstFindings, out: IO[bytes]) -> None:
    pickle.dump(found, out, pickle.HIGHEST_PROTOCOL)
    out.flush()


def _is_large(settings: Settings) -> bool:
    return pays(sum(found.stat.st_size for found in walk(settings)))
