"""The commands beside the check. Each is named by the first word of the command line."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from copycheck.cli.here import Here
from copycheck.model.rules import RULES, expand_selector

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from copycheck.project.settings import Settings

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
    "--cache-dir",
    type=click.Path(),
    envvar="COPYCHECK_CACHE_DIR",
    help="The folder of the cache, by default .copycheck_cache in the root. In a folder outside of the project, as CI "
    "restores one, content alone tells whether a file has changed. COPYCHECK_CACHE_DIR does the same.",
)


@click.command(context_settings=CONTEXT)
@config_option
@cache_dir_option
def clean(config: Sequence[str], cache_dir: str | None) -> int:
    """Remove the cache of the project that the working directory lies in.

    Only what a cache consists of is removed: a folder that holds other files keeps them.
    """
    from copycheck.caching.store import remove_cache
    from copycheck.project.config import load

    settings = load((), config).with_cache_dir(cache_dir)
    folder = remove_cache(settings)
    click.echo(f"Removed the cache {folder}." if folder else "There is no cache to remove.", err=True)
    return 0


color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colors: by default for a terminal, unless NO_COLOR is set.",
)


def echo(text: str) -> None:
    """Print a text as bytes of stdout's encoding; what that lacks is spelled out."""
    click.echo(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"), nl=False)


def settings_of(options: Mapping[str, Any], paths: Sequence[str] = ()) -> Settings:
    """The settings that `--config` and `--cache-dir` ask for. Raises ConfigError."""
    from copycheck.project.config import load

    return load(paths, options["config"]).with_cache_dir(options["cache_dir"])


@click.command("list", context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(["in-sync", "drift", "external", "unchecked", "adapted"]),
    help="Copies in this state only; may be given several times.",
)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("-q", "--quiet", is_flag=True, help="No totals.")
@config_option
@cache_dir_option
@color_option
def list_(paths: Sequence[str], **options: Any) -> int:
    """List every directive with its source, its replacements and its state.

    With PATHS, those whose copy or source lies in one of them. Copies that were broken on purpose
    (`# Adapted from x.y.Z: reason`) are listed too.
    """
    from copycheck import api
    from copycheck.output.copy_list import render_list, render_list_json
    from copycheck.output.text import Look, colored

    settings = settings_of(options, paths)
    here = Here(settings, paths)
    with here.speaking():
        copies = list(api.list_copies(paths, settings, cache=not options["no_cache"]))
    if options["states"]:
        copies = [copy for copy in copies if copy.state in options["states"]]
    if options["output_format"] == "json":
        echo(render_list_json(copies))
    else:
        echo(render_list(here.copies(copies), Look(colored(options["color"]), options["quiet"])))
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
    from copycheck.model import rule_docs

    if (code is None) is not everything:
        raise click.UsageError("name one rule, or give --all")
    rules = [RULES[found] for found in expand_selector("ALL" if code is None else code)]
    if output_format == "json":
        text = rule_docs.as_json(rules)
    else:
        text = rule_docs.page(rules[0]) if len(rules) == 1 else rule_docs.table(rules)
    click.echo(text, nl=False)
    return 0


_MODULES = {
    "break": ("refactor", "break_"),
    "graph": ("graph", "graph"),
    "impact": ("refactor", "impact"),
    "mv": ("refactor", "mv"),
    "promote": ("refactor", "promote"),
}
"""Commands with a module of their own, imported when they are called."""
COMMANDS: dict[str, str] = {
    "break": "Break a copy on purpose: remove its directive, or say why.",
    "clean": "Remove the cache of the project that the working directory lies in.",
    "graph": "Draw which object is copied from which, as text, dot, mermaid, json or html.",
    "impact": "Show which copies a change touches, through chains.",
    "list": "List every directive with its source, its replacements and its state.",
    "mv": "Rewrite every directive that names OLD to name NEW.",
    "promote": "Carry the edit of a copy back to its source, and on to all other copies.",
    "rule": "Explain a rule: what it says, why, and what to write instead.",
}
"""Each command, and what it does in a line."""


def command_of(name: str) -> click.Command:
    """A command by its name."""
    if name in _MODULES:
        module, attribute = _MODULES[name]
        found = getattr(importlib.import_module(f"copycheck.cli.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found
    return {"clean": clean, "list": list_, "rule": rule}[name]
