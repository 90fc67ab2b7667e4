"""Semicolons behind which no statement follows: a formatter takes them away, and must not see them (contract 4.7)."""

from __future__ import annotations

import io
import re
import tokenize

_AT_END = re.compile(r";[ \t\f]*(?:#.*)?$", re.MULTILINE)
_KEPT = re.compile(r"#[ \t]*(?:fmt|yapf):")
"""A comment that has a formatter leave lines as they are."""


def without_idle_semicolons(text: str) -> str:
    """A text without them: a body with one would be formatted as another text than a body without.

    ruff takes a comment below one out of the block that both are in, and black moves the comment behind it.
    """
    if not _AT_END.search(text) or _KEPT.search(text):
        return text
    places: list[tuple[int, int]] = []
    last: tuple[int, int] | None = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if last is not None and token.type in (tokenize.NEWLINE, tokenize.COMMENT):
                places.append(last)
            last = token.start if token.type == tokenize.OP and token.string == ";" else None
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = text.split("\n")
    for row, column in places:
        line = lines[row - 1]
        lines[row - 1] = f"{line[:column]}{line[column + 1 :]}"
    return "\n".join(lines)
