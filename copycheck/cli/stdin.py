"""`--stdin-filename`: the text on standard input is checked, or printed fixed (contract 8)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from copycheck.cli.command_options import exit_code
from copycheck.cli.printing import echo_bytes
from copycheck.cli.result_printing import report
from copycheck.cli.working_directory import Here

if TYPE_CHECKING:
    from copycheck.cli.command_options import CheckOptions
    from copycheck.project.settings import Settings


def check_stdin(settings: Settings, options: CheckOptions) -> int:
    """Read the text, check or fix it, and report; the exit code. With --fix, the text is on stdout, all else on stderr.

    Raises CopycheckError for a file outside of the project.
    """
    from copycheck.api import check_text

    path = _path_of(options)
    here = Here(settings, (path,))
    text = sys.stdin.buffer.read()
    fix = options.fix or options.diff
    with here.speaking():
        result = check_text(path, text, settings, cache=not options.no_cache, fix=fix, unsafe=options.unsafe_fixes)
        if options.fix and not options.diff:
            echo_bytes(result.patches[0].after if result.patches else text)
        report(result, settings, options, here)
    return exit_code(result, options)


def _path_of(options: CheckOptions) -> str:
    """The file that the text is for. Raises UsageError for options that go with files on disk only."""
    if options.stdin_filename is None:
        raise click.UsageError("`-` is standard input: say with --stdin-filename which file the text is for")
    if options.paths not in ((), ("-",)):
        raise click.UsageError("with --stdin-filename, `-` is the only path")
    asked = {
        "--interactive": options.interactive,
        "--only": bool(options.only),
        "--show-files": options.show_files,
        "--show-settings": options.show_settings,
        "--watch": options.watch,
        "--write-baseline": options.write_baseline,
    }
    for other in (name for name, is_asked in asked.items() if is_asked):
        raise click.UsageError(f"{other} cannot be used with --stdin-filename")
    return options.stdin_filename
