"""`concise`: a line a finding, then the summary."""

from __future__ import annotations

from copycheck.model.result import Result
from copycheck.output.report_parts import Look, headline, report


def render(result: Result, look: Look) -> str:
    """`path:row:column: CODE message`."""
    return report(result, look, lambda diagnostic: [headline(diagnostic, look)])
