"""`copycheck mv`: rewrite every directive that names an object (contract 11)."""

from __future__ import annotations

from dataclasses import dataclass

import click

from copycheck.cli.options import CONTEXT, diff_option, project_options, takes
from copycheck.cli.refactoring import RefactoringOptions, finish


@dataclass(frozen=True, kw_only=True)
class MoveOptions(RefactoringOptions):
    """The options of `mv`."""

    old: str
    new: str


@click.command(context_settings=CONTEXT)
@click.argument("old")
@click.argument("new")
@diff_option
@project_options
@takes(MoveOptions)
def mv(options: MoveOptions) -> int:
    """Rewrite every directive that names OLD, an object or a module, to name NEW.

    What does not stand under NEW stays named as it is.
    """
    from copycheck import api

    old, new = options.old, options.new
    return finish(
        options,
        (old, new),
        lambda settings: api.move(old, new, settings, write=not options.diff, cache=not options.no_cache),
    )


COMMAND = mv
