"""`copycheck suggest`: groups of copies as text or JSON (contract 14)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Location, Source
from copycheck.model.result import Result, Summary
from copycheck.model.suggested_groups import LastChange, SuggestedCopy, SuggestedGroup, Suggestions
from copycheck.model.wording import plural
from copycheck.output.full import difference_lines
from copycheck.output.report_parts import Look, visible


def render_suggestions(suggestions: Suggestions, look: Look) -> str:
    """Each group with its source and its copies, then the totals and what was left out."""
    lines = [line for group in suggestions.groups for line in _group(group, look)]
    if not look.quiet:
        lines += _totals(suggestions, look)
    return "".join(f"{line}\n" for line in lines)


def _group(group: SuggestedGroup, look: Look) -> Iterator[str]:
    source = group.source
    place = look.paint(visible(f"{source.filename}:{source.location.row}"), "bold")
    yield f"{place}: {visible(source.target)} is the source: {group.reason}"
    for copy in group.copies:
        yield from copy_lines(group, copy, look)
    yield ""


def copy_lines(group: SuggestedGroup, copy: SuggestedCopy, look: Look) -> Iterator[str]:
    """A copy: its place, its name, and its directive; of one that has diverged what differs."""
    place = look.paint(visible(f"{copy.filename}:{copy.location.row}"), "bold")
    name = visible(copy.name) or "the whole file"
    what = look.paint(copy.state, "green" if copy.state == "equal" else "red")
    yield f"  {place}: {what} {name}"
    yield f"      {look.paint(visible(copy.directive), 'cyan')}"
    if copy.diff is not None:
        finding = Diagnostic(
            copy.code,
            "",
            copy.filename,
            copy.location,
            copy.location,
            group.source,
            diff=copy.diff,
            replacements=copy.replacements,
            rows=copy.diff_rows,
        )
        yield from (f"    {line}" for line in difference_lines(finding, look))
        if copy.changed is not None:
            yield f"      {_last_change(copy.changed)}"


def _last_change(change: LastChange) -> str:
    commit = f"in commit {change.commit}" if change.commit else "and is not committed yet"
    return f"the {change.side} changed last, on {change.date}, {commit}"


def _totals(suggestions: Suggestions, look: Look) -> Iterator[str]:
    looked_at = plural(suggestions.definitions, "definition")
    if not suggestions.groups:
        yield f"No unmarked copy found among {looked_at}{_besides(suggestions)}."
    else:
        equal, diverged = suggestions.copies - suggestions.diverged, suggestions.diverged
        copies = plural(suggestions.copies, "copy", "copies")
        groups = plural(len(suggestions.groups), "group")
        yield (f"{copies} in {groups} among {looked_at}: {equal} equal, {diverged} diverged{_besides(suggestions)}.")
    if suggestions.left_out:
        left_out = ", ".join(f"{count} {_of(count, reason)}" for reason, count in suggestions.left_out)
        yield look.paint(f"Left out: {left_out}.", "dim")


_SINGULAR = {
    "bodies": "body",
    "properties": "property",
    "return": "returns",
    "assign": "assigns",
    "hand": "hands",
    "their": "its",
    "differ": "differs",
}


def _of(count: int, reason: str) -> str:
    """A reason that begins with its things in the plural, as it reads after a number."""
    if count != 1:
        return reason
    words = reason.removeprefix("overload ").split(" ")
    words = [_SINGULAR.get(words[0], words[0].removesuffix("s")), *(_SINGULAR.get(word, word) for word in words[1:])]
    return f"{'overload ' if reason.startswith('overload ') else ''}{' '.join(words)}"


def _besides(suggestions: Suggestions) -> str:
    counts = ((suggestions.ignored, "ignored"), (suggestions.known, "in the baseline"))
    return "".join(f", {count} {what}" for count, what in counts if count)


def render_suggestions_json(suggestions: Suggestions) -> str:
    """`{"version": 1, "summary": {…}, "groups": […]}`."""
    document = {
        "version": 1,
        "summary": {
            "definitions": suggestions.definitions,
            "groups": len(suggestions.groups),
            "copies": suggestions.copies,
            "diverged": suggestions.diverged,
        },
        "groups": [_as_object(group) for group in suggestions.groups],
    }
    return json.dumps(document, indent=2) + "\n"


def render_suggestions_json_lines(suggestions: Suggestions) -> str:
    """A group a line, as the JSON of `suggest` has it."""
    return "".join(f"{json.dumps(_as_object(group))}\n" for group in suggestions.groups)


def _as_object(group: SuggestedGroup) -> dict[str, Any]:
    source: Source = group.source
    return {
        "source": {
            "target": source.target,
            "filename": source.filename,
            "location": _location(source.location),
            "rows": {"start": group.rows.start, "end": group.rows.end},
        },
        "reason": group.reason,
        "copies": [_copy(copy) for copy in group.copies],
    }


def _copy(copy: SuggestedCopy) -> dict[str, Any]:
    return {
        "filename": copy.filename,
        "location": _location(copy.location),
        "rows": {"start": copy.rows.start, "end": copy.rows.end},
        "name": copy.name,
        "directive": copy.directive,
        "state": copy.state,
        "diff": copy.diff,
    }


def _location(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}


def as_result(suggestions: Suggestions, findings: list[Diagnostic]) -> Result:
    """The findings as a result, for the formats that every rule shares."""
    summary = Summary(findings=len(findings), directives=0, ignored=suggestions.ignored, known=suggestions.known)
    return Result(tuple(findings), summary, errors=suggestions.errors, failed=bool(suggestions.errors))
