"""`--watch`: check again whenever a file changes that the last check rests on (contract 8)."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from copycheck.caching.store import Cache
from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path, with_folders
from copycheck.output.report_parts import visible
from copycheck.project.discovery import walk
from copycheck.project.patterns import Patterns
from copycheck.project.settings import Settings
from copycheck.project.toml import OWN_FILES

if TYPE_CHECKING:
    from watchfiles import Change

_CONFIGURATION = frozenset({*OWN_FILES, "pyproject.toml", "ruff.toml", ".ruff.toml", ".gitignore"})
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_IDLE_MS = 100
_MISSING = "--watch needs the package watchfiles: pip install 'copycheck-lint[watch]'"


class Watched:
    """The files of a project whose change asks for another check."""

    def __init__(self, settings: Settings) -> None:
        self.root = os.path.realpath(settings.root)
        self.files = {found.filename for found in walk(settings)}
        entry = Cache(settings).load()
        looked_at = dict(entry.others) if entry else {}
        self._beside = {self._name(os.path.join(settings.root, name)) for name in (*looked_at, settings.origin) if name}
        # Of a path that is not there the cache names the outermost part: what appears below it matters as well.
        self._missing = {
            self._name(os.path.join(settings.root, name)) for name, was in looked_at.items() if was is None
        }
        self._exclude = Patterns(settings.exclude)
        self._cache = self._name(os.path.join(settings.root, settings.cache_dir))

    def lets_pass(self, change: Change, path: str) -> bool:
        """Whether a change may be of interest at all, told by its path: the filter of watchfiles.

        Our own cache never is, or each check would ask for the next one.
        """
        name = self._name(path)
        parts = list(with_folders(name))
        if self._cache in parts:
            return False
        excluded = any(self._exclude.match(part, part.rpartition("/")[2]) for part in parts)
        return not excluded or self._is_looked_at(name)

    def holds(self, path: str) -> bool:
        """Whether the file is checked, configures the check, or is one that it has looked at or looked for."""
        name = self._name(path)
        return name in self.files or name.rpartition("/")[2] in _CONFIGURATION or self._is_looked_at(name)

    def _is_looked_at(self, name: str) -> bool:
        return name in self._beside or not self._missing.isdisjoint(with_folders(name))

    def _name(self, path: str) -> str:
        """A path from the root on. A folder is resolved, a link to a file is not."""
        folder, base = os.path.split(os.path.abspath(path))
        return relative_path(os.path.join(os.path.realpath(folder), base), self.root)


def watch(settings: Settings, check: Callable[[], Settings], quiet: bool) -> int:
    """Check, wait for a change that matters, and check again, until Ctrl-C ends it: exit code 0.

    `check` reads the configuration anew, prints its report, and returns the settings that it went by. Raises
    CopycheckError without watchfiles, and for a first check that cannot be done; a later one says so and goes on.
    """

    def lets_pass(change: Change, path: str) -> bool:
        return watched.lets_pass(change, path)

    gc.enable()  # unlike any other run, this one may last for days
    try:
        watched = Watched(settings)
        # Files are watched from before the first check on, so that no change is lost.
        batches = _batches(watched.root, lets_pass)
        next(batches)
        watched = _look(check(), quiet)
        for paths in batches:
            if not _concerned(paths, watched, settings):
                continue
            if sys.stdout.isatty():
                click.echo(_CLEAR, nl=False)
            try:
                settings = check()
            except CopycheckError as error:
                click.echo(f"copycheck: {visible(str(error))}", err=True)
            watched = _look(settings, quiet)
    except KeyboardInterrupt:
        below = "\n" if sys.stderr.isatty() else ""  # a terminal has written ^C on the line
        click.echo(f"{below}Stopped watching.", err=True)
    return 0


def _batches(root: str, lets_pass: Callable[[Change, str], bool]) -> Iterator[list[str]]:
    """At first nothing, once the folder is watched; then the changed paths, each time that there are some."""
    try:
        import watchfiles
    except ImportError:
        raise CopycheckError(_MISSING) from None
    rounds = watchfiles.watch(root, watch_filter=lets_pass, rust_timeout=_IDLE_MS, yield_on_timeout=True)
    try:
        yield [path for _, path in next(rounds)]
    except OSError as error:
        raise CopycheckError(f"the project cannot be watched: {error}") from None
    for batch in rounds:
        if batch:
            yield [path for _, path in batch]


def _concerned(paths: list[str], watched: Watched, settings: Settings) -> bool:
    """Whether one of the paths matters, to the last check or, as a new file, to the next one."""
    return any(map(watched.holds, paths)) or any(map(Watched(settings).holds, paths))


def _look(settings: Settings, quiet: bool) -> Watched:
    watched = Watched(settings)
    if not quiet:
        count = len(watched.files)
        click.echo(f"Watching {count} {'file' if count == 1 else 'files'} … (Ctrl-C ends it)", err=True)
    return watched
