"""CPY010: comments that name an object under the roots, in another notation than a directive (contract 1.13)."""

from __future__ import annotations

import bisect
import os
from collections.abc import Iterator
from typing import NamedTuple

from copycheck.checking.outcome import Examined, at, source_of
from copycheck.directives.binding import Copy, bind
from copycheck.directives.directive_parser import parse_directive
from copycheck.directives.module_directives import Module
from copycheck.directives.notations import Notation, other_notations
from copycheck.directives.suppression_comments import ignores_around
from copycheck.model.diagnostic import Fix, State
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Excerpt, Span
from copycheck.model.paths import is_outside, plain_path
from copycheck.project.file_edits import LineEdit, exact_edits
from copycheck.resolution.module_files import dotted_modules
from copycheck.resolution.module_lookup import Definition
from copycheck.resolution.project_index import Project
from copycheck.syntax.statement_tree import Statement

_MOST_ROWS = 100
"""So many rows more may the replacements of such a comment go on in."""
_MOST_FOLDERS = 20
"""So many folders are taken off an absolute path."""


class OtherNotations(NamedTuple):
    """The comments of a file that name an object in another notation, and the files that this rests on.

    `error` says that there are such comments, as far as can be told, in a file that cannot be parsed.
    """

    found: tuple[Examined, ...] = ()
    probed: tuple[str, ...] = ()
    error: UnreadableFileError | None = None


class _Named(NamedTuple):
    """An object that a comment names: its dotted name, its definition, and whether the comment surely means it."""

    target: str
    definition: Definition
    is_sure: bool = True


def examine_notations(project: Project, filename: str) -> OtherNotations:
    """The comments of a decoded file that begin with `Copied from` and name an object in another notation."""
    file = project.workspace.read(filename)
    notations = list(other_notations(file.text, file.lines))
    if not notations:
        return OtherNotations()
    # The bodies that a skeleton leaves out hold no `Copied from` as directives have it.
    is_plain = all("Copied from" in file.lines[notation.row - 1] for notation in notations)
    module = project.modules.elided(filename) if is_plain else project.module(filename)
    probed: dict[str, None] = {}
    try:
        found = [one for notation in notations for one in _examine(project, module, notation, probed)]
    except UnreadableFileError as error:
        is_meant = any(_named(project, filename, notation, "", probed) for notation in notations)
        return OtherNotations((), tuple(probed), error if is_meant else None)
    return OtherNotations(tuple(found), tuple(probed))


def _examine(project: Project, module: Module, notation: Notation, probed: dict[str, None]) -> Iterator[Examined]:
    """The comment, where it is one and names an object. Raises UnreadableFileError for a file without an outline."""
    if not module.is_comment(notation.row):
        return
    directive = _directive(module, notation)
    copy = bind(module, directive)
    looked_at: dict[str, None] = {}
    named = _named(project, module.filename, notation, copy.name if copy else "", looked_at)
    probed.update(looked_at)
    if named is None:
        return
    place = named.definition.filename, named.definition.location.row
    if copy is None or place != (module.filename, copy.row):
        yield _examined(module, notation, directive, copy, named)._replace(probed=tuple(looked_at))


def _directive(module: Module, notation: Notation) -> Directive:
    """The comment as a directive that names nothing yet."""
    lines, row, end_row = module.lines, notation.row, notation.end_row
    columns = (len(notation.indent) + 1, len(lines[end_row - 1].rstrip()) + 1)
    return Directive(row, end_row, *columns, notation.indent, "", ignores=tuple(ignores_around(lines, row, end_row)))


def _examined(module: Module, notation: Notation, directive: Directive, copy: Copy | None, named: _Named) -> Examined:
    """The comment as a directive that is not compared, with its finding."""
    lines, row, end_row = module.lines, notation.row, notation.end_row
    directive = directive._replace(target=named.target)
    line = notation.rewritten(named.target)
    read = parse_directive([line, *lines[end_row : end_row + _MOST_ROWS]], 1)
    is_sound = copy is not None and read is not None and read.problem is None and not _has_marks(notation.options)
    message = f"this comment names `{named.target}` in another notation, so it is no directive and nothing is compared"
    line_help = f"write `# Copied from {named.target}`"
    if is_sound and named.is_sure:
        help_ = f"{line_help}, or run `copycheck --fix`"
    else:
        help_ = f"{line_help}; if the two differ on purpose, write `# Adapted from {named.target}: WHY`"
    fix = None
    if is_sound:
        edits = exact_edits(module.file, [LineEdit(row, end_row, (line,))])
        fix = Fix(f"Write `# Copied from {named.target}`", "safe" if named.is_sure else "unsafe", edits)
    length = notation.end_column - notation.column
    excerpt = Excerpt(lines[row - 1], notation.column, length, line if is_sound else "") if row == end_row else None
    finding = at(
        module.filename,
        directive,
        "CPY010",
        message,
        source=source_of(directive, named.definition),
        fix=fix,
        help=help_,
        excerpt=excerpt,
    )
    region = Span(module.filename, copy.region.rows[0], copy.region.rows[-1]) if copy else None
    name = copy.name if copy else ""
    return Examined(module.filename, directive, State.UNCHECKED, name, (finding,), source=finding.source, region=region)


def _has_marks(options: str) -> bool:
    """Whether marks of a text are around what follows a reference: in a directive they would be a part of it."""
    return "`" in options or options.count("(") != options.count(")") or options.lstrip().startswith("(")


def _named(
    project: Project, filename: str, notation: Notation, own_name: str, probed: dict[str, None]
) -> _Named | None:
    """The object that a comment above a copy names, if there is one under the roots. Notes what was looked at."""
    if notation.line:
        return _in_row(project, filename, notation, own_name, probed)
    is_sure = _is_of_this_tree(project, notation)
    for target in _targets(project, filename, notation, probed):
        resolution = project.resolver.resolve(target)
        probed.update(dict.fromkeys(resolution.probed))
        if resolution.definitions:
            return _Named(target, resolution.definitions[-1], is_sure)
    return None


def _targets(project: Project, filename: str, notation: Notation, probed: dict[str, None]) -> Iterator[str]:
    """The dotted names that a comment may mean."""
    roots = project.settings.src
    if notation.path:
        for module_file in _files(project, filename, notation.path, probed):
            for module in dotted_modules(module_file, roots):
                yield ".".join((*module, *notation.names))
    elif notation.dots:
        for module in dotted_modules(filename, roots):
            package = module if os.path.basename(filename).startswith("__init__.") else module[:-1]
            if notation.dots <= len(package) + 1:
                yield ".".join((*package[: len(package) - notation.dots + 1], *notation.dotted))
    else:
        yield ".".join(notation.dotted)


def _files(project: Project, filename: str, path: str, probed: dict[str, None]) -> Iterator[str]:
    """The files of the project that a path may mean: from the root, from one of the roots, or beside the comment."""
    folders = ("", *(root for root in project.settings.src if root != "."), os.path.dirname(filename))
    for path_ in _paths(path):
        for folder in dict.fromkeys(folders):
            name = plain_path(os.path.join(folder, path_))
            if is_outside(name):
                continue
            probed[name] = None
            if project.workspace.exists(name) and project.workspace.is_inside(name):
                yield name


def _paths(path: str) -> Iterator[str]:
    """A path from the root on; of an absolute one, which may be of another machine, the ends with a folder as well."""
    yield path.lstrip("/")  # from the top of the repository on
    parts = path.split("/")[1:] if path.startswith("/") else []
    for start in range(1, min(len(parts) - 1, _MOST_FOLDERS)):
        yield "/".join(parts[start:])


def _is_of_this_tree(project: Project, notation: Notation) -> bool:
    """Whether a reference names no version, and its path, if that begins with a slash, is there from the root on."""
    path = notation.path
    return not notation.version and (not path.startswith("/") or project.workspace.exists(path.lstrip("/")))


def _in_row(
    project: Project, filename: str, notation: Notation, own_name: str, probed: dict[str, None]
) -> _Named | None:
    """The definition of a file that is named as the copy is, for rows move; else the one that begins in the row.

    The one around the row may be meant, where none begins there.
    """
    for module_file in _files(project, filename, notation.path, probed):
        try:
            statements = _around(project.module(module_file).outline, notation.line)
        except UnreadableFileError:
            continue
        begins = bool(statements) and statements[-1].start <= notation.line <= statements[-1].row
        around = ".".join(statement.name for statement in statements)
        for name in dict.fromkeys((own_name, around)):
            named = _in_file(project, module_file, name, probed) if name else None
            if named:
                is_sure = _is_of_this_tree(project, notation) and (begins or name == own_name)
                return named._replace(is_sure=is_sure)
    return None


def _in_file(project: Project, module_file: str, name: str, probed: dict[str, None]) -> _Named | None:
    """A definition of a file by its name in it."""
    for module in dotted_modules(module_file, project.settings.src):
        target = ".".join((*module, name))
        resolution = project.resolver.resolve(target)
        probed.update(dict.fromkeys(resolution.probed))
        for definition in resolution.definitions:
            if definition.filename == module_file:
                return _Named(target, definition)
    return None


def _around(scope: Statement, row: int) -> list[Statement]:
    """The definitions around a row, the outermost first."""
    found: list[Statement] = []
    inner: Statement | None = scope
    while inner is not None:
        body = inner.children
        place = bisect.bisect_left(body, row, key=lambda child: child.end)
        inner = body[place] if place < len(body) and body[place].start <= row else None
        if inner is not None and inner.is_definition:
            found.append(inner)
    return found
