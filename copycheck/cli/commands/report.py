"""`copycheck report`: how many copies there are, which have drifted, and since when (contract 11)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from copycheck.cli.command_options import CONTEXT, ProjectOptions, project_options, takes
from copycheck.cli.printing import echo, made_of
from copycheck.cli.working_directory import Here

if TYPE_CHECKING:
    from copycheck.project.settings import Settings
    from copycheck.queries.drift_report import DriftReport


@dataclass(frozen=True, kw_only=True)
class ReportCommandOptions(ProjectOptions):
    """The options of `report`."""

    paths: Sequence[str]
    format_: str
    output_file: str | None


@click.command(
    context_settings=CONTEXT, short_help="Count the copies by package and source, and show the drifted ones by age."
)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "html", "json"]),
    default="text",
    show_default=True,
    help="html: one page that needs no network.",
)
@click.option("--output-file", "-o", type=click.Path(dir_okay=False), help="Write to a file instead of stdout.")
@project_options
@takes(ReportCommandOptions)
def report(options: ReportCommandOptions) -> int:
    """Report how many copies there are in PATHS, or in the whole project, and since when the drifted ones differ.

    git says who changed the lines that differ last. The exit code is 0, whatever has drifted.
    """
    from copycheck import api
    from copycheck.queries.drift_report import drift_report

    settings = options.settings(options.paths)
    here = Here(settings, options.paths)
    with here.speaking():
        copies = list(api.list_copies(options.paths, settings, cache=not options.no_cache))
        found = drift_report(copies, settings.root)
    text = _rendered(found, options.format_, settings)
    if options.output_file is None:
        echo(text)
        return 0
    from copycheck.project.atomic_write import write_report

    write_report(options.output_file, text, settings)
    return 0


def _rendered(found: DriftReport, format_: str, settings: Settings) -> str:
    from copycheck.output import drift_report_formats as output

    project = os.path.basename(settings.root) or settings.root
    if format_ == "text":
        return output.render_text(found)
    if format_ == "markdown":
        return output.render_markdown(found, project)
    document = output.as_document(found, project, **made_of(settings.root))
    if format_ == "json":
        return output.render_document(document)
    from copycheck.output.report_page import page

    return page(document)


COMMAND = report
