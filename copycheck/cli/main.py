"""The command line: parse, call the API, render, exit (contract 8)."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from copycheck import __version__
from copycheck.cli.here import Here
from copycheck.cli.registry import COMMANDS, CONTEXT, cache_dir_option, command_of, complete_rule, config_option
from copycheck.output import FOR_PEOPLE, FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from copycheck.model.result import Result
    from copycheck.project.settings import Settings


_OTHERS = "\b\nOther commands:\n" + "\n".join(f"  copycheck {name:8} {summary}" for name, summary in COMMANDS.items())


def _codes(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Rules may be given several times, and several at once with commas between them."""
    return tuple(code.strip() for entry in value for code in entry.split(",") if code.strip())


def _rules_option(name: str, help_: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, multiple=True, callback=_codes, shell_complete=complete_rule, metavar="RULES", help=help_)


@click.command("copycheck", context_settings=CONTEXT, epilog=_OTHERS)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--fix", is_flag=True, help="Write the expected text of drifted copies, and mend directives.")
@click.option("--diff", is_flag=True, help="Print what --fix would do as one patch, and write nothing.")
@click.option("--only", multiple=True, metavar="SOURCE", help="Only the copies below this object, through chains.")
@click.option("--interactive", is_flag=True, help="Ask for each drifted copy whether to fix or break it.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix, follow objects that have moved as well.")
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
@click.option("--output-file", "-o", type=click.Path(dir_okay=False), help="Write the report to a file.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 when something was fixed.")
@click.option(
    "--write-baseline", is_flag=True, help="Write all findings into the baseline: from then on they are known."
)
@click.option("--no-baseline", is_flag=True, help="Report known findings as well, and let --fix mend them.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@cache_dir_option
@config_option
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--show-settings", is_flag=True, help="Print every setting and where it comes from, and do nothing else.")
@click.option("--show-files", is_flag=True, help="Print the files that are checked, and do nothing else.")
@click.option("--statistics", is_flag=True, help="Count the findings by rule instead of showing each.")
@click.option("-q", "--quiet", is_flag=True, help="Print the findings and nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is done, and how long it takes.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colors: by default for a terminal, unless NO_COLOR is set.",
)
@click.version_option(__version__, prog_name="copycheck", message="%(prog)s %(version)s")
def check(**options: Any) -> int:
    """Check every `# Copied from x.y.Z with A->B` whose copy or source lies in one of PATHS.

    Without PATHS the whole project is checked. Exit code 0: nothing to report; 1: findings; 2: wrong usage or
    configuration.
    """
    settings = _settings(options)
    here = Here(settings, options["paths"])
    with here.speaking():
        return _dispatch(settings, options, here)


def _dispatch(settings: Settings, options: dict[str, Any], here: Here) -> int:
    """Do what the options ask for; the exit code."""
    paths = options["paths"]
    if options["show_settings"] or options["show_files"]:
        from copycheck.cli import show

        return show.show_settings(settings, options) if options["show_settings"] else show.show_files(settings, paths)
    if options["watch"]:
        return _watch(settings, options)
    if options["write_baseline"]:
        return _write_baseline(settings, options)
    if options["interactive"]:
        return _interactive(settings, options)
    return _run(settings, options, here)


def _run(settings: Settings, options: dict[str, Any], here: Here) -> int:
    """Check or fix once, and report."""
    from copycheck import api, progress

    paths = options["paths"]
    with progress.shown(not options["quiet"]):
        if options["fix"] or options["diff"]:
            result = api.fix_paths(
                paths,
                settings,
                write=not options["diff"],
                only=options["only"],
                unsafe=options["unsafe_fixes"],
                cache=not options["no_cache"],
            )
        else:
            joint = options["output_format"] == "sarif"
            result = api.check_paths(paths, settings, cache=not options["no_cache"], only=options["only"], joint=joint)
    if options["diff"]:
        _print_patch(result)
    else:
        _print(_with_sides(result, settings, options), settings, options, here)
    for warning in result.warnings if not options["quiet"] else ():
        _complain(f"warning: {here.error(warning)}")
    for error in result.errors:
        _complain(here.error(error))
    return _exit_code(result, options)


def _with_sides(result: Result, settings: Settings, options: dict[str, Any]) -> Result:
    """The result with help that says which side has changed, for the formats that show help."""
    from copycheck.queries.blame import with_sides

    return with_sides(result, settings.root) if options["output_format"] not in ("concise", "grouped") else result


def _draws_lines() -> bool:
    """Whether stdout's encoding has the characters of a frame."""
    try:
        "│┌├┆".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _write_baseline(settings: Settings, options: dict[str, Any]) -> int:
    from copycheck import api, progress

    if options["fix"] or options["diff"] or options["no_baseline"]:
        raise click.UsageError("--write-baseline goes with none of --fix, --diff and --no-baseline")
    with progress.shown(not options["quiet"]):
        name, count = api.write_baseline(options["paths"], settings)
        name = Here(settings).path(name)
    if not options["quiet"]:
        findings = "1 finding" if count == 1 else f"{count} findings"
        click.echo(f"Wrote {findings} into {name}: from now on they are known, and do not fail.", err=True)
    return 0


def _interactive(settings: Settings, options: dict[str, Any]) -> int:
    from copycheck.cli.interactive import walk_through
    from copycheck.output.text import Look, colored

    if not options["fix"] or options["diff"]:
        raise click.UsageError("--interactive goes with --fix, and without --diff")
    if options["output_format"] != "full":
        raise click.UsageError("--interactive asks in a terminal: it takes no --output-format")
    look = Look(colored(options["color"]))
    return walk_through(options["paths"], settings, options["only"], look, cache=not options["no_cache"])


def _watch(settings: Settings, options: dict[str, Any]) -> int:
    from copycheck import api
    from copycheck.cli.watch import watch
    from copycheck.model.errors import CopycheckError

    for other in ("fix", "diff", "write-baseline", "interactive"):
        if options[other.replace("-", "_")]:
            # Whoever edits a copy and saves it would lose the edit at once: fix takes the side of the source.
            raise click.UsageError(f"--watch does not go with --{other}: run copycheck --{other} beside it")
    _, problems = api.select(settings, options["paths"])
    if problems:
        raise CopycheckError("; ".join(problems))

    def check() -> Settings:
        current = _settings(options)
        _run(current, options, Here(current, options["paths"]))
        return current

    return watch(settings, check, options["quiet"])


def _settings(options: dict[str, Any]) -> Settings:
    from copycheck.project.config import load

    settings = load(options["paths"], options["config"])
    settings = settings.with_codes(
        options["select"] or None, (*options["ignore"], *options["extend_ignore"]), options["extend_select"]
    )
    settings = settings.with_cache_dir(options["cache_dir"])
    if options["no_baseline"]:
        settings = settings.without_baseline()
    if options["verbose"]:
        click.echo(f"root: {settings.root}", err=True)
        click.echo(f"configuration: {settings.origin or 'none, the defaults'}", err=True)
        click.echo(f"rules: {', '.join(sorted(settings.codes))}", err=True)
    return settings


def _print(result: Result, settings: Settings, options: dict[str, Any], here: Here) -> None:
    from copycheck.output import Look, rendered
    from copycheck.output.text import colored

    to_file = options["output_file"] is not None
    color = colored(options["color"]) and not to_file
    look = Look(
        color,
        options["quiet"],
        options["statistics"],
        links=color and sys.stdout.isatty(),
        ascii=not to_file and not _draws_lines(),
        root=settings.root,
        folder=here.folder,
    )
    result = here.result(result) if options["output_format"] in FOR_PEOPLE else result
    text = rendered(options["output_format"], result, look)
    if to_file:
        from copycheck.project.atomic_write import write_report

        write_report(options["output_file"], text, settings)
        return
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
    sys.stdout.flush()


def _print_patch(result: Result) -> None:
    from copycheck.output.patch import render_patch
    from copycheck.output.text import summary_line

    sys.stdout.buffer.write(render_patch(result.patches))
    sys.stdout.flush()
    click.echo(summary_line(result.summary).replace(" fixed", " to be fixed"), err=True)


def _exit_code(result: Result, options: dict[str, Any]) -> int:
    if result.failed:
        return 2
    if options["exit_zero"]:
        return 0
    fixed = bool(result.patches) and (options["diff"] or options["exit_non_zero_on_fix"])
    return 1 if result.diagnostics or fixed else 0


def _complain(message: str) -> None:
    from copycheck.output.text import visible

    click.echo(f"copycheck: {visible(message)}", err=True)


def _program_name(command: click.Command) -> str:
    return f"copycheck {command.name}" if command.name in COMMANDS else "copycheck"


def main() -> None:
    """The console script; never ends in a traceback, but for --verbose."""
    from copycheck.model.errors import CopycheckError

    command, arguments = check, sys.argv[1:]
    if os.environ.get("_COPYCHECK_COMPLETE"):
        from copycheck.cli.completion import Completed

        command = Completed(check)
    elif arguments and arguments[0] in COMMANDS:
        command, arguments = command_of(arguments[0]), arguments[1:]
    try:
        code = command.main(arguments, prog_name=_program_name(command), standalone_mode=False)
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except click.UsageError as error:
        _complain(f"{error.format_message()} (see {_program_name(command)} --help)")
        code = 2
    except CopycheckError as error:
        _complain(str(error))
        code = 2
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted; every file is whole")
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:
        if "--verbose" in sys.argv or "-v" in sys.argv:
            raise
        _complain(f"internal error: {type(error).__name__}: {error} (--verbose shows where; please report it)")
        code = 2
    sys.stdout.flush()
    sys.exit(code)
