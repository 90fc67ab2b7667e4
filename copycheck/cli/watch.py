"""`--watch`: check again whenever a file changes that the last check rests on (contract 8)."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from copycheck.model.errors import CopycheckError
from copycheck.output.report_parts import visible

if TYPE_CHECKING:
    from watchfiles import Change

    from copycheck.api import WatchedProject

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_IDLE_MS = 100
_MISSING = "--watch needs the package watchfiles: pip install 'copycheck-lint[watch]'"


def watch(root: str, check: Callable[[], WatchedProject], report: Callable[[WatchedProject], None], quiet: bool) -> int:
    """Check, wait for a change that matters, and check again, until Ctrl-C ends it: exit code 0.

    `check` makes the first check of the project at `root`, and `report` prints what is found. Raises CopycheckError
    without watchfiles, and for a first check that cannot be done; a later one says so and goes on.
    """
    project: WatchedProject | None = None

    def lets_pass(change: Change, path: str) -> bool:
        return project is not None and project.lets_pass(path)

    gc.enable()  # unlike any other run, this one may last for days
    try:
        # Files are watched from before the first check on, so that no change is lost.
        batches = _batches(os.path.realpath(root), lets_pass)
        next(batches)
        project = check()
        report(project)
        gc.collect()
        gc.freeze()  # what the first check has made stays: a collection need not go through it
        _say(project, quiet)
        for paths in batches:
            _look_again(project, paths, report, quiet)
    except KeyboardInterrupt:
        below = "\n" if sys.stderr.isatty() else ""  # a terminal has written ^C on the line
        click.echo(f"{below}Stopped watching.", err=True)
    return 0


def _look_again(
    project: WatchedProject, paths: list[str], report: Callable[[WatchedProject], None], quiet: bool
) -> None:
    """Report anew where one of some changed paths matters."""
    try:
        if not project.changed(paths):
            return
        _clear()
        report(project)
    except CopycheckError as error:
        _clear()
        click.echo(f"copycheck: {visible(str(error))}", err=True)
    _say(project, quiet)


def _clear() -> None:
    if sys.stdout.isatty():
        click.echo(_CLEAR, nl=False)


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


def _say(project: WatchedProject, quiet: bool) -> None:
    if not quiet:
        files = "1 file" if project.size == 1 else f"{project.size} files"
        click.echo(f"Watching {files} … (Ctrl-C ends it)", err=True)
