"""Copy → source edges between directives: order, and cycles (contract 3.8 and 5.1)."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from copycheck.checking.outcome import Examined
from copycheck.model.location import Span

Edges = list[list[int]]
"""For each directive, the numbers of those whose copies its source lies in."""

_SHOWN = 12
"""So many links of a cycle are shown in full: every one of its directives has a finding."""


def upstream(examined: Sequence[Examined]) -> Edges:
    """The edges: from a directive to each whose copy shares a row with its source."""
    writes: dict[str, list[tuple[int, int, int]]] = {}
    for number, found in enumerate(examined):
        for span in found.writes:
            writes.setdefault(span.filename, []).append((span.start, span.end, number))
    written = {filename: _Written(spans) for filename, spans in writes.items()}
    edges: Edges = []
    for found in examined:
        near = {n for span in found.reads if span.filename in written for n in written[span.filename].by(span)}
        edges.append(sorted(near))
    return edges


class _Written:
    """What the copies of a file write, to be asked by rows: a file may hold thousands of copies."""

    def __init__(self, spans: list[tuple[int, int, int]]) -> None:
        """`spans` are first rows, last rows and numbers of directives."""
        self._spans = sorted(spans)
        self._starts = [start for start, _, _ in self._spans]
        self._furthest = list(accumulate((end for _, end, _ in self._spans), max))

    def by(self, rows: Span) -> Iterator[int]:
        """The numbers of the directives that write one of some rows."""
        place = bisect.bisect_right(self._starts, rows.end) - 1
        while place >= 0 and self._furthest[place] >= rows.start:
            _, end, number = self._spans[place]
            if end >= rows.start:
                yield number
            place -= 1


def cycles(edges: Edges) -> list[list[int]]:
    """The groups of directives that lie on a common cycle (Tarjan's strongly connected components)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    groups: list[list[int]] = []
    for root in range(len(edges)):
        if root in index or not edges[root]:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            node, following = work[-1]
            for child in following:
                if child not in index:
                    index[child] = low[child] = len(index)
                    path.append(child)
                    on_path.add(child)
                    work.append((child, iter(edges[child])))
                    break
                if child in on_path:
                    low[node] = min(low[node], index[child])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = len(path) - 1
                    while path[cut] != node:
                        cut -= 1
                    group, path[cut:] = path[cut:], []
                    on_path.difference_update(group)
                    if len(group) > 1 or node in edges[node]:
                        groups.append(sorted(group))
    return groups


def chains(edges: Edges, group: Sequence[int]) -> Iterator[WayBack]:
    """For each directive of a group that lies on a common cycle, the shortest way from it back to itself."""
    inside = set(group)
    following = {node: [child for child in edges[node] if child in inside] for node in group}
    if any(len(children) != 1 for children in following.values()):
        yield from (WayBack(node, Chain.of(_way_back(edges, node, inside))) for node in group)
        return
    # A single ring, which may have thousands of links: each way back is a part of it.
    ring = [group[0]]
    while (child := following[ring[-1]][0]) != group[0]:
        ring.append(child)
    twice = ring + ring
    for number, node in enumerate(ring):
        yield WayBack(node, Chain.of(twice[number : number + min(len(ring), _SHOWN + 1)], len(ring)))


class Chain(NamedTuple):
    """The first directives of a way back, and how many it has."""

    shown: Sequence[int]
    length: int

    @staticmethod
    def of(way: Sequence[int], length: int = 0) -> Chain:
        """The chain of a way back, or of the beginning of one that is so long."""
        length = length or len(way)
        return Chain(way[: _SHOWN - 2] if length > _SHOWN else way, length)

    def text(self, names: Mapping[int, str], arrow: str) -> str:
        """The names along the chain and back to the first one; of a long chain only the first ones."""
        left_out = self.length - len(self.shown)
        parts = [*(names[number] for number in self.shown), *([f"{left_out:,} more"] if left_out else [])]
        return arrow.join([*parts, names[self.shown[0]]])


class WayBack(NamedTuple):
    """The number of a directive that lies on a cycle, and the way from it back to itself."""

    directive: int
    chain: Chain


def _way_back(edges: Edges, start: int, inside: Collection[int]) -> list[int]:
    """The shortest way from a directive of a cycle back to itself."""
    came_from: dict[int, int] = {}
    front = [start]
    while front:
        behind: list[int] = []
        for node in front:
            for child in edges[node]:
                if child == start:
                    way = [node]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    return way[::-1]
                if child in inside and child not in came_from:
                    came_from[child] = node
                    behind.append(child)
        front = behind
    return [start]
