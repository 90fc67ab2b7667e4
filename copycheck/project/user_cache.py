"""The folder of the user in which fetched archives and repositories are kept."""

from __future__ import annotations

import os
import sys


def user_cache() -> str:
    """The folder, which need not be there yet; `COPYCHECK_UPSTREAM_CACHE` names another one."""
    named = os.environ.get("COPYCHECK_UPSTREAM_CACHE")
    if named:
        return os.path.abspath(named)
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "copycheck", "upstream")
