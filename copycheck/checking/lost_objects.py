"""What is said of objects that were not found: where they are now, or which root is missing (contract 3.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.checking.earlier_run import EarlierRun, SaidOfLost, touched_numbers
from copycheck.checking.examination import examine_directive
from copycheck.checking.missing_roots import with_root_help, with_roots_of_others
from copycheck.checking.outcome import Examined
from copycheck.checking.renamed_sources import RenamedFiles, renamed_files
from copycheck.checking.verdict import judge
from copycheck.comparison.formatters import Formatters
from copycheck.directives.binding import Copy
from copycheck.directives.directive_parser import retargeted
from copycheck.model.diagnostic import Fix, State
from copycheck.model.errors import UnreadableFileError
from copycheck.project.file_edits import LineEdit, exact_edits
from copycheck.project.git_folder import git_files
from copycheck.project.git_renames import Renames, renames_of
from copycheck.resolution.module_lookup import Definition
from copycheck.resolution.project_index import Project
from copycheck.resolution.unresolved_name_hints import Homes, find_homes, may_be_home, module_name
from copycheck.syntax.statement_tree import of_one_kind


class Known(NamedTuple):
    """What is known of lost objects: where objects of their names are, and where git says that their files went."""

    homes: Homes
    renames: Renames


class Relocated(NamedTuple):
    """The directives of lost objects, what was said of each, and all that this rests on."""

    known: Known
    lost: Sequence[Examined] = ()
    said: Sequence[Examined] = ()
    sizes: Mapping[str, int] = {}
    """The files of the project, of which only the names matter."""
    rests_on: frozenset[str] = frozenset()
    looked_for: frozenset[str] = frozenset()
    """The files that git was asked about."""

    def kept(self) -> SaidOfLost:
        """What another run needs of this."""
        if not self.lost:
            return SaidOfLost()
        names = tuple(sorted(self.rests_on)), tuple(sorted(self.looked_for))
        return SaidOfLost(tuple(self.lost), tuple(self.said), *names, _digest(self.sizes))

    def holds_for(self, project: Project, lost: Sequence[Examined], known: Known, gone: Collection[str]) -> bool:
        """Whether the same would be said of these directives, after the files `gone` have changed."""
        return (
            len(lost) == len(self.lost)
            and all(one is other or one == other for one, other in zip(lost, self.lost, strict=True))
            and self.rests_on.isdisjoint(gone)
            and known.homes == self.known.homes
            and project.sizes.keys() == self.sizes.keys()
        )


def said_before(project: Project, earlier: EarlierRun, changed: Collection[str]) -> Relocated:
    """What an earlier run said of lost objects; nothing where something that it rests on has changed."""
    kept, renames = earlier.said_of_lost, earlier.renames
    present, exists = project.sizes, project.workspace.exists
    if (
        not kept.lost
        or next(touched_numbers(kept.rests_on, changed, present), None) is not None
        or kept.files != _digest(present)
        or any(moved.filename and not exists(moved.filename) for moved in renames.values())
        or renames_of(project.settings.root, kept.looked_for, renames) != renames
    ):
        return Relocated(Known({}, {}))
    known = Known(earlier.homes, renames)
    return Relocated(known, kept.lost, kept.said, present, frozenset(kept.rests_on), frozenset(kept.looked_for))


def _digest(names: Collection[str]) -> str:
    """What tells some names of files from others."""
    import hashlib

    return hashlib.sha256("\0".join(sorted(names)).encode("utf-8", "surrogatepass")).hexdigest()


def relocate(
    project: Project,
    formatters: Formatters,
    directives: list[Examined],
    known: Known,
    before: Relocated,
    gone: Collection[str] = (),
    renamed: RenamedFiles | None = None,
) -> Relocated:
    """Say of each directive whose object was not found where it is now, in place.

    `known` is what earlier runs found, `before` what was said in this one, before the files `gone` have changed, and
    `renamed` what git was asked ahead. The new place is an unsafe fix where the copy is in sync with what is there, or
    git reports the file of the object as renamed to the one that holds it: else nobody knows that it is the same.
    """
    numbers = [number for number, found in enumerate(directives) if found.unresolved_name]
    lost = [directives[number] for number in numbers]
    if not lost:
        return Relocated(Known({}, {}))
    if not before.holds_for(project, lost, known, gone):
        before = _relocated(project, formatters, lost, known, renamed)
    for number, found in zip(numbers, before.said, strict=True):
        directives[number] = found
    return before


def _relocated(
    project: Project, formatters: Formatters, lost: Sequence[Examined], known: Known, renamed: RenamedFiles | None
) -> Relocated:
    modules = _files_of_modules(project)
    targets = {found.directive.target for found in lost}
    names = set(_names_to_find(modules, targets))
    renamed = renamed_files(project, targets, known.renames, renamed)
    homes = find_homes(names, project.sizes, project.workspace, project.settings.src, known.homes, project.share)
    suggestions = _Suggestions(project, modules, homes, renamed)
    said = with_roots_of_others([suggestions.with_root(found) for found in lost])
    moved = {number: home for number, found in enumerate(said) if (home := suggestions.home_of(found)) is not None}
    said = [found if number in moved else renamed.with_module(found) for number, found in enumerate(said)]
    tried = [
        examine_directive(
            project,
            None,
            said[number].filename,
            said[number].directive._replace(target=home.name),
            suggestions.copy_of(said[number]),
        )
        for number, home in moved.items()
    ]
    for (number, home), found in zip(moved.items(), judge(formatters, tried), strict=True):
        said[number] = _with_home(project, said[number], home, found.state is State.IN_SYNC)
    rests_on = suggestions.rests_on.union(*(found.probed for found in tried), git_files(project.settings.root))
    known = Known(homes, renamed.renames)
    return Relocated(known, lost, said, project.sizes, frozenset(rests_on), frozenset(renamed.looked_for))


def _files_of_modules(project: Project) -> Mapping[str, Sequence[str]]:
    """The files of the project by the last part of their dotted names."""
    found: dict[str, list[str]] = {}
    for filename in project.files:
        if filename.endswith(".py"):
            found.setdefault(module_name(filename, ()).rpartition(".")[2], []).append(filename)
    return found


def _names_to_find(modules: Collection[str], targets: Iterable[str]) -> Iterator[str]:
    """The last parts of dotted names, and those before them that may name a class: a module's file is found by name."""
    for target in targets:
        *_, around, name = target.split(".")
        yield name
        if around not in modules:
            yield around


class _Home(NamedTuple):
    """Where an object is now: its dotted name, its file and its row; whether git reports its file as renamed."""

    name: str
    filename: str
    row: int
    is_renamed: bool = False


class _Suggestions:
    """What can be said of lost objects of a project."""

    def __init__(
        self, project: Project, modules: Mapping[str, Sequence[str]], homes: Homes, renamed: RenamedFiles
    ) -> None:
        self._project = project
        self._modules = modules
        self._homes = homes
        self._renamed = renamed
        self._copies: dict[str, tuple[dict[int, Copy], set[int]]] = {}
        self.rests_on = set(renamed.looked_for)
        """The files that the answers rest on, whether they are there or not."""

    def with_root(self, found: Examined) -> Examined:
        """A directive, its finding with the root that is missing, if that is what is wrong."""
        if any(diagnostic.code == "CPY101" for diagnostic in found.diagnostics):
            root = self._project.possible_roots().of(found.directive.target)
            is_package = self._project.workspace.exists(f"{root}/__init__.py")  # its name is a part of dotted names
            if root and root not in self._project.settings.src and not is_package:
                return with_root_help(found, f"add `{root}` to `src`: the source is below that folder")
        return found

    def copy_of(self, found: Examined) -> Copy | None:
        """The copy below a directive."""
        return self._copies_in(found.filename)[0].get(found.directive.row)

    def _copies_in(self, filename: str) -> tuple[dict[int, Copy], set[int]]:
        """The copies of a file by the rows of their directives, and the rows of their definitions."""
        known = self._copies.get(filename)
        if known is None:
            self.rests_on.add(filename)
            copies = self._project.facts(filename).copies_by_row()
            known = self._copies[filename] = copies, {copy.row for copy in copies.values()}
        return known

    def home_of(self, found: Examined) -> _Home | None:
        """Where the object of a directive is now.

        In the file that git reports its own as renamed to, else in one that is called as its module was, in its class,
        or the one of its name.
        """
        if not found.unresolved_name:
            return None
        renamed = self._in_renamed_file(found)
        if renamed is not None:
            return renamed
        parts = found.directive.target.split(".")
        for candidates in (self._in_modules(parts), self._in_classes(parts), self._by_name(parts[-1])):
            homes = {(home.filename, home.row): home for home in candidates if self._is_home(home, found)}
            if len(homes) == 1:
                [home] = homes.values()
                return home if home.name else None
        return None

    def _in_renamed_file(self, found: Examined) -> _Home | None:
        """The object in the file that git reports its own as renamed to; it may be a copy, but not this one."""
        name = self._renamed.name_of(found.directive.target)
        for definition in self._resolved(name) if name else ():
            row, copy = definition.location.row, self.copy_of(found)
            if copy is None or (definition.filename, row) == (found.filename, copy.row):
                continue
            if of_one_kind(definition.plain.kind, copy.region.kind):
                return _Home(name, definition.filename, row, is_renamed=True)
        return None

    def _in_modules(self, parts: Sequence[str]) -> Iterator[_Home]:
        """The objects of that name in the files that are called as the module was."""
        for length in range(1, len(parts)):
            rest = tuple(parts[length:])
            for filename in self._modules.get(parts[length - 1], ()):
                for definition in self._defined_in(filename, rest):
                    name = ".".join((module_name(filename, self._project.settings.src), *rest))
                    yield _Home(name, filename, definition.location.row)

    def _resolved(self, name: str) -> Sequence[Definition]:
        """The definitions that a dotted name leads to."""
        resolution = self._project.resolver.resolve(name)
        self.rests_on.update(resolution.probed)
        return resolution.definitions

    def _defined_in(self, filename: str, rest: tuple[str, ...]) -> Iterable[Definition]:
        workspace = self._project.workspace
        self.rests_on.add(filename)
        try:
            data = workspace.read_uncached(filename)
            if rest[-1].encode() in data and may_be_home(filename, data):
                return self._project.modules.look_up(filename, rest).definitions
        except UnreadableFileError:
            pass
        return ()

    def _in_classes(self, parts: Sequence[str]) -> Iterator[_Home]:
        """The member of that name in the one class of the name before it."""
        homes = self._homes.get(parts[-2], []) if len(parts) > 2 else []
        if len(homes) == 1:
            name = f"{homes[0].name}.{parts[-1]}"
            for definition in self._resolved(name):
                yield _Home(name, definition.filename, definition.location.row)

    def _by_name(self, name: str) -> Iterator[_Home]:
        for filename, row, dotted in self._homes[name]:
            yield _Home(dotted, filename, row)

    def _is_home(self, home: _Home, found: Examined) -> bool:
        """Whether an object is of the kind of a copy, and no copy itself."""
        if not home.name:
            return True  # one of several, of which no more is known
        definitions, copy = self._resolved(home.name), self.copy_of(found)
        if copy is None or not any(of_one_kind(definition.plain.kind, copy.region.kind) for definition in definitions):
            return False
        return home.row not in self._copies_in(home.filename)[1]


def _with_home(project: Project, found: Examined, home: _Home, is_in_sync: bool) -> Examined:
    """Say where a lost object is, and the command that names it there."""
    old = found.directive.target
    said = ", in the file that git reports as renamed" if home.is_renamed else ""
    place = f"`{home.name}` is at {home.filename}:{home.row}{said}: run `copycheck mv {old} {home.name}`"
    fix = None
    is_same = is_in_sync or home.is_renamed
    if is_same:
        file, row = project.workspace.read(found.filename), found.directive.row
        line = retargeted(file.lines[row - 1], {old: home.name})
        edits = exact_edits(file, [LineEdit(row, row, (line,))] if line is not None else [])
        fix = Fix(f"Name `{home.name}`", "unsafe", edits)
    diagnostics = (
        d._replace(message=f"{d.message}. {place}", help="", fix=fix) if d.code in ("CPY101", "CPY102") else d
        for d in found.diagnostics
    )
    return found._replace(diagnostics=tuple(diagnostics), moved_to=home.name if is_same else "")
