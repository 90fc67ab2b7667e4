"""The text of a definition as it is compared here: at no indent, without its own name, and without directives."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate

from copycheck.directives.directive_parser import candidate_rows
from copycheck.project.workspace import Workspace
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.inference import Text

_NAME = re.compile(r"((?:async[ \t]+def|def|class)[ \t]+)\w+")
_HEADER_END = re.compile(r":[ \t]*(?:#[^\n]*)?\n")


class Texts:
    """The texts of definitions, cut out of files that are decoded once."""

    def __init__(self, workspace: Workspace, headers: bool) -> None:
        self._workspace = workspace
        self._headers = headers
        self._files: dict[str, tuple[str, Sequence[int]]] = {}
        self._emptied: dict[str, Sequence[int]] = {}

    def load(self, filenames: Iterable[str]) -> None:
        """Decode files now: the processes that are started behind it have them all."""
        for filename in filenames:
            self._file(filename)

    def _file(self, filename: str) -> tuple[str, Sequence[int]]:
        """A text whose directives are empty lines, and how many characters are above each row, line ends aside."""
        known = self._files.get(filename)
        if known is None:
            file = self._workspace.read(filename)
            self._workspace.forget_text(filename)
            rows = candidate_rows(file.text)
            lines = list(file.lines) if rows else file.lines
            for row in rows:
                lines[row - 1] = ""
            if rows:
                self._emptied[filename] = rows
            above = array("L", accumulate(map(len, lines), initial=0))
            known = self._files[filename] = ("\n".join(lines) if rows else file.text, above)
        return known

    def rows(self, filename: str, start: int, end: int) -> str:
        """Rows of a file, from 1 and both included, without the last line end."""
        text, above = self._file(filename)
        return text[above[start - 1] + start - 1 : above[end] + end - 1]

    def is_whole(self, filename: str, start: int, end: int) -> bool:
        """Whether rows of a file are here as they are there: no directive is among them."""
        self._file(filename)
        return not any(start <= row <= end for row in self._emptied.get(filename, ()))

    def decorators(self, candidate: Candidate) -> str:
        """The decorators of a definition at no indent, without the comments between them; empty for none."""
        if candidate.start == candidate.row:
            return ""
        lines = self.rows(candidate.filename, candidate.start, candidate.row - 1).split("\n")
        return "\n".join(line[candidate.indent :] for line in lines if line.strip() and line.lstrip()[0] != "#")

    def whole(self, candidate: Candidate) -> str:
        """A definition with its name, at no indent and without its empty lines."""
        text = self.rows(candidate.filename, candidate.row, candidate.end)
        while "\n\n" in text:
            text = text.replace("\n\n", "\n")
        if not candidate.indent:
            return text
        blanks = text[: candidate.indent]
        return text[candidate.indent :].replace(f"\n{blanks}", "\n")

    def of(self, candidate: Candidate) -> Text:
        """The text of a definition: without its name, or without its header where that is not compared."""
        text = self.whole(candidate)
        if self._headers:
            return Text(_NAME.sub(r"\1", text, count=1))
        return Text(text[header_length(text) :])


def header_length(text: str) -> int:
    """How many characters the header of a definition has, as far as the ends of rows can tell."""
    found = _HEADER_END.search(text)
    return found.end() if found else len(text)
