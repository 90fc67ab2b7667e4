"""Comments that begin with `Copied from` and name an object in another notation than a dotted path (contract 1.13)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.directives.directive_parser import parse_directive
from copycheck.syntax.identifiers import NAME_IN_TEXT as _NAME

_PLAIN = re.compile(rf"[ \t\f]*#[ \t\f]*Copied from[ \t\f]+{_NAME}(?:\.{_NAME})+(?:[ \t\f]|$)")
"""What is a directive, or a malformed one, at a glance: nearly all of these comments."""
_OPENING = re.compile(
    r"(?P<indent>[ \t\f]*)#+[:!*\s]*Copied\s+from(?!\w)\s*(?:[=>→–—…-]|:(?!\w+:))*\s*"
    r"(?:(?:the\s+)?(?:(?:class|def|file|func|function|import|method|module|object)\s+)?(?!(?:at|from|in|of)\s))?"
)
_GOES_ON = re.compile(r"[ \t\f]*#[:!*\s]*(?=[^\s#])(?!Copied\s)")
_OPEN = r"(?:[`'\"<(\[{~@*⟨«]|:(?:py:)?[a-z]+:)*"
_CLOSE = r"(?:\(\))?[`'\">)\]}*⟩»]*(?:(?<=\])\([^()\s]*\))?"
_VERSION = r"(?P<version>@[\w.+-]*\w)?"
_FILE = r"(?:file://)?(?P<drive>[A-Za-z]:(?=[/\\]))?(?P<path>(?:\.{0,2}[/\\])?(?:[\w.-]+[/\\])*[\w-]+\.pyi?)" + _VERSION
_REFERENCES = (
    # pkg/base.py:12, pkg/base.py#L12-L20, pkg/base.py, line 12
    rf"{_OPEN}{_FILE}{_CLOSE}(?::L?|\#L?|,?\s+\(?(?:lines?\s+|L))(?P<row>\d+)(?:[-:]L?\d+)*{_CLOSE}",
    # pkg/base.py::Owl::fly, pkg/base.py:Owl.fly, pkg/base.py:fly:12, pkg/base.py#fly
    rf"{_OPEN}{_FILE}{_CLOSE}(?::+|\#){_OPEN}(?P<names>{_NAME}(?:(?:::|\.){_NAME})*){_CLOSE}(?::\d+)*",
    # pkg/base.py (Owl.fly), pkg/base.py - Owl.fly, pkg/base.py: Owl.fly, pkg/base.py Owl.fly
    rf"{_OPEN}{_FILE}{_CLOSE}\s*[(\[,;:|@>→–—-]+\s*{_OPEN}(?P<names>{_NAME}(?:\.{_NAME})*){_CLOSE}",
    rf"{_OPEN}{_FILE}{_CLOSE}\s+(?!with\b){_OPEN}(?P<names>{_NAME}(?:\.{_NAME})*){_CLOSE}(?=\s*$|\s+with\b)",
    # Owl.fly in pkg/base.py, Owl.fly (pkg/base.py), [Owl.fly](pkg/base.py), Owl.fly from pkg.base
    rf"{_OPEN}(?P<names>{_NAME}(?:\.{_NAME})*){_CLOSE}(?:\s+(?:in|of|from|at|@)\s+|\s*\(){_OPEN}{_FILE}{_CLOSE}",
    rf"{_OPEN}(?P<names>{_NAME}(?:\.{_NAME})*){_CLOSE}\s+(?:(?:in|of|from|at|@)\s+|\(){_OPEN}"
    rf"(?P<module>{_NAME}(?:\.{_NAME})*){_CLOSE}",
    # pkg.base.fly in quotes or behind a colon, .base.fly, pkg.base:fly, pkg/base/fly, pkg.base.fly@v1.2
    rf"{_OPEN}(?P<dots>\.*)(?P<dotted>{_NAME}(?:(?:\.|::?|/|\\|\#){_NAME})*){_VERSION}{_CLOSE}",
)
_LONGEST = 10_000
"""A line of more characters is no reference that a person has written; a directive of that length is CPY001."""
_BETWEEN = re.compile(r"::?|[.#/\\]")
_BEHIND = re.compile(r"\s|$|[.,;:](?:\s|$)")


class Notation(NamedTuple):
    """What a comment in another notation names: a dotted name behind some dots, or names or a row in a file.

    `version` is what follows an `@`, `options` what follows on its line. `column` and `end_column` are where the
    reference is, from 1, in `end_row`.
    """

    row: int
    end_row: int
    indent: str
    column: int
    end_column: int
    options: str
    dots: int = 0
    dotted: tuple[str, ...] = ()
    path: str = ""
    names: tuple[str, ...] = ()
    line: int = 0
    version: str = ""

    def rewritten(self, target: str) -> str:
        """The comment as a directive."""
        return f"{self.indent}# Copied from {target}{self.options}"


def other_notations(text: str, lines: Sequence[str]) -> Iterator[Notation]:
    """The comments of a text that begin with `Copied from`, are no directives, and may name an object, in order.

    Those that name a file may be malformed directives besides: `base.py:12`. Whether they are in a string is not
    known here.
    """
    at = text.find("Copied")
    row, last = 1, 0
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = end if end >= 0 else len(text)
        if (
            end - start <= _LONGEST
            and not _PLAIN.match(text, start, end)
            and "#" in (line := text[start:end])
            and "from" in line
        ):
            row, last = row + text.count("\n", last, start), start
            directive = parse_directive(lines, row)
            if directive is None or directive.problem is not None:
                yield from (found for found in _read(lines, row) if directive is None or found.path)
        at = text.find("Copied", end)


def _read(lines: Sequence[str], row: int) -> Iterator[Notation]:
    """What a comment names, as it is and as it looks to a reader; in its next line, if not in its own."""
    for visible in (False, True):
        line = _visible(lines[row - 1]) if visible else lines[row - 1]
        opening = _OPENING.match(line)
        if opening is None:
            continue
        end_row, start = row, opening.end()
        if start == len(line) and row < len(lines):
            end_row, line = row + 1, _visible(lines[row]) if visible else lines[row]
            following = _GOES_ON.match(line)
            start = following.end() if following else len(line)
        found = _reference(line, start, Notation(row, end_row, opening["indent"], 1, 1, ""))
        if found:
            yield found
            return


def _visible(line: str) -> str:
    """A line without characters that nobody sees, and with the plain forms of full-width ones."""
    plain = unicodedata.normalize("NFKC", line)
    return "".join(character for character in plain if unicodedata.category(character) != "Cf")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first needed: most runs never need any."""
    return re.compile(pattern)


def _reference(line: str, start: int, comment: Notation) -> Notation | None:
    """What a line names from a column on; None for prose."""
    for pattern in _REFERENCES:
        match = _compiled(pattern).match(line, start)
        if match is None or not _BEHIND.match(line, match.end()):
            continue
        groups = match.groupdict()
        options = line[match.end() :].rstrip().lstrip(".,;:")
        found = comment._replace(column=start + 1, end_column=match.end() + 1, options=options)
        found = found._replace(version=groups.get("version") or "")
        names = tuple(_BETWEEN.split(groups["names"])) if groups.get("names") else ()
        if groups.get("path"):
            path = groups["path"].replace("\\", "/")
            return found._replace(path=path, names=names, line=int(groups.get("row") or 0))
        if groups.get("module"):
            return found._replace(dotted=(*groups["module"].split("."), *names))
        dots, dotted = len(groups["dots"]), tuple(_BETWEEN.split(groups["dotted"]))
        if dots or len(dotted) > 1:
            return found._replace(dots=dots, dotted=dotted)
    return None
