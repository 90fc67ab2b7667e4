"""What a shell completes: commands, options, rules and paths."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from copycheck.cli.registry import all_commands


class Completed(click.Group):
    """All commands in one tree, as click's completion wants them; `main` itself needs none.

    The first word alone decides, as it does in `main`. The options of the check are those of the group, for a shell
    that asks before there is a word.
    """

    def __init__(self, check: click.Command) -> None:
        options = [parameter for parameter in check.params if isinstance(parameter, click.Option)]
        super().__init__(check.name, params=[*options], commands=all_commands())
        self._check = check

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave every word to the command that the first one stands for."""
        super().parse_args(ctx, [])
        ctx.args = args
        return args

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; anything else is the check."""
        return super().resolve_command(ctx, args) if args[0] in self.commands else (self.name, self._check, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Files, and what a group completes of itself: commands and options."""
        return [CompletionItem(incomplete, type="file"), *super().shell_complete(ctx, incomplete)]
