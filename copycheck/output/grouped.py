"""`grouped`: the findings below the name of their file, then the summary."""

from __future__ import annotations

from itertools import groupby

from copycheck.model.result import Result
from copycheck.output.report_parts import Look, closing, headline, visible_start


def render(result: Result, look: Look) -> str:
    """A block for each file, its rows and columns aligned."""
    lines: list[str] = []
    for filename, group in groupby(result.diagnostics, key=lambda diagnostic: diagnostic.filename):
        findings = list(group)
        places = [f"{finding.location.row}:{finding.location.column}" for finding in findings]
        width = max(map(len, places))
        lines.append(f"{look.paint(visible_start(filename), 'bold')}:")
        for place, finding in zip(places, findings, strict=True):
            lines.append(f"  {headline(finding, look, place.rjust(width))}")
        lines.append("")
    return "".join(f"{line}\n" for line in [*lines, *closing(result, look)])
