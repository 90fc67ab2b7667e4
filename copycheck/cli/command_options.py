"""What the command line takes: the options that commands share, and what click parsed as one typed value.

A command declares its options with click, and says with `takes` which class holds them. No other function sees them as
a dictionary. Nobody compares or prints these values, and each method of a dataclass costs time at the start.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from copycheck.model.rules import RULES, Rule

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from copycheck.model.result import Result
    from copycheck.output.report_parts import Look
    from copycheck.project.settings import Settings

Options = TypeVar("Options")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])

CONTEXT = {"help_option_names": ["-h", "--help"]}


def takes(options: type[Options]) -> Callable[[Callable[[Options], int]], Callable[..., int]]:
    """Call a command with one value of this class, made of all that click parsed. Goes below the options."""

    def wrap(command: Callable[[Options], int]) -> Callable[..., int]:
        @functools.wraps(command)
        def call(**given: Any) -> int:
            return command(options(**given))

        return call

    return wrap


def complete_rule(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell offers for a rule: codes, names once one is begun, and behind a comma the next rule."""
    from click.shell_completion import CompletionItem

    before, comma, begun = incomplete.rpartition(",")
    offered: list[tuple[str, Rule]] = [
        (rule.code, rule) for rule in RULES.values() if rule.code.startswith(begun.upper())
    ]
    offered += [(rule.name, rule) for rule in RULES.values() if begun and rule.name.startswith(begun.lower())]
    return [CompletionItem(f"{before}{comma}{text}", help=rule.summary) for text, rule in offered]


config_option = click.option(
    "--config",
    multiple=True,
    metavar="FILE|KEY=VALUE",
    help="A configuration file in place of the project's, or a TOML `key = value` that overrides it.",
)
cache_dir_option = click.option(
    "--cache-dir",
    type=click.Path(),
    envvar="COPYCHECK_CACHE_DIR",
    help="The folder of the cache, by default .copycheck_cache in the root. In a folder outside of the project, as CI "
    "restores one, content alone tells whether a file has changed. COPYCHECK_CACHE_DIR does the same.",
)
no_cache_option = click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No totals.")
diff_option = click.option("--diff", is_flag=True, help="Print what would be done as one patch, and write nothing.")
format_option = click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colors: by default for a terminal, unless NO_COLOR is set.",
)


def project_options(command: Decorated) -> Decorated:
    """The options of every command that looks at a project: `ProjectOptions` holds them."""
    return no_cache_option(config_option(cache_dir_option(command)))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProjectOptions:
    """What each command takes that looks at a project: `project_options` declares it."""

    config: Sequence[str]
    cache_dir: str | None
    no_cache: bool

    def settings(self, paths: Sequence[str] = ()) -> Settings:
        """The settings of the project, as these options change them. Raises ConfigError."""
        from copycheck.project.config_search import load

        return load(paths, self.config).with_cache_dir(self.cache_dir)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReportOptions(ProjectOptions):
    """What a command takes besides that prints a list or a tree: `color_option` and `quiet_option`."""

    color: str
    quiet: bool = False

    def look(self) -> Look:
        """How a text for people looks."""
        from copycheck.output.report_parts import Look, colored

        return Look(colored(self.color), self.quiet)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CheckOptions(ProjectOptions):
    """All options of the check (contract 8), by their names."""

    paths: Sequence[str]
    fix: bool
    diff: bool
    only: Sequence[str]
    interactive: bool
    unsafe_fixes: bool
    show_fixes: bool
    select: Sequence[str]
    ignore: Sequence[str]
    extend_select: Sequence[str]
    extend_ignore: Sequence[str]
    output_format: str
    since: str | None
    group: bool
    output_file: str | None
    exit_zero: bool
    exit_non_zero_on_fix: bool
    write_baseline: bool
    no_baseline: bool
    stdin_filename: str | None
    watch: bool
    show_settings: bool
    show_files: bool
    statistics: bool
    quiet: bool
    verbose: bool
    color: str
    tracked: bool

    def settings(self, paths: Sequence[str] | None = None) -> Settings:
        """The settings of the project of these paths, as all options change them. Raises ConfigError."""
        settings = super().settings(self.paths if paths is None else paths)
        ignored = (*self.ignore, *self.extend_ignore)
        settings = settings.with_codes(self.select or None, ignored, self.extend_select)._replace(tracked=self.tracked)
        return settings.without_baseline() if self.no_baseline else settings


def exit_code(result: Result, options: CheckOptions) -> int:
    """The exit code of a check or a fix (contract 8)."""
    if result.failed:
        return 2
    if options.exit_zero:
        return 0
    fixed = bool(result.patches) and (options.diff or options.exit_non_zero_on_fix)
    return 1 if result.diagnostics or fixed else 0
