"""A reader of a report makes one fix and no other, or all of them (contract 8)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from studies.undefined_names import undefined
from tests.harness import run, tree_of, write_tree
from tests.output.suggestions import as_replacement

OWL = """\
import math
import sys


def hoot(a):
    return a


def rest(a):
    return hoot(a)


def glide(x):
    y = math.floor(x)
    same = 1
    return y, same


def sit(x):
    return math.ceil(x)


def fly(x):
    x = x + 1
    one = 1
    two = 2
    return x


class Nest:
    def build(self):
        a = 1
        b = 2
        c = 3
        return sys.path
"""
SCENES = {
    "one that needs another": (
        "# Copied from owl.hoot\ndef hoot(a, b):\n    return a, b\n\n\n"
        "# Copied from owl.rest\ndef rest(a):\n    return hoot(a, 1)\n",
        1,
        0,
    ),
    "a shared import": (
        "# Copied from owl.glide\ndef glide(x):\n    y = 1\n    same = 1\n    return y\n\n\n"
        "# Copied from owl.sit\ndef sit(x):\n    return 1\n\n\n# Copied from owl.fly\ndef fly(x):\n    return x\n",
        2,
        1,
    ),
    "two runs of lines": (
        "# Copied from owl.fly\ndef fly(x):\n    x = x + 2\n    one = 1\n    two = 2\n    return x + 1\n",
        1,
        1,
    ),
    "an import alone": ("# Copied from owl.sit\ndef sit(x):\n    return 1\n", 1, 0),
    "a copy in a copy": (
        "import sys\n\n\n# Copied from owl.Nest\nclass Nest:\n    # Copied from owl.Nest.build\n    def build(self):\n"
        "        a = 2\n        b = 2\n        c = 4\n        return sys.path\n\n    more = 1\n",
        1,
        1,
    ),
}


def sarif_fixes(project: Path) -> list[list[tuple[int, int, str]]]:
    """The first row, the row behind the last one, and the text, of each replacement of each fix."""
    [report] = json.loads(run(project, "--no-cache", "--output-format", "sarif").text)["runs"]
    return [
        [
            (edit["deletedRegion"]["startLine"], edit["deletedRegion"]["endLine"], edit["insertedContent"]["text"])
            for edit in fix["artifactChanges"][0]["replacements"]
        ]
        for result in report["results"]
        for fix in result.get("fixes", ())
    ]


def suggestions(project: Path) -> list[list[tuple[int, int, str]]]:
    """The same of each suggestion of reviewdog's format."""
    found: dict[str, Any] = json.loads(run(project, "--no-cache", "--output-format", "rdjson").text)
    return [[as_replacement(edit)] for finding in found["diagnostics"] for edit in finding.get("suggestions", ())]


def applied(project: Path, edits: Sequence[tuple[int, int, str]], text: str) -> None:
    lines = text.splitlines(True)
    for first, behind, new in sorted(edits, reverse=True):
        lines[first - 1 : behind - 1] = [new]
    write_tree(project, {"bat.py": "".join(lines)})


@pytest.mark.parametrize("title", SCENES)
def test_each_fix_can_be_made_alone_and_all_of_them_together(title: str, project: Path) -> None:
    text, shown, suggested = SCENES[title]
    write_tree(project, {"owl.py": OWL, "bat.py": text})
    before, fixes, lone = undefined(project), sarif_fixes(project), suggestions(project)
    assert (len(fixes), len(lone)) == (shown, suggested)
    findings = json.loads(run(project, "--no-cache", "--output-format", "json").text)["diagnostics"]
    for fix in (*fixes, *lone):
        applied(project, fix, text)
        assert not undefined(project) - before
        left = json.loads(run(project, "--no-cache", "--output-format", "json").text)["diagnostics"]
        assert len(left) < len(findings)
        assert all(finding["fix"]["applicability"] == "safe" for finding in left)
    applied(project, [edit for fix in fixes for edit in fix], text)
    together = tree_of(project)
    applied(project, [], text)
    run(project, "--fix", "--no-cache")
    assert tree_of(project) == together


def test_a_finding_says_with_which_it_is_fixed(project: Path) -> None:
    write_tree(project, {"owl.py": OWL, "bat.py": SCENES["one that needs another"][0]})
    [report] = json.loads(run(project, "--no-cache", "--output-format", "sarif").text)["runs"]
    first, second = report["results"]
    assert first["fixes"][0]["description"]["text"].endswith("expected text, with what is wrong in line 6")
    assert "fixed with the finding in line 1" in second["message"]["text"]
