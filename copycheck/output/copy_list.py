"""`copycheck list`: a line, or an object, for each copy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from copycheck.model.copy_entry import ListedCopy
from copycheck.model.directive import print_options, print_replacement
from copycheck.output.report_parts import Look, visible, visible_start

_STYLES = {"in-sync": "green", "drift": "red", "external": "dim", "adapted": "dim", "unchecked": "yellow"}


def render_list(copies: Sequence[ListedCopy], look: Look) -> str:
    """A line a copy with its place, state, source and replacements, and the totals."""
    lines = [_line(copy, look) for copy in copies]
    lines += [] if look.quiet else [totals(copies)]
    return "".join(f"{line}\n" for line in lines)


def _line(copy: ListedCopy, look: Look) -> str:
    options = f" {print_options(copy.replacements)}" if copy.replacements else ""
    place, rest = _head(copy, look)
    target = f"{copy.target} {copy.version}" if copy.version else copy.target
    return f"{place} {rest} ← {visible(target + options)}{''.join(f' ({visible(r)})' for r in _remarks(copy))}"


def described(copy: ListedCopy, look: Look) -> str:
    """A copy without its source: its place, state, name and what is found."""
    place, rest = _head(copy, look)
    return f"{place} {rest}{''.join(f' ({visible(remark)})' for remark in _remarks(copy))}"


def _head(copy: ListedCopy, look: Look) -> tuple[str, str]:
    where = copy.filename if copy.is_full else f"{copy.filename}:{copy.location.row}"
    name = "full copy" if copy.is_full else copy.name or "?"
    return (
        f"{look.paint(visible_start(where), 'bold')}:",
        f"{look.paint(copy.state, _STYLES[copy.state])} {visible(name)}",
    )


def _remarks(copy: ListedCopy) -> Iterator[str]:
    """What a reader wants to know besides the state: findings, and what suppresses them."""
    for code in sorted({finding.code for finding in copy.findings}):
        yield f"{code}, ignored" if code in copy.ignored else f"{code}, known" if code in copy.known else code
    if copy.reason:
        yield copy.reason


def totals(copies: Iterable[ListedCopy], where: str = "") -> str:
    """`12 copies in 3 files: 9 in sync, 2 drift, 1 adapted.`"""
    counts = Counter(copy.state for copy in copies)
    total = counts.total()
    parts = [f"{counts[state]} {state.replace('-', ' ')}" for state in _STYLES if counts[state]]
    return f"{total} {'copy' if total == 1 else 'copies'}{where}{': ' if parts else ''}{', '.join(parts)}."


def render_list_json(copies: Sequence[ListedCopy]) -> str:
    """`{"version": 1, "summary": {state: count}, "copies": […]}`."""
    counts = Counter(copy.state for copy in copies)
    document = {"version": 1, "summary": {state: counts[state] for state in _STYLES}}
    return json.dumps({**document, "copies": [as_object(copy) for copy in copies]}, indent=2) + "\n"


def as_object(copy: ListedCopy) -> dict[str, Any]:
    """A copy as the JSON of `list` and `impact` has it."""
    source = copy.source
    return {
        "filename": copy.filename,
        "location": {"row": copy.location.row, "column": copy.location.column},
        "kind": "full-copy" if copy.is_full else "directive",
        "name": copy.name,
        "rows": copy.rows and {"start": copy.rows.start, "end": copy.rows.end},
        "target": copy.target,
        "replacements": [print_replacement(replacement) for replacement in copy.replacements],
        "state": copy.state,
        "source": source
        and {"filename": source.filename, "location": {"row": source.location.row, "column": source.location.column}},
        "findings": sorted({finding.code for finding in copy.findings}),
        "ignored": sorted(copy.ignored),
        "known": sorted(copy.known),
        "reason": copy.reason,
    }
