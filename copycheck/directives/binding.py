"""Ties a directive to the definition that it governs (contract 1.8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from copycheck.directives.compared_regions import Region, cut, indent_of
from copycheck.directives.module_directives import Module
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Span

MOST_COMPARED = 50_000_000
"""A definition may have many directives above it, and be the source of as many: so many characters are compared."""


MOST_ALTERNATIVES = 200_000
"""A name may be defined many times, and have as many copies: each is compared with so many of them, in one file."""


class Copy(NamedTuple):
    """A directive and the definition below it, as plain values.

    `name` is dotted within the file; `accessor` and `number` tell it from others of its name (3.5); `indents` are those
    of the statements around it, outermost first. `region` ends at `# End copy`, if there is one.
    """

    filename: str
    directive: Directive
    name: str
    row: int
    accessor: str
    number: int
    indents: tuple[str, ...]
    decorated: bool
    region: Region

    def rows(self, lines: Sequence[int]) -> list[int]:
        """The rows of the file that lines of the region come from."""
        return [self.region.rows[line] for line in lines]


def bind(module: Module, directive: Directive) -> Copy | None:
    """The copy that a directive governs; None where no definition follows (CPY005)."""
    site = module.definition_below(directive)
    if site is None:
        return None
    statement, lines = site.statement, module.lines
    decorated = any(decorator.row > directive.end_row for decorator in statement.decorators)
    end = module.end_of(statement)
    end_copy = module.end_copy_row(statement, end)
    if end_copy is not None:
        end = end_copy - 1
        while end > statement.row and not lines[end - 1].strip():
            end -= 1
    scope = next((parent for parent in reversed(site.parents) if parent.kind != "block"), module.outline)
    return Copy(
        module.filename,
        directive,
        ".".join([*(parent.name for parent in site.parents if parent.name), statement.name]),
        statement.row,
        statement.accessor,
        scope.number_of(statement),
        tuple(indent_of(lines[parent.start - 1]) for parent in site.parents),
        decorated,
        cut(module, statement, directive.end_row if decorated else None, end),
    )


def too_much(filename: str, what: str = f"{MOST_COMPARED:,} characters") -> UnreadableFileError:
    """Why a file is not checked whose copies, or what they are compared with, fill the memory (contract 3.10)."""
    return UnreadableFileError(filename, f"cannot be checked: more than {what} are compared in it")


def spans(filename: str, rows: Sequence[int], left_out: frozenset[int] = frozenset()) -> tuple[Span, ...]:
    """The rows of a region as spans, without the lines (numbers into `rows`) that are left out."""
    if rows and not left_out and rows[-1] - rows[0] == len(rows) - 1:
        return (Span(filename, rows[0], rows[-1]),)
    found: list[Span] = []
    for number, row in enumerate(rows):
        if number in left_out:
            continue
        if found and found[-1].end == row - 1:
            found[-1] = Span(filename, found[-1].start, row)
        else:
            found.append(Span(filename, row, row))
    return tuple(found)


def members_around(module: Module, directive_row: int, row: int) -> tuple[str, ...]:
    """The names of what can be ignored of a copy and is around a row: members of a class; a function is its own.

    None where the row is in no member, or the copy is no class and no function.
    """
    directive = next((d for d in module.directives if d.row == directive_row), None) if module.is_parsable else None
    site = module.definition_below(directive) if directive is not None else None
    if site is None or site.statement.kind == "assignment":
        return ()
    if site.statement.kind != "class":
        return (site.statement.name,)
    members = (member for member in site.statement.children if member.is_scope)
    return tuple(member.name for member in members if member.start <= row <= module.end_of(member))


def definition_at(module: Module, row: int, but: Collection[int]) -> str:
    """The name of the class or function whose decorators or header are in a row; empty for none, and for one of `but`.

    These are the first rows of definitions.
    """
    front = list(module.outline.children) if module.is_parsable else []
    while front:
        statement = front.pop()
        if statement.start <= row <= statement.row and statement.is_scope and not statement.transparent:
            return "" if statement.start in but or statement.row in but else statement.name
        if statement.start <= row <= module.end_of(statement):
            front += statement.children
    return ""
