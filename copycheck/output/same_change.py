"""Drifts of one source that differ in the same way: people read the difference once (contract 8).

An edit of a source makes all of its copies drift, each with names of its own. With the replacements of each copy read
backwards the changed lines are the same text, and so are the finding's words without the names.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import Replacement


class SameChange(NamedTuple):
    """A finding that is shown with its difference, and the others that have the same one."""

    shown: Diagnostic
    others: tuple[Diagnostic, ...] = ()


def same_changes(diagnostics: Iterable[Diagnostic]) -> list[SameChange]:
    """The findings in their order, each with those that follow and differ in the same way."""
    groups: dict[Hashable, list[Diagnostic]] = {}
    for number, diagnostic in enumerate(diagnostics):
        groups.setdefault(_change_of(diagnostic) or number, []).append(diagnostic)
    return [SameChange(group[0], tuple(group[1:])) for group in groups.values()]


def _change_of(diagnostic: Diagnostic) -> Hashable | None:
    """What is equal for findings that differ in the same way; None for a finding that stays alone."""
    source = diagnostic.source
    if diagnostic.code != "CPY201" or source is None or not diagnostic.diff:
        return None
    changed = tuple(
        _backwards(line.rstrip(), diagnostic.replacements)
        for line in diagnostic.diff.split("\n")[2:]
        if line[:1] in ("-", "+")
    )
    fix = diagnostic.fix and diagnostic.fix.applicability
    words = _without_names(diagnostic, diagnostic.message), _without_names(diagnostic, diagnostic.help or "")
    return source.filename, source.location, changed, fix, words


def _backwards(line: str, replacements: Iterable[Replacement]) -> str:
    """A line of the difference in the words of the source, as far as they can be read backwards."""
    for replacement in reversed(tuple(replacements)):
        for left, right in _variants(replacement):
            line = line.replace(right, left) if right else line
    return line


def _variants(replacement: Replacement) -> list[tuple[str, str]]:
    pairs = [(replacement.left, replacement.right)]
    if replacement.all_casing:
        pairs += [
            (replacement.left.lower(), replacement.right.lower()),
            (replacement.left.upper(), replacement.right.upper()),
        ]
    return pairs


def _without_names(diagnostic: Diagnostic, text: str) -> str:
    """The words of a message without what is the copy's own: its name, its place, and the path of its directive."""
    name = diagnostic.copy.rpartition(".")[2]
    for own in (diagnostic.copy, diagnostic.target, f"{diagnostic.filename}:{diagnostic.location.row}"):
        text = text.replace(own, "") if own else text
    return re.sub(rf"\b{re.escape(name)}\b", "", text) if name else text
