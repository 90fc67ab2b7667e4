"""The reports for people: `full` with the differences, `concise` with a line a finding, and the summary."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from copycheck.model import Diagnostic, Result, Summary, plural
from copycheck.rules import RULES

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COLORS = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is shown: `color` for a terminal, `quiet` without summary, `statistics` as counts by rule."""

    color: bool = False
    quiet: bool = False
    statistics: bool = False

    def paint(self, text: str, style: str) -> str:
        """The text in a color, where colors are wanted."""
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.color else text


def colored(wish: str) -> bool:
    """Whether stdout is to have colors: `always`, `never`, or `auto`."""
    if wish != "auto":
        return wish == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def visible(text: str) -> str:
    """The text with control characters and terminal escapes spelled out: nothing in a file steers a terminal."""
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape", "surrogatepass").decode(), text)


def render_full(result: Result, look: Look) -> str:
    """Each finding with its difference and what to do next, then the summary."""
    return _report(result, look, lambda diagnostic: _full(diagnostic, look))


def render_concise(result: Result, look: Look) -> str:
    """A line a finding, then the summary."""
    return _report(result, look, lambda diagnostic: iter([_headline(diagnostic, look)]))


def _report(result: Result, look: Look, render: object) -> str:
    lines: list[str] = []
    if look.statistics:
        lines += _statistics(result, look)
    else:
        for diagnostic in result.diagnostics:
            lines += render(diagnostic)  # type: ignore[operator]
    if not look.quiet:
        fixable = sum(d.fix is not None and d.fix.applicability == "safe" for d in result.diagnostics)
        if fixable and result.summary.fixed is None:
            hint = f"{plural(fixable, 'finding')} can be fixed with `copycheck --fix`."
            lines.append(look.paint(hint, "cyan"))
        lines.append(summary_line(result.summary))
    return "".join(f"{line}\n" for line in lines)


def _headline(diagnostic: Diagnostic, look: Look) -> str:
    place = f"{diagnostic.filename}:{diagnostic.location.row}:{diagnostic.location.column}"
    code = look.paint(diagnostic.code, "red")
    return f"{look.paint(visible(place), 'bold')}: {code} {visible(diagnostic.message)}"


def _full(diagnostic: Diagnostic, look: Look) -> Iterator[str]:
    yield _headline(diagnostic, look)
    if diagnostic.diff:
        for line in diagnostic.diff.rstrip("\n").split("\n"):
            yield "    " + _diff_line(visible(line), look)
    if diagnostic.help:
        yield f"  {look.paint('help:', 'cyan')} {visible(diagnostic.help)}"
    yield ""


def _diff_line(line: str, look: Look) -> str:
    if line.startswith(("---", "+++")):
        return look.paint(line, "bold")
    style = {"-": "red", "+": "green", "@": "cyan"}.get(line[:1])
    return look.paint(line, style) if style else line


def _statistics(result: Result, look: Look) -> Iterator[str]:
    counts = Counter(diagnostic.code for diagnostic in result.diagnostics)
    width = len(str(max(counts.values(), default=0)))
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        mark = "[*]" if RULES[code].fixable else "[ ]"
        yield f"{count:>{width}}  {look.paint(code, 'red')}  {mark} {RULES[code].name}"


def summary_line(summary: Summary) -> str:
    """`Checked 2914 copies in 445 files: 2901 in sync, 30 findings.` (contract 8)."""
    if not summary.directives and not summary.full_copies:
        found = f", {plural(summary.findings, 'finding')}" if summary.findings else ""
        return f"No directive found: nothing to check{found}."
    checked = f"{plural(summary.directives, 'copy', 'copies')} in {plural(summary.files, 'file')}"
    if summary.full_copies:
        full = plural(summary.full_copies, "full copy", "full copies")
        checked = f"{checked} and {full}" if summary.directives else full
    parts = [f"{summary.in_sync} in sync"] if summary.directives else []
    if summary.external:
        parts.append(f"{summary.external} external")
    if summary.ignored:
        parts.append(f"{summary.ignored} ignored")
    if summary.known:
        parts.append(f"{summary.known} known")
    if summary.fixed is not None:
        parts.append(f"{summary.fixed} fixed")
    parts.append(plural(summary.findings, "finding"))
    return f"Checked {checked}: {', '.join(parts)}."
