"""Imports that a module is to have: their statements, and the order of names and modules in these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from copycheck.syntax.import_statements import Parts


class NewImport(NamedTuple):
    """What a module is to import: `from module import name as …`, or `import module as …` without a name.

    `module` is what the statement is to say, with `level` dots before it. `condition` is that of the block that it goes
    to: empty, `TYPE_CHECKING`, or that of a block which the module has.
    """

    module: Parts
    level: int = 0
    name: str = ""
    as_name: str = ""
    condition: str = ""

    @property
    def alias(self) -> str:
        """The name with its alias, as a statement has it."""
        return f"{self.name} as {self.as_name}" if self.as_name else self.name

    @property
    def origin(self) -> str:
        """The module as the statement has it, with its dots."""
        return "." * self.level + ".".join(self.module)

    @property
    def statement(self) -> str:
        """The statement that imports this alone."""
        if self.name:
            return f"from {self.origin} import {self.alias}"
        return f"import {self.origin} as {self.as_name}" if self.as_name else f"import {self.origin}"


def statements(imports: Sequence[NewImport]) -> list[str]:
    """The statements that import some names, one for each module."""
    names: dict[tuple[str, str], list[str]] = {}
    for new in imports:
        if new.name:
            own = names.setdefault((new.condition, new.origin), [])
            own.insert(place_among(own, new.alias), new.alias)
    said = [new.statement for new in imports if not new.name]
    return said + [f"from {origin} import {', '.join(own)}" for (_, origin), own in names.items()]


def exploded(head: str, names: Sequence[str]) -> list[str]:
    """A statement with each name on a line of its own."""
    indent = head[: len(head) - len(head.lstrip())]
    return [f"{head.rstrip()} (", *(f"{indent}    {name}," for name in names), f"{indent})"]


def place_among(names: Sequence[str], new: str) -> int:
    """Where a name goes among others: in their order, whichever it is; at the end where they have none."""
    keys: tuple[Callable[[str], tuple[int, str]], ...] = (_by_kind, _without_case, _as_is)
    for key in keys:
        known = [key(name) for name in names]
        if known == sorted(known):
            return sum(other <= key(new) for other in known)
    return len(names)


def _without_case(name: str) -> tuple[int, str]:
    return 0, name.casefold()


def _as_is(name: str) -> tuple[int, str]:
    return 0, name


def _by_kind(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions, as isort has them."""
    own = name.split(" ", 1)[0]
    kind = 0 if len(own) > 1 and own.isupper() else 1 if own[:1].isupper() else 2
    return kind, name.casefold()


def module_order(is_from: bool, level: int, module: Parts) -> tuple[bool, int, str]:
    """What orders statements of one section: `import` first, then by dots and by name."""
    return is_from, -level, ".".join(module).casefold()
