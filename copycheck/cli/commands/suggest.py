"""`copycheck suggest`: the copies that nobody marked, and those that have diverged (contract 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from copycheck.cli.command_options import CONTEXT, ReportOptions, color_option, project_options, quiet_option, takes
from copycheck.cli.printing import complain, echo, echo_bytes
from copycheck.cli.working_directory import Here
from copycheck.model.wording import plural

if TYPE_CHECKING:
    from copycheck.model.result import Patch
    from copycheck.model.suggested_groups import SuggestedCopy, Suggestions
    from copycheck.project.settings import Settings

_FORMATS = ("text", "concise", "json", "json-lines", "github", "sarif", "gitlab")


@dataclass(frozen=True, kw_only=True)
class SuggestOptions(ReportOptions):
    """The options of `suggest`."""

    paths: Sequence[str]
    min_lines: int | None
    max_replacements: int | None
    diverged: int | None
    tests: bool
    source: Sequence[str]
    since: str | None
    check: bool
    write: bool
    accept: Sequence[str]
    interactive: bool
    diff: bool
    write_baseline: bool
    no_baseline: bool
    output_format: str
    output_file: str | None

    def settings(self, paths: Sequence[str] = ()) -> Settings:
        """The settings of the project, as all options change them. Raises ConfigError."""
        settings = super().settings(paths)
        given = {
            name: value
            for name in ("min_lines", "max_replacements", "diverged")
            if (value := getattr(self, name)) is not None
        }
        wishes = settings.suggest._replace(**given, tests=self.tests or settings.suggest.tests)
        if self.source:
            wishes = wishes._replace(source=self._preferred(settings))
        settings = settings._replace(suggest=wishes)
        return settings.without_baseline() if self.no_baseline else settings

    def _preferred(self, settings: Settings) -> tuple[str, ...]:
        """The names of the preferred files and folders from the root on."""
        import os

        from copycheck.project.selection import PathNames

        names = PathNames(settings.root, os.getcwd())
        found = []
        for path in self.source:
            own = names.of(path)
            if not own or not os.path.exists(path):
                raise click.UsageError(f"--source {path}: there is no such file or folder in the project")
            found.append(own[-1])
        return tuple(found)


@click.command(context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--min-lines",
    type=click.IntRange(2),
    metavar="N",
    help="Leave out definitions with fewer lines of code, by default 6.",
)
@click.option(
    "--max-replacements",
    type=click.IntRange(0),
    metavar="N",
    help="How many replacements a directive may have, by default 3.",
)
@click.option(
    "--diverged",
    type=click.IntRange(0),
    metavar="N",
    help="In how many lines a diverged copy may differ, by default 3. 0 finds equal copies only.",
)
@click.option("--tests", is_flag=True, help="Look at tests as well.")
@click.option(
    "--source", multiple=True, metavar="PATH", help="A file or folder whose definitions are to be the sources."
)
@click.option(
    "--since", metavar="REV", help="Show groups with a definition that is new or changed since a git revision."
)
@click.option("--check", is_flag=True, help="Exit with 1 when something is suggested.")
@click.option("--write", is_flag=True, help="Write the directives of all equal copies.")
@click.option("--accept", multiple=True, metavar="FILE:LINE", help="With --write, this copy only, diverged or not.")
@click.option("--interactive", is_flag=True, help="Ask for each group whether to write its directives.")
@click.option("--diff", is_flag=True, help="Print what --write would do as one patch, and write nothing.")
@click.option(
    "--write-baseline", is_flag=True, help="Write all suggestions into the baseline: later runs do not show them."
)
@click.option("--no-baseline", is_flag=True, help="Report what the baseline lists as well.")
@click.option("--output-format", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--output-file", "-o", type=click.Path(dir_okay=False), help="Write the report to a file.")
@quiet_option
@project_options
@color_option
@takes(SuggestOptions)
def suggest(options: SuggestOptions) -> int:
    """Find copies that nobody marked, and copies that have diverged.

    Each equal copy comes with the directive that would mark it. The check has proven it: with the directive the copy is
    in sync. Without PATHS the whole project is searched, else groups with a definition in one of PATHS are shown.
    """
    _refuse_what_does_not_go_together(options)
    settings = options.settings(options.paths)
    here = Here(settings, (*options.paths, *options.accept))
    with here.speaking():
        if options.write_baseline:
            return _write_baseline(options, settings, here)
        if options.interactive:
            from copycheck.cli.suggest_interactive import walk_through

            return walk_through(options.paths, settings, options.since, options.look(), cache=not options.no_cache)
        if options.write or options.diff:
            return _write(options, settings, here)
        return _report(options, settings, here)


def _refuse_what_does_not_go_together(options: SuggestOptions) -> None:
    actions = [name for name in ("write", "interactive", "diff", "write_baseline", "check") if getattr(options, name)]
    if len(actions) > 1 and set(actions) != {"write", "diff"}:
        raise click.UsageError(f"--{actions[0].replace('_', '-')} cannot be used with --{actions[1].replace('_', '-')}")
    if options.accept and not (options.write or options.diff):
        raise click.UsageError("--accept needs --write")
    if options.output_format != "text" and set(actions) - {"check"}:
        raise click.UsageError(f"--{actions[0].replace('_', '-')} takes no --output-format")


def _report(options: SuggestOptions, settings: Settings, here: Here) -> int:
    from copycheck import progress
    from copycheck.api.unmarked_copies import suggest, suggest_findings
    from copycheck.output import rendered
    from copycheck.output.suggestion_list import (
        as_result,
        render_suggestions,
        render_suggestions_json,
        render_suggestions_json_lines,
    )

    with progress.shown(not options.quiet):
        cache, findings = not options.no_cache, None
        if options.output_format in ("text", "json", "json-lines"):  # the others are made of findings
            found = suggest(options.paths, settings, options.since, cache=cache)
        else:
            found, findings = suggest_findings(options.paths, settings, options.since, cache=cache)
    look = options.look()._replace(root=settings.root)
    if options.output_format == "text":
        text = render_suggestions(here.suggestions(found), look)
    elif options.output_format == "json":
        text = render_suggestions_json(found)
    elif options.output_format == "json-lines":
        text = render_suggestions_json_lines(found)
    else:
        result = as_result(found, findings or [])
        result = here.result(result) if options.output_format == "concise" else result
        text = rendered(options.output_format, result, look._replace(quiet=True))
    if options.output_file is not None:
        from copycheck.project.atomic_write import write_report

        write_report(options.output_file, text, settings)
    else:
        echo(text)
    if options.output_format == "text" and not options.quiet:
        _say_what_can_be_written(found, here)
        _say_what_shows_more(found, settings, here)
    return _ended(options, found, here) or (1 if options.check and found.groups else 0)


def _say_what_can_be_written(found: Suggestions, here: Here) -> None:
    marked = sum(copy.state == "equal" and not copy.is_file for group in found.groups for copy in group.copies)
    if marked:
        said = f"`copycheck suggest --write` writes {plural(marked, 'directive')}; `--interactive` asks for each group."
        click.echo(here.text(said), err=True)


def _say_what_shows_more(found: Suggestions, settings: Settings, here: Here) -> None:
    """What shows the equal pairs that are left out for their form: asking for shorter ones than usual."""
    from copycheck.project.settings import SuggestSettings
    from copycheck.suggestion.noise_kinds import LEFT_OUT_THOUGH_EQUAL

    usual = SuggestSettings().min_lines
    kinds = [left_out.reason for left_out in found.left_out if left_out.reason in LEFT_OUT_THOUGH_EQUAL]
    if kinds and settings.suggest.min_lines >= usual:
        said = f"`copycheck suggest --min-lines {usual - 1}` shows {' and '.join(kinds)} too."
        click.echo(here.text(said), err=True)


def _ended(options: SuggestOptions, found: Suggestions, here: Here) -> int:
    """Say what went wrong; the exit code for that."""
    for warning in found.warnings if not options.quiet else ():
        complain(f"warning: {here.error(warning)}")
    for error in found.errors:
        complain(here.error(error))
    return 2 if found.errors else 0


def _write(options: SuggestOptions, settings: Settings, here: Here) -> int:
    from copycheck.api.unmarked_copies import accepted, suggest, write_suggestions

    found = suggest(options.paths, settings, options.since, cache=not options.no_cache)
    copies = [copy for group in found.groups for copy in group.copies if copy.state == "equal" and not copy.is_file]
    if options.accept:
        copies = accepted(found, options.accept, settings)
    if code := _ended(options, found, here):
        return code
    patches = write_suggestions(copies, settings, write=not options.diff, cache=not options.no_cache)
    if options.diff:
        from copycheck.output.patch import render_patch

        echo_bytes(render_patch(patches))
    elif not options.quiet:
        click.echo(written(copies, patches))
    return 0


def written(copies: Sequence[SuggestedCopy], patches: Sequence[Patch]) -> str:
    """`Wrote 3 directives into 2 files.`"""
    return f"Wrote {plural(len(copies), 'directive')} into {plural(len(patches), 'file')}."


def _write_baseline(options: SuggestOptions, settings: Settings, here: Here) -> int:
    from copycheck.api.unmarked_copies import write_suggest_baseline

    name, count, _ = write_suggest_baseline(options.paths, settings)
    if not options.quiet:
        what = plural(count, "suggestion")
        click.echo(f"Wrote {what} into {here.path(name)}: copycheck no longer reports them.", err=True)
    return 0


COMMAND = suggest
