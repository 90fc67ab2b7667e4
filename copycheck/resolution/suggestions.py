"""Help for a name that leads nowhere: the nearest names, and where an object of that name stands now (contract 3.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from copycheck.model.errors import UnreadableFileError
from copycheck.parallel import MapShares, map_shares
from copycheck.project.workspace import Workspace
from copycheck.syntax.parser import read_outline
from copycheck.syntax.tokens import docstrings, is_inside
from copycheck.syntax.tree import Statement

Homes = dict[str, list[tuple[str, int, str]]]
"""Name → file, row and dotted name (empty where it was never needed) of each object that bears it."""

_MANY = 2
"""So many homes are as good as none: a name is not looked for any further."""
_DEFINITION = rb"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+%s\b"
_DIRECTIVE_ABOVE = re.compile(rb"#[ \t]*Copied from[ \t][^\n]*\n(?:[ \t]*[#@][^\n]*\n)*$")


def nearest(name: str, names: Iterable[str]) -> str:
    """`did you mean …?` for a name that is not among the names of its module; empty where none comes near."""
    import difflib

    near = difflib.get_close_matches(name, [known for known in names if known != "*"], 3)
    return "did you mean " + " or ".join(f"`{known}`" for known in near) + "?" if near else ""


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
        for name, filename, row in share(lambda some: _definitions(unknown, some, workspace), sizes):
            found[name] = [*found[name], (filename, row, "")]
    for name, places in found.items():
        if len(places) == 1 and not places[0][2]:
            filename, row, _ = places[0]
            found[name] = [(filename, row, _dotted(name, filename, row, workspace, roots) or name)]
    return found


def move_homes(known: Homes, changed: Collection[str], sizes: Mapping[str, int], workspace: Workspace) -> Homes:
    """The homes after some files have changed: only those are looked through.

    A name that may have had more homes than were counted, and has lost one, is unknown again.
    """
    if not known:
        return known
    moved: Homes = {}
    for name, places in known.items():
        kept = [place for place in places if place[0] not in changed]
        if len(places) < _MANY or kept == places:
            moved[name] = kept
    for name, filename, row in _definitions(moved, [filename for filename in changed if filename in sizes], workspace):
        moved[name].append((filename, row, ""))
    return moved


def home(places: Sequence[tuple[str, int, str]]) -> str:
    """Where the one object of a name stands; empty where there is none or more than one."""
    return "" if len(places) != 1 else f"`{places[0][2]}` stands at {places[0][0]}:{places[0][1]}"


def _definitions(names: Collection[str], filenames: Iterable[str], workspace: Workspace) -> list[tuple[str, str, int]]:
    """The names, files and rows of the classes and functions of these names that are no copies themselves."""
    encoded = {name: name.encode() for name in names}
    patterns: dict[str, re.Pattern[bytes]] = {}
    found = []
    counts: Counter[str] = Counter()
    for filename in filenames:
        try:
            data = workspace.peek(filename)
        except UnreadableFileError:
            continue
        for name, word in encoded.items():
            if counts[name] < _MANY and word in data:
                if name not in patterns:
                    patterns[name] = re.compile(_DEFINITION % re.escape(word), re.MULTILINE)
                for match in patterns[name].finditer(data):
                    place = match.start()
                    if not _DIRECTIVE_ABOVE.search(data, max(0, place - 2000), place):
                        found.append((name, filename, data.count(b"\n", 0, place) + 1))
                        counts[name] += 1
    return found


def _dotted(name: str, filename: str, row: int, workspace: Workspace, roots: Sequence[str]) -> str | None:
    """The dotted name of the definition of a name in a row, from the root that makes it shortest."""
    try:
        file = workspace.read(filename)
        strings = docstrings(file.text)
        if strings is None or file.lines[row - 1][:1].isspace():
            names = _names_around(read_outline(filename, file.text), row)
        else:
            names = [] if is_inside(strings, row) else [name]  # no need of a tree for what nothing stands around
    except UnreadableFileError:
        return None
    prefixes = [f"{root}/" for root in roots if root != "." and filename.startswith(f"{root}/")]
    module = filename[max(map(len, prefixes), default=0) :].rpartition(".")[0].removesuffix("/__init__")
    return ".".join([*module.split("/"), *names])


def _names_around(scope: Statement, row: int) -> list[str]:
    """The names of the definitions around a row, that of the one which begins there included."""
    names: list[str] = []
    while (inner := _around(scope, row)) is not None:
        scope = inner
        names += [inner.name] if inner.is_definition else []
        if inner.row == row:
            break
    return names


def _around(scope: Statement, row: int) -> Statement | None:
    return next((child for child in scope.children if child.row <= row <= child.end), None)


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
