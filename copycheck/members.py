"""A class taken apart into members, with libcst: what `# Ignore copy` leaves out (contract 4.8).

libcst is lossless, so the rows that each of its nodes takes are counted from the node's own code. Members are rows of
the text, and what is left out or kept is kept byte for byte.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copycheck.directives import IGNORE_COPY
from copycheck.literals import read_literals
from copycheck.lossless import parse_module

if TYPE_CHECKING:
    import libcst as cst

Key = tuple[str, str, int]
"""Name, accessor or overload, and number; a run of statements has the name of the definition before it, and `run`."""


@dataclass(frozen=True, slots=True)
class Member:
    """Lines `start` to `end` (from 0, `end` excluded) of a text; `ignored` when it bears a marker."""

    key: Key
    start: int
    end: int
    ignored: bool


@dataclass(slots=True)
class _Open:
    """A member while the statements behind it are still being read."""

    key: Key
    start: int
    end: int
    ignored: bool


def wrap(text: str, indents: Sequence[str]) -> str:
    """A text at its true depth: under one `if` for each indent around it."""
    return "".join(f"{indent}if 1:\n" for indent in indents) + text + "\n"


def take_apart(text: str, indents: Sequence[str]) -> list[Member] | None:
    """The members of the class that `text` holds at the depth of `indents`; None for anything but a class body."""
    import libcst as cst

    module = parse_module(wrap(text, indents))
    if module is None:
        return None
    node: Any = module
    for _ in indents:
        node = node.body[0].body
    body = node.body
    if len(body) != 1 or not isinstance(body[0], cst.ClassDef) or not isinstance(body[0].body, cst.IndentedBlock):
        return None
    block = body[0].body
    heights = [_height(module, statement) for statement in block.body]
    first = len(text.split("\n")) - sum(heights) - len(block.footer)
    return _members(block, heights, first, marker_lines(text))


def _height(module: cst.Module, node: cst.CSTNode) -> int:
    return module.code_for_node(node).count(module.default_newline)


def _members(block: cst.IndentedBlock, heights: Sequence[int], first: int, markers: Sequence[int]) -> list[Member]:
    members: list[_Open] = []
    counts: dict[tuple[str, str], int] = {}
    row, before = first, ""
    for statement, height in zip(block.body, heights, strict=True):
        leading = list(statement.leading_lines)  # type: ignore[attr-defined]
        glued = _glued_to_next(leading)
        if members and any(_marks(line.comment) for line in _glued_to_previous(leading, glued)):
            members[-1].ignored = True
            members[-1].end = row + len(_glued_to_previous(leading, glued))
        start = row + len(leading) - len(glued)
        marked = any(start <= line < row + height for line in markers)
        name, accessor = _identity(statement)
        if name:
            number = counts[name, accessor] = counts.get((name, accessor), -1) + 1
            members.append(_Open((name, accessor, number), start, row + height, marked))
            before = f"{name} {accessor} {number}"
        elif members and members[-1].key == (before, "run", 0):
            inside = any(_marks(line.comment) for line in leading)
            members[-1].end = row + height
            members[-1].ignored = members[-1].ignored or marked or inside
        else:
            members.append(_Open((before, "run", 0), start, row + height, marked))
        row += height
    tail = _glued_to_previous(block.footer, [])
    if members and any(_marks(line.comment) for line in tail):
        members[-1].ignored, members[-1].end = True, row + len(tail)
    return [Member(member.key, member.start, member.end, member.ignored) for member in members]


def _glued_to_next(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The comments without a blank line between them and what follows."""
    glued: list[cst.EmptyLine] = []
    for line in reversed(lines):
        if line.comment is None:
            break
        glued.insert(0, line)
    return glued


def _glued_to_previous(lines: Sequence[cst.EmptyLine], glued_to_next: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The comments without a blank line between them and what stands before, unless they are glued to the next."""
    glued: list[cst.EmptyLine] = []
    for line in lines[: len(lines) - len(glued_to_next)]:
        if line.comment is None:
            break
        glued.append(line)
    return glued


def _identity(statement: cst.CSTNode) -> tuple[str, str]:
    """The name and accessor of a definition; empty for a statement that is none."""
    import libcst as cst

    if not isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return "", ""
    for decorator in statement.decorators:
        node = decorator.decorator
        last = node.attr.value if isinstance(node, cst.Attribute) else getattr(node, "value", "")
        if last == "overload" or (isinstance(node, cst.Attribute) and last in ("setter", "deleter", "getter")):
            return statement.name.value, str(last)
    return statement.name.value, ""


def _marks(comment: cst.Comment | None) -> bool:
    return comment is not None and bool(IGNORE_COPY.search(comment.value))


def marker_lines(text: str) -> list[int]:
    """The lines, from 0, whose comment is `# Ignore copy`."""
    if IGNORE_COPY.search(text) is None:
        return []
    return [row - 1 for row, _, comment in read_literals(text).comments if IGNORE_COPY.search(comment)]


def leave_out(text: str, members: Sequence[Member], keys: Collection[Key]) -> str:
    """The text of a class without some of its members; a body that loses all of them keeps a `pass`."""
    gone = [member for member in members if member.key in keys]
    if not gone:
        return text
    lines = text.split("\n")
    out = {number for member in gone for number in range(member.start, member.end)}
    kept = [line for number, line in enumerate(lines) if number not in out]
    if len(gone) == len(members):
        first = lines[gone[0].start]
        kept.append(first[: len(first) - len(first.lstrip())] + "pass")
    return "\n".join(kept)
