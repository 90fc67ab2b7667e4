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
        for number, chain in dependency_graph.chains(edges, group):
            directives[number] = _on_cycle(directives, number, chain)
    return edges, frozenset(number for group in groups for number in group)


def _on_cycle(directives: Sequence[Examined], number: int, chain: dependency_graph.Chain) -> Examined:
    """A directive with the finding that its cycle is; which side of a drift is right, nobody can say there."""
    found = directives[number]
    links = {n: directives[n] for n in chain.shown}
    places = chain.text({n: f"{link.filename}:{link.directive.row}" for n, link in links.items()}, " → ")
    steps = chain.text({n: f"`{link.directive.target}`" for n, link in links.items()}, " ← ")
    message = f"these copies form a cycle: {steps} ({places})"
    kept = [d for d in found.diagnostics if d.code not in ("CPY201", "CPY202")]
    help_ = "remove the directive above the object that is the source"
    kept.append(at(found.filename, found.directive, "CPY105", message, source=found.source, help=help_))
    return found._replace(diagnostics=tuple(kept))
