"""Fixes that a report must not offer, for another one that is made first leaves them undone (contract 5.7)."""

from __future__ import annotations

from collections.abc import Callable

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.model.diagnostic import Diagnostic

_REASON = "its source is fixed first, and then its own fix is refused"
_HELP = "run `copycheck --fix` for its source, and then `copycheck` once more to see what is missing here"


def withdraw_empty_offers(check: Check) -> None:
    """Take the offers back that `--fix` would not keep: those of copies whose sources are copies that it fixes as well.

    The chains of such copies are fixed in a fork of the check. Most projects have none of them.
    """
    offered = {number for number, found in enumerate(check.directives) if _offer(found) is not None}
    chains = {number: above for number in offered if (above := _above(check, number) & offered)}
    if not chains:
        return
    from copycheck.fixing.copies import fix_copies
    from copycheck.fixing.session import FixSession
    from copycheck.project.selection import Selection

    concerned = chains.keys() | {up for above in chains.values() for up in above}
    own = [check.directives[number] for number in chains]
    offers = {found.identity for found in own if any(d.code == "CPY201" for d in check.gate.standing(found))}
    session = FixSession(
        check.fork(finds_lost=False), Selection(only=frozenset(check.directives[n].identity for n in concerned))
    )
    rests_on = {
        check.directives[number].identity: {name for up in above for name in check.directives[up].probed}
        for number, above in chains.items()
    }
    fix_copies(session)
    empty = offers - session.fixed
    check.amend({identity: _amended(identity in empty, sorted(names)) for identity, names in rests_on.items()})


def _amended(is_empty: bool, names: list[str]) -> Callable[[Examined], Examined]:
    def amend(found: Examined) -> Examined:
        offer = _offer(found)
        diagnostics = found.diagnostics
        if is_empty and offer is not None:
            gone = offer._replace(fix=None, message=f"{offer.message}; {_REASON}", help=_HELP)
            diagnostics = tuple(gone if d is offer else d for d in diagnostics)
        return found._replace(diagnostics=diagnostics, probed=tuple(dict.fromkeys((*found.probed, *names))))

    return amend


def _offer(found: Examined) -> Diagnostic | None:
    """The drift of a copy that has a safe fix."""
    return next((d for d in found.diagnostics if d.code == "CPY201" and d.fix and d.fix.applicability == "safe"), None)


def _above(check: Check, number: int) -> set[int]:
    """The directives whose copies a source rests on, through chains."""
    above: set[int] = set()
    front = [number]
    while front:
        fresh = [up for up in check.edges[front.pop()] if up not in above and up != number]
        above.update(fresh)
        front += fresh
    return above
