"""Fixes that a report must not offer, for another one that is made first leaves them undone (contract 5.7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined, with_finding
from copycheck.model.diagnostic import Diagnostic, Identity, State

Chains = Mapping[int, Collection[int]]
"""The numbers of copies with an offer, each with those of the copies that its source rests on and that have one too."""

_REASON = "its source is fixed first, and then its own fix is refused"
_HELP = "run `copycheck --fix` for its source, and then `copycheck` once more to see what is missing here"


def withdraw_empty_offers(check: Check) -> None:
    """Take the offers back that `--fix` would not keep: those of copies whose sources are copies that it fixes as well.

    The chains of such copies are fixed in a fork of the check. Most projects have none of them.
    """
    trials = OfferTrials()
    trials.run(check, lambda names: check.fork(within=names), trials.wanted(check))


class OfferTrials:
    """Tries the offers of a check that is kept up to date: each once, and again when its chain has changed."""

    def __init__(self) -> None:
        self._tried: dict[Identity, tuple[Examined, ...]] = {}

    def wanted(self, check: Check, filenames: Collection[str] | None = None) -> Chains:
        """The chains above the offers in some files, or in all, that are not as they were when they were tried."""
        drifted = (number for number, found in enumerate(check.directives) if found.diagnostics)
        offered = {number for number in drifted if _offer(check.directives[number]) is not None}
        own = (n for n in offered if filenames is None or check.directives[n].filename in filenames)
        moving = offered | _made_possible(check, offered)
        chains = {number: above for number in own if (above := _above(check, number) & moving)}
        return {
            number: above
            for number, above in chains.items()
            if not _are_same(self._tried.get(check.directives[number].identity, ()), _links(check, number, above))
        }

    def run(self, check: Check, fork: Callable[[Collection[str]], Check], chains: Chains) -> None:
        """Fix these chains in a fork of the check, and take the offers back that come to nothing there.

        `fork` gives one that holds some files alone: what rests on a chain has no say in it.
        """
        if not chains:
            return
        from copycheck.fixing.drift_fixes import fix_copies
        from copycheck.fixing.fix_session import FixSession
        from copycheck.fixing.fixes_together import with_needed
        from copycheck.project.selection import Selection

        concerned = {number for own, above in chains.items() for number in (own, *above)}
        only = with_needed(check.directives, (check.directives[n].identity for n in concerned))
        beside = (check.directives[n].identity for n in _offered_beside(check, concerned))
        own = [check.directives[number] for number in chains]
        offers = {found.identity for found in own if any(d.code == "CPY201" for d in check.gate.standing(found))}
        only = only.union(beside)

        def fixed(only: frozenset[Identity]) -> Check:
            session = FixSession(fork(_files_of(check, only)), Selection(only=only))
            fix_copies(session)
            return session.check

        trial = fixed(only)
        importing = _importing(check, range(len(check.directives)))
        if importing and _adds_imports(check, trial, {found.filename for found in own}):
            # An import that another fix adds, to any file, may close the circle in which one of these would be.
            trial = fixed(only | with_needed(check.directives, (check.directives[n].identity for n in importing)))
        # A copy that is in line with its fixed source as it is needs no fix of its own: the finding goes with that one.
        in_sync = {found.identity for found in trial.directives if found.state is State.IN_SYNC}
        # One that was fixed may have drifted again, when its source was fixed later.
        empty = offers - in_sync
        rests_on = _rests_on(check, chains, empty, importing)
        check.amend({identity: _amended(identity in empty, sorted(names)) for identity, names in rests_on.items()})
        # To say more of a directive leaves all of them in their order, with their numbers.
        self._tried |= {check.directives[n].identity: _links(check, n, above) for n, above in chains.items()}


def _links(check: Check, number: int, above: Collection[int]) -> tuple[Examined, ...]:
    return tuple(check.directives[one] for one in (number, *sorted(above)))


def _are_same(some: tuple[Examined, ...], others: tuple[Examined, ...]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def _amended(is_empty: bool, names: list[str]) -> Callable[[Examined], Examined]:
    def amend(found: Examined) -> Examined:
        offer = _offer(found)
        probed = tuple(dict.fromkeys((*found.probed, *names)))
        if is_empty and offer is not None:
            gone = offer._replace(fix=None, message=f"{offer.message}; {_REASON}", help=_HELP)
            found = with_finding(found, offer, gone)
        return found._replace(probed=probed)

    return amend


def _offer(found: Examined) -> Diagnostic | None:
    """The drift of a copy that has a safe fix."""
    return next((d for d in found.diagnostics if d.code == "CPY201" and d.fix and d.fix.applicability == "safe"), None)


def _rests_on(
    check: Check, chains: Chains, empty: Collection[Identity], importing: Collection[int]
) -> dict[Identity, set[str]]:
    """The files that what was said of chains rests on; that an offer comes to nothing may lie at the imports of all."""
    baseline = {check.gate.baseline} - {""}  # what counts as listed decides which copies are fixed first
    found = {
        check.directives[number].identity: baseline.union(*(check.directives[up].probed for up in above))
        for number, above in chains.items()
    }
    files = {check.directives[n].filename for n in importing}
    return {one: names | files if one in empty else names for one, names in found.items()}


def _adds_imports(before: Check, after: Check, filenames: Iterable[str]) -> bool:
    """Whether one of some files has more imports after a trial: a quick look."""

    def imports(check: Check, filename: str) -> int:
        lines = check.project.workspace.read(filename).lines
        return sum(line.lstrip().startswith(("import ", "from ")) for line in lines)

    return any(imports(after, name) > imports(before, name) for name in filenames)


def _importing(check: Check, numbers: Iterable[int]) -> set[int]:
    """Those of some copies whose offers add imports."""
    offers = ((number, _offer(check.directives[number])) for number in numbers)
    return {number for number, offer in offers if offer is not None and offer.fix is not None and offer.fix.imports}


def _made_possible(check: Check, offered: Collection[int]) -> set[int]:
    """The copies without an offer that may get one, for another fix in their file adds imports to it."""
    importing = {check.directives[number].filename for number in _importing(check, offered)}
    return {
        number
        for number, found in enumerate(check.directives if importing else ())
        if found.filename in importing and number not in offered and any(d.code == "CPY201" for d in found.diagnostics)
    }


def _offered_beside(check: Check, numbers: Collection[int]) -> set[int]:
    """The offers in the files of those copies that have none themselves."""
    files = {check.directives[n].filename for n in numbers if _offer(check.directives[n]) is None}
    return {n for n, found in enumerate(check.directives) if found.filename in files and _offer(found) is not None}


def _files_of(check: Check, copies: Collection[Identity]) -> set[str]:
    """The files of some copies, and of all that their sources rest on."""
    own = {number for number, found in enumerate(check.directives) if found.identity in copies}
    return {check.directives[number].filename for number in own | _all_above(check, own)}


def _above(check: Check, number: int) -> set[int]:
    """The directives whose copies a source rests on, through chains."""
    return _all_above(check, {number}) - {number}


def _all_above(check: Check, numbers: Collection[int]) -> set[int]:
    above: set[int] = set()
    front = list(numbers)
    while front:
        fresh = [up for up in check.edges[front.pop()] if up not in above]
        above.update(fresh)
        front += fresh
    return above
