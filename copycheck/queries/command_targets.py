"""What a command line names: an object, a file, or a row of one (contract 11)."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from copycheck.caching.copy_index import CopyIndex
from copycheck.checking.registered_full_copies import FullCopy, registered
from copycheck.model.copy_entry import ListedCopy, whole
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.model.location import FileRow, NamedRows, Span
from copycheck.model.paths import relative_path
from copycheck.model.wording import plural
from copycheck.project.discovery import Walk
from copycheck.project.selection import PathNames, from_root
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace
from copycheck.queries.named_copies import one_copy

if TYPE_CHECKING:
    from copycheck.directives.module_directives import Module
    from copycheck.syntax.statement_tree import Statement

_PLACE = re.compile(r"(.*?)(?::(\d+))?(?::\d+)?:?", re.DOTALL)


_FILE = re.compile(r".+\.pyi?(?::\d+)*:?|.*/.*:\d+", re.DOTALL)
"""What can only be meant as a file, or a row of one."""
_LISTED = "; `copycheck list` shows the place of each copy"


class Place(NamedTuple):
    """A file of the project, and a row of it or None."""

    filename: str
    row: int | None = None


def place_of(text: str, settings: Settings) -> Place | None:
    """The place that `FILE`, `FILE:ROW` or `FILE:ROW:COLUMN` names; None where there is no such file.

    Raises CopycheckError for a file outside of the project, and for row 0.
    """
    match = _PLACE.fullmatch(text)
    assert match is not None, "the pattern takes every text"
    path, row = match.group(1), match.group(2)
    if not os.path.isfile(path):
        return None
    names = PathNames(settings.root, os.getcwd()).of(path)
    if not names:
        raise CopycheckError(f"{text}: this is outside of the project {settings.root}: run copycheck in its project")
    if row and not int(row):
        raise CopycheckError(f"{text}: lines count from 1")
    # A link to a file of the project counts under the name of that file, one to elsewhere under its own.
    return Place(names[-1], int(row) if row else None)


def directive_place(text: str, settings: Settings) -> FileRow:
    """The file and row of `FILE:ROW`. Raises CopycheckError for anything else."""
    place = place_of(text, settings)
    if place is None:
        path = _PLACE.sub(r"\1", text, count=1)
        hint = from_root(path, settings.root, os.getcwd())
        raise CopycheckError(f"{text}: there is no such file (FILE:ROW){hint or _LISTED}")
    if place.row is None:
        raise CopycheckError(f"{text}: name a line of it, such as the one that a finding names (FILE:ROW){_LISTED}")
    return FileRow(place.filename, place.row)


def full_copy_at(text: str, settings: Settings) -> FullCopy | None:
    """The full copy that `FILE` names, or `FILE:1` where the file begins with no directive, whether it is there or not.

    Raises ConfigError for full copies that cannot be used.
    """
    match = _PLACE.fullmatch(text)
    assert match is not None, "the pattern takes every text"
    path, row = match.group(1), match.group(2)
    names = PathNames(settings.root, os.getcwd()).of(path)
    workspace = Workspace(settings.root)
    pair = next((pair for pair in registered(settings, workspace) if pair.copy in names), None)
    if pair is None or row is None:
        return pair
    # A finding about a full copy is in row 1, where a directive may be as well.
    is_directive = workspace.exists(pair.copy) and b"Copied from" in workspace.read_bytes(pair.copy).split(b"\n")[0]
    return pair if int(row) == 1 and not is_directive else None


def objects_of(what: str, settings: Settings, copies: CopyIndex, workspace: Workspace) -> list[NamedRows]:
    """The names and rows of what a command line names: of a folder or package, all files with sources or copies.

    Raises CopycheckError, with the nearest names.
    """
    place = place_of(what, settings)
    if place is not None and place.row is None:
        return [NamedRows(place.filename, whole(place.filename))]
    if place is not None and place.row is not None:
        return [_object_in(workspace, place.filename, place.row, copies)]
    if (missing := _missing_file(what, settings, copies)) is not None:
        return [NamedRows(missing, whole(missing))]
    folder = os.path.abspath(what) if os.path.isdir(what) else None
    files = _files_of(what, folder, settings, copies)
    if files:
        return [NamedRows(filename, whole(filename)) for filename in files]
    if (foreign := _in_other_packages(what, copies, workspace)) or not _FILE.fullmatch(what):
        return foreign or [_named(what, settings, copies, workspace)]
    raise CopycheckError(f"{what}: there is no such file{_LISTED}")


def _in_other_packages(what: str, copies: CopyIndex, workspace: Workspace) -> list[NamedRows]:
    """The sources of other packages that a dotted name, or the name of an upstream, takes in: each in each version."""
    found: dict[tuple[str, str], Span] = {}
    for copy in copies:
        is_meant = copy.target == what or copy.target.startswith((f"{what}.", f"{what}:"))
        if not is_meant or copy.source is None or not copy.reads or workspace.exists(copy.source.filename):
            continue
        filename = copy.source.filename
        rows = Span(filename, min(s.start for s in copy.reads), max(s.end for s in copy.reads))
        found.setdefault((copy.target, filename), rows)
    return [NamedRows(target, rows) for (target, _), rows in sorted(found.items())]


def copies_at(what: str, settings: Settings, copies: CopyIndex) -> list[ListedCopy]:
    """The full copy whose path a command line names, or the copies at the directive in FILE:ROW."""
    place = place_of(what, settings)
    if place is not None and place.row is not None:
        return [c for c in copies if c.filename == place.filename and _is_in_comment(c, place.row)]
    filename = place.filename if place is not None else _missing_file(what, settings, copies)
    return [copies[number] for number in copies.full_copies() if copies[number].filename == filename]


def copies_among(objects: Sequence[NamedRows], copies: CopyIndex) -> list[ListedCopy]:
    """The copies in the rows of some objects; for an object that is a part of a copy, the innermost one around it."""
    found: list[ListedCopy] = []
    for _, span in objects:
        here = [(copy, copy.rows) for copy in copies if copy.filename == span.filename and copy.rows is not None]
        inside = [copy for copy, rows in here if span.start <= rows.start and rows.end <= span.end]
        around = [(rows.start, copy) for copy, rows in here if rows.start <= span.start and span.end <= rows.end]
        found += inside or [copy for _, copy in sorted(around, key=lambda one: one[0])[-1:]]
    return found


def nearest_directive(what: str, settings: Settings, copies: CopyIndex) -> str:
    """Why FILE:ROW names no copy, with the row of the directive that is nearest; empty for any other name."""
    place = place_of(what, settings)
    if place is None or place.row is None:
        return ""
    wanted = place.row
    own = [copy.location.row for copy in copies if copy.filename == place.filename]
    nearest = min(own, key=lambda row: abs(row - wanted), default=None)
    hint = f"; the nearest is in line {nearest}" if nearest else ": the file has none"
    return f"{what}: there is no directive here, and no copy{hint}"


def _is_in_comment(copy: ListedCopy, row: int) -> bool:
    """Whether a row is that of a directive, or between it and its copy; a full copy is named in its first row."""
    first_row = copy.location.row
    return row == first_row or (copy.rows is not None and first_row < row < copy.rows.start)


def _missing_file(what: str, settings: Settings, copies: CopyIndex) -> str | None:
    """The file that a path names, where it is a full copy, or the source of one, and is not there."""
    names = PathNames(settings.root, os.getcwd()).of(what)
    found = (copies[number] for number in copies.full_copies())
    registered = {name for copy in found for name in (copy.filename, copy.target)}
    return next((name for name in names if name in registered), None)


def _files_of(what: str, folder: str | None, settings: Settings, copies: CopyIndex) -> list[str]:
    """The files below a folder, or of a module or package by its dotted name; none for any other name."""
    known = sorted(copies.filenames)
    if folder is not None:
        inside = relative_path(os.path.realpath(folder), os.path.realpath(settings.root))
        return [name for name in known if inside == "." or name.startswith(f"{inside}/")]
    path = what.replace(".", "/")
    roots = ["" if root == "." else f"{root}/" for root in settings.src]
    beginnings = tuple(f"{root}{path}{end}" for root in roots for end in (".py", ".pyi", "/"))
    return [name for name in known if name.startswith(beginnings)]


def _object_in(workspace: Workspace, filename: str, row: int, copies: CopyIndex) -> NamedRows:
    """The innermost definition around a row, or the copy whose directive is in it."""
    for copy in copies:
        if copy.filename == filename and copy.rows is not None and copy.location.row <= row < copy.rows.start:
            return NamedRows(f"{filename}:{copy.name}", copy.rows)
    from copycheck.directives.module_directives import Module

    try:
        module = Module(workspace.read(filename))
        found = _around(module, row)
    except UnreadableFileError as error:
        raise CopycheckError(str(error)) from None
    rows = len(module.file.raw_lines())
    if row > rows:
        raise CopycheckError(f"{filename}:{row}: the file has {plural(rows, 'row')}")
    if not found:
        return NamedRows(f"{filename}:{row}", Span(filename, row, row))
    name = ".".join(statement.name for statement in found)
    return NamedRows(f"{filename}:{name}", Span(filename, found[-1].start, module.end_of(found[-1])))


def _around(module: Module, row: int) -> list[Statement]:
    """The definitions around a row, the outermost first; what a function holds is a part of it."""
    found: list[Statement] = []
    body: Sequence[Statement] = module.outline.children
    while True:
        inner = next((s for s in body if s.start <= row <= (module.end_of(s) if s.is_definition else s.end)), None)
        if inner is None or not (inner.is_definition or inner.kind == "block"):
            return found
        found += [inner] if inner.is_definition else []
        body = inner.children if inner.kind in ("class", "block") else ()


def _named(what: str, settings: Settings, copies: CopyIndex, workspace: Workspace) -> NamedRows:
    """An object by its dotted name, by the end of it that only one source bears, or as a member of such a source."""
    found = _one_source(what, copies.named(what))
    if found:
        reads = [span for copy in found for span in copy.reads]
        whole_source = Span(reads[0].filename, min(s.start for s in reads), max(s.end for s in reads))
        return NamedRows(found[0].target, whole_source)
    from copycheck.resolution.project_index import Project

    sources = Project(settings, Walk([], []), workspace=workspace).sources
    head, dot, member = what.partition(".")
    around = _one_source(head, copies.named(head)) if dot else []
    for name in (what, *(f"{copy.target}.{member}" for copy in around[:1])):
        definitions = sources.resolve(name).definitions
        if definitions:
            rows = definitions[-1].decorated.rows
            return NamedRows(name, Span(definitions[-1].filename, rows[0], rows[-1]))
    if (copy := one_copy(what, copies)) is not None:
        return copy
    hint = _near(what, copies)
    message = "no source, file or object has this name" if hint or not dot else sources.resolve(what).message
    raise CopycheckError(f"{what}: {message}{hint}")


def _one_source(name: str, found: Sequence[ListedCopy]) -> list[ListedCopy]:
    """The copies of a source, by target. Raises CopycheckError where only the end of their targets is the same."""
    targets = sorted({copy.target for copy in found})
    if len({_place(copy) for copy in found}) > 1 and name not in targets:
        names = ", ".join(f"`{target}`" for target in targets[:5])
        raise CopycheckError(f"{name}: several sources have this name: {names}{', …' if len(targets) > 5 else ''}")
    return sorted(found, key=lambda copy: copy.target)


def _place(copy: ListedCopy) -> tuple[str, int]:
    assert copy.source is not None, "only copies with a source are asked"
    return copy.source.filename, copy.source.location.row


def _near(what: str, copies: CopyIndex) -> str:
    """`; did you mean …?` with the names of sources that come near; empty where none does."""
    from copycheck.resolution.unresolved_name_hints import nearest

    sources = {copy.target for copy in copies if copy.reads}
    ends = {copy.target.rpartition(".")[2] for copy in copies if copy.reads and not copy.is_full}
    hint = nearest(what, sorted(sources | ends))
    return f"; {hint}" if hint else ""
