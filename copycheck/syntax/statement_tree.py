"""The statements of a module with their names and extents, whichever grammar has read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["class", "def", "async def", "assignment", "import", "block", "other"]
DEFINITIONS = frozenset({"class", "def", "async def", "assignment"})


def of_one_kind(one: Kind, other: Kind) -> bool:
    """Whether two objects are both classes, both functions, or both assignments."""
    return one.removeprefix("async ") == other.removeprefix("async ")


class Decorator(NamedTuple):
    """A decorator's rows, and its expression without arguments: `x.setter`, `overload`."""

    row: int
    end_row: int
    name: str


class ImportedName(NamedTuple):
    """What `from .module import attribute as name` (or `import module as name`) binds.

    `attribute` is None for a module, `*` for a star import. `level` counts the dots.
    """

    module: tuple[str, ...]
    attribute: str | None
    level: int

    def module_from(self, package: tuple[str, ...]) -> tuple[str, ...] | None:
        """The dotted name of the module, for an import in a package; None where the dots lead out of it."""
        if self.level > len(package):
            return None
        return (*package[: len(package) - self.level + 1], *self.module) if self.level else self.module


class BoundImport(NamedTuple):
    """A name that an import binds, and what it is."""

    name: str
    imported: ImportedName


@dataclass(slots=True, eq=False)
class Statement:
    """A statement: rows from 1, columns from 0 in characters.

    `start` is the row of the first decorator, `row` that of the keyword; `end` is the last row of code, comments
    behind it not included. A block (`if`, `try`, `with`, `match`, a `case`) is transparent to names.
    """

    kind: Kind
    name: str
    start: int
    row: int
    column: int
    end: int
    end_column: int
    decorators: tuple[Decorator, ...] = ()
    imports: tuple[BoundImport, ...] = ()
    transparent: bool = False
    make_children: Callable[[], list[Statement]] = list
    _children: list[Statement] | None = field(default=None, repr=False)
    _names: dict[str, list[Statement]] | None = field(default=None, repr=False)
    _known: tuple[str, ...] | None = field(default=None, repr=False)
    _stars: tuple[ImportedName, ...] | None = field(default=None, repr=False)
    _numbers: dict[str, dict[Statement, int]] | None = field(default=None, repr=False)

    @property
    def children(self) -> list[Statement]:
        """The statements of its body, in order; of a block those of all its branches."""
        if self._children is None:
            self._children = self.make_children()
        return self._children

    @property
    def is_definition(self) -> bool:
        """Whether it can be a source or a copy: class, def, async def, or an assignment to one name."""
        return self.kind in DEFINITIONS

    @property
    def is_scope(self) -> bool:
        """Whether it is a class, def or async def."""
        return self.kind in ("class", "def", "async def")

    @property
    def accessor(self) -> str:
        """What tells definitions of one name apart: `setter`, `deleter`, `getter`, `overload`, or nothing (3.5)."""
        for decorator in self.decorators:
            head, _, last = decorator.name.rpartition(".")
            if (last in ("setter", "deleter", "getter") and head) or last == "overload":
                return last
        return ""

    @property
    def stars(self) -> tuple[ImportedName, ...]:
        """The star imports of its body."""
        if self._stars is None:
            self._stars = tuple(bound for statement in self.named("*") for _, bound in statement.imports)
        return self._stars

    def named(self, name: str) -> list[Statement]:
        """The definitions and imports of that name in its own body, blocks included, and nowhere else (3.2)."""
        return self.names().get(name, [])

    def number_of(self, statement: Statement) -> int:
        """How many definitions of the same name and accessor stand before one in this body; 0 for one of another."""
        if self._numbers is None:
            self._numbers = {}
        numbers = self._numbers.get(statement.name)
        if numbers is None:  # counted once for all of a name: a file may define one 100,000 times
            so_far: Counter[str] = Counter()
            numbers = self._numbers[statement.name] = {}
            for other in self.named(statement.name):
                if other.is_definition:
                    numbers[other] = so_far[other.accessor]
                    so_far[other.accessor] += 1
        return numbers.get(statement, 0)

    def known_names(self) -> tuple[str, ...]:
        """The names that its body defines or imports."""
        if self._known is None:
            self._known = tuple(name for name in self.names() if name != "*")
        return self._known

    def names(self) -> dict[str, list[Statement]]:
        """Name → the definitions and imports of its body."""
        if self._names is None:
            self._names = {}
            for statement in _through_blocks(self.children):
                for name in [statement.name] if statement.is_definition else [n for n, _ in statement.imports]:
                    self._names.setdefault(name, []).append(statement)
        return self._names


def _through_blocks(statements: Sequence[Statement]) -> Iterator[Statement]:
    for statement in statements:
        if statement.kind == "block":
            if statement.transparent:
                yield from _through_blocks(statement.children)
        else:
            yield statement
