"""`copycheck impact`: the trees of copies, and the totals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from copycheck.model.copy_entry import Impact, Impacted
from copycheck.output.copy_list import as_object, described, totals
from copycheck.output.report_parts import Look, visible_start
from copycheck.queries.impact import copies_in


def render_impacts(impacts: Sequence[Impact], look: Look) -> str:
    """A tree for each object, its copies below it, and the totals of all."""
    lines: list[str] = []
    for impact in impacts:
        place = f"{impact.rows.filename}:{impact.rows.start}"
        title = impact.name if impact.name.startswith(impact.rows.filename) else f"{impact.name} ({place})"
        lines += [look.paint(visible_start(title), "bold"), *_branches(impact.copies, "", look)]
    copies = copies_in(impacts)
    files = len({copy.filename for copy in copies})
    if not look.quiet:
        where = f" in {files} {'file' if files == 1 else 'files'}" if copies else ""
        lines.append(totals(copies, where))
    return "".join(f"{line}\n" for line in lines)


def _branches(nodes: Sequence[Impacted], prefix: str, look: Look) -> Iterator[str]:
    for number, node in enumerate(nodes):
        last = number == len(nodes) - 1
        again = " (its copies are listed elsewhere)" if node.again else ""
        yield f"{prefix}{'└─ ' if last else '├─ '}{described(node.copy, look)}{again}"
        yield from _branches(node.copies, prefix + ("   " if last else "│  "), look)


def render_impacts_json(impacts: Sequence[Impact]) -> str:
    """`{"version": 1, "summary": {…}, "impact": [{"name", "filename", "rows", "copies": [{…, "copies": […]}]}]}`."""
    copies = copies_in(impacts)
    summary = {
        "objects": len(impacts),
        "copies": len(copies),
        "files": len({copy.filename for copy in copies}),
        "open": sum(copy.is_open for copy in copies),
    }
    document = {"version": 1, "summary": summary, "impact": [_object(impact) for impact in impacts]}
    return json.dumps(document, indent=2) + "\n"


def _object(impact: Impact) -> dict[str, Any]:
    rows = {"start": impact.rows.start, "end": impact.rows.end}
    whole = {"name": impact.name, "filename": impact.rows.filename, "rows": rows}
    return {**whole, "copies": [_node(node) for node in impact.copies]}


def _node(node: Impacted) -> dict[str, Any]:
    return {**as_object(node.copy), "again": node.again, "copies": [_node(below) for below in node.copies]}
