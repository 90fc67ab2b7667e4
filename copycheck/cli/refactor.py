"""`impact`, `promote`, `break` and `mv`: trickle a change down, carry it back, or break the copy (contract 11)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from copycheck.cli.here import Here
from copycheck.cli.registry import CONTEXT, cache_dir_option, color_option, config_option, echo, settings_of
from copycheck.model.result import Result
from copycheck.model.wording import plural
from copycheck.project.settings import Settings

diff_option = click.option("--diff", is_flag=True, help="Print what would be done as one patch, and write nothing.")
format_option = click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
no_cache_option = click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No totals.")


@click.command(context_settings=CONTEXT)
@click.argument("what", nargs=-1)
@click.option("--since", metavar="REV", help="All objects that differ between a git revision and the working tree.")
@click.option("--check", is_flag=True, help="Exit with 1 when a copy among them is out of sync.")
@format_option
@no_cache_option
@quiet_option
@config_option
@cache_dir_option
@color_option
def impact(what: Sequence[str], since: str | None, **options: Any) -> int:
    """Show which copies a change touches, through chains.

    WHAT is a dotted name, of a package too, a file, a folder, or FILE:ROW.
    """
    from copycheck import api
    from copycheck.output.impact_tree import render_impacts, render_impacts_json
    from copycheck.output.text import Look, colored
    from copycheck.queries.impact import copies_in

    if not what and since is None:
        raise click.UsageError("name an object, a file or FILE:ROW, or give --since REV")
    settings = settings_of(options)
    here = Here(settings, what)
    with here.speaking():
        found = api.impact(what, since, settings, cache=not options["no_cache"])
    if options["output_format"] == "json":
        echo(render_impacts_json(found))
    else:
        echo(render_impacts(here.impacts(found), Look(colored(options["color"]), options["quiet"])))
    return 1 if options["check"] and any(copy.is_open for copy in copies_in(found)) else 0


@click.command(context_settings=CONTEXT)
@click.argument("place", metavar="FILE:ROW")
@click.option("--no-trickle", is_flag=True, help="Change the source only, and leave its other copies as they are.")
@diff_option
@no_cache_option
@config_option
@cache_dir_option
def promote(place: str, no_trickle: bool, **options: Any) -> int:
    """Carry the edit of a copy back to its source, and on to all other copies.

    The replacements are read backwards on the changed lines. What comes out is taken only when the directive makes
    exactly the edited copy of it. Copies that had drifted before are left as they are.
    """
    from copycheck import api

    return _finish(
        (place,),
        options,
        lambda settings: api.promote_copy(
            place, settings, write=not options["diff"], trickle=not no_trickle, cache=not options["no_cache"]
        ),
    )


@click.command("break", context_settings=CONTEXT)
@click.argument("place", metavar="FILE:ROW")
@click.option("--reason", metavar="TEXT", help="Put `# Adapted from x.y.Z: TEXT` in its place.")
@click.option("--member", metavar="NAME", help="Put `# Ignore copy` at this member instead, and keep the directive.")
@diff_option
@no_cache_option
@config_option
@cache_dir_option
def break_(place: str, reason: str | None, member: str | None, **options: Any) -> int:
    """Break a copy on purpose: remove its directive, or say why in its place.

    Copies of the copy keep working.
    """
    from copycheck import api

    if reason is not None and member is not None:
        raise click.UsageError("--reason and --member exclude each other")
    return _finish(
        (place,),
        options,
        lambda settings: api.break_copy(
            place, settings, write=not options["diff"], reason=reason, member=member, cache=not options["no_cache"]
        ),
    )


@click.command(context_settings=CONTEXT)
@click.argument("old")
@click.argument("new")
@diff_option
@no_cache_option
@config_option
@cache_dir_option
def mv(old: str, new: str, **options: Any) -> int:
    """Rewrite every directive that names OLD, an object or a module, to name NEW.

    What does not stand under NEW stays named as it is.
    """
    from copycheck import api

    return _finish(
        (old, new),
        options,
        lambda settings: api.move(old, new, settings, write=not options["diff"], cache=not options["no_cache"]),
    )


def _finish(typed: Sequence[str], options: dict[str, Any], change: Callable[[Settings], Result]) -> int:
    """Make a change, say which files it touches and what is left; the exit code is 1 where something is."""
    from copycheck.output import Look, rendered
    from copycheck.output.patch import render_patch
    from copycheck.output.text import visible

    settings = settings_of(options)
    here = Here(settings, typed)
    with here.speaking():
        result = here.result(change(settings))
    if options["diff"]:
        sys.stdout.buffer.write(render_patch(result.patches))
        sys.stdout.flush()
    else:
        for note in result.notes:
            click.echo(visible(note))
        click.echo(f"{plural(len(result.patches), 'file')} changed")
    if result.diagnostics:
        click.echo(rendered("concise", result, Look(quiet=True)), nl=False, err=True)
    for error in result.errors:
        click.echo(f"copycheck: {visible(here.error(error))}", err=True)
    return 2 if result.failed else 1 if result.errors or result.diagnostics else 0
