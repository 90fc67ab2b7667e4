"""What a cache entry was made with: the code of this program, Python, the formatters, and the configuration.

Another version of any of them may find otherwise, so that its entries are not used.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from copycheck.caching.file_freshness import Signature, signature, signature_of
from copycheck.model.paths import relative_path
from copycheck.project.settings import Settings


def identity_of(settings: Settings) -> Sequence[object]:
    """What an entry is made with, as JSON can hold it.

    For a cache that outlives the checkout and the installation, nothing in it depends on where these are, or when they
    were made: files are known by their content, and the formatters by their version.
    """
    if not settings.cache_by_content:
        return sys.version, settings._asdict(), _formatters(), sorted(signature(stat) for _, stat in _our_files())
    import hashlib

    ours = hashlib.sha256()
    for path, _ in sorted(_our_files(), key=lambda entry: entry[0]):
        with open(path, "rb") as stream:
            ours.update(stream.read())
    origin = settings.origin and relative_path(settings.origin, settings.root)
    anywhere = settings._replace(root="", origin=origin, cache_dir="")
    return sys.version, anywhere._asdict(), _formatter_releases(), ours.hexdigest()


def _our_files() -> Iterator[tuple[str, os.stat_result]]:
    """The modules of this program, which tell a working copy from a release of the same version."""
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    yield entry.path, entry.stat()
                elif entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
                    folders.append(entry.path)


def _formatters() -> Sequence[object]:
    """What tells the formatters beside us from others, without starting them: importing their metadata takes 40 ms."""
    from importlib.machinery import PathFinder

    name = "ruff.exe" if os.name == "nt" else "ruff"
    ruff: Signature | str | None = signature_of(os.path.join(os.path.dirname(sys.executable), name))
    if ruff is None:
        import importlib.metadata

        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            ruff = importlib.metadata.version("ruff")
    black = PathFinder.find_spec("black")
    return ruff, black and black.origin and signature_of(os.path.join(os.path.dirname(black.origin), "_version.py"))


def _formatter_releases() -> Sequence[object]:
    """The releases of the formatters."""
    import importlib.metadata

    found: list[str | None] = []
    for name in ("ruff", "black"):
        try:
            found.append(importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            found.append(None)
    return found
