"""The check: its options, and what each of them asks for (contract 8)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from copycheck import __version__
from copycheck.cli.command_options import (
    CONTEXT,
    CheckOptions,
    cache_dir_option,
    color_option,
    complete_rule,
    config_option,
    exit_code,
    takes,
)
from copycheck.cli.result_printing import report
from copycheck.cli.working_directory import Here
from copycheck.output import FORMATS

if TYPE_CHECKING:
    from copycheck.model.result import Result
    from copycheck.project.settings import Settings


_JOINT_FORMATS = ("sarif", "rdjson")
"""Formats whose fixes have the edits that they make when all of them are made together."""


class CheckCommand(click.Command):
    """The check, whose help ends with the commands beside it."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line for each other command."""
        from copycheck.cli.registry import all_commands

        with formatter.section("Other commands"):
            summaries = {name: command.get_short_help_str(limit=200) for name, command in all_commands().items()}
            formatter.write_dl([(f"copycheck {name}", summary) for name, summary in summaries.items()])


def _codes(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Rules may be given several times, and several at once with commas between them."""
    return tuple(code.strip() for entry in value for code in entry.split(",") if code.strip())


def _rules_option(name: str, help_: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, multiple=True, callback=_codes, shell_complete=complete_rule, metavar="RULES", help=help_)


@click.command("copycheck", cls=CheckCommand, context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--fix", is_flag=True, help="Write the expected text of drifted copies, and correct directives.")
@click.option("--diff", is_flag=True, help="Print what --fix would do as one patch, and write nothing.")
@click.option(
    "--only",
    multiple=True,
    metavar="SOURCE",
    help="Take only the copies of this object or file, through chains, or the one copy of this name or at FILE:ROW.",
)
@click.option("--interactive", is_flag=True, help="Ask for each drifted copy what to do: fix, promote, merge, break …")
@click.option("--show-fixes", is_flag=True, help="With --fix, list each thing that was fixed.")
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix, also fix copies that hold edits of their own, and follow objects that have moved.",
)
@_rules_option("--select", "Rules to turn on, and no others.")
@_rules_option("--ignore", "Rules to turn off.")
@_rules_option("--extend-select", "Rules to turn on besides.")
@_rules_option("--extend-ignore", "Rules to turn off besides.")
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default="full",
    show_default=True,
    help="How the findings are shown.",
)
@click.option(
    "--since",
    metavar="REV",
    help="Say which side of a drift has changed since this revision, in place of the last commit; `github` annotates "
    "the changed lines of sources.",
)
@click.option(
    "--group/--no-group",
    default=True,
    help="In `full`, show a difference that several copies of one source have once, or for each of them.",
)
@click.option("--output-file", "-o", type=click.Path(dir_okay=False), help="Write the report to a file.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 when something was fixed.")
@click.option(
    "--write-baseline", is_flag=True, help="Write all findings into the baseline: later runs do not report them."
)
@click.option("--no-baseline", is_flag=True, help="Report what the baseline lists as well, and let --fix fix it.")
@click.option(
    "--tracked",
    is_flag=True,
    help="Report copies whose source git does not track: a commit would have the copy alone. The hooks do so.",
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@cache_dir_option
@config_option
@click.option(
    "--stdin-filename",
    type=click.Path(dir_okay=False),
    help="Check the text on standard input for this file; with --fix or --diff, print it fixed.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--show-settings", is_flag=True, help="Print every setting and where it comes from, and do nothing else.")
@click.option("--show-files", is_flag=True, help="Print the files that are checked, and do nothing else.")
@click.option("--statistics", is_flag=True, help="Count the findings by rule instead of showing each.")
@click.option("-q", "--quiet", is_flag=True, help="Print the findings and nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is done, and how long it takes.")
@color_option
@click.version_option(__version__, prog_name="copycheck", message="%(prog)s %(version)s")
@takes(CheckOptions)
def check(options: CheckOptions) -> int:
    """Check every `# Copied from x.y.Z with A->B` whose copy or source lies in one of PATHS.

    Without PATHS the whole project is checked. Exit code 0: nothing to report; 1: findings; 2: wrong usage or
    configuration.
    """
    _refuse_mistyped_command(options.paths)
    settings = _settings(options)
    if "-" in options.paths or options.stdin_filename is not None:
        from copycheck.cli.stdin import check_stdin

        return check_stdin(settings, options)
    here = Here(settings, options.paths)
    with here.speaking():
        return _dispatch(settings, options, here)


def _dispatch(settings: Settings, options: CheckOptions, here: Here) -> int:
    """Do what the options ask for; the exit code."""
    if options.show_settings or options.show_files:
        from copycheck.cli import effective_settings

        if options.show_settings:
            return effective_settings.show_settings(settings, options)
        return effective_settings.show_files(settings, options.paths)
    if options.watch:
        return _watch(settings, options)
    if options.write_baseline:
        return _write_baseline(settings, options)
    if options.interactive:
        return _interactive(settings, options)
    return _run(settings, options, here)


def _refuse_mistyped_command(paths: Sequence[str]) -> None:
    """Raise UsageError where the first word is no path, and nearly a command."""
    if not paths or not paths[0].isalpha() or os.path.lexists(paths[0]):
        return
    from difflib import get_close_matches

    from copycheck.cli.registry import command_names

    near = get_close_matches(paths[0], command_names(), 1, 0.7)
    if near:
        raise click.UsageError(f"there is no command, file or folder `{paths[0]}`; did you mean `copycheck {near[0]}`?")


def _settings(options: CheckOptions) -> Settings:
    """The settings of a run, which --verbose prints. Raises ConfigError."""
    settings = options.settings()
    if options.verbose:
        click.echo(f"root: {settings.root}", err=True)
        click.echo(f"configuration: {settings.origin or 'none, the defaults'}", err=True)
        click.echo(f"rules: {', '.join(sorted(settings.codes))}", err=True)
    return settings


def _run(settings: Settings, options: CheckOptions, here: Here) -> int:
    """Check or fix once, and report; the exit code."""
    from copycheck import progress

    with progress.shown(not options.quiet):
        result = _result(settings, options)
    report(result, settings, options, here)
    return exit_code(result, options)


def _result(settings: Settings, options: CheckOptions) -> Result:
    from copycheck import api

    cache = not options.no_cache
    if options.fix or options.diff:
        write, unsafe = not options.diff, options.unsafe_fixes
        return api.fix_paths(options.paths, settings, write=write, only=options.only, unsafe=unsafe, cache=cache)
    joint = options.output_format in _JOINT_FORMATS
    return api.check_paths(options.paths, settings, cache=cache, only=options.only, joint=joint)


def _write_baseline(settings: Settings, options: CheckOptions) -> int:
    from copycheck import api, progress

    if options.fix or options.diff or options.no_baseline:
        raise click.UsageError("--write-baseline cannot be used with --fix, --diff or --no-baseline")
    with progress.shown(not options.quiet):
        name, count, warning = api.write_baseline(options.paths, settings)
        name = Here(settings).path(name)
    if not options.quiet:
        findings = "1 finding" if count == 1 else f"{count} findings"
        click.echo(f"Wrote {findings} into {name}: copycheck no longer reports them.", err=True)
    if warning:
        click.echo(f"warning: {warning}", err=True)
    return 0


def _interactive(settings: Settings, options: CheckOptions) -> int:
    from copycheck.cli.interactive import walk_through
    from copycheck.output.report_parts import Look, colored

    if not options.fix or options.diff:
        raise click.UsageError("--interactive needs --fix, and cannot be used with --diff")
    if options.output_format != "full":
        raise click.UsageError("--interactive cannot be used with --output-format")
    look = Look(colored(options.color))
    return walk_through(options.paths, settings, options.only, look, cache=not options.no_cache)


def _watch(settings: Settings, options: CheckOptions) -> int:
    from copycheck import api, progress
    from copycheck.cli.watch import watch
    from copycheck.model.errors import CopycheckError

    asked = {
        "fix": options.fix,
        "diff": options.diff,
        "write-baseline": options.write_baseline,
        "interactive": options.interactive,
    }
    for other in (name for name, is_asked in asked.items() if is_asked):
        # Whoever edits a copy and saves it would lose the edit at once: fix takes the side of the source.
        raise click.UsageError(f"--watch cannot be used with --{other}: run `copycheck --{other}` in another terminal")
    _, problems = api.select(settings, options.paths)
    if problems:
        raise CopycheckError("; ".join(problems))
    given = iter([settings])

    def check() -> api.WatchedProject:
        joint, cache = options.output_format in _JOINT_FORMATS, not options.no_cache
        with progress.shown(not options.quiet):
            return api.WatchedProject(
                lambda: next(given, None) or _settings(options),
                options.paths,
                only=options.only,
                joint=joint,
                cache=cache,
            )

    def print_result(project: api.WatchedProject) -> None:
        with progress.shown(not options.quiet):
            result = project.result()
        report(result, project.settings, options, Here(project.settings, options.paths))

    return watch(settings.root, check, print_result, options.quiet)
