"""`copycheck list`: every directive and full copy, with its state (contract 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class ListOptions(ReportOptions):
    """The options of `list`."""

    paths: Sequence[str]
    states: Sequence[str]
    output_format: str


@click.command("list", context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(["in-sync", "drift", "external", "unchecked", "adapted"]),
    help="Copies in this state only; may be given several times.",
)
@format_option
@quiet_option
@project_options
@color_option
@takes(ListOptions)
def list_(options: ListOptions) -> int:
    """List every directive and full copy with its source, its replacements and its state.

    With PATHS, those whose copy or source lies in one of them. Copies that were broken on purpose
    (`# Adapted from x.y.Z: reason`) are listed too.
    """
    from copycheck import api
    from copycheck.output.copy_list import render_list, render_list_json

    settings = options.settings(options.paths)
    here = Here(settings, options.paths)
    with here.speaking():
        copies = list(api.list_copies(options.paths, settings, cache=not options.no_cache))
    if options.states:
        copies = [copy for copy in copies if copy.state in options.states]
    if options.output_format == "json":
        echo(render_list_json(copies))
    else:
        echo(render_list(here.copies(copies), options.look()))
    if not options.quiet:
        warn_of_nested(settings, here)
    return 0


COMMAND = list_
