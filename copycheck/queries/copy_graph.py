"""The graph of all copies: objects, and what copies what (contract 11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.location import Span


class Node(NamedTuple):
    """A source or a copy: its name within its file, and its rows; the last one is 0 where nobody has asked for it.

    A whole file, for full copies, bears its path as its name.
    """

    name: str
    filename: str
    row: int
    end_row: int = 0

    @property
    def is_file(self) -> bool:
        """Whether it is a whole file, whose name is its path."""
        return self.name == self.filename

    @property
    def label(self) -> str:
        """The name; of an object in another package with that and its version: `hoot (birds@2.0)`."""
        package = re.match(r"(.+?@[^/]+)/", self.filename)
        return f"{self.name} ({package[1]})" if package and not self.is_file else self.name


class Edge(NamedTuple):
    """A copy with the numbers of its own object and of its source's; None for a source that was not found."""

    own: int
    source: int | None
    copy: ListedCopy


@dataclass(frozen=True, slots=True)
class CopyGraph:
    """Objects, which count from 0, and what copies what."""

    objects: list[Node] = field(default_factory=list)
    copies: list[Edge] = field(default_factory=list)

    def around(self, objects: Sequence[Span]) -> CopyGraph:
        """The part of the graph that has to do with the objects in some rows: what they copy, and their copies."""
        inside = {n for n, node in enumerate(self.objects) if any(_overlaps(node, rows) for rows in objects)}
        kept = inside | self._reach(inside, up=True) | self._reach(inside, up=False)
        return draw(copy for own, source, copy in self.copies if own in kept and (source is None or source in kept))

    def _reach(self, front: Iterable[int], up: bool) -> set[int]:
        """The objects that some lead to, through chains."""
        steps: dict[int, list[int]] = {}
        for own, source, _ in self.copies:
            if source is not None:
                steps.setdefault(own if up else source, []).append(source if up else own)
        found: set[int] = set()
        ahead = list(front)
        while ahead:
            new = [other for other in steps.get(ahead.pop(), ()) if other not in found]
            found.update(new)
            ahead += new
        return found

    def below(self) -> dict[int, list[Edge]]:
        """Each source that was found, and its copies."""
        found: dict[int, list[Edge]] = {}
        for edge in self.copies:
            if edge.source is not None:
                found.setdefault(edge.source, []).append(edge)
        return found

    def roots(self) -> list[int]:
        """The objects that are copied and copy nothing that was found, and one of each circle."""
        copying = {own for own, source, _ in self.copies if source is not None}
        sources = [source for _, source, _ in self.copies if source is not None]
        roots = [n for n in dict.fromkeys(sources) if n not in copying]
        seen = set(roots) | self._reach(roots, up=False)
        for number in dict.fromkeys(sources):
            if number not in seen:
                roots.append(number)
                seen |= {number} | self._reach([number], up=False)
        return sorted(roots, key=lambda n: (self.objects[n].filename, self.objects[n].row))


def _overlaps(node: Node, rows: Span) -> bool:
    return node.filename == rows.filename and node.row <= rows.end and rows.start <= max(node.row, node.end_row)


def draw(copies: Iterable[ListedCopy]) -> CopyGraph:
    """The graph of some copies."""
    numbers: dict[tuple[str, str], int] = {}
    graph = CopyGraph()

    def number(name: str, filename: str, row: int, end_row: int) -> int:
        known = numbers.setdefault((filename, name), len(numbers))
        if known == len(graph.objects):
            graph.objects.append(Node(name, filename, row, end_row))
        elif end_row > graph.objects[known].end_row:
            graph.objects[known] = Node(name, filename, min(row, graph.objects[known].row), end_row)
        return known

    for copy in copies:
        rows = copy.rows or Span(copy.filename, copy.location.row, copy.location.row)
        own_name = copy.filename if copy.is_full else copy.name or f"line {copy.location.row}"
        own = number(own_name, copy.filename, rows.start, rows.end)
        source, end = copy.source, max((span.end for span in copy.reads), default=0)
        where = None
        if source is not None:
            name = source.filename if copy.is_full else _name_in(source.filename, copy.target)
            where = number(name, source.filename, source.location.row, end)
        graph.copies.append(Edge(own, where, copy))
    return graph


def _name_in(filename: str, target: str) -> str:
    """The name within its file of what a directive names: what follows the longest end of the file's path."""
    if "://" in target:
        return target.rpartition("/")[2]  # `owl.py#L3-L9`
    parts = filename.rpartition(".")[0].removesuffix("/__init__").split("/")
    named = target.split(".")
    for start in range(len(parts)):
        rest = _behind(parts[start:], named)
        if rest:
            return ".".join(rest)
    return named[-1]


def _behind(module: Sequence[str], named: Sequence[str]) -> Sequence[str]:
    return named[len(module) :] if list(named[: len(module)]) == list(module) else ()
