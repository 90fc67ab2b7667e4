"""`suggest --interactive`: the groups one by one, each with a choice (contract 14)."""

from __future__ import annotations

from collections.abc import Sequence

import click

from copycheck.api.unmarked_copies import suggest, write_suggestions
from copycheck.cli.letter_prompt import ask
from copycheck.cli.working_directory import Here
from copycheck.model.errors import CopycheckError
from copycheck.model.suggested_groups import SuggestedCopy, SuggestedGroup, Suggestions
from copycheck.model.wording import plural
from copycheck.output.report_parts import Look, visible
from copycheck.output.suggestion_list import render_suggestions
from copycheck.project.settings import Settings

_CHOICES = {
    "w": "write: mark the equal copies of this group",
    "a": "all: mark the diverged copies too, for `copycheck --fix` to bring in line",
    "s": "skip",
    "q": "quit",
    "?": "say what these do",
}


def walk_through(paths: Sequence[str], settings: Settings, since: str | None, look: Look, cache: bool = True) -> int:
    """Ask for each group, and write at once what was chosen; the exit code: 1 where something was skipped.

    The rows of what comes later have moved once something is written, so the search is made anew then.
    """
    skipped: set[tuple[str, str]] = set()
    here, done = Here(settings, paths), 0
    found = suggest(paths, settings, since, cache=cache)
    while True:
        left = [group for group in found.groups if _names(group) - skipped and not _is_file(group)]
        if not left:
            break
        group = left[0]
        shown = here.suggestions(Suggestions((group,)))
        click.echo(render_suggestions(shown, look._replace(quiet=True)), nl=False)
        choice = ask(f"[{plural(len(left), 'group')} left] write, all, skip, quit", _CHOICES)
        if choice == "q":
            break
        copies = [copy for copy in group.copies if copy.state == "equal" or choice == "a"]
        if choice == "s" or not copies or not _write(copies, settings, here, cache):
            skipped |= _names(group)
            continue
        done += len(copies)
        skipped |= _names(group)
        found = suggest(paths, settings, since, cache=cache)
    click.echo(f"{plural(done, 'directive')} written, {plural(len(left), 'group')} left.")
    return 1 if left else 0


def _names(group: SuggestedGroup) -> set[tuple[str, str]]:
    return {(copy.filename, copy.name) for copy in group.copies}


def _is_file(group: SuggestedGroup) -> bool:
    return all(copy.is_file for copy in group.copies)


def _write(copies: Sequence[SuggestedCopy], settings: Settings, here: Here, cache: bool) -> bool:
    try:
        patches = write_suggestions(copies, settings, cache=cache)
    except CopycheckError as error:
        click.echo(f"copycheck: {visible(here.text(str(error)))}")
        return False
    for patch in patches:
        click.echo(visible(f"changed {here.path(patch.filename)}"))
    return True
