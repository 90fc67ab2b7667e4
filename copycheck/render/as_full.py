"""`full`: each finding with its difference, or the line that it is about, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copycheck.model import Diagnostic, Replacement, Result
from copycheck.render.as_text import Look, headline, report, visible
from copycheck.replace import print_options, print_replacement

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ALIKE = 0.5
"""Two lines that have less than this in common are not worth comparing word by word."""


def render(result: Result, look: Look) -> str:
    """Each finding, then the summary."""
    return report(result, look, lambda diagnostic: _finding(diagnostic, look))


def _finding(diagnostic: Diagnostic, look: Look) -> Iterator[str]:
    frame = _Frame(look)
    yield headline(diagnostic, look)
    if diagnostic.diff:
        yield from frame.difference(diagnostic)
    elif diagnostic.excerpt:
        yield from frame.excerpt(diagnostic)
    help_ = diagnostic.help
    if diagnostic.excerpt and diagnostic.excerpt.corrected:
        help_ = f"write `{diagnostic.excerpt.corrected.strip()}`"
    if help_:
        yield f"  {look.paint('help:', 'cyan')} {visible(help_)}"
    yield ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a difference: `mark` is `-` for the expected side, `+` for the copy, a blank for both."""

    mark: str
    expected: int
    actual: int
    text: str


class _Frame:
    """Lines with the rows of both files at the left."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._bar, self._open, self._tee, self._gap = "│┌├┆" if not look.ascii else "|+++"

    def _rule(self, corner: str, text: str) -> str:
        return f"  {self._look.paint(corner, 'dim')} {text}"

    def _row(self, rows: str, text: str) -> str:
        bar = self._look.paint(self._bar, "dim")
        return f"  {bar} {self._look.paint(rows, 'dim')} {bar} {text}".rstrip()

    def excerpt(self, diagnostic: Diagnostic) -> Iterator[str]:
        """The line that is wrong, and a caret under what is wrong in it."""
        excerpt = diagnostic.excerpt
        assert excerpt is not None, "only findings with an excerpt show one"
        row = str(diagnostic.location.row)
        before, wrong = excerpt.text[: excerpt.column - 1], excerpt.text[excerpt.column - 1 :][: excerpt.length]
        yield self._row(row, visible(excerpt.text.replace("\t", " ")))
        indent = " " * len(visible(before))
        yield self._row(" " * len(row), indent + self._look.paint("^" * max(len(visible(wrong)), 1), "red"))

    def difference(self, diagnostic: Diagnostic) -> Iterator[str]:
        """The unified diff, with the rows of both files and the words that differ."""
        assert diagnostic.diff is not None, "only findings with a difference show one"
        lines = list(_lines(diagnostic.diff))
        width = len(str(max(max(line.expected, line.actual) for line in lines))) if lines else 1
        source, target = diagnostic.source, diagnostic.filename
        if source is not None:
            options = print_options(diagnostic.replacements)
            expected = "expected" if source.target == source.filename else f"expected from {source.target}"
            expected += f" {options}" if options else ""
            first = next((line.expected for line in lines if line.expected), source.location.row)
            yield self._rule(self._open, visible(f"{source.filename}:{first} ({expected})"))
        yield self._rule(self._tee, visible(f"{target}:{next((line.actual for line in lines if line.actual), 1)}"))
        before: _Line | None = None
        marks = dict(_highlights(lines, diagnostic.replacements))
        for number, line in enumerate(lines):
            if before is not None and _gap_between(before, line):
                yield self._rule(self._gap, "")
            rows = f"{line.expected or '':>{width}} {line.actual or '':>{width}}"
            yield self._row(rows, self._painted(line, marks.get(number)))
            before = line

    def _painted(self, line: _Line, highlight: _Highlight | None) -> str:
        style = {"-": "red", "+": "green"}.get(line.mark)
        text = visible(line.text)
        if style is None:
            return f"  {text}"
        note = f"  {self._look.paint(f'({visible(highlight.note)})', 'dim')}" if highlight and highlight.note else ""
        if highlight is None or not self._look.color:
            return self._look.paint(f"{line.mark} {text}", style) + note
        code = "31" if style == "red" else "32"
        parts = [f"\x1b[{code}m{line.mark} "]
        for token, differs in highlight.tokens:
            shown = visible(token)
            parts.append(f"\x1b[1;7m{shown}\x1b[22;27m" if differs else shown)
        return "".join([*parts, "\x1b[0m"]) + note


@dataclass(frozen=True, slots=True)
class _Highlight:
    """The words of a changed line, with whether they differ, and the replacement that made one of them."""

    tokens: Sequence[tuple[str, bool]]
    note: str = ""


def _lines(diff: str) -> Iterator[_Line]:
    expected = actual = 0
    for line in diff.rstrip("\n").split("\n")[2:]:
        hunk = _HUNK.match(line)
        if hunk:
            expected, actual = int(hunk[1]), int(hunk[3])
            continue
        mark, text = line[:1] or " ", line[1:]
        yield _Line(mark, expected if mark != "+" else 0, actual if mark != "-" else 0, text)
        expected += mark != "+"
        actual += mark != "-"


def _gap_between(before: _Line, line: _Line) -> bool:
    """Whether lines that are the same on both sides are left out between two lines."""
    if before.actual and line.actual:
        return line.actual > before.actual + 1
    return bool(before.expected and line.expected) and line.expected > before.expected + 1


def _highlights(lines: Sequence[_Line], replacements: Sequence[Replacement]) -> Iterator[tuple[int, _Highlight]]:
    """For each changed line that stands against one on the other side, what differs in it."""
    number = 0
    while number < len(lines):
        minus = _run(lines, number, "-")
        plus = _run(lines, minus.stop, "+")
        for left, right in zip(minus, plus, strict=False):
            yield from _pair(left, right, lines, replacements)
        number = max(plus.stop, number + 1)


def _run(lines: Sequence[_Line], start: int, mark: str) -> range:
    stop = start
    while stop < len(lines) and lines[stop].mark == mark:
        stop += 1
    return range(start, stop)


def _pair(
    left: int, right: int, lines: Sequence[_Line], replacements: Sequence[Replacement]
) -> Iterator[tuple[int, _Highlight]]:
    import difflib

    expected, actual = _TOKEN.findall(lines[left].text), _TOKEN.findall(lines[right].text)
    matcher = difflib.SequenceMatcher(None, expected, actual, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return
    same_left, same_right = set[int](), set[int]()
    for block in matcher.get_matching_blocks():
        same_left.update(range(block.a, block.a + block.size))
        same_right.update(range(block.b, block.b + block.size))
    marked = [(token, number not in same_left) for number, token in enumerate(expected)]
    yield left, _Highlight(marked, _made_by(marked, replacements))
    yield right, _Highlight([(token, number not in same_right) for number, token in enumerate(actual)])


def _made_by(tokens: Sequence[tuple[str, bool]], replacements: Sequence[Replacement]) -> str:
    """The replacement whose right side stands in a word that the copy has otherwise."""
    differing = "\0".join(token for token, differs in tokens if differs)
    for replacement in replacements:
        variants = [replacement.right]
        if replacement.all_casing:
            variants += [replacement.right.lower(), replacement.right.upper()]
        if any(variant and variant in differing for variant in variants):
            return print_replacement(replacement)
    return ""
