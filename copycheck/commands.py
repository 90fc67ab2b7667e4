"""The commands beside the check. Each is named by the first word of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from copycheck.rules import RULES, expand_selector

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

CONTEXT = {"help_option_names": ["-h", "--help"]}
config_option = click.option(
    "--config",
    multiple=True,
    metavar="FILE|KEY=VALUE",
    help="A configuration file in place of the project's, or a TOML `key = value` laid over it.",
)


def complete_rule(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell offers for a rule: codes, names once one is begun, and behind a comma the next rule."""
    from click.shell_completion import CompletionItem

    before, comma, begun = incomplete.rpartition(",")
    offered = [(rule.code, rule) for rule in RULES.values() if rule.code.startswith(begun.upper())]
    offered += [(rule.name, rule) for rule in RULES.values() if begun and rule.name.startswith(begun.lower())]
    return [CompletionItem(f"{before}{comma}{text}", help=rule.summary) for text, rule in offered]


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


@click.command(context_settings=CONTEXT)
@click.argument("code", required=False, shell_complete=complete_rule)
@click.option("--all", "everything", is_flag=True, help="List all rules.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: a list of objects, with the page of each rule as Markdown.",
)
def rule(code: str | None, everything: bool, output_format: str) -> int:
    """Explain a rule: what it says, why, and what to write instead.

    CODE is a code or a name. The beginning of several codes, such as CPY2, lists those rules.
    """
    from copycheck import pages

    if (code is None) is not everything:
        raise click.UsageError("name one rule, or give --all")
    rules = [RULES[found] for found in expand_selector("ALL" if code is None else code)]
    if output_format == "json":
        text = pages.as_json(rules)
    else:
        text = pages.page(rules[0]) if len(rules) == 1 else pages.table(rules)
    click.echo(text, nl=False)
    return 0


COMMANDS: dict[str, click.Command] = {command.name: command for command in (clean, rule) if command.name}
