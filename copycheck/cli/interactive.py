"""`--fix --interactive`: the drifted copies one by one, each with its difference and a choice (contract 11)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import click

from copycheck import api
from copycheck.cli.letter_prompt import ask
from copycheck.cli.working_directory import Here
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Result, Summary
from copycheck.output import Look, rendered
from copycheck.output.report_parts import visible
from copycheck.project.settings import Settings

_CHOICES = {
    "f": "fix: write the expected text",
    "b": "break: remove the directive",
    "p": "promote: write the edit into the source and its other copies",
    "m": "merge: bring in what the source changed, and keep the copy's own edits",
    "i": "ignore: leave the members that differ out",
    "s": "skip",
    "q": "quit",
    "?": "say what these do",
}

_OF_FILES = ("f", "b", "m", "s", "q", "?")
"""What can be done about a full copy."""


def walk_through(paths: Sequence[str], settings: Settings, only: Sequence[str], look: Look, cache: bool = True) -> int:
    """Ask for each drifted copy what is to be done, and do it at once; the exit code.

    0 when nothing is left, 1 when something was skipped or the walk was ended early. Raises CopycheckError for a path
    or a source that is not there.
    """
    skipped: set[Identity] = set()
    done = 0
    while True:
        drifted = [copy for copy in _drifted(paths, settings, only, cache) if copy.identity not in skipped]
        if not drifted:
            break
        copy = drifted[0]
        click.echo(rendered("full", Here(settings).result(_shown(copy)), look._replace(quiet=True)), nl=False)
        choice = _asked(copy, len(drifted))
        if choice == "q":
            break
        if choice == "s" or not _do(choice, copy, settings, cache):
            skipped.add(copy.identity)
        else:
            done += 1
            settings = _without(settings, copy) if choice == "b" else settings
            skipped |= {copy.identity} if choice == "m" else set()  # its own edits are still there
    left = len(_drifted(paths, settings, only, cache))
    click.echo(f"{done} settled, {left} left.")
    return 1 if left else 0


def _without(settings: Settings, broken: ListedCopy) -> Settings:
    """The settings as the configuration says them once a copy was broken."""
    if not broken.is_full:
        return settings
    left = (entry for entry in settings.full_copies if os.path.normpath(entry.copy) != broken.filename)
    return settings._replace(full_copies=tuple(left))


def _asked(copy: ListedCopy, left: int) -> str:
    if copy.is_full:
        choices = {key: _CHOICES[key] for key in _OF_FILES}
        choices["b"] = "break: remove the entry in `full-copies`"
        return ask(f"[{left} left] fix, break, merge, skip, quit", choices)
    return ask(f"[{left} left] fix, break, promote, merge, ignore member, skip, quit", _CHOICES)


def _drifted(paths: Sequence[str], settings: Settings, only: Sequence[str], cache: bool) -> list[ListedCopy]:
    """The copies to be asked about, sources before their copies."""
    copies = [copy for copy in api.list_copies(paths, settings, cache=cache) if _drift(copy) is not None]
    if only:
        below = api.copies_only(only, settings, cache=cache)
        copies = [copy for copy in copies if copy.identity in below]
    return list(_sources_first(copies))


def _sources_first(copies: Sequence[ListedCopy]) -> Iterator[ListedCopy]:
    """The copies, each behind those that its source lies in; of a circle the first one goes ahead."""
    waiting = list(copies)
    while waiting:
        ready = [copy for copy in waiting if not any(_feeds(other, copy) for other in waiting)] or waiting[:1]
        yield from ready
        waiting = [copy for copy in waiting if copy not in ready]


def _feeds(writer: ListedCopy, reader: ListedCopy) -> bool:
    """Whether the source of a copy lies in another one."""
    return writer is not reader and any(read.overlaps(row) for read in reader.reads for row in writer.writes)


def _drift(copy: ListedCopy) -> Diagnostic | None:
    told = copy.ignored | copy.known
    return next((f for f in copy.findings if f.code in ("CPY201", "CPY203") and f.code not in told), None)


def _shown(copy: ListedCopy) -> Result:
    drift = _drift(copy)
    assert drift is not None, "only drifted copies are shown"
    return Result((drift._replace(help=None),), Summary())


def _merged(place: str, settings: Settings, cache: bool) -> Result:
    """What a merge of one copy has changed, with what became of it as a note."""
    from copycheck.output.merge_list import render_merges

    done = api.merge_copies((place,), settings, cache=cache)
    lines = render_merges(done.copies, Look(quiet=True)).splitlines()
    return replace(done.result, notes=tuple(lines))


def _do(choice: str, copy: ListedCopy, settings: Settings, cache: bool) -> bool:
    """Do what was chosen; whether it could be done."""
    here = Here(settings)
    row = "" if copy.is_full else f":{copy.location.row}"
    place = f"{settings.root}/{copy.filename}{row}"
    try:
        if choice == "f":
            result = api.fix_copy(copy.identity, settings, cache=cache)
        elif choice == "p":
            result = api.promote_copy(place, settings, cache=cache)
        elif choice == "m":
            result = _merged(place, settings, cache)
        elif choice == "b":
            result = api.break_copy(place, settings, cache=cache)
        else:
            result = api.ignore_differing(place, settings, cache=cache)
    except CopycheckError as error:
        click.echo(f"copycheck: {visible(here.text(str(error)))}")
        return False
    changed = [f"changed {here.path(patch.filename)}" for patch in result.patches]
    for line in (*result.notes, *map(here.text, result.errors), *changed):
        click.echo(visible(line))
    return bool(result.patches) and not result.errors
