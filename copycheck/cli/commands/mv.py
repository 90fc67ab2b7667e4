"""`copycheck mv`: rewrite all that names an object, a module or a file that was moved (contract 11)."""

from __future__ import annotations

from dataclasses import dataclass

import click

from copycheck.cli.command_options import CONTEXT, diff_option, project_options, takes
from copycheck.cli.refactoring_options import RefactoringOptions, finish


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

    OLD and NEW are dotted names, or paths of files and folders. The entries of `full-copies` with such a file are
    rewritten too. Move the code first: what is not there under NEW stays named as it is.
    """
    from copycheck import api

    old, new = options.old, options.new
    return finish(
        options,
        (old, new),
        lambda settings: api.move(old, new, settings, write=not options.diff, cache=not options.no_cache),
    )


COMMAND = mv
