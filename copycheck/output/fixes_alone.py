"""Fixes as a reader of a report makes them, one alone: what would break a program so goes together (contract 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.model.diagnostic import Diagnostic, Edit, FindingKey


class FixAlone(NamedTuple):
    """What is changed for a finding: `edits` is empty where that cannot be said, or another finding has the edits.

    `together` are all findings that are fixed with these edits, by report; the first of them has the edits.
    """

    edits: tuple[Edit, ...] = ()
    together: tuple[Diagnostic, ...] = ()


def fixes_alone(findings: Sequence[Diagnostic]) -> list[FixAlone]:
    """The safe fixes of some findings, one for each of these.

    Findings whose fixes have an edit in common, such as an import, or of which one needs the other, go together.
    """
    groups = _groups(findings)
    leaders = {some[0]: [findings[number] for number in some] for some in groups.values()}
    member = {number: tuple(findings[n] for n in some) for some in groups.values() for number in some}
    found = []
    for number in range(len(findings)):
        edits = _edits_of(leaders[number]) if number in leaders else ()
        found.append(FixAlone(edits, member.get(number, ())))
    return found


def _groups(findings: Sequence[Diagnostic]) -> dict[int, list[int]]:
    """The findings with a safe fix, by numbers, those together that are fixed together."""
    group: dict[int, list[int]] = {}
    by_edit: dict[Edit, int] = {}
    by_key: dict[FindingKey, int] = {}

    def join(one: int, other: int) -> None:
        small, large = sorted((group[one], group[other]), key=len)
        if small is not large:
            large += small
            group.update(dict.fromkeys(small, large))

    safe = [n for n, found in enumerate(findings) if found.fix is not None and found.fix.applicability == "safe"]
    for number in safe:
        group[number] = [number]
        by_key[findings[number].key] = number
        fix = findings[number].fix
        for edit in fix.edits if fix else ():
            join(number, by_edit.setdefault(edit, number))
    for number in safe:
        fix = findings[number].fix
        for need in fix.needs if fix else ():
            if need.key in by_key:
                join(number, by_key[need.key])
    unique = {id(some): sorted(some) for some in group.values()}
    return {some[0]: some for some in unique.values()}


def _edits_of(findings: Sequence[Diagnostic]) -> tuple[Edit, ...]:
    """The edits of findings that are fixed together; none where a reader may find other text in their place."""
    edits: dict[Edit, None] = {}
    for finding in findings:
        own = finding.fix.edits if finding.fix else ()
        if not own or not all(edit.portable for edit in own):
            return ()
        edits |= dict.fromkeys(own)
    return tuple(edits)
