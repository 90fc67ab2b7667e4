"""What the reports for people share: colors, headlines, and the summary."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.result import Done, Result, Summary
from copycheck.model.rules import RULES
from copycheck.model.wording import plural

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MOST_SHOWN = 2_000
"""Characters of a message, a name or a line that a report for people shows."""
_COLORS = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2"}


class Look(NamedTuple):
    """How a report is shown.

    `color` for a terminal, `quiet` without summary, `statistics` as counts; `links` where a terminal follows them;
    `ascii` where the stream has no line drawing; `root` is the folder that file names are relative to.
    `selection` are the paths and options by which the command line chose what it is about, to be pasted behind another.
    `width` is that of the terminal in columns, 0 where no line is broken. With `group`, a difference that several
    copies of one source have is shown once; with `fixes`, each thing that was fixed.
    """

    color: bool = False
    quiet: bool = False
    statistics: bool = False
    links: bool = False
    ascii: bool = False
    root: str = ""
    selection: str = ""
    width: int = 0
    group: bool = True
    fixes: bool = False

    def paint(self, text: str, style: str) -> str:
        """The text in a color, where colors are wanted."""
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.color and text else text

    def link(self, text: str, url: str) -> str:
        """The text as a hyperlink, where links are wanted."""
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if self.links else text

    def wrap(self, line: str, indent: str) -> str:
        """The line at the width of the terminal, where it has one; `indent` begins its further lines."""
        if not self.width:
            return line
        from copycheck.output.wrapping import wrapped

        return wrapped(line, self.width, indent)


def colored(wish: str) -> bool:
    """Whether stdout is to have colors: `always`, `never`, or `auto`, which heeds NO_COLOR and FORCE_COLOR."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def visible(text: str) -> str:
    """A text for people: `escaped`, and no longer than anybody reads. What programs read is not cut off."""
    if len(text) <= MOST_SHOWN and text.isascii() and text.isprintable():
        return text  # nearly all are
    return escaped(clipped(text))


def clipped(text: str, most: int = MOST_SHOWN) -> str:
    """The text up to so many characters, and how many more there are: a line of a file may have 100,000,000."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} more characters)"


def escaped(text: str) -> str:
    """The text with control characters, line ends among them, and terminal escapes spelled out.

    Nothing in a file or its name steers a terminal, and nothing begins a line that a CI service reads as a command.
    """
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape", "surrogatepass").decode(), text)


def visible_start(text: str) -> str:
    """The text made visible, as the beginning of a line.

    `::` is spelled out there: a CI service reads a command behind it.
    """
    shown = visible(text)
    return shown.replace("::", "\\x3a:", 1) if shown.lstrip().startswith("::") else shown


def escaped_lines(text: str) -> str:
    """A text of several lines of our own, such as a difference, with each line escaped."""
    return "\n".join(map(escaped, text.split("\n")))


def headline(diagnostic: Diagnostic, look: Look, place: str | None = None) -> str:
    """`path:row:column: CODE message`, or with another place."""
    if place is None:
        place = f"{diagnostic.filename}:{diagnostic.location.row}:{diagnostic.location.column}"
    code = look.link(look.paint(diagnostic.code, "red"), RULES[diagnostic.code].url)
    return f"{look.paint(visible_start(place), 'bold')}: {code} {visible(diagnostic.message)}"


def report(result: Result, look: Look, render: Callable[[Diagnostic], Iterable[str]]) -> str:
    """The lines of each finding, then the summary."""
    lines = [line for diagnostic in result.diagnostics for line in render(diagnostic)]
    return "".join(f"{line}\n" for line in [*lines, *closing(result, look)])


def closing(result: Result, look: Look) -> list[str]:
    """What can be fixed, and the summary."""
    if look.quiet:
        return []
    lines = []
    if result.summary.fixed is None and (offer := offered_fixes(result.diagnostics, look.selection)):
        lines.append(look.paint(offer, "cyan"))
    return [*lines, *done_lines(result.done, look), summary_line(result.summary)]


def offered_fixes(findings: Sequence[Diagnostic], selection: str = "") -> str:
    """How many findings can be fixed, and with what; those that a person decides on apart. Empty where none can be."""
    kinds = [finding.fix.applicability for finding in findings if finding.fix is not None]
    safe, unsafe = kinds.count("safe"), kinds.count("unsafe")
    behind = f" {selection}" if selection else ""
    said = [f"{plural(safe, 'finding')} can be fixed with `copycheck --fix{behind}`."] if safe else []
    if unsafe:
        is_one = unsafe == 1
        said.append(
            f"{plural(unsafe, 'unsafe fix', 'unsafe fixes')} {'is' if is_one else 'are'} left to you: "
            f"`copycheck --fix --unsafe-fixes{behind}` makes {'it' if is_one else 'them'}."
        )
    return " ".join(said)


def done_lines(done: Sequence[Done], look: Look) -> list[str]:
    """A line for each file that was fixed, with the number of what was changed in it; with `fixes`, each change."""
    lines = []
    for filename, group in groupby(done, lambda one: one.filename):
        some = list(group)
        counts = Counter[str](one.kind for one in some)
        said = [plural(count, kind, f"{kind[:-1]}ies" if kind.endswith("y") else "") for kind, count in counts.items()]
        if imports := dict.fromkeys(statement for one in some for statement in one.imports):
            said.append(plural(len(imports), "import"))
        lines.append(f"{look.paint('fixed', 'green')} {visible(filename)}: {', '.join(said)}")
        if look.fixes:
            lines += [f"  {visible(f'{filename}:{one.row}: {one.message}')}" for one in some]
    return lines


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
    counts = ((summary.external, "external"), (summary.ignored, "ignored"), (summary.known, "known"))
    parts += [f"{count} {what}" for count, what in counts if count]
    if summary.fixed is not None:
        parts.append(f"{summary.fixed} fixed")
    parts.append(plural(summary.findings, "finding"))
    return f"Checked {checked}: {', '.join(parts)}."
