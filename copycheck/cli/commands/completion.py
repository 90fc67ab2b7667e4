"""`copycheck completion SHELL`: the script that makes a shell complete."""

from __future__ import annotations

import click

from copycheck.cli.command_options import CONTEXT


@click.command("completion", context_settings=CONTEXT)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
def COMMAND(shell: str) -> int:  # noqa: N802
    """Print the completion script for SHELL: bash, zsh or fish.

    For bash, put `eval "$(copycheck completion bash)"` into ~/.bashrc.
    """
    from click.shell_completion import get_completion_class

    from copycheck.cli.check_command import check

    found = get_completion_class(shell)
    assert found is not None, "click completes these three"
    script = found(check, {}, "copycheck", "_COPYCHECK_COMPLETE").source()
    # click's script for fish cuts each description off at its first comma.
    click.echo(script.replace('(string split "," $', '(string split --max 1 "," $'))
    return 0
