"""What a module says of a name: its definitions, or the imports to follow; plain values, which outlive the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.compared_regions import Region, cut, without_markers
from copycheck.directives.module_directives import Module
from copycheck.model.location import Location
from copycheck.syntax.statement_tree import ImportedName, Kind, Statement


class Definition(NamedTuple):
    """A source object: its place, what tells it from others of its name (3.5), and its compared text.

    `number` counts the definitions of that name and accessor in its scope; `decorated` is the text with decorators.
    """

    filename: str
    location: Location
    accessor: str
    number: int
    plain: Region
    decorated: Region

    def is_at(self, filename: str, row: int) -> bool:
        """Whether its keyword, or its name, is in a row of a file."""
        return (self.filename, self.location.row) == (filename, row)


class Lookup(NamedTuple):
    """What a module holds of a dotted name, as far as its own tree goes.

    Either `definitions`, or `imports` (and star imports) under which `rest` is to be looked for. `scope` names the
    class or function in which the first name of `rest` is missing, and `names` what is there.
    """

    definitions: tuple[Definition, ...] = ()
    imports: tuple[ImportedName, ...] = ()
    stars: tuple[ImportedName, ...] = ()
    rest: tuple[str, ...] = ()
    scope: str = ""
    names: tuple[str, ...] = ()


class Surface(NamedTuple):
    """What the body of a module binds, without its tree: which names, and where imported ones come from.

    `defined` are the names that it defines itself, `imports` those that it only imports; `names` are all, in order.
    """

    defined: frozenset[str]
    imports: Mapping[str, tuple[ImportedName, ...]]
    stars: tuple[ImportedName, ...]
    names: tuple[str, ...]

    def lookup(self, rest: tuple[str, ...]) -> Lookup | None:
        """What `look_up` says of a name; None where the module defines it, which takes the tree."""
        if rest[0] in self.defined:
            return None
        imports = self.imports.get(rest[0], ())
        return Lookup((), imports, () if imports else self.stars, rest, "", () if imports else self.names)


def surface_of(module: Module) -> Surface:
    """What the body of a module binds. Raises UnreadableFileError when it cannot be parsed."""
    outline = module.outline
    defined, imports = set(), {}
    for name, statements in outline.names().items():
        if any(statement.is_definition for statement in statements):
            defined.add(name)
        else:
            imports[name] = tuple(bound for s in statements for as_name, bound in s.imports if as_name == name)
    return Surface(frozenset(defined), imports, outline.stars, outline.known_names())


def look_up(module: Module, rest: tuple[str, ...]) -> Lookup:
    """Look each name up in the body of the one before it and nowhere else; of alternatives (`if … else`) in all (3.2).

    Raises UnreadableFileError when the module cannot be parsed.
    """
    scopes = [module.outline]
    for level, name in enumerate(rest):
        named = [(scope, statement) for scope in scopes for statement in scope.named(name)]
        local = [(scope, statement) for scope, statement in named if statement.is_definition]
        if not local:
            imports = tuple(bound for _, s in named for as_name, bound in s.imports if as_name == name)
            stars = () if level or imports else module.outline.stars
            scope = f"{scopes[-1].kind} `{scopes[-1].name}`" if level else ""
            names = () if imports else scopes[-1].known_names()
            return Lookup((), imports, stars, rest[level:], scope, names)
        if level == len(rest) - 1:
            return Lookup(tuple(define(module, scope, statement) for scope, statement in local))
        scopes = [statement for _, statement in local]
    raise AssertionError("a lookup has at least one name")


def define(module: Module, scope: Statement, statement: Statement) -> Definition:
    """The definition as a source, with both of its texts."""
    end = module.end_of(statement)
    # Where the source is a copy itself, its `# End copy` is a word about that, and no text of the object.
    mark = module.end_copy_row(statement, end)
    plain = without_markers(cut(module, statement, None, end, mark))
    return Definition(
        module.filename,
        Location(statement.row, statement.column + 1),
        statement.accessor,
        scope.number_of(statement),
        plain,
        without_markers(cut(module, statement, 0, end, mark)) if statement.decorators else plain,
    )


def choose_definitions(
    definitions: Sequence[Definition], kind: Kind, accessor: str, number: int
) -> tuple[Definition, ...]:
    """The definitions that a copy of that kind, accessor and number may equal, the one that fix writes last (3.5).

    Beside a class, `X = FasterX` may stand as an alternative; it is never what fix writes over a class.
    """
    same = [definition for definition in definitions if definition.accessor == accessor]
    if accessor == "overload":
        same = [definition for definition in same if definition.number == number] or same
    alternatives = same or list(definitions)
    return tuple(sorted(alternatives, key=lambda definition: definition.plain.kind == kind))
