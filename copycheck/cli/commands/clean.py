"""`copycheck clean`: remove the cache (contract 9)."""

from __future__ import annotations

from collections.abc import Sequence

import click

from copycheck.cli.command_options import CONTEXT, cache_dir_option, config_option


@click.command(context_settings=CONTEXT)
@config_option
@cache_dir_option
def clean(config: Sequence[str], cache_dir: str | None) -> int:
    """Remove the cache of the project that the working directory lies in.

    Only what a cache consists of is removed: a folder that holds other files keeps them.
    """
    from copycheck.caching.store import remove_cache
    from copycheck.project.config_search import load

    settings = load((), config).with_cache_dir(cache_dir)
    folder = remove_cache(settings)
    click.echo(f"Removed the cache {folder}." if folder else "There is no cache to remove.", err=True)
    return 0


COMMAND = clean
