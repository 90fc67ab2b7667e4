"""`copycheck merge`: what changed in a source comes into a copy with edits of its own (contract 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from copycheck.cli.command_options import (
    CONTEXT,
    ReportOptions,
    color_option,
    diff_option,
    project_options,
    quiet_option,
    takes,
)
from copycheck.cli.printing import complain, echo, echo_bytes, warn_of_nested
from copycheck.cli.working_directory import Here
from copycheck.model.wording import plural


@dataclass(frozen=True, kw_only=True)
class MergeOptions(ReportOptions):
    """The options of `merge`."""

    what: Sequence[str]
    conflicts: bool
    diff: bool


@click.command(context_settings=CONTEXT)
@click.argument("what", nargs=-1, metavar="[COPIES | PATHS]...")
@click.option("--conflicts", is_flag=True, help="Write git's conflict markers where both sides changed the same.")
@diff_option
@quiet_option
@project_options
@color_option
@takes(MergeOptions)
def merge(options: MergeOptions) -> int:
    """Merge what changed in the sources of drifted copies into them, and keep the copies' own edits.

    The base is the source at the last commit at which the two were in sync, as git knows it. COPIES are places,
    FILE:ROW, or dotted names. Without them or PATHS, all copies of the project that have drifted. Exit code 1: a copy
    was left alone, and a line says why.
    """
    from copycheck import api
    from copycheck.output.merge_list import render_merges
    from copycheck.output.patch import render_patch
    from copycheck.output.report_parts import Look

    settings = options.settings()
    here = Here(settings, options.what)
    with here.speaking():
        done = api.merge_copies(
            options.what,
            settings,
            write=not options.diff,
            conflicts=options.conflicts,
            cache=not options.no_cache,
        )
    copies = [copy._replace(filename=here.path(copy.filename), reason=here.text(copy.reason)) for copy in done.copies]
    settle = "" if options.conflicts else "copycheck merge"
    if options.diff:
        echo_bytes(render_patch(here.patches(done.result.patches)))
        click.echo(render_merges(copies, Look(quiet=options.quiet), settle), nl=False, err=True)
    else:
        echo(render_merges(copies, options.look(), settle))
        if not options.quiet:
            echo(f"{plural(len(done.result.patches), 'file')} changed\n")
    if not options.quiet:
        warn_of_nested(settings, here)
    for error in done.result.errors:
        complain(here.error(error))
    if done.result.failed:
        return 2
    return 0 if done.is_complete and not done.result.errors else 1


COMMAND = merge
