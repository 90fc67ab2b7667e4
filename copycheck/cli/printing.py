"""Where the command line prints: a text on stdout, a complaint on stderr, a page with its commit and day."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from copycheck.cli.working_directory import Here
    from copycheck.project.settings import Settings


def echo(text: str) -> None:
    """Print a text as bytes of stdout's encoding; what that lacks is spelled out."""
    click.echo(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"), nl=False)


def echo_bytes(data: bytes) -> None:
    """Print bytes as they are: a patch."""
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def complain(message: str) -> None:
    """Print one line on stderr, under the name of the program."""
    from copycheck.output.report_parts import visible

    click.echo(f"copycheck: {visible(message)}", err=True)


def made_of(root: str) -> dict[str, str]:
    """What a page that is sent around says of itself: the commit that the working tree is at, and the day."""
    from datetime import datetime, timezone

    from copycheck.project.git import head_of

    return {"commit": head_of(root), "date": datetime.now(timezone.utc).strftime("%Y-%m-%d")}


def warn_of_nested(settings: Settings, here: Here) -> None:
    """Name the configurations in folders of a project that do not count in it, in one line on stderr."""
    from copycheck.api.paths_to_check import unused_configurations

    for warning in unused_configurations(settings):
        complain(f"warning: {here.error(warning)}")
