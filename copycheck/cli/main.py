"""The program: the command that the first word names, and how each way of ending ends (contract 8)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from copycheck.cli.check import check
from copycheck.cli.printing import complain
from copycheck.cli.registry import find_command
from copycheck.model.errors import CopycheckError

_HELP_ALONE: tuple[type[click.UsageError], ...] = tuple(
    getattr(click.exceptions, name) for name in ("NoArgsIsHelpError",) if hasattr(click.exceptions, name)
)
"""What click raises for a group of commands without one, from click 8.2 on: its message is the help."""


def main(serve: Callable[[], int] | None = None) -> None:
    """The console script; never ends in a traceback, but for --verbose.

    `serve` runs the language server, of which the command line knows no more.
    """
    command, arguments, name = _command(sys.argv[1:])
    try:
        code = command.main(arguments, prog_name=name, standalone_mode=False, obj=serve)
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except _HELP_ALONE as error:
        click.echo(error.format_message(), err=True)
        code = 2
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else name
        complain(f"{' '.join(error.format_message().split())} (see {asked} --help)")
        code = 2
    except CopycheckError as error:
        complain(str(error))
        code = 2
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted; every file is whole")
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:
        if "--verbose" in sys.argv or "-v" in sys.argv:
            raise
        complain(f"internal error: {type(error).__name__}: {error} (--verbose shows where; please report it)")
        code = 2
    sys.stdout.flush()
    sys.exit(code)


def _command(arguments: list[str]) -> tuple[click.Command, list[str], str]:
    """What the arguments ask for: the command, its own arguments, and its name for people."""
    if os.environ.get("_COPYCHECK_COMPLETE"):
        from copycheck.cli.completion import Completed

        return Completed(check), arguments, "copycheck"
    found = find_command(arguments[0]) if arguments else None
    if found is None:
        return check, arguments, "copycheck"
    return found, arguments[1:], f"copycheck {arguments[0]}"
