"""`copycheck impact`: which copies a change touches (contract 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from copycheck.cli.command_options import (
    CONTEXT,
    ReportOptions,
    color_option,
    format_option,
    project_options,
    quiet_option,
    takes,
)
from copycheck.cli.printing import echo, warn_of_nested
from copycheck.cli.working_directory import Here

if TYPE_CHECKING:
    from copycheck.model.copy_entry import ListedCopy


@dataclass(frozen=True, kw_only=True)
class ImpactOptions(ReportOptions):
    """The options of `impact`."""

    what: Sequence[str]
    since: str | None
    check: bool
    output_format: str


@click.command(context_settings=CONTEXT)
@click.argument("what", nargs=-1)
@click.option("--since", metavar="REV", help="All objects that differ between a git revision and the working tree.")
@click.option("--check", is_flag=True, help="Exit with 1 when a copy among them is out of sync.")
@format_option
@quiet_option
@project_options
@color_option
@takes(ImpactOptions)
def impact(options: ImpactOptions) -> int:
    """Show which copies a change touches, through chains.

    WHAT is a dotted name, of a package too, a file, a folder, or FILE:ROW.
    """
    from copycheck import api
    from copycheck.output.impact_tree import render_impacts, render_impacts_json
    from copycheck.queries.impact import copies_in

    if not options.what and options.since is None:
        raise click.UsageError("name an object, a file or FILE:ROW, or give --since REV")
    settings = options.settings()
    here = Here(settings, options.what)
    with here.speaking():
        found = api.impact(options.what, options.since, settings, cache=not options.no_cache)
    if options.output_format == "json":
        echo(render_impacts_json(found))
    else:
        echo(render_impacts(here.impacts(found), options.look()))
    if not options.quiet:
        warn_of_nested(settings, here)
    return 1 if options.check and _fails(options, copies_in(found)) else 0


def _fails(options: ImpactOptions, copies: Sequence[ListedCopy]) -> bool:
    """Whether a copy is out of sync: a change may take one that the baseline lists further away (contract 11.2)."""
    if options.since is not None:
        return any(copy.is_open_or_known for copy in copies)
    return any(copy.is_open for copy in copies)


COMMAND = impact
