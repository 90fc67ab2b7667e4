"""Where programs of the machine are: never in the working directory, which may be that of a checked repository."""

from __future__ import annotations

import errno
import functools
import os


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
    raise FileNotFoundError(errno.ENOENT, f"there is no `{name}` on the PATH", name)
