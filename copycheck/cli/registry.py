"""The commands beside the check. Each is a module of `cli.commands`, and named by the first word of the command line.

The name of the module is the word, with `_` for `-`; a trailing `_` keeps it apart from a keyword or a built-in name of
Python (`break_`, `list_`). Its `COMMAND` is the click command, which returns the exit code. Nothing else registers it.
"""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

_FOLDER = "copycheck.cli.commands"
_WORD = re.compile(r"[a-z][a-z0-9-]*")


def command_names() -> list[str]:
    """The names of all commands, sorted."""
    from pkgutil import iter_modules

    package = import_module(_FOLDER)
    return sorted(found.name.rstrip("_").replace("_", "-") for found in iter_modules(package.__path__))


def find_command(name: str) -> click.Command | None:
    """The command of a name; None where there is none. Only its own module is imported."""
    if not _WORD.fullmatch(name):
        return None
    stem = name.replace("-", "_")
    module = next((found for found in (f"{_FOLDER}.{stem}", f"{_FOLDER}.{stem}_") if find_spec(found)), None)
    if module is None:
        return None
    command: click.Command = import_module(module).COMMAND
    return command


def all_commands() -> dict[str, click.Command]:
    """Every command by its name. Imports all of their modules: for help and completion only."""
    return {name: command for name in command_names() if (command := find_command(name)) is not None}
