"""`# Ignore copy` in the text of an object: which lines bear it, and that text without it (contract 4.8)."""

from __future__ import annotations

import re

from copycheck.directives import IGNORE_COPY
from copycheck.literals import docstrings, is_inside, read_literals
from copycheck.region import Region

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


def without_markers(region: Region) -> Region:
    """A source without its markers: they say what the source, a copy itself, has otherwise than its own source."""
    markers = marker_lines(region.text) if "Ignore copy" in region.text else []
    if not markers:
        return region
    lines = [*zip(region.text.split("\n"), region.rows, strict=True)]
    for number in markers:
        line, row = lines[number]
        lines[number] = IGNORE_COPY.split(line, maxsplit=1)[0].rstrip(), row
    kept = [(line, row) for n, (line, row) in enumerate(lines) if line or n not in markers]
    above = sum(not lines[number][0] for number in markers if number < region.name_line)
    return region._replace(
        text="\n".join(line for line, _ in kept), rows=[row for _, row in kept], name_line=region.name_line - above
    )
