"""Chains of copies that come back to themselves: CPY105, and no drift besides (contract 3.8)."""

from __future__ import annotations

from collections.abc import Sequence

from copycheck.checking import dependency_graph
from copycheck.checking.outcome import Examined, at


def report_cycles(directives: list[Examined]) -> tuple[dependency_graph.Edges, frozenset[int]]:
    """Report each cycle at all of its directives, in place; returns what reads from what, and the numbers on cycles."""
    edges = dependency_graph.upstream(directives)
    groups = dependency_graph.cycles(edges)
    for group in groups:
        for number in group:
            directives[number] = _on_cycle(directives, number, dependency_graph.chain(edges, number, group))
    return edges, frozenset(number for group in groups for number in group)


def _on_cycle(directives: Sequence[Examined], number: int, chain: Sequence[int]) -> Examined:
    """A directive with the finding that its cycle is; which side of a drift is right, nobody can say there."""
    found = directives[number]
    names = [f"{directives[n].filename}:{directives[n].directive.row}" for n in [*chain, number]]
    steps = [f"`{directives[n].directive.target}`" for n in chain]
    message = f"a chain of copies comes back to itself: {' ← '.join([*steps, steps[0]])} ({' → '.join(names)})"
    kept = [d for d in found.diagnostics if d.code not in ("CPY201", "CPY202")]
    help_ = "remove one of these directives: the object that is to be the source bears none"
    kept.append(at(found.filename, found.directive, "CPY105", message, source=found.source, help=help_))
    return found._replace(diagnostics=tuple(kept))
