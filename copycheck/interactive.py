"""`--fix --interactive`: the drifted copies one by one, each with its difference and a choice (contract 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from copycheck import api, trickle
from copycheck.errors import CopycheckError
from copycheck.listed import ListedCopy
from copycheck.model import Diagnostic, Identity, Result, Summary
from copycheck.render import Look, rendered
from copycheck.render.as_text import visible
from copycheck.settings import Settings

_CHOICES = {
    "f": "fix: write the expected text",
    "b": "break: remove the directive",
    "p": "promote: carry the edit back to the source",
    "i": "ignore: leave the members that differ out",
    "s": "skip",
    "q": "quit",
    "?": "say what these do",
}


def walk_through(paths: Sequence[str], settings: Settings, only: Sequence[str], look: Look) -> int:
    """Ask for each drifted copy what is to be done, and do it at once; the exit code.

    0 when nothing is left, 1 when something was skipped or the walk was ended early.
    """
    skipped: set[Identity] = set()
    done = 0
    while True:
        drifted = [copy for copy in _drifted(paths, settings, only) if copy.identity not in skipped]
        if not drifted:
            break
        copy = drifted[0]
        click.echo(rendered("full", _shown(copy), Look(look.color, quiet=True)), nl=False)
        choice = _ask(len(drifted))
        if choice == "q":
            break
        if choice == "s" or not _do(choice, copy, settings):
            skipped.add(copy.identity)
        else:
            done += 1
    left = len(_drifted(paths, settings, only))
    click.echo(f"{done} settled, {left} left.")
    return 1 if left else 0


def _drifted(paths: Sequence[str], settings: Settings, only: Sequence[str]) -> list[ListedCopy]:
    """The copies to be asked about, sources before their copies."""
    copies = [copy for copy in api.list_copies(paths, settings, cache=True) if _drift(copy) is not None]
    if only:
        from copycheck.impact import copies_in

        below = {copy.identity for copy in copies_in(api.impact(only, settings=settings, cache=True))}
        copies = [copy for copy in copies if copy.identity in below]
    waiting = {copy.identity: _sources_among(copy, copies) for copy in copies}
    ordered: list[ListedCopy] = []
    while copies:
        ready = [copy for copy in copies if waiting[copy.identity] <= {other.identity for other in ordered}] or copies[
            :1
        ]
        ordered += ready
        copies = [copy for copy in copies if copy not in ready]
    return ordered


def _sources_among(copy: ListedCopy, copies: Sequence[ListedCopy]) -> set[Identity]:
    return {
        other.identity
        for other in copies
        if other is not copy and any(read.overlaps(written) for read in copy.reads for written in other.writes)
    }


def _drift(copy: ListedCopy) -> Diagnostic | None:
    return next((f for f in copy.findings if f.code == "CPY201" and f.code not in copy.ignored | copy.known), None)


def _shown(copy: ListedCopy) -> Result:
    drift = _drift(copy)
    assert drift is not None, "only drifted copies are shown"
    return Result((replace(drift, help=None),), Summary())


def _ask(left: int) -> str:
    while True:
        words = "fix, break, promote, ignore member, skip, quit"
        choice = click.prompt(
            f"[{left} left] {words}", default="s", show_default=False, prompt_suffix=" [f,b,p,i,s,q,?] "
        )
        choice = str(choice).strip().lower()[:1]
        if choice in _CHOICES and choice != "?":
            return choice
        click.echo("".join(f"  {key}  {what}\n" for key, what in _CHOICES.items()), nl=False)


def _do(choice: str, copy: ListedCopy, settings: Settings) -> bool:
    """Do what was chosen; whether it could be done."""
    place = f"{settings.root}/{copy.filename}:{copy.location.row}"
    try:
        if choice == "f":
            result = trickle.fix_copy(copy.identity, settings, cache=True)
        elif choice == "p":
            result = trickle.promote_copy(place, settings, cache=True)
        elif choice == "b":
            result = trickle.break_copy(place, settings, cache=True)
        else:
            result = trickle.ignore_differing(place, settings, cache=True)
    except CopycheckError as error:
        click.echo(f"copycheck: {visible(str(error))}")
        return False
    for line in (*result.errors, *(f"changed {patch.filename}" for patch in result.patches)):
        click.echo(visible(line))
    return bool(result.patches) and not result.errors
