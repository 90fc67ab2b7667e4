"""Copy → source edges between directives: order, and cycles (contract 3.8 and 5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from copycheck.checking.outcome import Examined

Edges = list[list[int]]
"""For each directive, the numbers of those whose copies its source lies in."""


def upstream(examined: Sequence[Examined]) -> Edges:
    """The edges: from a directive to each whose copy shares a row with its source."""
    writers: dict[str, list[int]] = {}
    for number, found in enumerate(examined):
        if found.writes:
            writers.setdefault(found.filename, []).append(number)
    edges: Edges = []
    for found in examined:
        near = {number for span in found.reads for number in writers.get(span.filename, ())}
        edges.append([number for number in sorted(near) if _feeds(examined[number], found)])
    return edges


def _feeds(writer: Examined, reader: Examined) -> bool:
    return any(read.overlaps(written) for read in reader.reads for written in writer.writes)


def cycles(edges: Edges) -> list[list[int]]:
    """The groups of directives that lie on a common cycle (Tarjan's strongly connected components)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    groups: list[list[int]] = []
    for root in range(len(edges)):
        if root in index:
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
                    cut = path.index(node)
                    group, path[cut:] = path[cut:], []
                    on_path.difference_update(group)
                    if len(group) > 1 or node in edges[node]:
                        groups.append(sorted(group))
    return groups


def chain(edges: Edges, start: int, group: Sequence[int]) -> list[int]:
    """The shortest way from a directive of a cycle back to itself."""
    inside = set(group)
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
