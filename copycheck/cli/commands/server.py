"""`copycheck server`: a language server for editors (contract 13)."""

from __future__ import annotations

from collections.abc import Callable

import click

from copycheck.cli.command_options import CONTEXT
from copycheck.model.errors import CopycheckError

_MISSING = "the server needs the package pygls: pip install 'copycheck-lint[server]'"


@click.command(
    context_settings=CONTEXT, short_help="Serve an editor: diagnostics, fixes and navigation while you type."
)
@click.option("--stdio", is_flag=True, help="Use standard input and output. This is the default; editors pass it.")
def server(stdio: bool) -> int:
    """Start a language server that talks over standard input and output.

    An editor starts it. docs/editors.md says how, for VS Code, Neovim, Helix, Zed, Emacs and PyCharm.
    """
    from importlib.util import find_spec

    serve: Callable[[], int] | None = click.get_current_context().obj
    if find_spec("pygls") is None:
        raise CopycheckError(_MISSING)
    if serve is None:
        raise CopycheckError("the server is a program of its own: run `copycheck server`")
    return serve()


COMMAND = server
