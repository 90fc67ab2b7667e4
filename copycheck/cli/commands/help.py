"""`copycheck help [COMMAND]`: the same as `--help`, for whom it is a habit."""

from __future__ import annotations

import click

from copycheck.cli.command_options import CONTEXT
from copycheck.cli.registry import command_names, find_command


def _beginning(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The commands that a shell offers."""
    return [name for name in command_names() if name.startswith(incomplete)]


@click.command("help", context_settings=CONTEXT)
@click.argument("command", required=False, shell_complete=_beginning)
def COMMAND(command: str | None) -> int:  # noqa: N802
    """Print the help of copycheck, or of COMMAND."""
    from copycheck.cli.check_command import check

    found = find_command(command) if command else check
    if found is None:
        raise click.UsageError(f"there is no command `{command}`. The commands are {', '.join(command_names())}.")
    name = f"copycheck {command}" if command else "copycheck"
    with click.Context(found, info_name=name) as context:
        click.echo(found.get_help(context))
    return 0
