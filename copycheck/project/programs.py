"""The programs of the machine: where they are, and what they may take.

They are never those in the working directory, which may be that of a checked repository.
"""

from __future__ import annotations

import errno
import functools
import os
import sys


def find_program(name: str) -> str:
    """The path of a program on the PATH. Raises FileNotFoundError where there is none.

    Entries of the PATH that are relative are passed over. So is, on Windows, the working directory, in which the
    system itself would look first.
    """
    return _find(name, os.environ.get("PATH", os.defpath))


@functools.lru_cache(maxsize=8)
def _find(name: str, path: str) -> str:
    filename = f"{name}.exe" if os.name == "nt" else name
    for folder in path.split(os.pathsep):
        candidate = os.path.join(folder, filename)
        if os.path.isabs(folder) and os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return candidate
    raise FileNotFoundError(errno.ENOENT, f"there is no `{name}` on the PATH: install it", name)


def limit_process(pid: int, seconds: int, memory: int) -> None:
    """Hold a running process to so many seconds of processor time and bytes of memory, where the system can do that.

    What the system holds it to already may be less, and stays.
    """
    if sys.platform == "linux":
        import resource
        from contextlib import suppress

        for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
            with suppress(OSError, ValueError):  # each by itself
                resource.prlimit(pid, kind, (most, most))
