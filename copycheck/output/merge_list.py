"""What became of merged copies, for people."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from copycheck.model.merge_report import CopyMerge
from copycheck.model.wording import plural
from copycheck.output.report_parts import Look, visible, visible_start

_WORDS = {
    "nothing": ("has all changes of", "dim"),
    "as-upstream": ("follows", "green"),
    "merged": ("merged with", "green"),
    "conflict": ("conflicts with", "red"),
    "gone": ("has lost its source", "red"),
    "refused": ("is not merged with", "yellow"),
    "kept": ("stays as it is, with a new base:", "green"),
}


def render_merges(copies: Sequence[CopyMerge], look: Look, settle: str = "") -> str:
    """A line for each copy. Where source and copy contradict each other, what both of them changed since the base.

    `settle` is the command that writes both sides of a conflict into a file, before its arguments; empty where they are
    written.
    """
    lines: list[str] = []
    for copy in copies:
        words, color = _WORDS[copy.outcome]
        place = look.paint(f"{visible_start(copy.filename)}:{copy.row}:", "bold")
        since = f" since {copy.base}" if copy.base and copy.outcome not in ("refused", "kept") else ""
        reason = f": {copy.reason}" if copy.reason else ""
        said = f"`{visible(copy.name)}` {look.paint(words, color)} `{visible(copy.target)}`{visible(since + reason)}"
        lines.append(f"{place} {said}")
        if copy.outcome == "conflict":
            lines += _both_diffs(copy, look)
    if not look.quiet:
        lines += [_settled_with(copies, settle)] if settle and any(c.outcome == "conflict" for c in copies) else []
        lines.append(_summary(copies))
    return "".join(f"{line}\n" for line in lines)


def _settled_with(copies: Sequence[CopyMerge], command: str) -> str:
    """What to run about conflicts: for the one copy, or for all."""
    places = [f"{copy.filename}:{copy.row}" for copy in copies if copy.outcome == "conflict"]
    where = f" {shlex.quote(places[0])}" if len(places) == 1 else ""
    return f"`{command}{where} --conflicts` writes both sides into the file, between git's markers, for you to settle."


def _both_diffs(copy: CopyMerge, look: Look) -> list[str]:
    diffs = [("what the source changed:", copy.theirs), ("what the copy changed:", copy.own)]
    return [line for head, diff in diffs for line in (f"  {head}", *_painted(diff, look))]


def _painted(diff: str, look: Look) -> list[str]:
    colors = {"-": "red", "+": "green", "@": "cyan"}
    lines = [visible_start(line) for line in diff.splitlines()]
    return ["    " + (look.paint(line, colors[line[0]]) if line[:1] in colors else line) for line in lines]


def _summary(copies: Sequence[CopyMerge]) -> str:
    if not copies:
        return "No copy has drifted."
    counts = [(name, sum(copy.outcome == name for copy in copies)) for name in _WORDS]
    words = {
        "nothing": "with nothing to do",
        "as-upstream": "as the source",
        "merged": "merged",
        "conflict": "in conflict",
        "gone": "without a source",
        "refused": "not merged",
        "kept": "kept as is",
    }
    told = ", ".join(f"{count} {words[name]}" for name, count in counts if count)
    return f"{plural(len(copies), 'copy', 'copies')}: {told}."
