"""The text of a definition as it is compared here: at no indent, without its own name, and without directives."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from copycheck.directives.directive_parser import candidate_rows
from copycheck.project.workspace import SourceFile
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.inference import Text

_NAME = re.compile(r"((?:async[ \t]+def|def|class)[ \t]+)\w+")
_HEADER_END = re.compile(r":[ \t]*(?:#[^\n]*)?\n")


class Squeezed(NamedTuple):
    """A text without its empty lines, to which its directives count, and the rows of these.

    `starts` has the place at which each row begins in it; its last entry is the end.
    """

    text: str
    starts: Sequence[int]
    directives: Sequence[int]


def squeezed(file: SourceFile) -> Squeezed:
    """A file without its directives and empty lines."""
    rows = candidate_rows(file.text)
    lines = list(file.lines) if rows else file.lines
    for row in rows:
        lines[row - 1] = ""
    starts = array("I", accumulate([len(line) + 1 if line else 0 for line in lines], initial=0))
    return Squeezed("\n".join(filter(None, lines)), starts, rows)


class Texts:
    """The texts of definitions, cut out of files that were decoded once."""

    def __init__(self, headers: bool, files: Mapping[str, Squeezed]) -> None:
        self._headers = headers
        self._files = files

    def _rows(self, filename: str, start: int, end: int) -> str:
        """Rows of a file, from 1 and both included, without the empty ones and the last line end."""
        text, starts, _ = self._files[filename]
        return text[starts[start - 1] : max(starts[end] - 1, 0)]

    def is_whole(self, filename: str, start: int, end: int) -> bool:
        """Whether rows of a file are compared as they are: no directive is among them."""
        return not any(start <= row <= end for row in self._files[filename].directives)

    def indent(self, candidate: Candidate) -> str:
        """The blanks before a definition."""
        return self._rows(candidate.filename, candidate.row, candidate.row)[: candidate.indent]

    def decorators(self, candidate: Candidate) -> str:
        """The decorators of a definition at no indent, without the comments between them; empty for none."""
        if candidate.start == candidate.row:
            return ""
        lines = self._rows(candidate.filename, candidate.start, candidate.row - 1).split("\n")
        return "\n".join(line[candidate.indent :] for line in lines if line.strip() and line.lstrip()[0] != "#")

    def whole(self, candidate: Candidate) -> str:
        """A definition with its name, at no indent and without its empty lines."""
        text = self._rows(candidate.filename, candidate.row, candidate.end)
        if not candidate.indent:
            return text
        blanks = text[: candidate.indent]
        return text[candidate.indent :].replace(f"\n{blanks}", "\n")

    def of(self, candidate: Candidate) -> Text:
        """The text of a definition: without its name, or without its header where that is not compared."""
        return self.compared(self.whole(candidate))

    def compared(self, text: str) -> Text:
        """What counts of a whole definition."""
        if self._headers:
            return Text(_NAME.sub(r"\1", text, count=1))
        return Text(text[header_length(text) :])


def header_length(text: str) -> int:
    """How many characters the header of a definition has, as far as the ends of rows can tell."""
    found = _HEADER_END.search(text)
    return found.end() if found else len(text)
