"""What an ignore comment suppresses, and what it says without effect (contract 10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.checking.enabled_rules import Enabled
from copycheck.checking.one_sided_blanks import ONE_SIDED
from copycheck.checking.outcome import Examined
from copycheck.directives.directive_parser import rewrite
from copycheck.model.diagnostic import Diagnostic, Fix
from copycheck.model.directive import Ignore
from copycheck.model.errors import ConfigError
from copycheck.model.location import Location
from copycheck.model.rules import NOT_ALWAYS_LOOKED_FOR, OF_SUGGEST, RULES, expand_selector
from copycheck.project.file_edits import LineEdit, exact_edits
from copycheck.project.workspace import Workspace


class Settled(NamedTuple):
    """The findings of a directive: those that count, and those that its ignore comments suppress."""

    standing: tuple[Diagnostic, ...] = ()
    ignored: tuple[Diagnostic, ...] = ()


_IN_THE_COMMENT = frozenset({"CPY002", "CPY003", "CPY004"})
"""Rules whose fixes rewrite the comment of the directive: those of one directive share one edit."""


def settle(found: Examined, enabled: Enabled, workspace: Workspace) -> Settled:
    """The findings of a directive, whether their rules are on or not, under the names that stay when lines move."""
    if not found.diagnostics and not found.directive.ignores:
        return Settled()
    own = [_named(found, diagnostic) for diagnostic in found.diagnostics]
    selected = {ignore: _codes(ignore) for ignore in found.directive.ignores}
    codes = {code for some in selected.values() for code in some or ()}
    ignored = tuple(diagnostic for diagnostic in own if diagnostic.code in codes and _is_at(found, diagnostic))
    standing = [diagnostic for diagnostic in own if diagnostic not in ignored]
    looked_for = {code for code in RULES if code not in NOT_ALWAYS_LOOKED_FOR or enabled(found.filename, code)}
    looked_for -= OF_SUGGEST
    idle = looked_for - {diagnostic.code for diagnostic in ignored}
    for ignore, some in selected.items():
        standing += [_named(found, finding) for finding in _unused(found, ignore, some, idle, workspace)]
    return Settled(tuple(_with_edit(found, standing, enabled, workspace)), ignored)


def _with_edit(found: Examined, standing: list[Diagnostic], enabled: Enabled, workspace: Workspace) -> list[Diagnostic]:
    """The findings, those in the comment of the directive with the one edit that fixes all of them that are on."""
    codes = {d.code for d in standing if d.code in _IN_THE_COMMENT and d.fix and enabled(found.filename, d.code)}
    if not codes:
        return standing
    file, directive = workspace.read(found.filename), found.directive
    drop = frozenset(found.unused) if "CPY004" in codes else frozenset[int]()
    one_sided = any(d.code == "CPY003" and d.fix and d.fix.message == ONE_SIDED.message for d in standing)
    lines = rewrite(file.lines, directive, "CPY002" in codes, "CPY003" in codes, drop, one_sided)
    edits = exact_edits(file, [LineEdit(directive.row, directive.end_row, tuple(lines))])
    return [d._replace(fix=d.fix._replace(edits=edits)) if d.code in codes and d.fix else d for d in standing]


def _named(found: Examined, diagnostic: Diagnostic) -> Diagnostic:
    if not _is_at(found, diagnostic):
        return diagnostic
    return diagnostic._replace(copy=found.name, target=found.directive.target, ordinal=found.ordinal)


def _is_at(found: Examined, diagnostic: Diagnostic) -> bool:
    """Whether a finding belongs to the directive itself, and not to the file that it names."""
    return diagnostic.code != "CPY000"


def _codes(ignore: Ignore) -> list[str] | None:
    """The codes that a comment ignores; None where one of its selectors fits no rule."""
    try:
        return [code for selector in ignore.codes for code in expand_selector(selector)]
    except ConfigError:
        return None


def _unused(
    found: Examined, ignore: Ignore, codes: Sequence[str] | None, idle: set[str], workspace: Workspace
) -> Iterator[Diagnostic]:
    """CPY008 for a comment that names no rule, one that is unknown, or one that nothing is found of."""
    start, end = Location(ignore.row, ignore.column), Location(ignore.row, ignore.end_column)
    finding = Diagnostic("CPY008", "", found.filename, start, end)
    help_ = "name the rules: `# copycheck: ignore[CPY201] reason`"
    if not ignore.codes:
        yield finding._replace(message="this comment names no rule to ignore", help=help_)
    elif codes is None:
        for selector in ignore.codes:
            try:
                expand_selector(selector)
            except ConfigError as error:
                yield finding._replace(message=str(error), help=help_)
    else:
        vain = [selector for selector in ignore.codes if idle.issuperset(expand_selector(selector))]
        if vain:
            names = " and ".join(f"`{selector}`" for selector in vain)
            fix = _removal(found, ignore, workspace) if len(vain) == len(ignore.codes) else None
            help_ = "remove it" if fix else "remove these rules from the list"
            yield finding._replace(
                message=f"this comment ignores {names}, which does not occur here", fix=fix, help=help_
            )


def _removal(found: Examined, ignore: Ignore, workspace: Workspace) -> Fix:
    edits = exact_edits(workspace.read(found.filename), [LineEdit(ignore.row, ignore.row, ())])
    return Fix("Remove the comment", edits=edits)
