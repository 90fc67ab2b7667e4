"""The comments beside directives: ignore comments, and copies that were broken on purpose; pure text (contract 10)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from copycheck.directives.replacements import Options, parse_options
from copycheck.model.directive import Adapted, Ignore
from copycheck.syntax.identifiers import NAME_IN_TEXT

_IGNORE = re.compile(
    r"([ \t\f]*)#[ \t\f]*copycheck:[ \t\f]*ignore(?!\w)(?P<list>[ \t\f]*\[(?P<codes>[^\]]*)\])?[ \t\f:]*(?P<reason>.*)"
)
_DIRECTIVE = re.compile(r"[ \t\f]*#[:!*\s]*Copied\s+from(?!\w)")
_ADAPTED = (
    rf"([ \t\f]*)#[ \t\f]*Adapted from[ \t\f]+({NAME_IN_TEXT}(?:\.{NAME_IN_TEXT})+)"
    r"(?P<options>[ \t\f]+with[ \t\f](?:(?!->).)*->.*?)?:(?!//)(?(options)(?=[ \t\f]|$))[ \t\f]*(.*)"
)

_ADAPTED_ADDRESS = (
    r"([ \t\f]*)#[ \t\f]*Adapted from[ \t\f]+(https?://[^\s]+?)(?=[ \t\f]|:?$|:[ \t\f])"
    r"([ \t\f]+with[ \t\f](?:(?!->).)*->.*?)?(?::(?=[ \t\f]|$)[ \t\f]*(.*)|[ \t\f]*$)"
)
_FOR_A_TOOL = re.compile(r"(?<![ \t\f])[ \t\f]+#[ \t\f]*(?:noqa|nosec|pragma|[A-Za-z][\w-]*:).*$")
"""A comment for another tool behind a reason: `  # noqa: E501`. `#42` is a part of the reason."""


@functools.cache  # few projects have such comments
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def _is_in(target: str, addresses: Sequence[str]) -> bool:
    """Whether an address is one of some repositories."""
    name = target.partition("://")[2].removeprefix("www.").lower()
    return any(name.startswith(f"{address.lower()}/") for address in addresses)


def ignores_around(lines: Sequence[str], row: int, end_row: int) -> Iterator[Ignore]:
    """The ignore comments in the block of comments around the directive in rows `row` to `end_row`.

    The block ends at a line that is no comment, and at another directive, in whichever notation.
    """
    above = row - 1
    while above >= 1 and _goes_on(lines[above - 1]):
        above -= 1
    below = end_row + 1
    while below <= len(lines) and _goes_on(lines[below - 1]):
        below += 1
    for place in (*range(above + 1, row), *range(end_row + 1, below)):
        if "copycheck" in lines[place - 1] and (ignore := _parse_ignore(lines[place - 1], place)):
            yield ignore


def _goes_on(line: str) -> bool:
    return line.lstrip().startswith("#") and not _DIRECTIVE.match(line)


def _parse_ignore(line: str, row: int) -> Ignore | None:
    match = _IGNORE.match(line)
    if match is None:
        return None
    codes = tuple(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
    indent = match.group(1)
    return Ignore(row, len(indent) + 1, len(line.rstrip()) + 1, indent, codes, match["reason"].strip())


def read_adapted(text: str, addresses: Sequence[str] = ()) -> list[Adapted]:
    """The lines that read like `# Adapted from x.y.Z with A->B: reason`: copies that were broken on purpose."""
    found = []
    row, last = 1, 0
    at = text.find("Adapted from")
    while at >= 0:
        start = text.rfind("\n", last, at) + 1 or last
        row += text.count("\n", last, start)
        last = start
        match = _compiled(_ADAPTED).match(text, start)
        match = match or (_compiled(_ADAPTED_ADDRESS).match(text, start) if addresses else None)
        behind = match.end() if match else text.find("\n", at)  # a line that is none may have the words 100,000 times
        at = text.find("Adapted from", behind) if behind >= 0 else -1
        if match is not None:
            indent, target, written, reason = match.groups(default="")
            if "://" in target and not _is_in(target, addresses):
                continue
            options = parse_options(written.strip()) if written else Options()
            plain = _FOR_A_TOOL.sub("", reason)
            end = len(match.group()[: len(match.group()) - len(reason) + len(plain)].rstrip()) + 1
            found.append(Adapted(row, len(indent) + 1, end, indent, target, plain.strip(), options.replacements))
    return found
