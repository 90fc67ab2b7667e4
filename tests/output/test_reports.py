"""What people and programs read: JSON in the contract's shape, colors, control characters (contract 8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copycheck.model.merge_report import CopyMerge
from copycheck.model.result import Summary
from copycheck.output.merge_list import render_merges
from copycheck.output.report_parts import Look, summary_line, visible
from tests.harness import run, write_tree

TREE = {
    "pkg/source.py": "class A:\n    def one(self):\n        return 1\n",
    "pkg/copy.py": "# Copied from pkg.source.A with one->two\nclass B:\n    def two(self):\n        return 2\n"
    "\n\n# Copied from pkg.source.nope\ndef h():\n    pass\n",
}


@pytest.fixture
def tree(project: Path) -> Path:
    for name, text in TREE.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    return project


def report(tree: Path, *args: str) -> Any:
    return json.loads(run(tree, "--output-format", "json", *args).text)


def test_json_is_what_the_contract_says(tree: Path) -> None:
    document = report(tree)
    assert document["version"] == 1
    assert document["summary"] == {"files": 1, "directives": 2, "in_sync": 0, "external": 0, "findings": 2}
    drift, lost = document["diagnostics"]
    assert drift == {
        "code": "CPY201",
        "name": "copy-drift",
        "message": "`B` differs from its source `pkg.source.A` (pkg/source.py:1)",
        "filename": "pkg/copy.py",
        "location": {"row": 1, "column": 1},
        "end_location": {"row": 1, "column": 41},
        "source": {"target": "pkg.source.A", "filename": "pkg/source.py", "location": {"row": 1, "column": 1}},
        "fix": {"applicability": "safe", "message": "Replace the copy by the expected text"},
        "diff": "--- pkg/copy.py\n+++ pkg/source.py (expected from pkg.source.A)\n@@ -2,3 +1,3 @@\n class B:\n"
        "     def two(self):\n-        return 2\n+        return 1\n",
        "help": "run `copycheck --fix` to write the expected text, `copycheck promote pkg/copy.py:1` to write the "
        "copy's edit into its source, or `copycheck break pkg/copy.py:1` to keep the difference (`--reason` says why)",
        "url": "https://copycheck.readthedocs.io/en/stable/rules/CPY201/",
    }
    assert lost["code"] == "CPY102"
    assert (lost["source"], lost["fix"], lost["diff"]) == (None, None, None)


def test_json_under_fix_counts_what_was_fixed_and_shows_what_is_left(tree: Path) -> None:
    document = report(tree, "--fix")
    assert document["summary"] == {
        "files": 1, "directives": 2, "in_sync": 1, "external": 0, "findings": 1, "fixed": 1,
    }  # fmt: skip
    assert [diagnostic["code"] for diagnostic in document["diagnostics"]] == ["CPY102"]


def test_statistics_count_by_rule(tree: Path) -> None:
    assert report(tree, "--statistics")["statistics"] == [
        {"code": "CPY102", "name": "unknown-object", "count": 1, "fixable": False},
        {"code": "CPY201", "name": "copy-drift", "count": 1, "fixable": True},
    ]
    assert "1  CPY201  [*] copy-drift" in run(tree, "--statistics").text


def test_colors_only_where_they_are_wanted(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[32m" in run(tree, "--color", "always").text
    assert "\x1b" not in run(tree).text
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run(tree).text


def test_escapes_in_code_do_not_reach_the_terminal(tree: Path) -> None:
    (tree / "pkg" / "copy.py").write_bytes(b'# Copied from pkg.source.A\nclass A:\n    x = "\x1b[31m\x07"\n')
    text = run(tree).text
    assert "\x1b" not in text
    assert r"\x1b[31m\x07" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain ünï", "plain ünï"), ("a\x1b[2Jb", r"a\x1b[2Jb"), ("\u202eevil", r"\u202eevil"), ("\ud800", r"\ud800")],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        (Summary(445, 2914, 2901, 0, 30), "Checked 2914 copies in 445 files: 2901 in sync, 30 findings."),
        (Summary(1, 1, 1, 0, 0), "Checked 1 copy in 1 file: 1 in sync, 0 findings."),
        (Summary(2, 3, 1, 2, 1), "Checked 3 copies in 2 files: 1 in sync, 2 external, 1 finding."),
        (Summary(0, 0, 0, 0, 0), "No directive found: nothing to check."),
        (Summary(0, 0, 0, 0, 1, full_copies=2), "Checked 2 full copies: 1 finding."),
        (Summary(1, 1, 1, 0, 0, 1, 4), "Checked 1 copy in 1 file and 1 full copy: 1 in sync, 4 fixed, 0 findings."),
    ],
)
def test_summary(summary: Summary, line: str) -> None:
    assert summary_line(summary) == line


def test_version_and_help(tree: Path) -> None:
    assert run(tree, "--version").text.startswith("copycheck ")
    assert "--exit-non-zero-on-fix" in run(tree, "--help").text


FORMATS_FOR_LOGS = ("full", "concise", "grouped", "github", "junit", "gitlab", "json", "json-lines", "sarif")


@pytest.mark.parametrize(
    "command",
    [
        *(["--output-format", name] for name in FORMATS_FOR_LOGS),
        *(["list"], ["graph"], ["graph", "--format", "dot"], ["--show-files"], ["--statistics"], ["--verbose"]),
        *(["--diff"], ["impact", "pkg.base.f"], ["--fix"], ["mv", "pkg.base.f", "pkg.base.g"]),
    ],
    ids=" ".join,
)
def test_a_name_with_a_line_feed_writes_no_command_into_a_log(project: Path, command: list[str]) -> None:
    evil = "x\n::error title=pwned::hello\x1b[31m"
    files = {
        "pkg/base.py": "def f():\n    return 1\n\n\ndef g():\n    return 1\n",
        f"{evil}/m.py": "# Copied from pkg.base.f\ndef f():\n    return 2\n",
        f"{evil}/n.py": "# Copied from pkg.none.f\ndef h():\n    return 2\n",
        f"{evil}/copycheck.toml": "",
        f"{evil}/broken.py": "# Copied from pkg.base.f\ndef f(:\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    found = run(project, *command)
    for line in [*found.text.splitlines(), *found.stderr.splitlines()]:
        assert not line.startswith("::error title=pwned") and "\x1b" not in line


def test_a_line_without_end_is_shown_from_where_it_differs(tmp_path: Path) -> None:
    long = "a" * 800_000
    body = "def f():\n    return '{}'\n"
    write_tree(
        tmp_path,
        {
            "copycheck.toml": "",
            "base.py": body.format(f"{long}owl"),
            "m.py": f"# Copied from base.f\n{body.format(f'{long}hawk')}",
        },
    )
    shown = run(tmp_path, "--no-cache").text
    assert max(map(len, shown.splitlines())) < 1_100 and "aaahawk" in shown and "aaaowl" in shown
    whole = [run(tmp_path, "--no-cache", *arguments).text for arguments in (["--diff"], ["--output-format", "json"])]
    assert all(f"{long}hawk" in text and f"{long}owl" in text for text in whole), "programs get all of it"


def test_a_difference_without_end_is_shown_in_part(tmp_path: Path) -> None:
    body = "".join(f"    x{number}\n" for number in range(3_000))
    tree = {"copycheck.toml": "", "base.py": "def f():\n    x\n", "m.py": f"# Copied from base.f\ndef f():\n{body}"}
    write_tree(tmp_path, tree)
    shown = run(tmp_path, "--no-cache").text
    assert (
        len(shown.splitlines()) < 1_020 and "more lines: see all of them with `copycheck --output-format json`" in shown
    )
    assert "x2999" in run(tmp_path, "--no-cache", "--output-format", "json").text


def test_a_name_without_end_is_cut_off_for_people(tmp_path: Path) -> None:
    path = f"base.{'f' * 9_000}"
    tree = {"copycheck.toml": "", "base.py": "", "m.py": f"# Copied from {path}\ndef f():\n    return 1\n"}
    write_tree(tmp_path, tree)
    for arguments in (["--output-format", "concise"], ["--output-format", "full"], ["--output-format", "grouped"]):
        assert max(map(len, run(tmp_path, "--no-cache", *arguments).text.splitlines())) < 2_200, arguments
    assert max(map(len, run(tmp_path, "list", "--no-cache").text.splitlines())) < 2_200
    assert path.removeprefix("base.") in run(tmp_path, "--no-cache", "--output-format", "json").text


def test_a_directive_without_end_is_malformed(tmp_path: Path) -> None:
    for rest in ("f" * 20_000, f"f with {'a->b,' * 5_000} c->d", f"f {'x ' * 10_000}"):
        write_tree(tmp_path, {"copycheck.toml": "", "m.py": f"# Copied from base.{rest}\ndef f():\n    return 1\n"})
        shown = run(tmp_path, "--no-cache", "--output-format", "concise").text
        assert "CPY001 this directive is malformed: its line has more than 10,000 characters" in shown, rest[:10]


def test_what_became_of_a_merge_steers_nothing() -> None:
    bad = "b\x1b[31m\n::error::pwned"
    merge = CopyMerge(filename=bad, row=1, name=bad, target=bad, outcome="refused", reason=bad, base=bad)
    for shown in (merge, merge._replace(outcome="conflict", own="+\x1b[31m\n ::error::x", theirs=f"-{bad}")):
        text = render_merges([shown], Look())
        assert "\x1b" not in text and not any(line.lstrip().startswith("::") for line in text.splitlines()), text
