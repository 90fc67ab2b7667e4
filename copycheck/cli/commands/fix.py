"""`copycheck fix`: `copycheck --fix` by its name, for whom it is a habit."""

from __future__ import annotations

from typing import Any

import click

from copycheck.cli.check_command import check
from copycheck.cli.command_options import CONTEXT

_FIXED = {"fix": True, "write_baseline": False, "watch": False, "show_settings": False, "show_files": False}
"""What the command is about, and what would do something else."""


def _fix(**given: Any) -> Any:
    assert check.callback is not None, "the check is a command"
    return check.callback(**given, **_FIXED)


COMMAND = click.Command(
    "fix",
    params=[parameter for parameter in check.params if parameter.name not in _FIXED],
    callback=_fix,
    context_settings=dict(CONTEXT),
    help="Write the expected text of every drifted copy: the same as `copycheck --fix`.",
)
