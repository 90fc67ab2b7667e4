"""The program: the command that the first word names, and how each way of ending ends (contract 8)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

from copycheck.cli.check_command import check
from copycheck.cli.printing import complain
from copycheck.cli.registry import find_command
from copycheck.model.errors import CopycheckError

_HELP_ALONE: tuple[type[click.UsageError], ...] = tuple(
    getattr(click.exceptions, name) for name in ("NoArgsIsHelpError",) if hasattr(click.exceptions, name)
)
"""What click raises for a group of commands without one, from click 8.2 on: its message is the help."""


class _Terminated(BaseException):
    """The process was asked to end: by CI, whose job takes too long, or by a terminal that is closed."""

    def __init__(self, number: int) -> None:
        """`number` is the signal."""
        self.number = number


def main(serve: Callable[[], int] | None = None) -> None:
    """The console script; never ends in a traceback, but for --verbose.

    `serve` runs the language server, of which the command line knows no more.
    """
    command, arguments, name = _command(sys.argv[1:])
    try:
        with _ended_by_termination():
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
    except _Terminated as ended:
        complain("terminated; every file is whole")
        code = 128 + ended.number
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
        from copycheck.cli.shell_completion import Completed

        return Completed(check), arguments, "copycheck"
    found = find_command(arguments[0]) if arguments else None
    if found is None:
        return check, arguments, "copycheck"
    return found, arguments[1:], f"copycheck {arguments[0]}"


@contextmanager
def _ended_by_termination() -> Iterator[None]:
    """Have SIGTERM and SIGHUP end what is done here as Ctrl-C does, so that nothing unfinished is left beside any file.

    Where somebody else handles or ignores them already, or outside of the main thread, they stay as they are.
    """
    handled = []
    try:
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _terminate)
                handled.append(number)
    except ValueError:
        pass  # another thread than the main one
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # `timeout` sends it twice, and what is unfinished has to be cleaned up
    raise _Terminated(number)
