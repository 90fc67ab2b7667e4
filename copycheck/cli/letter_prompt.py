"""A question in a terminal that is answered by a letter."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click


def ask(question: str, choices: Mapping[str, str]) -> str:
    """The choice, by its letter; `?` prints what each means. To end the input is to quit, and an empty line skips."""
    while True:
        click.echo(f"{question} [{','.join(choices)}] ", nl=False)
        line = sys.stdin.readline()
        if not line:
            click.echo()
            return "q"
        choice = line.strip().lower()[:1] or "s"
        if choice in choices and choice != "?":
            return choice
        click.echo("".join(f"  {key}  {what}\n" for key, what in choices.items()), nl=False)
