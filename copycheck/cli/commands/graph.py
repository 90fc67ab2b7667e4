"""`copycheck graph`: a picture of all copies (contract 11)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from copycheck.cli.command_options import CONTEXT, ReportOptions, color_option, project_options, takes
from copycheck.cli.printing import echo, made_of, warn_of_nested
from copycheck.cli.working_directory import Here

if TYPE_CHECKING:
    from copycheck.output.report_parts import Look
    from copycheck.queries.copy_graph import CopyGraph


@dataclass(frozen=True, kw_only=True)
class GraphOptions(ReportOptions):
    """The options of `graph`."""

    what: str | None
    format_: str
    output_file: str | None


@click.command(
    context_settings=CONTEXT, short_help="Draw which object is copied from which, as text, dot, mermaid, json or html."
)
@click.argument("what", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "dot", "mermaid", "json", "html"]),
    default="text",
    show_default=True,
    help="html: one page that needs no network.",
)
@click.option("--output-file", "-o", type=click.Path(dir_okay=False), help="Write to a file instead of stdout.")
@project_options
@color_option
@takes(GraphOptions)
def graph(options: GraphOptions) -> int:
    """Draw which object is copied from which.

    With WHAT, a dotted name, a file, a folder or FILE:ROW: what that copies, and what copies it, through chains.
    """
    from copycheck import api
    from copycheck.output.report_parts import Look, colored
    from copycheck.queries.command_targets import objects_of
    from copycheck.queries.copy_graph import draw

    settings = options.settings()
    here = Here(settings, (options.what,) if options.what else ())
    with here.speaking():
        copies = list(api.list_copies((), settings, cache=not options.no_cache))
        picture = draw(copies)
        if options.what is not None:
            from copycheck.caching.copy_index import CopyIndex
            from copycheck.project.workspace import Workspace

            objects = objects_of(options.what, settings, CopyIndex(copies), Workspace(settings.root))
            picture = picture.around([rows for _, rows in objects])
    picture = here.graph(picture) if options.format_ == "text" else picture
    warn_of_nested(settings, here)
    look = Look(colored(options.color) and options.output_file is None)
    text = _rendered(picture, options.format_, settings.root, look)
    if options.output_file is None:
        echo(text)
        return 0
    from copycheck.project.atomic_write import write_report

    write_report(options.output_file, text, settings)
    return 0


def _rendered(picture: CopyGraph, format_: str, root: str, look: Look) -> str:
    from copycheck.output import copy_graph_formats

    project = os.path.basename(root)
    if format_ == "text":
        return copy_graph_formats.render_tree(picture, look)
    if format_ == "dot":
        return copy_graph_formats.render_dot(picture)
    if format_ == "mermaid":
        return copy_graph_formats.render_mermaid(picture)
    if format_ == "json":
        return copy_graph_formats.render_document(picture, project)
    from copycheck.output.graph_page import page

    return page({**copy_graph_formats.as_document(picture, project), **made_of(root)})


COMMAND = graph
