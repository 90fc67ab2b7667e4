"""`full`: each finding with its difference, or the line that it is about, and what to do next."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import Replacement, print_options, print_replacement
from copycheck.model.location import Excerpt
from copycheck.model.result import Result
from copycheck.model.wording import plural
from copycheck.output.report_parts import Look, clipped, closing, headline, visible, visible_start
from copycheck.output.same_change import SameChange, same_changes

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_COLUMNS, _COLUMNS_BEFORE = 1_000, 100
"""Characters of one line of code that are shown, and of those before what differs in it."""
_MOST_LINES = 1_000
"""Lines of one difference that are shown."""
_LONGEST = 1_000
"""Words of a line that are compared with those of another one."""
_STYLES = {"-": "red", "+": "green"}
_ALIKE = 0.5
"""Two lines that have less than this in common are not worth comparing word by word."""


def render(result: Result, look: Look) -> str:
    """Each finding, then the summary. A difference that several copies of one source have is shown once."""
    changes = same_changes(result.diagnostics) if look.group else [SameChange(one) for one in result.diagnostics]
    lines = [line for change in changes for line in _finding(change.shown, change.others, look)]
    return "".join(f"{line}\n" for line in [*lines, *closing(result, look)])


def _finding(diagnostic: Diagnostic, others: Sequence[Diagnostic], look: Look) -> Iterator[str]:
    frame = _Frame(look)
    yield look.wrap(headline(diagnostic, look), "    ")
    if diagnostic.diff:
        yield from frame.difference(diagnostic)
    elif diagnostic.excerpt:
        yield from frame.excerpt(diagnostic)
    help_ = diagnostic.help
    if diagnostic.excerpt and diagnostic.excerpt.corrected:
        help_ = f"write `{diagnostic.excerpt.corrected.strip()}`"
    if others:
        yield f"  {plural(len(others), 'other copy differs', 'other copies differ')} in the same way:"
        yield from (look.wrap(f"    {frame.other(other)}", "        ") for other in others)
    if help_:
        yield look.wrap(f"  {look.paint('help:', 'cyan')} {visible(_scoped(help_, look))}", "        ")
    yield ""


def _scoped(help_: str, look: Look) -> str:
    """Help in which the commands fix what the command line chose with `--only`, and nothing else."""
    if "--only" not in look.selection:
        return help_
    return re.sub(r"`copycheck --fix(?: --unsafe-fixes)?(?=`)", lambda one: f"{one.group()} {look.selection}", help_)


class _Line(NamedTuple):
    """A line of a difference.

    `mark` is `-` for what is in the copy, `+` for what is expected, a blank for both. `actual` is the line of the copy,
    `expected` that of the source; 0 for none.
    """

    mark: str
    actual: int
    expected: int
    text: str


class _Frame:
    """Lines with the rows of both files at the left."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._bar, self._open, self._tee, self._gap = "│┌├┆" if not look.ascii else "|+++"
        self._dim_bar = look.paint(self._bar, "dim")

    def _rule(self, corner: str, text: str) -> str:
        line = f"  {self._look.paint(corner, 'dim')} {text}"
        return self._look.wrap(line, f"  {self._look.paint(self._bar, 'dim')}             ")

    def _row(self, rows: str, text: str) -> str:
        bar = self._dim_bar
        line = f"  {bar} {self._look.paint(rows, 'dim')} {bar} {text}".rstrip()
        return line if not self._look.width else self._look.wrap(line, f"  {bar} {' ' * len(rows)} {bar}       ")

    def excerpt(self, diagnostic: Diagnostic) -> Iterator[str]:
        """The line that is wrong, and a caret under what is wrong in it."""
        excerpt = diagnostic.excerpt
        assert excerpt is not None, "only findings with an excerpt show one"
        excerpt = shortened(excerpt)
        row = str(diagnostic.location.row)
        before, wrong = excerpt.text[: excerpt.column - 1], excerpt.text[excerpt.column - 1 :][: excerpt.length]
        yield self._row(row, visible(excerpt.text.replace("\t", " ")))
        indent = " " * len(visible(before))
        yield self._row(" " * len(row), indent + self._look.paint("^" * max(len(visible(wrong)), 1), "red"))

    def difference(self, diagnostic: Diagnostic) -> Iterator[str]:
        """The unified diff, with the rows of both files and the words that differ."""
        every = list(_lines(diagnostic))
        lines = list(without_endless(every[:_MOST_LINES]))
        shown = [line for line in lines if line is not None]
        width = len(str(max((max(line.expected, line.actual) for line in shown), default=1)))
        source = diagnostic.source
        first = next((line.actual for line in shown if line.actual), diagnostic.location.row)
        copy = self._place(diagnostic.filename, first)
        corner = self._open
        if source is not None:
            yield self._rule(corner, f"{'copy':<8}  {copy}")
            options = print_options(diagnostic.replacements)
            made = "" if source.target == source.filename else f" ({source.target}{options and ' ' + options})"
            first = next((line.expected for line in shown if line.expected), source.location.row)
            yield self._rule(self._tee, f"expected  {self._place(source.filename, first)}{visible(made)}")
        else:
            yield self._rule(corner, copy)
        marks = dict(_highlights(lines, diagnostic.replacements, self._look.color))
        for number, line in enumerate(lines):
            if line is None:
                yield self._rule(self._gap, "").rstrip()
                continue
            rows = f"{line.actual or '':>{width}} {line.expected or '':>{width}}"
            yield self._row(rows, self._painted(line, marks.get(number)))
        if len(every) > _MOST_LINES:
            yield self._rule(
                self._gap,
                f"{len(every) - _MOST_LINES:,} more lines: see all of them with `copycheck --output-format json`",
            )

    def other(self, diagnostic: Diagnostic) -> str:
        """The place and the name of a copy whose difference is not shown."""
        place = self._place(diagnostic.filename, diagnostic.location.row, f":{diagnostic.location.column}")
        return f"{place} `{visible(diagnostic.copy)}`"

    def _place(self, filename: str, row: int, column: str = "") -> str:
        """`path:line`, as a link where the terminal follows links."""
        text = visible_start(f"{filename}:{row}{column}")
        if not self._look.links:
            return text
        import pathlib

        return self._look.link(text, pathlib.Path(os.path.abspath(filename)).as_uri())

    def _painted(self, line: _Line, highlight: _Highlight | None) -> str:
        text = visible(line.text)
        style = _STYLES.get(line.mark)
        if style is None:
            return f"  {text}"
        note = f"  {self._look.paint(f'({visible(highlight.note)})', 'dim')}" if highlight and highlight.note else ""
        if highlight is None or not self._look.color:
            return self._look.paint(f"{line.mark} {text}", style) + note
        code = "31" if style == "red" else "32"
        parts = [f"\x1b[{code}m{line.mark} "]
        for differs, tokens in groupby(highlight.tokens, key=lambda pair: pair[1]):
            shown = visible("".join(token for token, _ in tokens))
            parts.append(f"\x1b[1;7m{shown}\x1b[22;27m" if differs else shown)
        return "".join([*parts, "\x1b[0m"]) + note


class _Highlight(NamedTuple):
    """The words of a changed line, with whether they differ, and the replacement that made one of them."""

    tokens: Sequence[tuple[str, bool]]
    note: str = ""


def shortened(excerpt: Excerpt) -> Excerpt:
    """An excerpt of a line that nobody would read as a whole: what is around the place that is wrong."""
    if len(excerpt.text) <= _MOST_COLUMNS:
        return excerpt
    first = max(excerpt.column - 1 - _COLUMNS_BEFORE, 0)
    text, column = _part(excerpt.text, first), excerpt.column - first + (1 if first else 0)
    return excerpt._replace(text=text, column=column, length=min(excerpt.length, _MOST_COLUMNS - _COLUMNS_BEFORE))


def without_endless(lines: Sequence[_Line | None]) -> Iterator[_Line | None]:
    """The lines of a difference, of which those that nobody would read are shown from where they differ on."""
    if all(line is None or len(line.text) <= _MOST_COLUMNS for line in lines):
        yield from lines
        return
    number = 0
    while number < len(lines):
        minus = _run(lines, number, "-")
        plus = _run(lines, minus.stop, "+")
        for place in range(number, max(plus.stop, number + 1)):
            line = lines[place]
            if line is None or len(line.text) <= _MOST_COLUMNS:
                yield line
                continue
            beside, side = (place - len(minus), minus) if place in plus else (place + len(minus), plus)
            other = lines[beside] if beside in side else None
            alike = _alike(line.text, other.text) if other is not None else 0
            yield line._replace(text=_part(line.text, max(alike - _COLUMNS_BEFORE, 0)))
        number = max(plus.stop, number + 1)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike; found by halves, for there may be 100,000,000."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _part(text: str, first: int) -> str:
    return ("…" if first else "") + clipped(text[first:], _MOST_COLUMNS)


def _lines(diagnostic: Diagnostic) -> Iterator[_Line | None]:
    """The lines of a difference; None where lines that are the same on both sides are left out."""
    assert diagnostic.diff is not None, "only findings with a difference have lines"
    texts = diagnostic.diff.rstrip("\n").split("\n")[2:]
    for number, (text, (actual, expected)) in enumerate(zip(texts, diagnostic.rows, strict=False)):
        if actual or expected:
            yield _Line(text[:1] or " ", actual, expected, text[1:])
        elif number:
            yield None


def _highlights(
    lines: Sequence[_Line | None], replacements: Sequence[Replacement], color: bool
) -> Iterator[tuple[int, _Highlight]]:
    """For each changed line that stands against one on the other side, what differs in it.

    Without colors, only the replacement that made a word is shown: lines that none has made are not looked at.
    """
    rights = {variant for replacement in replacements for variant in _variants(replacement)}
    if not (color or rights):
        return
    number = 0
    while number < len(lines):
        minus = _run(lines, number, "-")
        plus = _run(lines, minus.stop, "+")
        for left, right in zip(minus, plus, strict=False):
            actual, expected = lines[left], lines[right]
            assert actual is not None and expected is not None, "a run has no gaps"
            if color or any(variant in expected.text for variant in rights):
                marks = _pair(actual.text, expected.text, replacements)
                yield from zip((left, right), marks, strict=False)
        number = max(plus.stop, number + 1)


def _run(lines: Sequence[_Line | None], start: int, mark: str) -> range:
    stop = start
    while stop < len(lines) and (line := lines[stop]) is not None and line.mark == mark:
        stop += 1
    return range(start, stop)


def _pair(left: str, right: str, replacements: Sequence[Replacement]) -> list[_Highlight]:
    """What differs in a line of the copy and in the expected one; nothing for two that have little in common."""
    import difflib

    actual, expected = _TOKEN.findall(left), _TOKEN.findall(right)
    matcher = difflib.SequenceMatcher(None, actual, expected, autojunk=False)
    if max(len(actual), len(expected)) > _LONGEST or matcher.ratio() < _ALIKE:
        return []
    same_left, same_right = set[int](), set[int]()
    for block in matcher.get_matching_blocks():
        same_left.update(range(block.a, block.a + block.size))
        same_right.update(range(block.b, block.b + block.size))
    own = [(token, number not in same_left) for number, token in enumerate(actual)]
    wanted = [(token, number not in same_right) for number, token in enumerate(expected)]
    return [_Highlight(own), _Highlight(wanted, _made_by(wanted, replacements))]


def _made_by(tokens: Sequence[tuple[str, bool]], replacements: Sequence[Replacement]) -> str:
    """The replacement whose right side is in a word that the copy has otherwise."""
    differing = "\0".join(token for token, differs in tokens if differs)
    for replacement in replacements:
        if any(variant in differing for variant in _variants(replacement)):
            return print_replacement(replacement)
    return ""


def _variants(replacement: Replacement) -> list[str]:
    """What a replacement may have made, but for nothing."""
    right = replacement.right
    variants = [right, right.lower(), right.upper()] if replacement.all_casing else [right]
    return [variant for variant in variants if variant]


def difference_lines(diagnostic: Diagnostic, look: Look) -> Iterator[str]:
    """The difference of a finding as this format shows it."""
    return _Frame(look).difference(diagnostic)
