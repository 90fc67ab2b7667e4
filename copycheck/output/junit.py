"""`junit`: a test suite a file, a failed test a finding; for services that show test reports and nothing else."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.report_parts import Look, escaped, escaped_lines

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: Result, look: Look) -> str:
    """An XML document; without findings one test that passes, for an empty report counts as a failed run."""
    count = len(result.diagnostics)
    root = ElementTree.Element("testsuites", name="copycheck", tests=str(count or 1), failures=str(count), errors="0")
    for filename, group in groupby(result.diagnostics, key=lambda diagnostic: diagnostic.filename):
        findings = list(group)
        suite = _suite(root, filename, len(findings), len(findings))
        for finding in findings:
            _failure(suite, finding)
    if not result.diagnostics:
        suite = _suite(root, "copycheck", 1, 0)
        ElementTree.SubElement(suite, "testcase", name="no findings", classname="copycheck", time="0")
    ElementTree.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ElementTree.tostring(root, encoding='unicode')}\n"


def _suite(root: ElementTree.Element, name: str, tests: int, failures: int) -> ElementTree.Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": "0", "time": "0"}
    return ElementTree.SubElement(root, "testsuite", {"name": _clean(name), **counts})


def _failure(suite: ElementTree.Element, finding: Diagnostic) -> None:
    rule, row = RULES[finding.code], finding.location.row
    test = ElementTree.SubElement(
        suite,
        "testcase",
        name=_clean(f"{finding.code} {rule.name} {finding.copy or 'row'} {row}".replace("row row", "row")),
        classname=_clean(finding.filename.rpartition(".")[0].replace("/", ".") or finding.filename),
        file=_clean(finding.filename),
        line=str(row),
        time="0",
    )
    failure = ElementTree.SubElement(test, "failure", type=rule.name, message=_clean(finding.message))
    place = f"{finding.filename}:{row}:{finding.location.column}"
    head = escaped(f"{place}: {finding.code} {finding.message}")
    parts = [head, escaped_lines(finding.diff or ""), escaped(finding.help or ""), rule.url]
    failure.text = _clean("\n".join(part.rstrip("\n") for part in parts if part))


def _clean(text: str) -> str:
    """The text without what XML has no way to write."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
