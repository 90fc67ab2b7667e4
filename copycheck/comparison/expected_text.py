"""A directive bound to its definition, and the one function that makes its expected text (contract 2 to 4)."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from copycheck.comparison.diff import equal
from copycheck.comparison.line_numbers import rows_behind
from copycheck.directives.binding import Copy
from copycheck.directives.class_members import Member, MemberKey, leave_out, take_apart
from copycheck.directives.compared_regions import Region, exchange_name, reindent, split_header
from copycheck.directives.directive_parser import IGNORE_COPY
from copycheck.directives.ignore_copy import marker_lines
from copycheck.directives.replacements import apply_replacements, unused_replacements
from copycheck.project.settings import Treatment

_MARKER_TO_END = re.compile(IGNORE_COPY.pattern + ".*")


class Texts(NamedTuple):
    """What is compared: both texts, at the copy's own indent.

    `whole` is the expected text with nothing left out, `left_out` and `source_left_out` the lines (from 0) of the two
    regions that `# Ignore copy` takes out of the comparison, `effective_markers` the lines of the markers that had an
    effect.
    """

    expected: str
    actual: str
    whole: str
    unused: tuple[int, ...]
    left_out: frozenset[int] = frozenset()
    source_left_out: frozenset[int] = frozenset()
    effective_markers: frozenset[int] = frozenset()


def expected_texts(copy: Copy, source: Region, header: Treatment, count_unused: bool = False) -> Texts:
    """The source after replacement, under the copy's name and at its indent, beside the copy (contract 4).

    `header` is `compare` or `ignore`. Raises GrowthError.
    """
    text = reindent(source.text, source.indent, copy.region.indent)
    replacements = copy.directive.replacements
    if header == "ignore" and source.kind == copy.region.kind != "assignment":
        cut = _parts_of_source if len(text) < _SHORT else split_header
        above, _, body = cut(text, source.name_line)
        _, own, _ = split_header(copy.region.text, copy.region.name_line)
        unused = unused_replacements(above + body, replacements) if count_unused else ()
        whole = apply_replacements(above, replacements) + own + apply_replacements(body, replacements)
    else:
        unused = unused_replacements(text, replacements) if count_unused else ()
        whole = exchange_name(apply_replacements(text, replacements), source.name_line, copy.region.name, source.kind)
    texts = Texts(whole, copy.region.text, whole, tuple(unused))
    if "Ignore copy" not in copy.region.text:
        return texts
    if copy.region.kind == "class":
        return _without_members(copy, texts, source)
    return texts if copy.region.kind == "assignment" else _without_body(copy, texts, source)


_parts_of_source = functools.lru_cache(maxsize=256)(split_header)
"""Of a source, which is asked for by one copy after the other."""
_SHORT = 50_000
"""A longer source is not kept."""


def _without_body(copy: Copy, texts: Texts, source: Region) -> Texts:
    """In a copied function the body is the one member: the copy's own stands on both sides."""
    markers = marker_lines(copy.region.text)
    if not markers or source.kind in ("assignment", "class"):
        return texts
    above, header, own_body = split_header(texts.actual, copy.region.name_line)
    expected_above, expected_header, expected_body = split_header(texts.whole, source.name_line)
    first = (above + header).count("\n")
    left_out = frozenset(range(first if not own_body.startswith("\n") else first + 1, len(copy.region.rows)))
    effective_markers = frozenset() if equal(_unmarked(own_body), expected_body) else frozenset(markers)
    expected = expected_above + expected_header + own_body
    return Texts(expected, texts.actual, expected, texts.unused, left_out, _body_lines(source), effective_markers)


def _body_lines(source: Region) -> frozenset[int]:
    above, header, _ = split_header(source.text, source.name_line)
    return frozenset(range((above + header).count("\n") + 1, len(source.rows)))


def _without_members(copy: Copy, texts: Texts, source: Region) -> Texts:
    """Leave the members that bear a marker in the copy out on both sides."""
    members = take_apart(texts.actual, copy.indents) or []
    keys = {member.key for member in members if member.ignored}
    if not keys:
        return texts
    theirs = take_apart(texts.whole, copy.indents) or []
    left_out, longer = _lines_of(members, keys), _longer(texts.whole, source)
    own_lines, lines, alike = texts.actual.split("\n"), texts.whole.split("\n"), {one.key: one for one in theirs}
    effective_markers = {
        line
        for member in members
        if member.ignored and not _same(member, own_lines, alike.get(member.key), lines)
        for line in range(member.start, member.end)
    }
    return Texts(
        leave_out(texts.whole, theirs, keys),
        leave_out(texts.actual, members, keys),
        texts.whole,
        texts.unused,
        left_out,
        frozenset(line - longer for line in _lines_of(theirs, keys)),
        frozenset(effective_markers.intersection(marker_lines(texts.actual))),
    )


def _longer(whole: str, source: Region) -> int:
    """How many lines more than the source an expected text has: the copy keeps a header of its own."""
    return whole.count("\n") + 1 - len(source.rows)


def rows_of_expected(copy: Copy, source: Region, texts: Texts) -> tuple[int, ...]:
    """The row of the source behind each line of the expected text; the nearest for what the copy keeps of its own."""
    replaced = apply_replacements(source.text, copy.directive.replacements)
    rows = rows_behind(texts.whole, replaced, source.rows)
    if texts.expected == texts.whole:
        return rows
    longer = _longer(texts.whole, source)
    return tuple(row for line, row in enumerate(rows) if line - longer not in texts.source_left_out)


def _same(member: Member, actual: Sequence[str], other: Member | None, expected: Sequence[str]) -> bool:
    """Whether a marked member would be in sync with the other one without its marker."""
    if other is None:
        return False
    own = "\n".join(actual[member.start : member.end])
    return equal(_unmarked(own), "\n".join(expected[other.start : other.end]))


def _unmarked(text: str) -> str:
    return "\n".join(_MARKER_TO_END.sub("", line).rstrip() for line in text.split("\n"))


def _lines_of(members: Sequence[Member], keys: set[MemberKey]) -> frozenset[int]:
    return frozenset(line for m in members if m.key in keys for line in range(m.start, m.end))
