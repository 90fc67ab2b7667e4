"""`copycheck graph`: the picture of all copies as text, for Graphviz, for Mermaid, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import print_options, print_replacement
from copycheck.model.rules import RULES
from copycheck.output.copy_list import described, totals
from copycheck.output.report_parts import Look, escaped, visible, visible_start
from copycheck.queries.copy_graph import CopyGraph
from copycheck.queries.impact import MOST_LINKS

_COLORS = {
    "in-sync": "#2e7d32",
    "drift": "#c62828",
    "external": "#757575",
    "unchecked": "#e65100",
    "adapted": "#757575",
}
_TOO_DEEP = f" (a chain of more than {MOST_LINKS} copies: `copycheck graph --format json` lists them all)"
_DASHED = ("external", "unchecked", "adapted")


def render_tree(graph: CopyGraph, look: Look) -> str:
    """A tree for each source that copies nothing itself, then the copies whose source was not found."""
    lines: list[str] = []
    below = graph.below()
    shown: set[int] = set()

    def branches(number: int, prefix: str, depth: int = 1) -> Iterator[str]:
        edges = below.get(number, [])
        for place, (own, _, copy) in enumerate(edges):
            last = place == len(edges) - 1
            again = own in shown and own in below
            shown.add(own)
            is_deep = depth == MOST_LINKS and own in below and not again
            note = " (its copies are listed elsewhere)" if again else _TOO_DEEP if is_deep else ""
            yield f"{prefix}{'└─ ' if last else '├─ '}{described(copy, look)}{note}"
            if not again and not is_deep:
                yield from branches(own, prefix + ("   " if last else "│  "), depth + 1)

    for root in graph.roots():
        thing = graph.objects[root]
        shown.add(root)
        title = thing.filename if thing.is_file else f"{thing.filename}:{thing.row} {thing.name}"
        lines += [look.paint(visible_start(title), "bold"), *branches(root, "")]
    alone = [edge.copy for edge in graph.copies if edge.source is None]
    lines += [look.paint("without a source", "bold")] if alone else []
    lines += [
        f"{'└─ ' if copy is alone[-1] else '├─ '}{described(copy, look)} ← {visible(copy.target)}" for copy in alone
    ]
    lines += [] if look.quiet else [totals(edge.copy for edge in graph.copies)]
    return "".join(f"{line}\n" for line in lines)


def render_dot(graph: CopyGraph) -> str:
    """A digraph for Graphviz, from each source to its copies; a whole file has another shape."""
    lines = ["digraph copies {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    for number, thing in enumerate(graph.objects):
        shape = ", shape=note" if thing.is_file else ""
        place = _dot(f"{thing.filename}:{thing.row}")
        lines.append(f"  n{number} [label={_dot(thing.label)}, tooltip={place}{shape}];")
    for own, source, copy in graph.copies:
        style = f'color="{_COLORS[copy.state]}"' + (", style=dashed" if copy.state in _DASHED else "")
        label = print_options(copy.replacements)
        start = f"n{source}" if source is not None else _dot(copy.target)
        lines.append(f"  {start} -> n{own} [{style}, label={_dot(label)}, tooltip={_dot(copy.state)}];")
    return "\n".join([*lines, "}", ""])


def _dot(text: str) -> str:
    shown = escaped(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{shown}"'


def render_mermaid(graph: CopyGraph) -> str:
    """A flowchart for Mermaid, from each source to its copies; the links are colored by state."""
    lines = ["flowchart LR"]
    lines += [f"  n{number}[{_mermaid(thing.label)}]" for number, thing in enumerate(graph.objects)]
    lost: dict[str, str] = {}
    for own, source, copy in graph.copies:
        start = f"n{source}"
        if source is None:
            start = lost.setdefault(copy.target, f"m{len(lost)}[{_mermaid(copy.target)}]")
        arrow = "-.->" if copy.state in _DASHED else "-->"
        label = f"|{_mermaid(print_options(copy.replacements))}|" if copy.replacements else ""
        lines.append(f"  {start} {arrow}{label} n{own}")
    for state, color in _COLORS.items():
        links = [str(number) for number, edge in enumerate(graph.copies) if edge.copy.state == state]
        lines += [f"  linkStyle {','.join(links)} stroke:{color}"] if links else []
    return "\n".join([*lines, ""])


def _mermaid(text: str) -> str:
    """A text in quotes, with what Mermaid or HTML would read otherwise as entities."""
    return '"' + "".join(c if c.isalnum() or c in " ._-" else f"#{ord(c)};" for c in escaped(text)) + '"'


def as_document(graph: CopyGraph, project: str) -> dict[str, Any]:
    """The picture as JSON has it: `objects`, and `copies` that name them by their `id`."""
    objects = [
        {"id": n, "name": thing.name, "module": thing.filename, "row": thing.row, "end_row": thing.end_row}
        | ({"kind": "file"} if thing.is_file else {})
        for n, thing in enumerate(graph.objects)
    ]
    copies = [
        {
            "copy": own,
            "source": source,
            "target": copy.target,
            "state": copy.state,
            "row": copy.location.row,
            "replacements": [print_replacement(replacement) for replacement in copy.replacements],
            "findings": [_finding(finding) for finding in copy.findings],
            "ignored": sorted(copy.ignored),
            "known": sorted(copy.known),
            "reason": copy.reason,
        }
        for own, source, copy in graph.copies
    ]
    return {"version": 1, "project": project, "objects": objects, "copies": copies}


def _finding(finding: Diagnostic) -> Mapping[str, Any]:
    """A finding; `rows` has the numbers of each line of the difference behind its two headings, 0 for none."""
    shown = {"code": finding.code, "name": RULES[finding.code].name, "message": finding.message, "diff": finding.diff}
    return {**shown, "rows": finding.rows} if finding.diff else shown


def render_document(graph: CopyGraph, project: str) -> str:
    """`as_document` as text."""
    return json.dumps(as_document(graph, project), indent=1) + "\n"
