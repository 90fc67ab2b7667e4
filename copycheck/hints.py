"""Help for a name that leads nowhere: the nearest names, and where an object of that name stands now (contract 3.6)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence

from copycheck.errors import UnreadableFileError
from copycheck.outline import read_outline
from copycheck.tree import Statement
from copycheck.workspace import Workspace

_DIRECTIVE_ABOVE = re.compile(rb"#[ \t]*Copied from[ \t][^\n]*\n(?:[ \t]*[#@][^\n]*\n)*$")


def hints(
    parts: Sequence[str], names: Iterable[str], filenames: Sequence[str], workspace: Workspace, roots: Sequence[str]
) -> Iterator[str]:
    """What may have been meant by the dotted name `parts`, whose module holds `names`."""
    near = difflib.get_close_matches(parts[-1], [name for name in names if name != "*"], 3)
    if near:
        yield "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    elsewhere = _defined(parts[-1], filenames, workspace)
    if len(elsewhere) == 1:
        filename, row = elsewhere[0]
        yield f"`{_dotted(filename, row, workspace, roots) or parts[-1]}` stands at {filename}:{row}"


def _defined(name: str, filenames: Iterable[str], workspace: Workspace) -> list[tuple[str, int]]:
    """The first two places where a class or function of that name is defined that is no copy itself."""
    encoded = name.encode()
    pattern = re.compile(rb"^[ \t]*(?:class|def|async[ \t]+def)[ \t]+%s\b" % re.escape(encoded), re.MULTILINE)
    found: list[tuple[str, int]] = []
    for filename in filenames:
        try:
            data = workspace.read_bytes(filename)
        except UnreadableFileError:
            continue
        if encoded in data:
            places = [match.start() for match in pattern.finditer(data)]
            originals = [place for place in places if not _DIRECTIVE_ABOVE.search(data, max(0, place - 2000), place)]
            found += [(filename, data.count(b"\n", 0, place) + 1) for place in originals]
        if len(found) > 1:
            break
    return found


def _dotted(filename: str, row: int, workspace: Workspace, roots: Sequence[str]) -> str | None:
    """The dotted name of the definition in a row, from the root that makes it shortest."""
    try:
        scope = read_outline(filename, workspace.read(filename).text)
    except UnreadableFileError:
        return None
    names: list[str] = []
    while (inner := _around(scope, row)) is not None:
        scope = inner
        names += [inner.name] if inner.is_definition else []
        if inner.row == row:
            break
    prefixes = [f"{root}/" for root in roots if root != "." and filename.startswith(f"{root}/")]
    module = filename[max(map(len, prefixes), default=0) :].rpartition(".")[0].removesuffix("/__init__")
    return ".".join([*module.split("/"), *names])


def _around(scope: Statement, row: int) -> Statement | None:
    return next((child for child in scope.children if child.row <= row <= child.end), None)
