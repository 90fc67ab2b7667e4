"""The commands beside the check. Each is named by the first word of the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

CONTEXT = {"help_option_names": ["-h", "--help"]}
config_option = click.option(
    "--config",
    multiple=True,
    metavar="FILE|KEY=VALUE",
    help="A configuration file in place of the project's, or a TOML `key = value` laid over it.",
)
cache_dir_option = click.option(
    "--cache-dir", type=click.Path(), help="Where the cache stands: by default .copycheck_cache in the root."
)


@click.command(context_settings=CONTEXT)
@config_option
@cache_dir_option
def clean(config: Sequence[str], cache_dir: str | None) -> int:
    """Remove the cache of the project that the working directory lies in.

    Only what a cache consists of is removed: a folder that holds other files keeps them.
    """
    from copycheck.cache import remove_cache
    from copycheck.config import load

    settings = load((), config).with_cache_dir(cache_dir)
    folder = remove_cache(settings)
    click.echo(f"Removed the cache {folder}." if folder else "There is no cache to remove.", err=True)
    return 0


COMMANDS: dict[str, click.Command] = {command.name: command for command in (clean,) if command.name}
