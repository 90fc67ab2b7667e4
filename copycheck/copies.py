"""A directive bound to its definition, and the one function that makes its expected text (contract 2 to 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from copycheck import replace
from copycheck.compare import equal
from copycheck.directives import IGNORE_COPY
from copycheck.markers import marker_lines
from copycheck.members import Key, Member, leave_out, take_apart
from copycheck.model import Directive, Span
from copycheck.module import Module
from copycheck.region import Region, cut, exchange_name, indent_of, reindent, split_header
from copycheck.sources import number_of

_MARKER_TO_END = re.compile(IGNORE_COPY.pattern + ".*")


class Copy(NamedTuple):
    """A directive and the definition below it, as plain values.

    `name` is dotted within the file; `accessor` and `number` tell it from others of its name (3.5); `indents` are those
    of the statements around it, outermost first. `region` ends at `# End copy`, if there is one.
    """

    filename: str
    directive: Directive
    name: str
    row: int
    accessor: str
    number: int
    indents: tuple[str, ...]
    decorated: bool
    region: Region

    def rows(self, lines: Sequence[int]) -> list[int]:
        """The rows of the file that lines of the region stand in."""
        return [self.region.rows[line] for line in lines]


class Texts(NamedTuple):
    """What is compared: both texts, at the copy's own indent.

    `whole` is the expected text with nothing left out, `left_out` and `source_left_out` the lines (from 0) of the two
    regions that `# Ignore copy` takes out of the comparison, `honoured` the lines of the markers that had an effect.
    """

    expected: str
    actual: str
    whole: str
    unused: tuple[int, ...]
    left_out: frozenset[int] = frozenset()
    source_left_out: frozenset[int] = frozenset()
    honoured: frozenset[int] = frozenset()


def bind(module: Module, directive: Directive) -> Copy | None:
    """The copy that a directive stands above; None where no definition follows (CPY005)."""
    site = module.definition_below(directive)
    if site is None:
        return None
    statement, lines = site.statement, module.lines
    decorated = any(decorator.row > directive.end_row for decorator in statement.decorators)
    end = module.end_of(statement)
    end_copy = module.end_copy_row(statement, end)
    if end_copy is not None:
        end = end_copy - 1
        while end > statement.row and not lines[end - 1].strip():
            end -= 1
    scope = next((parent for parent in reversed(site.parents) if parent.kind != "block"), module.outline)
    return Copy(
        module.filename,
        directive,
        ".".join([*(parent.name for parent in site.parents if parent.name), statement.name]),
        statement.row,
        statement.accessor,
        number_of(scope.named(statement.name), statement) if statement in scope.named(statement.name) else 0,
        tuple(indent_of(lines[parent.start - 1]) for parent in site.parents),
        decorated,
        cut(module, statement, directive.end_row if decorated else None, end),
    )


def expected_texts(copy: Copy, source: Region, header: str, count_unused: bool = False) -> Texts:
    """The source after replacement, under the copy's name and at its indent, beside the copy (contract 4).

    `header` is `compare` or `ignore`. Raises replace.GrowthError.
    """
    text = reindent(source.text, source.indent, copy.region.indent)
    replacements = copy.directive.replacements
    if header == "ignore" and source.kind == copy.region.kind != "assignment":
        above, _, body = split_header(text, source.name_line)
        _, own, _ = split_header(copy.region.text, copy.region.name_line)
        unused = replace.unused(above + body, replacements) if count_unused else ()
        whole = replace.apply(above, replacements) + own + replace.apply(body, replacements)
    else:
        unused = replace.unused(text, replacements) if count_unused else ()
        whole = exchange_name(replace.apply(text, replacements), source.name_line, copy.region.name, source.kind)
    texts = Texts(whole, copy.region.text, whole, tuple(unused))
    if "Ignore copy" not in copy.region.text:
        return texts
    if copy.region.kind == "class":
        return _without_members(copy, texts)
    return texts if copy.region.kind == "assignment" else _without_body(copy, texts, source)


def _without_body(copy: Copy, texts: Texts, source: Region) -> Texts:
    """In a copied function the body is the one member: the copy's own stands on both sides."""
    markers = marker_lines(copy.region.text)
    if not markers or source.kind in ("assignment", "class"):
        return texts
    above, header, own_body = split_header(texts.actual, copy.region.name_line)
    expected_above, expected_header, expected_body = split_header(texts.whole, source.name_line)
    first = (above + header).count("\n")
    left_out = frozenset(range(first if not own_body.startswith("\n") else first + 1, len(copy.region.rows)))
    honoured = frozenset() if equal(_unmarked(own_body), expected_body) else frozenset(markers)
    expected = expected_above + expected_header + own_body
    return Texts(expected, texts.actual, expected, texts.unused, left_out, _body_lines(source), honoured)


def _body_lines(source: Region) -> frozenset[int]:
    above, header, _ = split_header(source.text, source.name_line)
    return frozenset(range((above + header).count("\n") + 1, len(source.rows)))


def _without_members(copy: Copy, texts: Texts) -> Texts:
    """Leave the members that bear a marker in the copy out on both sides."""
    members = take_apart(texts.actual, copy.indents) or []
    keys = {member.key for member in members if member.ignored}
    if not keys:
        return texts
    theirs = take_apart(texts.whole, copy.indents) or []
    left_out = _lines_of(members, keys)
    honoured = {
        line
        for member in members
        if member.ignored and not _same(member, texts.actual, theirs, texts.whole)
        for line in range(member.start, member.end)
    }
    return Texts(
        leave_out(texts.whole, theirs, keys),
        leave_out(texts.actual, members, keys),
        texts.whole,
        texts.unused,
        left_out,
        _lines_of(theirs, keys),
        frozenset(honoured.intersection(marker_lines(texts.actual))),
    )


def _same(member: Member, actual: str, theirs: Sequence[Member], expected: str) -> bool:
    """Whether a marked member would be in sync without its marker."""
    for other in theirs:
        if other.key == member.key:
            own = "\n".join(actual.split("\n")[member.start : member.end])
            return equal(_unmarked(own), "\n".join(expected.split("\n")[other.start : other.end]))
    return False


def _unmarked(text: str) -> str:
    return "\n".join(_MARKER_TO_END.sub("", line).rstrip() for line in text.split("\n"))


def _lines_of(members: Sequence[Member], keys: set[Key]) -> frozenset[int]:
    return frozenset(line for m in members if m.key in keys for line in range(m.start, m.end))


def spans(filename: str, rows: Sequence[int], left_out: frozenset[int] = frozenset()) -> tuple[Span, ...]:
    """The rows of a region as spans, without the lines (numbers into `rows`) that are left out."""
    if rows and not left_out and rows[-1] - rows[0] == len(rows) - 1:
        return (Span(filename, rows[0], rows[-1]),)
    found: list[Span] = []
    for number, row in enumerate(rows):
        if number in left_out:
            continue
        if found and found[-1].end == row - 1:
            found[-1] = Span(filename, found[-1].start, row)
        else:
            found.append(Span(filename, row, row))
    return tuple(found)
