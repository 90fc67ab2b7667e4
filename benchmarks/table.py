"""Rows of measurements, and the table of them: aligned for a terminal, or in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A line of the table; `met` is None where there is no target."""

    what: str
    median: str
    range: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        met = {True: "yes", False: "no", None: ""}[self.met]
        return self.what, self.median, self.range, self.ratio, self.target, met


HEAD = ("what", "median", "range", "ratio", "target", "met")


def row(
    what: str,
    values: Sequence[float],
    show: Callable[[float], str],
    ratio: str = "",
    target: str = "",
    met: bool | None = None,
) -> Row:
    """The row of some measurements of the same thing."""
    span = f"{show(min(values))} to {show(max(values))}" if len(values) > 1 else ""
    return Row(what, show(median(values)), span, ratio, target, met)


def seconds(value: float) -> str:
    """A time, with as many digits as mean something."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def megabytes(value: float) -> str:
    """A size in millions of bytes."""
    return f"{value / 1e6:.0f} MB"


def render(rows: Sequence[Row], markdown: bool = False) -> str:
    """The table as text."""
    lines = [HEAD, *(row.cells for row in rows)]
    if markdown:
        ruler = "|---|--:|--:|--:|--:|---|"
        first, *others = (f"| {' | '.join(cells)} |" for cells in lines)
        return "\n".join([first, ruler, *others])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(cells, widths) for cells in lines)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([first, *others]).rstrip()
