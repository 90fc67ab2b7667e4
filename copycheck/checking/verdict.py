"""Formats what is not equal as it stands, and says which copies have drifted (contract 4.7)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from copycheck.checking.one_sided_blanks import blank_in_drift
from copycheck.checking.outcome import Examined, at
from copycheck.comparison.diff import equal, unified
from copycheck.comparison.doubtful_replacements import doubt_about
from copycheck.comparison.formatted_texts import Comparison, Formatted, InFile, format_all
from copycheck.comparison.formatters import Formatters
from copycheck.comparison.line_numbers import placed
from copycheck.comparison.tool_comments import differ_in_tool_comments_alone
from copycheck.comparison.written_texts import Drifted, Written, written_texts
from copycheck.model.diagnostic import Diagnostic, Fix, State
from copycheck.model.location import Source


def judge(formatters: Formatters, examined: Sequence[Examined]) -> list[Examined]:
    """Settle every comparison: in sync, or drift with its finding. One batch for the formatter."""
    open_ = [(number, found.comparison, found) for number, found in enumerate(examined) if found.comparison]
    formatted = format_all(formatters, [InFile(comparison, found.filename) for _, comparison, found in open_])
    judged = list(examined)
    drifted: dict[int, Drifted] = {}
    for (number, comparison, found), texts in zip(open_, formatted, strict=True):
        if any(equal(expected, texts.actual) for expected in texts.expected):
            judged[number] = found._replace(state=State.IN_SYNC, comparison=None)
        else:
            drifted[number] = Drifted(comparison, texts, found.filename)
    for number, written in zip(drifted, written_texts(formatters, list(drifted.values())), strict=True):
        found, blank = examined[number], blank_in_drift(examined[number])
        diagnostics = (*found.diagnostics, *([blank] if blank else []), _drift(found, drifted[number], written))
        judged[number] = found._replace(diagnostics=diagnostics, formatted_expected=written.text)
    return judged


_KINDS = {"class": "a class", "def": "a function", "async def": "a function", "assignment": "an assignment"}


def _other_kind(found: Examined, comparison: Comparison, texts: Formatted, source: Source) -> Diagnostic:
    """The finding for a copy that is of another kind than its source: nothing can be written over it (5.3)."""
    own, theirs = _KINDS[comparison.copy_kind], _KINDS[comparison.source_kind]
    place = f"{source.filename}:{source.location.row}"
    name = found.name.rpartition(".")[2]
    message = f"`{found.name}` is {own}, and `{source.target}` ({place}) is {theirs}"
    has_member = comparison.source_kind == "class" and _has_member(texts.expected[-1], own, name)
    likely = f"name `{source.target}.{name}`" if has_member else "name the object that it was copied from"
    if comparison.copy_kind == "assignment" and "." in found.name and not has_member:
        around = found.name.rpartition(".")[0].rpartition(".")[2]
        likely = f"put it above `{around}` if that is the copy, {likely}"
    help_ = f"{likely}, or remove the directive"
    return at(found.filename, found.directive, "CPY201", message, source=source, help=help_)


_MEMBERS = {
    "a class": r"class[ \t]+{}\b",
    "a function": r"(?:async[ \t]+)?def[ \t]+{}\b",
    "an assignment": r"(?:type[ \t]+)?{}[ \t]*(?::|\[|=(?!=))",
}
"""How a line begins that binds a name, by the kind of what it binds."""


def _has_member(text: str, kind: str, name: str) -> bool:
    """Whether a class, given by its text, has a member of a kind and name."""
    lines = [line for line in text.split("\n") if line.strip()]
    depths = [len(line) - len(line.lstrip()) for line in lines]
    inside = min((depth for depth in depths if depth > depths[0]), default=0)
    member = re.compile(_MEMBERS[kind].format(re.escape(name)))
    return any(depth == inside and member.match(line, depth) for line, depth in zip(lines, depths, strict=True))


def _drift(found: Examined, drifted: Drifted, written: Written) -> Diagnostic:
    source, (comparison, texts, _) = found.source, drifted
    assert source is not None, "what is compared has a source"
    diff = unified(
        placed(written.actual, comparison.actual, comparison.actual_rows),
        placed(written.expected, comparison.expected[-1], comparison.expected_rows),
        found.filename,
        f"{source.filename} (expected from {source.target})",
    )
    if found.inside_outer_copy:
        drift = _nested_drift(found, source)
    elif not comparison.is_of_one_kind:
        drift = _other_kind(found, comparison, texts, source)
    else:
        drift = _own_drift(found, comparison, texts, source)
    return drift._replace(diff=diff.text, rows=diff.rows)


def _nested_drift(found: Examined, source: Source) -> Diagnostic:
    """The finding for a copy in a copy: nothing is written for it (5.5)."""
    place = f"{source.filename}:{source.location.row}"
    message = f"`{found.name}` is part of a copy and differs from its own source `{source.target}` ({place})"
    help_ = "the outer copy decides: remove this directive, or mark the member with `# Ignore copy`"
    return at(found.filename, found.directive, "CPY202", message, source=source, help=help_)


def _own_drift(found: Examined, comparison: Comparison, texts: Formatted, source: Source) -> Diagnostic:
    """The finding for a copy that the fix can bring in line, or the reason why it cannot."""
    message = f"`{found.name}` differs from its source `{source.target}` ({source.filename}:{source.location.row})"
    fix: Fix | None = Fix("Replace the copy by the expected text")
    at_row = shlex.quote(f"{found.filename}:{found.directive.row}")
    help_: str | None = (
        f"run `copycheck --fix` to write the expected text, `copycheck promote {at_row}` to write the copy's edit into "
        f"its source, or `copycheck break {at_row}` to keep the difference (`--reason` says why)"
    )
    if source.is_foreign:
        help_ = (
            f"run `copycheck --fix` to write the expected text, or `copycheck upstream adapt {at_row}` to keep the "
            f"copy's edit"
        )
    replacements = found.directive.replacements
    if replacements and (doubt := doubt_about(replacements, comparison.source, comparison.expected[-1], texts.actual)):
        help_ = f"{doubt} Otherwise {help_}"
    if differ_in_tool_comments_alone(texts.expected[-1], texts.actual):
        message += " in comments for tools alone, such as `# noqa`"
        help_ = (
            'set `tool-comments = "ignore"` to let each keep its own, or run `copycheck --fix` to write the source\'s'
        )
    if texts.refusal is not None:
        message += f"; its expected text cannot be formatted: {texts.refusal}"
        # Where the formatter is missing, the refusal itself has the command.
        by_hand = "correct the replacements of the directive, or fix the copy by hand"
        fix, help_ = None, None if "run `" in texts.refusal else by_hand
    elif found.is_duplicate:
        fix, help_ = None, "another directive above the same definition decides what is written: keep one of them"
    made_by = found.directive.replacements
    return at(
        found.filename, found.directive, "CPY201", message, source=source, fix=fix, help=help_, replacements=made_by
    )
