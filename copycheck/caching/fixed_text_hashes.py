"""The marks of the texts that fixes wrote. A copy that bears one of them has not been edited since."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator

from copycheck.caching.store import WRITTEN, prepare_folder
from copycheck.project.reading import read_file
from copycheck.project.settings import Settings

_MOST = 50_000
"""So many marks are kept, the newest."""


class WrittenTexts:
    """The marks that are kept in the folder of the cache: one line for each."""

    def __init__(self, settings: Settings) -> None:
        self._folder = os.path.join(settings.root, settings.cache_dir)
        self._known: dict[str, None] | None = None

    def __contains__(self, mark: object) -> bool:
        return mark in self._marks()

    def __iter__(self) -> Iterator[str]:
        return iter(self._marks())

    def __len__(self) -> int:
        return len(self._marks())

    def _marks(self) -> dict[str, None]:
        if self._known is None:
            try:
                text = read_file(os.path.join(self._folder, WRITTEN)).decode("ascii")
            except (OSError, ValueError):
                text = ""
            self._known = dict.fromkeys(text.split())
        return self._known

    def add(self, marks: Iterable[str]) -> None:
        """Keep some more; nothing is kept where the folder cannot be written."""
        self._known = None  # another run may have added some
        all_ = [*self._marks(), *marks]
        kept = list(dict.fromkeys(reversed(all_)))[:_MOST][::-1]
        self._known = dict.fromkeys(kept)
        beside = os.path.join(self._folder, f".{os.getpid():x}.{WRITTEN}.tmp")
        with contextlib.suppress(OSError):
            prepare_folder(self._folder)
            with open(beside, "w", encoding="ascii") as stream:
                stream.write("".join(f"{mark}\n" for mark in kept))
            os.replace(beside, os.path.join(self._folder, WRITTEN))
