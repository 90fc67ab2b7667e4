"""`copycheck upstream`: sources in other packages, locked, watched, and merged (contract 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from copycheck.cli.command_options import (
    CONTEXT,
    ReportOptions,
    color_option,
    diff_option,
    format_option,
    project_options,
    quiet_option,
    takes,
)
from copycheck.cli.printing import complain, echo, echo_bytes
from copycheck.cli.refactoring_options import RefactoringOptions, finish
from copycheck.cli.working_directory import Here
from copycheck.model.wording import plural

python_option = click.option(
    "--python", default="", metavar="PATH", help="The environment, or its interpreter, of `environment` upstreams."
)
to_option = click.option("--to", default="", metavar="VERSION", help="This version in place of the configured one.")


@click.group("upstream", context_settings=CONTEXT)
def upstream() -> None:
    """Track sources in other packages: lock them, say what changed there, and merge it into the copies.

    Nothing else of copycheck uses the network.
    """


@dataclass(frozen=True, kw_only=True)
class SyncOptions(ReportOptions):
    """The options of `upstream sync`."""

    find_version: bool
    versions: str
    python: str
    diff: bool


@upstream.command("sync", context_settings=CONTEXT)
@click.option("--find-version", is_flag=True, help="Find the release that each copy was made from, else the nearest.")
@click.option(
    "--versions",
    default="",
    metavar="FROM..TO",
    help="With --find-version, these releases: 4.30..4.57 or 4.30.2,4.57.6. By default the newest of each minor.",
)
@python_option
@diff_option
@quiet_option
@project_options
@color_option
@takes(SyncOptions)
def sync(options: SyncOptions) -> int:
    """Lock the source of each copy of a configured upstream into copycheck-lock.json."""
    from copycheck import api
    from copycheck.output.patch import render_patch
    from copycheck.output.upstream_table import render_sync

    if options.versions and not options.find_version:
        raise click.UsageError("--versions needs --find-version")
    settings = options.settings()
    here = Here(settings)
    with here.speaking():
        done = api.sync_upstreams(
            settings,
            write=not options.diff,
            find_version=options.find_version,
            versions=options.versions,
            python=options.python,
        )
    copies = [copy._replace(filename=here.path(copy.filename)) for copy in done.copies]
    if options.diff:
        echo_bytes(render_patch([done.patch] if done.patch else []))
    else:
        echo(render_sync(copies, options.look(), done.problems))
    _tell(here, done.warnings, done.problems)
    return 0 if done.is_complete else 1


@dataclass(frozen=True, kw_only=True)
class StatusOptions(ReportOptions):
    """The options of `upstream status`."""

    to: str
    check: bool
    python: str
    output_format: str


@upstream.command("status", context_settings=CONTEXT)
@to_option
@click.option("--check", is_flag=True, help="Exit with 1 when an update is due.")
@python_option
@format_option
@quiet_option
@project_options
@color_option
@takes(StatusOptions)
def status(options: StatusOptions) -> int:
    """Say what upstream changed since the copies were made, and what an update would do with each."""
    from copycheck import api
    from copycheck.output.upstream_table import render_status, render_status_json

    settings = options.settings()
    here = Here(settings)
    with here.speaking():
        done = api.upstream_status(settings, to=options.to, python=options.python)
    if options.output_format == "json":
        echo(render_status_json(done.sources))
    else:
        sources = [
            source._replace(copies=tuple(c._replace(filename=here.path(c.filename)) for c in source.copies))
            for source in done.sources
        ]
        echo(render_status(sources, options.look()))
        _note(options, done.notes)
    _tell(here, done.warnings, done.problems)
    return 1 if done.problems or (options.check and done.is_due) else 0


@dataclass(frozen=True, kw_only=True)
class UpdateOptions(ReportOptions):
    """The options of `upstream update`."""

    what: Sequence[str]
    to: str
    steps: bool
    conflicts: bool
    keep: bool
    python: str
    diff: bool


@upstream.command("update", context_settings=CONTEXT)
@click.argument("what", nargs=-1, metavar="[FILE:ROW | PATH | SOURCE | UPSTREAM]...")
@to_option
@click.option(
    "--steps/--no-steps", default=True, show_default=True, help="Update release by release where one jump conflicts."
)
@click.option("--conflicts", is_flag=True, help="Write git's conflict markers where both sides changed the same.")
@click.option(
    "--keep", is_flag=True, help="Leave the adaptations that are named as they are: only their bases move on."
)
@python_option
@diff_option
@quiet_option
@project_options
@color_option
@takes(UpdateOptions)
def update(options: UpdateOptions) -> int:
    """Merge what upstream changed into the copies, and keep their own edits."""
    from copycheck import api
    from copycheck.output.merge_list import render_merges
    from copycheck.output.patch import render_patch
    from copycheck.output.report_parts import Look

    if options.keep and (not options.what or options.conflicts):
        raise click.UsageError("--keep needs the copies that stay as they are, and cannot be used with --conflicts")
    settings = options.settings()
    here = Here(settings, options.what)
    with here.speaking():
        done = api.update_copies(
            options.what,
            settings,
            to=options.to,
            write=not options.diff,
            steps=options.steps,
            conflicts=options.conflicts,
            keep=options.keep,
            python=options.python,
        )
    copies = [copy._replace(filename=here.path(copy.filename), reason=here.text(copy.reason)) for copy in done.copies]
    settle = "" if options.conflicts else "copycheck upstream update"
    if options.diff:
        echo_bytes(render_patch(done.result.patches))
        click.echo(render_merges(copies, Look(quiet=options.quiet), settle), nl=False, err=True)
    else:
        echo(render_merges(copies, options.look(), settle))
        if not options.quiet:
            echo(f"{plural(len(done.result.patches), 'file')} changed\n")
        _note(options, done.result.notes)
    _tell(here, done.result.warnings, done.result.errors)
    if done.result.failed:
        return 2
    return 0 if done.is_complete and not done.result.errors else 1


@dataclass(frozen=True, kw_only=True)
class AdaptOptions(RefactoringOptions):
    """The options of `upstream adapt`."""

    place: str
    reason: str


@upstream.command("adapt", context_settings=CONTEXT)
@click.argument("place", metavar="FILE:ROW")
@click.option("--reason", default="", metavar="TEXT", help="Why the copy differs.")
@diff_option
@project_options
@takes(AdaptOptions)
def adapt(options: AdaptOptions) -> int:
    """Turn `# Copied from` into `# Adapted from`: the copy's edits are its own, and its base stays known."""
    from copycheck import api

    return finish(
        options,
        (options.place,),
        lambda settings: api.adapt_copy(options.place, settings, reason=options.reason, write=not options.diff),
    )


def _note(options: ReportOptions, notes: Sequence[str]) -> None:
    for note in () if options.quiet else notes:
        echo(f"{note}\n")


def _tell(here: Here, warnings: Sequence[str], problems: Sequence[str]) -> None:
    for warning in warnings:
        complain(f"warning: {here.text(warning)}")
    for problem in problems:
        complain(here.error(problem))


COMMAND = upstream
