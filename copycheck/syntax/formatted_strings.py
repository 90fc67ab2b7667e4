"""The identifiers in the fields of formatted strings, by the text: Python 3.11 does not split these into tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from copycheck.syntax.identifiers import NAME_IN_CODE, NameRange

_PREFIXED = re.compile(r"(?i)([bfrtu]?|[bft]r|r[bft])(\"\"\"|'''|[\"'])")
"""The opening of a string. A word may stand before one without a blank: `x if'{}'else y`."""
_NAME = re.compile(NAME_IN_CODE)
_SHOWN = re.compile(r"=\s*(?:\}|:|!(?!=))")
"""What makes a field show its own text: `{name=}`."""


def is_formatted(text: str, start: int) -> bool:
    """Whether the string that begins there has fields."""
    opening = _PREFIXED.match(text, start)
    return opening is not None and _has_fields(opening[1])


def _has_fields(prefix: str) -> bool:
    return not {"f", "t"}.isdisjoint(prefix.lower())


class FormattedString(NamedTuple):
    """The identifiers in the fields of a formatted string, and where it ends."""

    names: list[NameRange]
    end: int


def read_formatted(text: str, start: int) -> FormattedString:
    """The formatted string that begins there, with the names of those inside of it.

    Without those of a field that shows its own text, where each character counts; nothing from where it breaks off.
    """
    reader = _Reader(text)
    try:
        return FormattedString(reader.names, reader.string(start))
    except (IndexError, RecursionError):
        return FormattedString(reader.names, len(text))


class _Reader:
    """Reads one string: each method returns where what it has read ends. IndexError: the text has ended."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.names: list[NameRange] = []

    def string(self, start: int) -> int:
        """A string with its prefix."""
        opening = _PREFIXED.match(self._text, start)
        if opening is None:
            raise IndexError
        prefix, quote = opening[1].lower(), opening[2]
        has_fields = _has_fields(prefix)
        at = opening.end()
        while not self._text.startswith(quote, at):
            character = self._text[at]
            if character == "\\":
                at = self._escape(at, has_fields, "r" in prefix)
            elif has_fields and self._text.startswith("{{", at):
                at += 2
            elif has_fields and character == "{":
                at = self._field(at + 1)
            else:
                at += 1
        return at + len(quote)

    def _escape(self, at: int, has_fields: bool, is_raw: bool) -> int:
        if has_fields and not is_raw and self._text.startswith("\\N{", at):
            end = self._text.find("}", at)
            return end + 1 if end >= 0 else len(self._text)
        return at + (1 if has_fields and self._text[at + 1] in "{}" else 2)

    def _field(self, at: int) -> int:
        """A field behind its brace."""
        first, depth = len(self.names), 0
        while True:
            character = self._text[at]
            if character == "}" and not depth:
                return at + 1
            if character == ":" and not depth:
                return self._format(at + 1)
            if character == "=" and not depth and self._text[at - 1] not in "=!<>" and _SHOWN.match(self._text, at):
                del self.names[first:]
            depth += (character in "([{") - (character in ")]}")
            at = self._part(at)

    def _part(self, at: int) -> int:
        """A string, a name, a comment, or one character of an expression."""
        if _PREFIXED.match(self._text, at):
            return self.string(at)
        if self._text[at] == "#":
            end = self._text.find("\n", at)
            return end if end >= 0 else len(self._text)
        name = _NAME.match(self._text, at)
        if name is None:
            return at + 1
        self.names.append(NameRange(at, name.end()))
        return name.end()

    def _format(self, at: int) -> int:
        """The format of a field behind its colon, which may hold fields itself."""
        while self._text[at] != "}":
            at = self._field(at + 1) if self._text[at] == "{" else at + 1
        return at + 1
