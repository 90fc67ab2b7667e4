"""Chains of copies that come back to themselves: CPY105, and no drift besides (contract 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.checking import dependency_graph
from copycheck.checking.outcome import Examined, at
from copycheck.model.location import Span


class Related(NamedTuple):
    """What reads from what: the rows that directives tie together, the edges between them, and those on cycles."""

    spans: Sequence[Sequence[Span]]
    edges: dependency_graph.Edges
    groups: Sequence[Sequence[int]]

    @property
    def cyclic(self) -> frozenset[int]:
        """The numbers of all directives on cycles."""
        return frozenset(number for group in self.groups for number in group)


def report_cycles(directives: list[Examined], before: Related | None = None) -> Related:
    """Report each cycle at all of its directives, in place.

    `before` is what the last call gave: most edits leave all rows where they are.
    """
    spans = [part for found in directives for part in (found.reads, found.writes)]
    if before is not None and spans == before.spans:
        related = before
    else:
        edges = dependency_graph.upstream(directives)
        related = Related(spans, edges, dependency_graph.cycles(edges))
    for group in related.groups:
        for number, chain in dependency_graph.chains(related.edges, group):
            directives[number] = _on_cycle(directives, number, chain)
    return related


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
