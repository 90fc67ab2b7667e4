"""`copycheck break`: break a copy on purpose (contract 11)."""

from __future__ import annotations

from dataclasses import dataclass

import click

from copycheck.cli.command_options import CONTEXT, diff_option, project_options, takes
from copycheck.cli.refactoring_options import RefactoringOptions, finish


@dataclass(frozen=True, kw_only=True)
class BreakOptions(RefactoringOptions):
    """The options of `break`."""

    place: str
    reason: str | None
    member: str | None


@click.command("break", context_settings=CONTEXT)
@click.argument("place", metavar="PLACE")
@click.option(
    "--reason",
    metavar="TEXT",
    help="Put `# Adapted from x.y.Z: TEXT` in its place; of a full copy, `adapted = TEXT` in its entry.",
)
@click.option("--member", metavar="NAME", help="Put `# Ignore copy` at this member instead, and keep the directive.")
@diff_option
@project_options
@takes(BreakOptions)
def break_(options: BreakOptions) -> int:
    """Break a copy on purpose: remove its directive, or say why in its place with --reason.

    PLACE is FILE:ROW of a directive, the dotted name of a copy, or FILE for a full copy, whose entry in `full-copies`
    is removed. Copies of the copy keep working.
    """
    from copycheck import api

    if options.reason is not None and options.member is not None:
        raise click.UsageError("--reason cannot be used with --member")
    return finish(
        options,
        (options.place,),
        lambda settings: api.break_copy(
            options.place,
            settings,
            write=not options.diff,
            reason=options.reason,
            member=options.member,
            cache=not options.no_cache,
        ),
    )


COMMAND = break_
