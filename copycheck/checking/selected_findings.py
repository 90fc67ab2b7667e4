"""The findings of a selection and its summary: a question to what a check knows, which changes nothing (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from copycheck.checking.earlier_run import KnownFile
from copycheck.checking.finding_filter import Gate
from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.checking.registered_full_copies import FullCopyVerdict
from copycheck.checking.unsafe_fixes import needs_met
from copycheck.model.diagnostic import Diagnostic, FindingKey, Identity, State
from copycheck.model.result import Summary
from copycheck.project.selection import Selection


class CheckState(NamedTuple):
    """What a check knows: directives, full copies, files, and the files of an earlier run that it never opened."""

    directives: Sequence[Examined]
    full_copies: Sequence[FullCopyVerdict]
    files: Collection[ExaminedFile]
    unopened: Collection[KnownFile]
    tracked: Sequence[Diagnostic] = ()
    """What was found about adaptations and the lock."""


class Report(NamedTuple):
    """The findings that count, sorted and each once, the counts, and the entries of the baseline that nothing fits."""

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary
    stale_entries: frozenset[FindingKey]


def make_report(
    state: CheckState,
    gate: Gate,
    exists: Callable[[str], bool],
    selection: Selection,
    besides: frozenset[Identity] = frozenset(),
) -> Report:
    """Report on a selection; `besides` names directives that count as selected as well."""
    chosen = [f for f in state.directives if takes(selection, f, exists) or f.identity in besides]
    pairs = [verdict for verdict in state.full_copies if takes_full_copy(selection, verdict)]
    settled = [gate.settle(found) for found in chosen]
    found = {diagnostic for some in settled for diagnostic in some.standing}
    found |= {verdict.diagnostic for verdict in pairs if verdict.diagnostic is not None}
    found |= {diagnostic for verdict in pairs for diagnostic in verdict.beside}
    found |= {diagnostic for diagnostic in state.tracked if diagnostic.filename in selection}
    found |= {d for file in state.files if file.filename in selection for d in file.diagnostics}
    found |= {diagnostic for file in state.unopened for diagnostic in file.diagnostics}
    stale = gate.gone(selection, found)
    found |= gate.unneeded(stale)
    found = {diagnostic for diagnostic in found if gate.is_on(diagnostic)}
    known = {diagnostic for diagnostic in found if gate.lists(diagnostic)}
    reported = tuple(sorted(needs_met(found - known), key=lambda diagnostic: diagnostic.sort_key))
    summary = _count(chosen, state.unopened)._replace(
        findings=len(reported),
        full_copies=len(pairs),
        ignored=gate.count_ignored(settled) + sum(file.ignored for file in state.unopened),
        known=len(known),
    )
    return Report(reported, summary, frozenset(stale))


def _count(chosen: Sequence[Examined], unopened: Collection[KnownFile]) -> Summary:
    """The files and directives, and how many of these are in which state."""
    return Summary(
        files=len({found.filename for found in chosen}) + sum(file.directives > 0 for file in unopened),
        directives=len(chosen) + sum(file.directives for file in unopened),
        in_sync=sum(found.state is State.IN_SYNC for found in chosen) + sum(file.in_sync for file in unopened),
        external=sum(found.state is State.EXTERNAL for found in chosen) + sum(file.external for file in unopened),
    )


def takes_full_copy(selection: Selection, verdict: FullCopyVerdict) -> bool:
    """Whether a full copy or its source is selected."""
    pair = verdict.pair
    if selection.only is not None and pair.identity not in selection.only:
        return False
    return selection.holds(pair.copy) or selection.holds(pair.source)


def takes(selection: Selection, found: Examined, exists: Callable[[str], bool]) -> bool:
    """Whether a directive's copy or source is selected; of a source that is not found, the module looked into."""
    if selection.only is not None and found.identity not in selection.only:
        return False
    if selection.holds(found.filename) or (found.source is not None and selection.holds(found.source.filename)):
        return True
    return found.source is None and any(selection.holds(name) and exists(name) for name in found.probed)
