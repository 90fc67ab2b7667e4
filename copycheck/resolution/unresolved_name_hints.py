"""Help for a name that does not resolve: similar names, and where an object of that name is now (contract 3.6)."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import Rows
from copycheck.model.wording import listed
from copycheck.parallel import MapShares, map_here, map_shares
from copycheck.project.workspace import SourceFile, Workspace
from copycheck.syntax.comments_and_strings import docstrings, is_inside
from copycheck.syntax.statement_parser import read_outline, read_skeleton
from copycheck.syntax.statement_tree import Statement


class Home(NamedTuple):
    """Where an object is: its file and row, and its dotted name, empty where that was never needed."""

    filename: str
    row: int
    name: str = ""


Homes = dict[str, list[Home]]
"""Name → each object that has it."""

_MANY = 2
"""So many homes are as good as none: a name is not looked for any further."""
_ANY_DEFINITION = re.compile(rb"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+([\w\x80-\xff]+)", re.MULTILINE)
_FUNCTIONS = re.compile(rb"def[ \t]+([\w\x80-\xff]+)")
_CLASSES = re.compile(rb"class[ \t]+([\w\x80-\xff]+)")
"""What reads like a definition, found six times as fast: each begins with a literal."""
_ENOUGH = 12_000_000
"""Bytes of source below which another process costs more than it saves: a megabyte takes five milliseconds."""
_SHOWN, _LOOKED_AT = 3, 10
"""So many similar names are shown, and so many are known."""
_OF_TESTS = re.compile(r"(?:^|/)(?:tests?/|(?:test_[^/]*|[^/]*_test|conftest)\.py$)")
_DUMMIES = re.compile(r"dummy_.*objects\.py")
_GENERATED = re.compile(
    rb"(?im)^#.*\b(?:auto[- ]?generated|automatically generated|generated (?:by|from)|do not edit)\b|@generated"
)
_DIRECTIVE_ABOVE = re.compile(rb"#[ \t]*Copied from[ \t][^\n]*\n(?:[ \t]*[#@][^\n]*\n)*$")


def nearest(name: str, names: Iterable[str]) -> str:
    """`did you mean …?` for a name that is not among the names of its module; empty where none comes near."""
    return _did_you_mean(closest(name, names)[:_SHOWN])


def closest(name: str, names: Iterable[str]) -> list[str]:
    """The names that come near to one, the nearest first; more than are shown, for some may be of another kind."""
    import difflib

    return difflib.get_close_matches(name, [known for known in names if known != "*"], _LOOKED_AT)


def suggesting(message: str, near: Sequence[str]) -> str:
    """A message with the names that may have been meant, in a sentence of their own."""
    if not near:
        return message
    return f"{message}. {'A similar name is' if len(near) == 1 else 'Similar names are'} {listed(near[:_SHOWN])}"


def _did_you_mean(near: Sequence[str]) -> str:
    return "did you mean " + " or ".join(f"`{known}`" for known in near) + "?" if near else ""


class NearestNames:
    """The names of one large scope, by the pieces of three letters in them: thousands may be missing in it."""

    _MANY = 300
    _ENOUGH = 40
    """Of many names, so many are compared with a missing one: those that share its rarest pieces."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._pieces: dict[str, list[int]] = {}
        if len(names) > self._MANY:
            for number, name in enumerate(names):
                for piece in _pieces(name):
                    self._pieces.setdefault(piece, []).append(number)

    def to(self, name: str) -> list[str]:
        """Those that are `closest` to a name that is not among them."""
        if not self._pieces:
            return closest(name, self._names)
        numbers: dict[int, None] = {}
        for with_piece in sorted((self._pieces.get(piece, []) for piece in _pieces(name)), key=len):
            numbers.update(dict.fromkeys(with_piece[: self._ENOUGH - len(numbers)]))
        return closest(name, [self._names[number] for number in sorted(numbers)])


def _pieces(name: str) -> list[str]:
    padded = f" {name} "
    return sorted({padded[start : start + 3] for start in range(len(padded) - 2)})


def find_homes(
    names: Collection[str],
    sizes: Mapping[str, int],
    workspace: Workspace,
    roots: Sequence[str],
    known: Homes,
    share: MapShares = map_shares,
) -> Homes:
    """Where the classes and functions of these names stand that are no copies themselves.

    `sizes` names the files of the project, each of which is looked through once for all names; `known` holds what is
    known of some of them.
    """
    unknown = [name for name in names if name not in known]
    found: Homes = {name: known.get(name, []) for name in names}
    if unknown:
        spread = share if sum(sizes.values()) >= _ENOUGH else map_here
        for name, filename, row in spread(lambda some: _definitions(unknown, some, workspace), sizes):
            found[name] = [*found[name], Home(filename, row)]
    # Of several, no dotted name is worked out: one that an earlier run worked out would look like the only one.
    several = {name: [home._replace(name="") for home in places] for name, places in found.items() if len(places) != 1}
    found.update(several)
    unnamed = [name for name, places in found.items() if len(places) == 1 and not places[0].name]
    of_file: _NamesOfFile | None = None
    for name in sorted(unnamed, key=lambda name: found[name][0].filename):
        home = found[name][0]
        if of_file is None or of_file.filename != home.filename:
            of_file = _NamesOfFile(home.filename, workspace)
        above = of_file.above(name, home.row)
        dotted = name if above is None else ".".join([module_name(home.filename, roots), *above])
        found[name] = [home._replace(name=dotted)]
    return found


def move_homes(known: Homes, changed: Collection[str], sizes: Mapping[str, int], workspace: Workspace) -> Homes:
    """The homes after some files have changed: only those are looked through.

    A name that may have had more homes than were counted, and has lost one, is unknown again.
    """
    if not known:
        return known
    moved = {name: [place for place in places if place.filename not in changed] for name, places in known.items()}
    for name, filename, row in _definitions(moved, [filename for filename in changed if filename in sizes], workspace):
        moved[name].append(Home(filename, row))
    return {name: places for name, places in moved.items() if len(known[name]) < _MANY or len(places) >= _MANY}


def may_be_home(filename: str, data: bytes) -> bool:
    """Whether objects move to a file: to no stub, no test, and nothing that a script has written."""
    return _may_be_called(filename) and _GENERATED.search(data, 0, 1000) is None


def _may_be_called(filename: str) -> bool:
    """The same as far as the name of a file says it."""
    name = filename.rpartition("/")[2]
    return name.endswith(".py") and not _OF_TESTS.search(filename) and not _DUMMIES.fullmatch(name)


def module_name(filename: str, roots: Sequence[str]) -> str:
    """The dotted name of a module file, from the root that makes it shortest."""
    prefixes = [f"{root}/" for root in roots if root != "." and filename.startswith(f"{root}/")]
    stem = filename[max(map(len, prefixes), default=0) :].rpartition(".")[0].removesuffix("/__init__")
    return stem.replace("/", ".")


def _definitions(names: Collection[str], filenames: Iterable[str], workspace: Workspace) -> list[tuple[str, str, int]]:
    """The names, files and rows of the classes and functions of these names that are no copies themselves."""
    wanted = {name.encode(): name for name in names}
    found = []
    counts: Counter[bytes] = Counter()
    for filename, data in _texts(filter(_may_be_called, filenames), workspace):
        defined = wanted.keys() & {*_FUNCTIONS.findall(data), *_CLASSES.findall(data)}
        open_ = {word for word in defined if counts[word] < _MANY}
        if not open_ or not may_be_home(filename, data):
            continue
        row, last = 1, 0
        for match in _ANY_DEFINITION.finditer(data):
            word, place = match.group(1), match.start()
            if word in open_ and not _has_directive_above(data, place):
                row, last = row + data.count(b"\n", last, place), place
                found.append((wanted[word], filename, row))
                counts[word] += 1
    return found


def _texts(filenames: Iterable[str], workspace: Workspace) -> Iterator[tuple[str, bytes]]:
    """The files that can be read, with their bytes."""
    for filename in filenames:
        try:
            yield filename, workspace.read_uncached(filename)
        except UnreadableFileError:
            continue


def _has_directive_above(data: bytes, place: int) -> bool:
    return _DIRECTIVE_ABOVE.search(data, max(0, place - 2000), place) is not None


class _NamesOfFile:
    """The names in one file that lead to a row of it; the file is read once for all of them."""

    def __init__(self, filename: str, workspace: Workspace) -> None:
        self.filename = filename
        self._workspace = workspace

    def above(self, name: str, row: int) -> Sequence[str] | None:
        """The names of the definitions around the one in a row that reads like one of `name`, with its own."""
        try:
            if self._strings is None or self._file.lines[row - 1][:1].isspace():
                # The bodies of functions are only read where nothing else begins in the row.
                names = _names_around(self._bones, row) if self._bones is not None else []
                return names or _names_around(self._outline, row)
            return [] if is_inside(self._strings, row) else [name]  # no need of a tree for what nothing stands around
        except UnreadableFileError:
            return None

    @cached_property
    def _file(self) -> SourceFile:
        return self._workspace.read(self.filename)

    @cached_property
    def _strings(self) -> list[Rows] | None:
        return docstrings(self._file.text)

    @cached_property
    def _bones(self) -> Statement | None:
        return read_skeleton(self._file.text, ())

    @cached_property
    def _outline(self) -> Statement:
        return read_outline(self.filename, self._file.text)


def _names_around(scope: Statement, row: int) -> list[str]:
    """The names of the definitions around the one that begins in a row, with its own; none where none begins there."""
    names: list[str] = []
    while (inner := _around(scope, row)) is not None:
        scope = inner
        names += [inner.name] if inner.is_definition else []
        if inner.row == row and inner.is_definition:
            return names
    return []


def _around(scope: Statement, row: int) -> Statement | None:
    place = bisect.bisect_left(scope.children, row, key=lambda child: child.end)
    child = scope.children[place] if place < len(scope.children) else None
    return child if child is not None and child.row <= row else None


class PossibleRoots:
    """The folders from which dotted names would resolve to files of a project, were they roots.

    `filenames` are the files of the project. They are looked through once, for all names.
    """

    def __init__(self, filenames: Iterable[str]) -> None:
        self._folders: dict[str, set[str]] = {}
        for filename in filenames:
            if filename.endswith(".py"):
                parts = filename.removesuffix(".py").removesuffix("/__init__").split("/")
                for length in (1, 2):
                    if len(parts) > length:
                        module = "/".join(parts[-length:])
                        self._folders.setdefault(module, set()).add("/".join(parts[:-length]))

    def of(self, target: str) -> str:
        """The folder that would have to be a root for a dotted name to resolve: `packages/billing/src`.

        Empty where the first two parts of the name lead to no file in any folder, or to files in several.
        """
        parts = target.split(".")
        found = self._folders.get(parts[0] if len(parts) == 2 else "/".join(parts[:2]), set())
        return next(iter(found)) if len(found) == 1 else ""
