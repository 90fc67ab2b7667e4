"""`copycheck rule`: explain a rule (contract 8)."""

from __future__ import annotations

import click

from copycheck.cli.command_options import CONTEXT, complete_rule
from copycheck.model.rules import RULES, expand_selector


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


COMMAND = rule
