"""Where the keys and values of a TOML file are, and edits of them that leave every other byte as it is.

The standard library reads TOML and says no places. What is found here is only ever trusted after `tomllib` has read the
edited text as it was meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copycheck.project.toml import tomllib

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\r\n]*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_COMMA_BEHIND = re.compile(r"\s*,\s*")
_COMMA_BEFORE = re.compile(r"\s*,\s*$")


class TomlPart(NamedTuple):
    """A part of a dotted key, or a string that is a value: what it says, and from where to where it is."""

    text: str
    start: int
    end: int


class TomlEntry(NamedTuple):
    """A key and its value. `path` are the parts of the key, those of the headers and tables around it in front.

    `start` and `end` are those of the whole: of `key = value`, or of a header, whose `value` is None like that of every
    value that is no string. `is_inline` says whether it is between braces.
    """

    path: tuple[TomlPart, ...]
    start: int
    end: int
    value: TomlPart | None = None
    is_inline: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The path as texts."""
        return tuple(part.text for part in self.path)


class NoPlaceError(ValueError):
    """The text is not laid out as this module knows TOML."""


def entries_of(text: str) -> list[TomlEntry]:
    """All keys of a document with their values, and all headers. Raises NoPlaceError."""
    return list(_Scanner(text).document())


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text

    def document(self) -> Iterator[TomlEntry]:
        table: tuple[TomlPart, ...] = ()
        at = self._skip(0)
        while at < len(self._text):
            if self._text[at] == "[":
                brackets = 2 if self._text.startswith("[[", at) else 1
                table, end = self._key(self._skip(at + brackets))
                end = self._expect(self._skip(end), "]" * brackets)
                yield TomlEntry(table, at, end)
            else:
                found, end = self._pair(at, table, is_inline=False)
                yield from found
            at = self._skip(end)

    def _pair(self, at: int, table: tuple[TomlPart, ...], is_inline: bool) -> tuple[list[TomlEntry], int]:
        """The entries of one `key = value`, itself the last, and where it ends."""
        key, end = self._key(at)
        start = self._skip(self._expect(self._skip(end), "="))
        value, inner, end = self._value(start, (*table, *key))
        return [*inner, TomlEntry((*table, *key), at, end, value, is_inline)], end

    def _value(self, at: int, path: tuple[TomlPart, ...]) -> tuple[TomlPart | None, list[TomlEntry], int]:
        string = _STRING.match(self._text, at)
        if string is not None:
            return TomlPart(_said(string.group()), at, string.end()), [], string.end()
        opening = self._text[at : at + 1]
        if opening not in ("{", "["):
            bare = _BARE_VALUE.match(self._text, at)
            assert bare is not None, "it may be empty"
            return None, [], bare.end()
        found: list[TomlEntry] = []
        closing = "}" if opening == "{" else "]"
        at = self._skip(at + 1)
        while self._text[at : at + 1] != closing:
            if opening == "{":
                some, at = self._pair(at, path, is_inline=True)
                found += some
            else:
                _, _, at = self._value(at, ())
            at = self._skip(at)
            if self._text[at : at + 1] == ",":
                at = self._skip(at + 1)
            elif self._text[at : at + 1] != closing:
                raise NoPlaceError
        return None, found, at + 1

    def _key(self, at: int) -> tuple[tuple[TomlPart, ...], int]:
        parts = []
        while True:
            match = _STRING.match(self._text, at) or _BARE_KEY.match(self._text, at)
            if match is None:
                raise NoPlaceError
            token = match.group()
            parts.append(TomlPart(_said(token) if token[0] in "\"'" else token, at, match.end()))
            dot = _DOT.match(self._text, match.end())
            if dot is None:
                return tuple(parts), match.end()
            at = dot.end()

    def _skip(self, at: int) -> int:
        """The end of the blanks and comments from a place on."""
        match = _BLANK.match(self._text, at)
        assert match is not None, "it may be empty"
        return match.end()

    def _expect(self, at: int, sign: str) -> int:
        if not self._text.startswith(sign, at):
            raise NoPlaceError
        return at + len(sign)


def _said(token: str) -> str:
    """What a string says. Raises NoPlaceError."""
    try:
        said = tomllib.loads(f"x = {token}".replace("\r\n", "\n"))["x"]
    except tomllib.TOMLDecodeError:
        raise NoPlaceError from None
    if not isinstance(said, str):
        raise NoPlaceError
    return said


def written_as(text: str, token: str) -> str:
    """A text as a key or string, in the notation of the token that it takes the place of, where that can say it."""
    if token[:1] not in "\"'" and _BARE_KEY.fullmatch(text):
        return text
    if token[:1] == "'" and "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in escaped) + '"'


class NewText(NamedTuple):
    """A key or string of a document, and what it is to say."""

    part: TomlPart
    text: str


def with_texts(text: str, changes: Iterable[NewText]) -> str:
    """A document with other texts in some of its keys and strings."""
    for part, new in sorted(set(changes), key=lambda change: -change[0].start):
        text = text[: part.start] + written_as(new, text[part.start : part.end]) + text[part.end :]
    return text


def without(text: str, gone: Sequence[TomlEntry]) -> str:
    """A document without some entries, and without the whole lines of those that have some for themselves."""
    outermost = [e for e in gone if not any(o is not e and o.start <= e.start and e.end <= o.end for o in gone)]
    for entry in sorted(outermost, key=lambda entry: -entry.start):
        start, end = _between_braces(text, entry) if entry.is_inline else _lines(text, entry)
        text = text[:start] + text[end:]
    return text


def with_key(text: str, path: tuple[str, ...], main: str, key: str, value: str) -> str:
    """A document with a string at one more key of a table, or another string there.

    A table that is written as one string, which is what its key `main` would say, becomes a table. Raises NoPlaceError.
    """
    entries = [entry for entry in entries_of(text) if entry.keys[: len(path)] == path]
    there = next((entry.value for entry in entries if entry.keys[len(path) :] == (key,) and entry.value), None)
    if there is not None:
        return with_texts(text, [NewText(there, value)])
    whole = next((entry for entry in entries if entry.keys == path), None)
    if whole is None:
        raise NoPlaceError
    added = f"{key} = {written_as(value, chr(34))}"
    if whole.value is not None:
        token = text[whole.value.start : whole.value.end]
        return f"{text[: whole.value.start]}{{ {main} = {token}, {added} }}{text[whole.value.end :]}"
    if text[whole.end - 1] == "}":
        inside = text[: whole.end - 1].rstrip()
        blank = text[len(inside) : whole.end - 1]
        return f"{inside.removesuffix(',')}, {added}{blank}{text[whole.end - 1 :]}"
    newline = "\r\n" if "\r\n" in text else "\n"
    _, end = _lines(text, whole)
    head = text[:end] if text[:end].endswith("\n") else f"{text[:end]}{newline}"
    return f"{head}{added}{newline}{text[end:]}"


def _lines(text: str, entry: TomlEntry) -> tuple[int, int]:
    """The lines of a statement, with the comment behind it and the end of the last one."""
    end = text.find("\n", entry.end)
    return text.rfind("\n", 0, entry.start) + 1, len(text) if end < 0 else end + 1


def _between_braces(text: str, entry: TomlEntry) -> tuple[int, int]:
    """An entry with the comma behind it and the blanks there, or of the last one with the comma before it."""
    behind = _COMMA_BEHIND.match(text, entry.end)
    if behind is not None and text[behind.end() : behind.end() + 1] != "}":
        return entry.start, behind.end()
    before = _COMMA_BEFORE.search(text, 0, entry.start)
    return (before.start() if before else entry.start), entry.end
