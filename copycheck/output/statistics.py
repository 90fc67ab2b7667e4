"""`--statistics`: the findings counted by rule and by source, then the summary."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.report_parts import Look, closing, visible


def render(result: Result, look: Look) -> str:
    """A line a rule, and a line a source, the most frequent first."""
    lines = [*_by_rule(result, look)]
    sources = by_source(result)
    if sources:
        width = len(str(sources[0].findings))
        lines += ["", look.paint("By source:", "bold")]
        lines += [f"{count:>{width}}  {visible(name)}" for name, count in sources]
        lines += [""]
    return "".join(f"{line}\n" for line in [*lines, *closing(result, look)])


class SourceCount(NamedTuple):
    """What directives name, and how many findings they have."""

    target: str
    findings: int


def by_source(result: Result) -> list[SourceCount]:
    """What the directives with findings name, the most frequent first."""
    counts = Counter(name for d in result.diagnostics if (name := d.target or (d.source.target if d.source else "")))
    return sorted(itertools.starmap(SourceCount, counts.items()), key=lambda one: (-one.findings, one.target))


def _by_rule(result: Result, look: Look) -> Iterator[str]:
    counts = Counter(diagnostic.code for diagnostic in result.diagnostics)
    width = len(str(max(counts.values(), default=0)))
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        mark = "[*]" if RULES[code].fixable else "[ ]"
        yield f"{count:>{width}}  {look.paint(code, 'red')}  {mark} {RULES[code].name}"
