"""Formats what is not equal as it stands, and says which copies have drifted (contract 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck.compare import equal, placed, unified
from copycheck.errors import FormatterError
from copycheck.examine import Comparison, Examined, at
from copycheck.formatters import Formatters, Fragment
from copycheck.members import wrap
from copycheck.model import Diagnostic, Fix, State


class Formatted(NamedTuple):
    """Both sides of a comparison as the formatter has them; what it refused stays as it was."""

    expected: tuple[str, ...]
    actual: str
    refusal: str | None = None


def judge(formatters: Formatters, examined: Sequence[Examined]) -> list[Examined]:
    """Settle every comparison: in sync, or drift with its finding. One batch for the formatter."""
    open_ = [(number, found.comparison, found) for number, found in enumerate(examined) if found.comparison]
    formatted = format_all(formatters, [(comparison, found.filename) for _, comparison, found in open_])
    judged = list(examined)
    for (number, comparison, found), texts in zip(open_, formatted, strict=True):
        if any(equal(expected, texts.actual) for expected in texts.expected):
            judged[number] = found._replace(state=State.IN_SYNC, comparison=None)
        else:
            diagnostics = (*found.diagnostics, _drift(found, comparison, texts))
            judged[number] = found._replace(diagnostics=diagnostics, written=texts.expected[-1])
    return judged


def format_all(formatters: Formatters, comparisons: Sequence[tuple[Comparison, str]]) -> list[Formatted]:
    """Format both sides of each comparison at its true depth; the same text is formatted once."""
    numbers: dict[Fragment, int] = {}
    for comparison, filename in comparisons:
        for text in (*comparison.expected, comparison.actual):
            numbers.setdefault(Fragment(wrap(text, comparison.indents), filename), len(numbers))
    results = formatters.format(list(numbers))

    def take(text: str, comparison: Comparison, filename: str) -> tuple[str, str | None]:
        result = results[numbers[Fragment(wrap(text, comparison.indents), filename)]]
        if isinstance(result, FormatterError):
            return text, str(result)
        return unwrap(result, len(comparison.indents)), None

    formatted = []
    for comparison, filename in comparisons:
        expected = [take(text, comparison, filename) for text in comparison.expected]
        actual, _ = take(comparison.actual, comparison, filename)
        if expected[-1][1] is not None:
            actual = comparison.actual
        formatted.append(Formatted(tuple(text for text, _ in expected), actual, expected[-1][1]))
    return formatted


def unwrap(text: str, depth: int) -> str:
    """Take off the `depth` lines that `wrap` has put around a text."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    taken = 0
    while taken < depth and lines:
        taken += lines.pop(0).strip() == "if 1:"
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)


def _drift(found: Examined, comparison: Comparison, texts: Formatted) -> Diagnostic:
    source = found.source
    assert source is not None, "what is compared has a source"
    diff = unified(
        placed(texts.expected[-1], comparison.expected[-1], comparison.expected_rows),
        placed(texts.actual, comparison.actual, comparison.actual_rows),
        f"{source.filename} (expected from {source.target})",
        found.filename,
    )
    place = f"{source.filename}:{source.location.row}"
    if found.governed:
        message = f"`{found.name}` is part of a copy and differs from its own source `{source.target}` ({place})"
        help_ = "the outer copy decides: remove this directive, or mark the member with `# Ignore copy`"
        return at(
            found.filename,
            found.directive,
            "CPY202",
            message,
            source=source,
            diff=diff.text,
            help=help_,
            rows=diff.rows,
        )
    message = f"`{found.name}` differs from its source `{source.target}` ({place})"
    fix: Fix | None = Fix("Replace the copy by the expected text")
    help_ = "run `copycheck --fix` to write the expected text, or remove the directive to break the copy"
    if texts.refusal is not None:
        message += f"; its expected text cannot be formatted: {texts.refusal}"
        fix, help_ = None, "mend the replacements of the directive, or the copy by hand"
    elif found.second:
        fix, help_ = (
            None,
            "another directive above the same definition decides what is written: keep one of them",
        )
    made_by = found.directive.replacements
    return at(
        found.filename,
        found.directive,
        "CPY201",
        message,
        source=source,
        fix=fix,
        diff=diff.text,
        help=help_,
        replacements=made_by,
        rows=diff.rows,
    )
