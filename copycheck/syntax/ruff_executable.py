"""Where the executable of ruff is."""

from __future__ import annotations

import os

from copycheck.model.errors import CopycheckError

FILES_A_CALL = 5_000


def ruff_executable() -> str:
    """The ruff that is installed beside copycheck, never one that is only in the checked repository.

    Raises CopycheckError when there is none.
    """
    import shutil
    import sysconfig

    program = "ruff.exe" if os.name == "nt" else "ruff"
    beside = os.path.join(sysconfig.get_path("scripts"), program)
    if shutil.which(beside):
        return beside
    import importlib.metadata

    try:
        files = importlib.metadata.distribution("ruff").files or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = os.path.realpath(str(file.locate()))
        if file.name == program and shutil.which(path):
            return path
    raise CopycheckError("ruff is not installed beside copycheck: run `pip install ruff`")
