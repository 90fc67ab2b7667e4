"""The dict literal `FULL_COPIES` of a script, edited without running it (contract 6 and 11)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from copycheck.checking.registered_full_copies import FullCopy, full_copies_literal
from copycheck.model.diagnostic import Edit
from copycheck.model.errors import ConfigError, CopycheckError, UnreadableFileError
from copycheck.model.location import Location
from copycheck.model.paths import plain_path
from copycheck.project.file_edits import apply_edits
from copycheck.project.workspace import SourceFile, decode


def edited_script(file: SourceFile, changes: Mapping[str, FullCopy | None]) -> bytes:
    """The script with other paths for some copies, or without those that map to None or are adapted now.

    A comment in the place of an adapted one says why.

    Raises CopycheckError where the edited literal does not say what was meant.
    """
    literal = full_copies_literal(file)
    before = [(plain_path(copy), plain_path(source)) for copy, source in ast.literal_eval(literal).items()]
    meant = [new for old in before if (new := _meant(*old, changes)) is not None]
    try:
        after = apply_edits(file, _edits(file, literal, changes))
        read = ast.literal_eval(full_copies_literal(decode(file.filename, after)))
        said = [(plain_path(copy), plain_path(source)) for copy, source in read.items()]
    except (ConfigError, UnicodeEncodeError, UnreadableFileError, SyntaxError, ValueError):
        said = []
    if said != meant or (not meant and len(before) > len(changes)):
        what = " and ".join(f"`{copy}`" for copy in changes)
        raise CopycheckError(f"{file.filename}: the entry of {what} cannot be edited: change FULL_COPIES by hand")
    return after


def _meant(copy: str, source: str, changes: Mapping[str, FullCopy | None]) -> tuple[str, str] | None:
    new = changes.get(copy, FullCopy(copy, source))
    return None if new is None or new.adapted else (new.copy, new.source)


def _edits(file: SourceFile, literal: ast.expr, changes: Mapping[str, FullCopy | None]) -> Iterator[Edit]:
    """The edits of the strings of a dict, and of what goes with its commas."""
    if not isinstance(literal, ast.Dict):
        return
    items = list(zip(literal.keys, literal.values, strict=True))
    for number, (key, value) in enumerate(items):
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Constant):
            continue
        copy = plain_path(str(key.value))
        if copy not in changes:
            continue
        new = changes[copy]
        if new is None or new.adapted:
            comment = f"`{new.copy}` was a full copy of `{new.source}`: {new.adapted}" if new else None
            yield _removal(file, [node for pair in items for node in pair if node is not None], 2 * number, comment)
            continue
        for node, text in ((key, new.copy), (value, new.source)):
            if plain_path(str(node.value)) != text:
                yield Edit(file.filename, _start(file, node), _end(file, node), _literal(text, _first(file, node)))


def _removal(file: SourceFile, nodes: Sequence[ast.expr], number: int, comment: str | None) -> Edit:
    """The edit that takes an entry out of a dict: its lines where it has them for itself, else up to the next entry."""
    start, end = _start(file, nodes[number]), _end(file, nodes[number + 1])
    before, behind = file.lines[start.row - 1][: start.column - 1], file.lines[end.row - 1][end.column - 1 :]
    newline = "\r\n" if b"\r\n" in file.data else "\n"
    said = f"{before}# {comment}{newline}" if comment is not None and not before.strip() else ""
    if not before.strip() and behind.lstrip()[:1] == "," and behind.lstrip()[1:].lstrip()[:1] in ("", "#"):
        return Edit(file.filename, Location(start.row), Location(end.row + 1), said)
    if number + 2 < len(nodes):
        return Edit(file.filename, start, _start(file, nodes[number + 2]), said)
    first = _end(file, nodes[number - 1]) if number else start
    return Edit(file.filename, first, end, said)


def _start(file: SourceFile, node: ast.expr) -> Location:
    return _location(file, node.lineno, node.col_offset)


def _end(file: SourceFile, node: ast.expr) -> Location:
    assert node.end_lineno is not None, "the parser gives both"
    assert node.end_col_offset is not None, "the parser gives both"
    return _location(file, node.end_lineno, node.end_col_offset)


def _location(file: SourceFile, row: int, offset: int) -> Location:
    """The place of a byte of a row, which `ast` counts in UTF-8."""
    return Location(row, len(file.lines[row - 1].encode()[:offset].decode()) + 1)


def _first(file: SourceFile, node: ast.expr) -> str:
    start = _start(file, node)
    return file.lines[start.row - 1][start.column - 1]


def _literal(text: str, quote: str) -> str:
    """A text as a string literal, with the quotes of the one that it takes the place of, where these can be had."""
    if quote == '"' and '"' not in text and text.isprintable() and "\\" not in text:
        return f'"{text}"'
    return repr(text)
