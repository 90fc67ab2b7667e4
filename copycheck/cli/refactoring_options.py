"""What the commands that change code share: their options, and how they end (contract 11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from copycheck.cli.command_options import ProjectOptions
from copycheck.cli.printing import complain, echo_bytes, warn_of_nested
from copycheck.cli.working_directory import Here
from copycheck.model.result import Result
from copycheck.model.wording import plural
from copycheck.project.settings import Settings


@dataclass(frozen=True, kw_only=True)
class RefactoringOptions(ProjectOptions):
    """What each command takes that changes code: `project_options` and `diff_option`."""

    diff: bool


def finish(options: RefactoringOptions, typed: Sequence[str], change: Callable[[Settings], Result]) -> int:
    """Make a change, say which files it touches and what is left; the exit code is 1 where something is.

    `typed` are the names and places of the command line: an error about one of them keeps it as it was typed.
    """
    from copycheck.output import Look, rendered
    from copycheck.output.patch import render_patch
    from copycheck.output.report_parts import visible

    settings = options.settings()
    here = Here(settings, typed)
    with here.speaking():
        result = here.result(change(settings))
    if options.diff:
        echo_bytes(render_patch(here.patches(result.patches)))
    else:
        for note in result.notes:
            click.echo(visible(note))
        click.echo(f"{plural(len(result.patches), 'file')} changed")
    if result.diagnostics:
        click.echo(rendered("concise", result, Look(quiet=True)), nl=False, err=True)
    warn_of_nested(settings, here)
    for warning in result.warnings:
        complain(f"warning: {here.error(warning)}")
    for error in result.errors:
        complain(here.error(error))
    return 2 if result.failed else 1 if result.errors or result.diagnostics else 0
