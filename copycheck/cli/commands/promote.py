"""`copycheck promote`: carry the edit of a copy back to its source (contract 11)."""

from __future__ import annotations

from dataclasses import dataclass

import click

from copycheck.cli.command_options import CONTEXT, diff_option, project_options, takes
from copycheck.cli.refactoring_options import RefactoringOptions, finish


@dataclass(frozen=True, kw_only=True)
class PromoteOptions(RefactoringOptions):
    """The options of `promote`."""

    place: str
    no_trickle: bool


@click.command(context_settings=CONTEXT)
@click.argument("place", metavar="COPY")
@click.option("--no-trickle", is_flag=True, help="Change the source only, and leave its other copies as they are.")
@diff_option
@project_options
@takes(PromoteOptions)
def promote(options: PromoteOptions) -> int:
    """Write the edit of a copy into its source, and into the source's other copies.

    COPY is FILE:ROW of a directive, or the dotted name of a copy. The replacements are read backwards on the changed
    lines. What comes out is taken only when the directive makes exactly the edited copy of it. Copies that had drifted
    before are left as they are.
    """
    from copycheck import api

    return finish(
        options,
        (options.place,),
        lambda settings: api.promote_copy(
            options.place,
            settings,
            write=not options.diff,
            trickle=not options.no_trickle,
            cache=not options.no_cache,
        ),
    )


COMMAND = promote
