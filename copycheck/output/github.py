"""`github`: workflow commands, which GitHub shows as annotations of the changed lines.

GitHub shows ten errors and ten warnings of a step, and drops the rest. So the drifts of one source are one annotation.
Drift comes first, what is wrong in the words of a comment only is a warning, and the last annotation says what is left
out. The log has a line for every finding that has no annotation of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.paths import is_outside, relative_path
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.model.wording import plural
from copycheck.output.changed_sources import bounded, changed_sources, drifts_by_source, places_of
from copycheck.output.report_parts import Look, escaped, escaped_lines, headline, summary_line

MOST = 10
"""How many errors, and how many warnings, GitHub shows of one step."""
_SPELLING = frozenset(("CPY002", "CPY003", "CPY004", "CPY006", "CPY007", "CPY008", "CPY009", "CPY010"))
"""Rules about the words of a comment: no code is wrong because of them."""


class _Annotation(NamedTuple):
    """A line of a file with a text. `findings` counts those that it is about, `own` is the one that it shows whole."""

    level: Literal["error", "warning"]
    title: str
    filename: str
    rows: tuple[int, int]
    columns: tuple[int, int] | None
    message: str
    findings: int
    own: Diagnostic | None


def render(result: Result, look: Look) -> str:
    """The annotations, then a line of the log for each finding that has none, then the summary.

    Paths are relative to the workspace.
    """
    annotations = [*_shown([*_annotations(result)])]
    lines = [_command(annotation, look.root) for annotation in annotations]
    shown = {id(annotation.own) for annotation in annotations}
    lines += [headline(finding, look) for finding in result.diagnostics if id(finding) not in shown]
    lines += [] if look.quiet else [summary_line(result.summary)]
    return "".join(f"{line}\n" for line in lines)


def _annotations(result: Result) -> Iterator[_Annotation]:
    """First each source that has changed, then the drifts by source, then the other errors and the warnings."""
    drifts, others = drifts_by_source(result.diagnostics)
    for code, source, row, message in changed_sources(drifts, result.changed):
        title = f"{code} copies of this have drifted"
        yield _Annotation("error", title, source.filename, (row, row), None, message, 0, None)
    for group in drifts:
        yield _of_copies(group)
    ordered = sorted(others, key=lambda finding: (is_about_words(finding.code), finding.code < "CPY2"))
    yield from map(_of_finding, ordered)


def _of_copies(group: Sequence[Diagnostic]) -> _Annotation:
    first = _of_finding(group[0])
    if len(group) == 1:
        return first
    more = f"{plural(len(group) - 1, 'other copy differs', 'other copies differ')} from the same source:"
    return first._replace(message="\n".join([first.message, more, *places_of(group[1:])]), findings=len(group))


def _of_finding(finding: Diagnostic) -> _Annotation:
    start, end = finding.location, finding.end_location
    said = [escaped(finding.message), escaped(finding.help or "")]
    diff = escaped_lines((finding.diff or "").rstrip("\n"))
    message = "\n".join(part for part in (*said, diff, RULES[finding.code].url) if part)
    columns = (start.column, end.column) if start.row == end.row else None
    level: Literal["error", "warning"] = "warning" if is_about_words(finding.code) else "error"
    title = f"{finding.code} {RULES[finding.code].name}"
    return _Annotation(level, title, finding.filename, (start.row, end.row), columns, message, 1, finding)


def _shown(annotations: Sequence[_Annotation]) -> Iterator[_Annotation]:
    """At most as many of each level as GitHub shows: the last says what it leaves out."""
    for level in ("error", "warning"):
        those = [annotation for annotation in annotations if annotation.level == level]
        if len(those) <= MOST:
            yield from those
            continue
        yield from those[: MOST - 1]
        rest = those[MOST - 1 :]
        found = sum(annotation.findings for annotation in rest)
        listed = bounded([f"{escaped(one.filename)}:{one.rows[0]} {one.title}" for one in rest])
        head = f"{plural(found, 'finding')} more, which GitHub would not show:"
        text = "\n".join([head, *listed, "run `copycheck` to see all of them"])
        yield rest[0]._replace(title="copycheck: more findings", columns=None, message=text, own=None)


def _command(annotation: _Annotation, root: str) -> str:
    properties = {
        "title": annotation.title,
        "file": escaped(workspace_path(root, annotation.filename)),
        "line": str(annotation.rows[0]),
        "endLine": str(annotation.rows[1]),
    }
    if annotation.columns:
        properties |= {"col": str(annotation.columns[0]), "endColumn": str(annotation.columns[1])}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.level} {listed}::{_data(annotation.message)}"


def is_about_words(code: str) -> bool:
    """Whether a rule is about the words of a comment only, and no code is wrong because of a finding of it."""
    return code in _SPELLING


def workspace_path(root: str, filename: str) -> str:
    """A file as the service names it: from the workspace, where the project lies in one."""
    workspace = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    if not workspace or not root:
        return filename
    path = relative_path(os.path.join(os.path.realpath(root), filename), os.path.realpath(workspace))
    return filename if is_outside(path) else path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
