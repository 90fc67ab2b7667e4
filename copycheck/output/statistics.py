"""`--statistics`: the findings counted by rule and by source, then the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.report_parts import Look, closing, visible


def render(result: Result, look: Look) -> str:
    """A line a rule, and a line a source, the most frequent first."""
    lines = [*_by_rule(result, look)]
    sources = by_source(result)
    if sources:
        width = len(str(sources[0][1]))
        lines += ["", look.paint("By source:", "bold")]
        lines += [f"{count:>{width}}  {visible(name)}" for name, count in sources]
        lines += [""]
    return "".join(f"{line}\n" for line in [*lines, *closing(result, look)])


def by_source(result: Result) -> list[tuple[str, int]]:
    """What the directives with findings name, and how many findings each has, the most frequent first."""
    counts = Counter(name for d in result.diagnostics if (name := d.target or (d.source.target if d.source else "")))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _by_rule(result: Result, look: Look) -> Iterator[str]:
    counts = Counter(diagnostic.code for diagnostic in result.diagnostics)
    width = len(str(max(counts.values(), default=0)))
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        mark = "[*]" if RULES[code].fixable else "[ ]"
        yield f"{count:>{width}}  {look.paint(code, 'red')}  {mark} {RULES[code].name}"
