"""What a check or a fix prints: its findings, its patch, warnings and errors (contract 8)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from copycheck.cli.printing import complain, echo_bytes
from copycheck.output import FOR_PEOPLE
from copycheck.project.git_folder import is_below_repository

if TYPE_CHECKING:
    from copycheck.cli.command_options import CheckOptions
    from copycheck.cli.working_directory import Here
    from copycheck.model.result import Result
    from copycheck.output import Look
    from copycheck.project.settings import Settings

_SHORT = ("concise", "grouped")
"""Formats that show no help."""
_MOST_OFFERS = 3
"""With more drifts than this in a report, no base of a merge is looked for: the history is long."""

_MOST_PATHS = 5
"""More paths than this are those of a tool that hands them over: nobody pastes them."""


def report(result: Result, settings: Settings, options: CheckOptions, here: Here) -> None:
    """Print the patch for --diff, else the findings, where the options want them; then warnings and errors."""
    if options.diff:
        _print_patch(result, here)
    else:
        _print_findings(_with_sides(result, settings, options), settings, options, here)
    for warning in result.warnings if not options.quiet else ():
        complain(f"warning: {here.error(warning)}")
    for error in result.errors:
        complain(here.error(error))


def _print_patch(result: Result, here: Here) -> None:
    from copycheck.output.patch import render_patch
    from copycheck.output.report_parts import summary_line

    echo_bytes(render_patch(here.patches(result.patches)))
    click.echo(summary_line(result.summary).replace(" fixed", " to be fixed"), err=True)


def _with_sides(result: Result, settings: Settings, options: CheckOptions) -> Result:
    """The result with help that says which side has changed, for the formats that show help.

    Git knows that of files, and not of a text on standard input.
    """
    is_short = options.output_format in _SHORT and options.since is None
    if is_short or options.stdin_filename is not None:
        return result
    from copycheck.queries.changed_side import with_sides

    result = with_sides(result, settings.root, options.since)
    if options.output_format != "full" or options.fix:
        return result
    drifts = sum(finding.code in ("CPY201", "CPY203") for finding in result.diagnostics)
    if not 0 < drifts <= _MOST_OFFERS or not is_below_repository(settings.root):
        return result
    from copycheck.upstream.merge_hint import with_offers

    return with_offers(result, settings)


def _print_findings(result: Result, settings: Settings, options: CheckOptions, here: Here) -> None:
    from copycheck.output import rendered

    result = here.result(result) if options.output_format in FOR_PEOPLE else result
    text = rendered(options.output_format, result, _look(settings, options))
    if options.output_file is not None:
        from copycheck.project.atomic_write import write_report

        write_report(options.output_file, text, settings)
        return
    if options.stdin_filename is not None and options.fix:  # stdout has the fixed text
        click.echo(text, err=True, nl=False)
        return
    echo_bytes(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))


def _look(settings: Settings, options: CheckOptions) -> Look:
    from copycheck.output import Look
    from copycheck.output.report_parts import colored

    to_file = options.output_file is not None
    color = colored(options.color) and not to_file
    return Look(
        color,
        options.quiet,
        options.statistics,
        links=color and sys.stdout.isatty(),
        ascii=not to_file and not _draws_lines(),
        root=settings.root,
        selection=_selection(options),
        width=0 if to_file else terminal_width(),
        group=options.group,
        fixes=options.show_fixes,
    )


def _selection(options: CheckOptions) -> str:
    """The words of the command line that chose what was checked, for the commands that a report suggests."""
    if options.stdin_filename is not None or "-" in options.paths or len(options.paths) > _MOST_PATHS:
        return ""
    import shlex

    return " ".join([*(f"--only {shlex.quote(name)}" for name in options.only), *map(shlex.quote, options.paths)])


def terminal_width() -> int:
    """The columns of the terminal at stdout; 0 where there is none."""
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def _draws_lines() -> bool:
    """Whether stdout's encoding has the characters of a frame."""
    try:
        "│┌├┆".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
