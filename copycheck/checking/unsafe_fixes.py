"""Fixes that a person decides on: the finding says why, and names the other ways (contract 5.8, 5.9 and 5.11)."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from copycheck.model.diagnostic import Diagnostic, FindingKey


def unsafe(finding: Diagnostic, reason: str, done: str) -> Diagnostic:
    """A drift whose fix is left to a person: `reason` says why, as a clause, `done` what the fix would do."""
    assert finding.fix is not None, "only a fix can be unsafe"
    help_ = f"{other_ways(finding)}; `copycheck --fix --unsafe-fixes` {done}"
    fix = finding.fix._replace(applicability="unsafe")
    return finding._replace(fix=fix, message=f"{finding.message}; {reason}", help=help_)


def other_ways(finding: Diagnostic) -> str:
    """The commands that settle a drift and leave the copy as it is, as a clause."""
    place = shlex.quote(f"{finding.filename}:{finding.location.row}")
    if finding.source is not None and finding.source.is_foreign:
        return f"`copycheck upstream adapt {place}` keeps the edit"
    return (
        f"`copycheck promote {place}` writes the edit into the source, `copycheck break {place}` keeps the difference "
        "(`--reason` says why)"
    )


def needs_met(findings: Iterable[Diagnostic]) -> set[Diagnostic]:
    """The findings that count in a run. The fix of one that needs another which is not made in it is unsafe."""
    left = set(findings)
    while any(finding.fix and finding.fix.needs for finding in left):
        made = {finding.key for finding in left if finding.fix and finding.fix.applicability == "safe"}
        alone = {finding: reason for finding in left if finding.key in made and (reason := _unmet(finding, made))}
        if not alone:
            break
        left = (left - alone.keys()) | {unsafe(finding, reason, "makes the fix") for finding, reason in alone.items()}
    return left


def _unmet(finding: Diagnostic, made: set[FindingKey]) -> str:
    """Why a fix would break what is left as it is, as a clause; empty where all that it needs is made."""
    assert finding.fix is not None, "only a fix needs others"
    return next((need.reason for need in finding.fix.needs if need.key not in made), "")
