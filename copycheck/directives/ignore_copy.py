"""`# Ignore copy` in the text of an object: which lines bear it, and that text without it (contract 4.8)."""

from __future__ import annotations

import re

from copycheck.directives.directive_parser import IGNORE_COPY
from copycheck.syntax.comments_and_strings import docstrings, is_inside, read_literals

_COMMENT = re.compile(r"[ \t\f]*#")


def marker_lines(text: str) -> list[int]:
    """The lines, from 0, whose comment is `# Ignore copy`."""
    if IGNORE_COPY.search(text) is None:
        return []
    lines, strings = text.split("\n"), docstrings(text)
    found = [line for line, content in enumerate(lines) if IGNORE_COPY.search(content)]
    if strings is not None and all(_COMMENT.match(lines[line]) for line in found):
        return [line for line in found if not is_inside(strings, line + 1)]
    return [row - 1 for row, _, comment in read_literals(text).comments if IGNORE_COPY.search(comment)]
