"""Each format, read by what reads it: parsers, validators, and the rules that its service has written down."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from copycheck.model.rules import RULES
from copycheck.output import FORMATS
from tests.harness import run, tree_of, write_tree
from tests.output.suggestions import as_replacement

SOURCE = "class A:\n    def one(self):\n        return 1\n\n    def two(self):\n        return 2\n"
TREE = {
    "pkg/a.py": SOURCE,
    "pkg/b.py": "# Copied from pkg.a.A with one->uno\nclass B:\n    def uno(self):\n        return 1\n\n"
    "    def two(self):\n        return 'due'\n\n\n"
    "# Copied from pkg.a.A.two with 2 -> 3\ndef two(self):\n    return 4\n",
    "pkg/c.py": "# Copied from pkg/a.A\nclass C:\n    pass\n\n\n# Copied from pkg.a.Nope\nclass D:\n    pass\n",
    "pkg/ünï, 100%:x.py": "# Copied from pkg.a.A.two\ndef two(self):\n    return '\x1b[31m </failure> ]]> &'\n",
}


@pytest.fixture
def tree(project: Path) -> Path:
    for name, text in TREE.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    return project


def shown(tree: Path, format_: str, *args: str) -> str:
    result = run(tree, "--output-format", format_, "--color", "never", *args)
    assert result.code == 1, result.stderr
    return result.text


FOUND = [
    ("pkg/b.py", 1, "CPY201"),
    ("pkg/b.py", 10, "CPY003"),
    ("pkg/b.py", 10, "CPY201"),
    ("pkg/c.py", 1, "CPY001"),
    ("pkg/c.py", 6, "CPY102"),
    ("pkg/ünï, 100%:x.py", 1, "CPY201"),
]


def test_concise_and_full_begin_each_finding_alike(tree: Path) -> None:
    concise = [line for line in shown(tree, "concise").splitlines() if re.match(r".+:\d+:\d+: CPY", line)]
    full = [line for line in shown(tree, "full").splitlines() if re.match(r"\S.*:\d+:\d+: CPY", line)]
    assert concise == full
    assert len(concise) == len(FOUND)


def test_full_shows_the_rows_of_both_files_and_the_replacement(tree: Path) -> None:
    text = shown(tree, "full", "pkg/b.py")
    assert text.startswith(
        "pkg/b.py:1:1: CPY201 `B` differs from its source `pkg.a.A` (pkg/a.py:1)\n"
        "  ┌ copy      pkg/b.py:3\n"
        "  ├ expected  pkg/a.py:2 (pkg.a.A with one->uno)\n"
        "  │ 3 2 │       def uno(self):\n"
        "  │ 4 3 │           return 1\n"
        "  │ 6 5 │       def two(self):\n"
        '  │ 7   │ -         return "due"\n'
        "  │   6 │ +         return 2\n"
        "  help: run `copycheck --fix`"
    )


def test_full_names_the_replacement_that_made_a_line(tree: Path) -> None:
    (tree / "pkg/b.py").write_text(
        "# Copied from pkg.a.A with one->uno\nclass B:\n    def one(self):\n        return 1\n\n"
        "    def two(self):\n        return 2\n"
    )
    text = shown(tree, "full", "pkg/b.py")
    assert "+     def uno(self):  (one->uno)\n" in text


def test_full_highlights_the_words_that_differ(tree: Path) -> None:
    text = run(tree, "--color", "always", "pkg/b.py").text
    assert "return \x1b[1;7m4\x1b[22;27m" in text
    assert "\x1b[1;7m" not in run(tree, "--color", "never", "pkg/b.py").text


def test_full_puts_a_caret_under_what_is_wrong_and_says_how_it_is_written(tree: Path) -> None:
    text = shown(tree, "full", "pkg/c.py")
    assert (
        "  │ 1 │ # Copied from pkg/a.A\n  │   │               ^^^^^^^\n  help: write `# Copied from pkg.a.A`\n" in text
    )


MALFORMED = [
    ("# Copied from pkg.a.A.", ".", "# Copied from pkg.a.A"),
    ("# Copied from pkg..a.A", "pkg..a", "# Copied from pkg.a.A"),
    (
        "# Copied from pkg.a.A with a->b all_casing",
        "with a->b all_casing",
        "# Copied from pkg.a.A with a->b all-casing",
    ),
    ("# Copied from pkg.a.A with a=>b", "with a=>b", "# Copied from pkg.a.A with a->b"),
    ("# Copied from pkg.a.A with a -> b", " -> ", "# Copied from pkg.a.A with a->b"),
    ("# Copied from pkg.a.A a->b", " a->b", "# Copied from pkg.a.A with a->b"),
    ("# Copied from pkg.a.A with a->b->c", "with a->b->c", None),
    ("# Copied from pkg.a.A whit a->b", "whit a->b", "# Copied from pkg.a.A with a->b"),
    ("# Copied from pkg.a.A and more", "and more", None),
]


@pytest.mark.parametrize(("line", "wrong", "corrected"), MALFORMED)
def test_carets(tree: Path, line: str, wrong: str, corrected: str | None) -> None:
    (tree / "pkg/c.py").write_text(f"{line}\nclass A:\n    pass\n")
    text = shown(tree, "full", "pkg/c.py")
    place = line.rindex(wrong)
    assert f"│ 1 │ {line}\n  │   │ {' ' * place}{'^' * len(wrong)}\n" in text
    assert (f"help: write `{corrected}`\n" in text) is (corrected is not None)


def test_grouped(tree: Path) -> None:
    lines = shown(tree, "grouped").splitlines()
    assert [line for line in lines if line.endswith(".py:")] == ["pkg/b.py:", "pkg/c.py:", "pkg/ünï, 100%:x.py:"]
    assert lines[1].startswith("   1:1: CPY201 ")
    assert lines[2].startswith("  10:1: CPY003 ")


def test_json_lines(tree: Path) -> None:
    objects = [json.loads(line) for line in shown(tree, "json-lines").splitlines()]
    assert [(each["filename"], each["location"]["row"], each["code"]) for each in objects] == FOUND
    whole = json.loads(shown(tree, "json"))["diagnostics"]
    assert [{key: each[key] for key in whole[0]} for each in objects] == whole
    assert len({each["fingerprint"] for each in objects}) == len(FOUND)
    assert objects[0]["url"] == RULES["CPY201"].url


def test_fingerprints_stay_when_lines_move(tree: Path) -> None:
    before = [json.loads(line)["fingerprint"] for line in shown(tree, "json-lines").splitlines()]
    for name in TREE:
        (tree / name).write_text("import os\n\n\n" + (tree / name).read_text())
    assert [json.loads(line)["fingerprint"] for line in shown(tree, "json-lines").splitlines()] == before


def unescaped(text: str, more: bool = False) -> str:
    for code, char in (*(((":", "%3A"), (",", "%2C")) if more else ()), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        text = text.replace(char, code)
    return text


def test_github_is_read_back_as_the_runner_does(tree: Path) -> None:
    commands = [line for line in shown(tree, "github").splitlines() if line.startswith("::")]
    read = []
    for line in commands:
        level, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        values = dict(part.split("=", 1) for part in properties.split(","))
        read.append((unescaped(values["file"], True), int(values["line"]), unescaped(values["title"], True)[:6]))
        assert level == ("warning" if read[-1][2] == "CPY003" else "error")
        assert RULES[read[-1][2]].url in unescaped(message)
    grouped = [found for found in FOUND if found not in read]
    assert sorted([*read, *grouped]) == sorted(FOUND) and [code for *_, code in grouped] == ["CPY201"]
    lines = shown(tree, "github").splitlines()
    assert all(any(line.startswith(f"{name}:{row}:") for line in lines) for name, row, _ in grouped), "the log has each"


def drifted(project: Path, copies: int) -> None:
    """A repository whose source has changed, in its third line, since the last commit."""
    text = "def owl():\n    x = 1\n    return x\n"
    (project / "a.py").write_text(text)
    for number in range(copies):
        (project / f"b{number:02}.py").write_text(
            f"# Copied from a.owl with owl->kea{number}\n{text.replace('owl', f'kea{number}')}"
        )
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "all")
    (project / "a.py").write_text(text.replace("return x", "return x + 1"))


def test_github_annotates_the_changed_line_of_the_source_and_one_copy(project: Path) -> None:
    drifted(project, 40)
    text = shown(project, "github", "--since", "HEAD")
    source, copy = (line for line in text.splitlines() if line.startswith("::"))
    assert source.startswith("::error title=CPY201 copies of this have drifted,file=a.py,line=3,endLine=3::")
    assert "`a.owl` has changed, and 40 copies of it do not have the change%0A  b00.py:1 `kea0`%0A" in source
    assert source.endswith("%0A  and 10 more%0Arun `copycheck --fix --only a.owl` to update them")
    assert copy.startswith("::error title=CPY201 copy-drift,file=b00.py,line=1,") and "39 other copies differ" in copy
    assert sum(line.startswith("b") for line in text.splitlines()) == 39, "the log has a line for each of the others"
    assert "file=a.py" in shown(project, "github"), "without a revision, the last commit"
    git(project, "commit", "-qam", "edit")
    assert "file=a.py" not in shown(project, "github")
    assert "file=a.py" in shown(project, "github", "--since", "HEAD~1")
    assert "the source has changed since HEAD~1" in shown(project, "full", "--since", "HEAD~1")
    wrong = run(project, "--since", "nonsense")
    assert wrong.code == 2 and "git knows no revision `nonsense`" in wrong.stderr


def test_github_shows_ten_of_a_level_and_says_what_it_leaves_out(project: Path) -> None:
    for number in range(14):
        (project / f"c{number:02}.py").write_text("# Copied from nothing.at_all\ndef f():\n    return 1\n")
        (project / f"d{number:02}.py").write_text("# Copied from base.g x->y\ndef g():\n    return 1\n")
    (project / "base.py").write_text("def g():\n    return 1\n")
    text = shown(project, "github")
    for level, name in (("error", "c"), ("warning", "d")):
        shown_ones = [line for line in text.splitlines() if line.startswith(f"::{level} ")]
        assert len(shown_ones) == 10
        assert "::5 findings more, which GitHub would not show:%0A  " in shown_ones[-1]
        assert sum(line.startswith(name) for line in text.splitlines()) == 5, "the log has a line for each of them"


def test_a_name_that_begins_like_a_command_is_no_command(project: Path) -> None:
    (project / "::error file=x::").mkdir()
    (project / "::error file=x::/a.py").write_text("# Copied from nothing.at_all\ndef f():\n    return 1\n")
    for format_ in ("concise", "full", "grouped", "github"):
        lines = [line for line in shown(project, format_).splitlines() if line.lstrip().startswith("::error file=x")]
        assert lines == [], format_
    assert run(project, "list").text.startswith("\\x3a:error file=x::/a.py:1:")


def test_github_names_files_from_the_workspace(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tree.parent))
    assert f"file={tree.name}/pkg/b.py," in shown(tree, "github")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tree / "elsewhere"))
    assert "file=pkg/b.py," in shown(tree, "github"), "a workspace that does not hold the project says nothing"


def test_gitlab_has_what_its_documentation_asks_for(tree: Path) -> None:
    issues = json.loads(shown(tree, "gitlab"))
    assert [(i["location"]["path"], i["location"]["lines"]["begin"], i["check_name"]) for i in issues] == FOUND
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert RULES[issue["check_name"]].url in issue["content"]["body"]
        assert issue["description"] and re.fullmatch(r"[0-9a-f]{64}", issue["fingerprint"])
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_junit_is_read_by_junitparser(tree: Path) -> None:
    import junitparser

    text = shown(tree, "junit")
    read = []
    for suite in junitparser.JUnitXml.fromstring(text.encode()):
        assert (suite.tests, suite.failures) == (len(list(suite)), len(list(suite)))
        for case in suite:
            (failure,) = case.result
            read.append((suite.name, int(case._elem.get("line")), case.name[:6]))
            assert failure.text.endswith(RULES[case.name[:6]].url)
    assert read == FOUND


def test_junit_without_findings_is_one_test_that_passes(project: Path) -> None:
    result = run(project, "--output-format", "junit")
    (suite,) = ElementTree.fromstring(result.text)
    assert (result.code, suite.get("tests"), suite.get("failures")) == (0, "1", "0")


def sarif(tree: Path, *args: str) -> dict[str, Any]:
    return json.loads(shown(tree, "sarif", *args))["runs"][0]


def test_sarif_names_places_rules_and_fingerprints(tree: Path) -> None:
    found = sarif(tree)
    rules = found["tool"]["driver"]["rules"]
    places = []
    for result in found["results"]:
        place = result["locations"][0]["physicalLocation"]
        places.append((place["artifactLocation"]["uri"], place["region"]["startLine"], result["ruleId"]))
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["helpUri"] == RULES[result["ruleId"]].url
    assert places[:-1] == FOUND[:-1]
    assert places[-1][0] == "pkg/%C3%BCn%C3%AF%2C%20100%25%3Ax.py"
    assert len({result["partialFingerprints"]["copycheck/v1"] for result in found["results"]}) == len(FOUND)


def apply_fixes(tree: Path, found: dict[str, Any]) -> dict[str, bytes]:
    """What the files are when every fix of a SARIF run is applied."""
    after = tree_of(tree)
    changes: dict[str, list[Any]] = {}
    for result in found["results"]:
        for change in (change for fix in result.get("fixes", ()) for change in fix["artifactChanges"]):
            name = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert change["artifactLocation"]["uri"] == name
            changes.setdefault(name, []).extend(change["replacements"])
    from urllib.parse import unquote

    for name, replacements in changes.items():
        lines = after[unquote(name)].decode().splitlines(True)
        for replacement in sorted(replacements, key=lambda r: -r["deletedRegion"]["startLine"]):
            region = replacement["deletedRegion"]
            assert region["startColumn"] == region["endColumn"] == 1
            lines[region["startLine"] - 1 : region["endLine"] - 1] = [replacement["insertedContent"]["text"]]
        after[unquote(name)] = "".join(lines).encode()
    return after


def test_the_fixes_of_sarif_are_those_of_fix(tree: Path) -> None:
    before = tree_of(tree)
    applied = apply_fixes(tree, sarif(tree))
    assert tree_of(tree) == before, "a report writes nothing"
    run(tree, "--fix")
    assert applied == tree_of(tree) != before


MULTITOOL = os.environ.get("SARIF_MULTITOOL")


@pytest.mark.skipif(not MULTITOOL, reason="SARIF_MULTITOOL names no validator; .ci/sarif brings one")
@pytest.mark.parametrize("sound", [True, False], ids=["ours", "broken"])
def test_sarif_is_valid_by_the_official_schema(tree: Path, sound: bool) -> None:
    report = tree / "report.sarif"
    run(tree, "--output-format", "sarif", "--output-file", "report.sarif")
    if not sound:
        report.write_text(report.read_text().replace('"ruleIndex"', '"ruleIndx"'))
    assert MULTITOOL is not None
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    command = [MULTITOOL, "validate", str(report)]
    said = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert "Analysis completed" in said.stdout
    assert (": error " not in said.stdout) is sound, said.stdout


@pytest.mark.parametrize("format_", FORMATS)
def test_output_file(tree: Path, format_: str) -> None:
    printed = shown(tree, format_)
    result = run(tree, "--output-format", format_, "--output-file", "report", "--color", "always")
    assert (result.code, result.text) == (1, "")
    assert (tree / "report").read_text(encoding="utf-8") == printed
    assert [name for name in os.listdir(tree) if name.startswith(".copycheck-")] == []


def test_an_output_file_that_cannot_be_written(tree: Path) -> None:
    result = run(tree, "--output-file", "nowhere/report")
    assert (result.code, result.text) == (2, "")
    assert result.stderr == "copycheck: nowhere/report: the report cannot be written: No such file or directory\n"


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_lets_a_file_steer_a_terminal(tree: Path, format_: str) -> None:
    assert "\x1b" not in shown(tree, format_)


def test_statistics_count_by_rule_and_by_source(tree: Path) -> None:
    text = shown(tree, "full", "--statistics")
    assert text.splitlines()[:4] == [
        "3  CPY201  [*] copy-drift",
        "1  CPY001  [ ] malformed-directive",
        "1  CPY003  [*] spaced-arrow",
        "1  CPY102  [ ] unknown-object",
    ]
    assert "By source:\n3  pkg.a.A.two\n1  pkg.a.A\n" in text
    document = json.loads(shown(tree, "json", "--statistics"))
    assert document["statistics"][0] == {
        "code": "CPY001", "name": "malformed-directive", "count": 1, "fixable": False,
    }  # fmt: skip
    assert document["sources"][0] == {"target": "pkg.a.A.two", "count": 3}


def git(tree: Path, *args: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *args], cwd=tree, check=True, capture_output=True)


def test_drift_says_which_side_has_changed_since_the_last_commit(project: Path) -> None:
    (project / "a.py").write_text("def f():\n    x = 1\n    return x\n")
    (project / "b.py").write_text("# Copied from a.f\ndef g():\n    x = 1\n    return x\n")

    def help_() -> str:
        return next((line for line in run(project).text.splitlines() if "help:" in line), "")

    (project / "a.py").write_text((project / "a.py").read_text().replace("1", "2"))
    assert "run `copycheck --fix`" in help_(), "without git nobody knows"
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "all")
    assert "run `copycheck --fix`" in help_(), "both are as they were committed"
    (project / "a.py").write_text("def f():\n    x = 3\n    return x\n")
    assert "the source has changed since the last commit: `copycheck --fix`" in help_()
    git(project, "checkout", "-q", "a.py")
    (project / "b.py").write_text("# Copied from a.f\ndef g():\n    x = 5\n    return x\n")
    assert "`copycheck promote b.py:1` writes the edit into the source" in help_()
    (project / "a.py").write_text("def f():\n    x = 3\n    return x\n")
    assert "source and copy have both changed" in help_()


SCHEMAS = Path(__file__).parent.parent.parent / "fixtures" / "schemas"


def complaints(name: str, document: Any) -> list[str]:
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]


def test_sarif_is_valid_by_the_schema(tree: Path) -> None:
    document = json.loads(shown(tree, "sarif"))
    assert complaints("sarif-2.1.0.json", document) == []
    document["runs"][0]["results"][0]["ruleIndx"] = 1
    assert complaints("sarif-2.1.0.json", document) != []


def test_gitlab_is_valid_by_the_schema(tree: Path) -> None:
    document = json.loads(shown(tree, "gitlab"))
    assert complaints("gitlab-code-quality.json", document) == []
    del document[0]["location"]["lines"]["begin"]
    assert complaints("gitlab-code-quality.json", document) != []


def fixes_of(tree: Path) -> list[tuple[str, int, list[tuple[int, int, int, str]]]]:
    """Rule and row of each finding with its replacements: first row, end row and column, text."""
    found = []
    for result in sarif(tree)["results"]:
        row = result["locations"][0]["physicalLocation"]["region"]["startLine"]
        replacements = []
        for replacement in (r for f in result.get("fixes", ()) for r in f["artifactChanges"][0]["replacements"]):
            region, text = replacement["deletedRegion"], replacement["insertedContent"]["text"]
            replacements.append((region["startLine"], region["endLine"], region["endColumn"], text))
        found.append((result["ruleId"], row, replacements))
    return found


TWO = "# Copied from a.two\ndef two(x):\n    return 4\n"
SHARED_OUT = {
    "a directive and the line below it are fixes of their own": (
        "# Copied from a.two with 2 -> 3\ndef two(y):\n    return 3\n",
        [
            ("CPY003", 1, [(1, 2, 1, "# Copied from a.two with 2->3\n")]),
            ("CPY201", 1, [(2, 3, 1, "def two(x):\n")]),
        ],
    ),
    "form feeds and line separators end no row": (
        "S = '\u2028 \x85'\n\x0c\nT = 1\n" + TWO,
        [("CPY201", 4, [(6, 7, 1, "    return 2\n")])],
    ),
    "a last row without an end is replaced up to its end": (
        TWO.rstrip(),
        [("CPY201", 1, [(3, 3, 13, "    return 2")])],
    ),
    "rows that end in a carriage return": (TWO.replace("\n", "\r"), [("CPY201", 1, [])]),
    "no UTF-8": ("# coding: latin-1\n" + TWO, [("CPY201", 2, [])]),
}


@pytest.mark.parametrize("title", SHARED_OUT)
def test_a_fix_of_sarif_is_certain_or_left_out(project: Path, title: str) -> None:
    text, expected = SHARED_OUT[title]
    (project / "a.py").write_text("def two(x):\n    return 2\n")
    (project / "b.py").write_bytes(text.encode())
    assert fixes_of(project) == expected


def test_a_fix_of_sarif_leaves_copies_further_down_a_chain_alone(project: Path) -> None:
    (project / "a.py").write_text("def two(x):\n    return 2\n\n\ndef three(x):\n    return 3\n")
    (project / "b.py").write_text(TWO)
    (project / "c.py").write_text(
        "# Copied from a.three\ndef three(x):\n    return 9\n\n\n# Copied from b.two\ndef two(x):\n    return 4\n"
    )
    assert fixes_of(project)[1] == ("CPY201", 1, [(3, 4, 1, "    return 3\n")])


def test_the_fixes_of_sarif_fit_together_along_a_chain(project: Path) -> None:
    (project / "a.py").write_text("def two(x):\n    return 2\n")
    (project / "b.py").write_text("# Copied from a.two\ndef two(x):\n    y = x\n    return 4\n")
    (project / "c.py").write_text("# Copied from b.two\ndef two(x):\n    return 5\n")
    applied = apply_fixes(project, sarif(project))
    run(project, "--fix")
    assert applied == tree_of(project)
    assert applied["c.py"].endswith(b"    return 2\n"), "the text of b.py as it will be, not as it is"


def test_a_fix_of_a_report_is_what_it_writes_alone(project: Path) -> None:
    from copycheck.api import check_paths, load

    (project / "a.py").write_text("def two(x):\n    return 2\n")
    (project / "b.py").write_text("# Copied from a.two with 2 -> 3\ndef two(x):\n    return 4\n")
    found = {d.code: d.fix for d in check_paths(settings=load(cwd=str(project))).diagnostics}
    assert {code: fix.edits[0].text for code, fix in found.items() if fix} == {
        "CPY003": "# Copied from a.two with 2->3\n",
        "CPY201": "    return 3\n",
    }


def _copies_of_one_edit(root: Path) -> Path:
    """Three copies under other names that lack one edit of their source, and one that differs in another way."""
    (root / "pkg").mkdir()
    (root / "pkg/base.py").write_text("class Owl:\n    def owl(self):\n        return max(1, 2)\n")
    old = "class Hawk:\n    def hawk(self):\n        return 1\n"
    for name in ("Hawk", "Kite", "Lark"):
        text = old.replace("Hawk", name).replace("hawk", name.lower())
        directive = f"# Copied from pkg.base.Owl with Owl->{name} all-casing\n"
        (root / f"pkg/{name.lower()}.py").write_text(f"\n{directive}{text}")
    other = "# Copied from pkg.base.Owl with Owl->Crow,owl->crow\nclass Crow:\n    def crow(self):\n        return 3\n"
    (root / "pkg/crow.py").write_text(other)
    return root


def test_full_shows_the_same_change_once(tmp_path: Path) -> None:
    text = shown(_copies_of_one_edit(tmp_path), "full")
    assert text.count("differs from its source") == 2
    assert text.count("max(1, 2)") == 2
    assert (
        "  2 other copies differ in the same way:\n    pkg/kite.py:2:1 `Kite`\n    pkg/lark.py:2:1 `Lark`\n  help: "
        in text
    )
    assert text.index("pkg/crow.py:1:1: CPY201") < text.index("pkg/hawk.py:2:1: CPY201")
    assert "4 findings" in text


def test_full_shows_each_change_with_no_group(tmp_path: Path) -> None:
    text = run(_copies_of_one_edit(tmp_path), "--no-group").text
    assert text.count("differs from its source") == text.count("max(1, 2)") == 4
    assert "in the same way" not in text


POSITION = {
    "type": "object",
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "required": ["line"],
    "additionalProperties": False,
}
RANGE = {"type": "object", "properties": {"start": POSITION, "end": POSITION}, "additionalProperties": False}
PLACE = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "range": RANGE},
    "required": ["path"],
    "additionalProperties": False,
}
URL = {"type": "string", "pattern": "^https://"}
RDJSON = {
    "type": "object",
    "properties": {
        "source": {"type": "object", "properties": {"name": {"const": "copycheck"}, "url": URL}},
        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "location": PLACE,
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "properties": {"value": {"pattern": "^CPY"}, "url": URL}},
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"range": RANGE, "text": {"type": "string"}},
                            "required": ["range", "text"],
                            "additionalProperties": False,
                        },
                    },
                    "related_locations": {
                        "type": "array",
                        "items": {"properties": {"message": {"type": "string"}, "location": PLACE}},
                    },
                },
                "required": ["message", "location"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["diagnostics"],
    "additionalProperties": False,
}
"""What the documentation of reviewdog's format says of the fields that we write."""


def test_rdjson_is_what_reviewdog_reads_and_suggests_the_fix(tree: Path) -> None:
    import jsonschema

    document = json.loads(shown(tree, "rdjson"))
    jsonschema.validate(document, RDJSON)
    found = document["diagnostics"]
    assert [(d["location"]["path"], d["code"]["value"]) for d in found] == [(name, code) for name, _, code in FOUND]
    after = tree_of(tree)
    for name in {d["location"]["path"] for d in found}:
        lines = after[name].decode().splitlines(True)
        edits = [as_replacement(s) for d in found if d["location"]["path"] == name for s in d.get("suggestions", ())]
        for first, behind, text in sorted(edits, reverse=True):
            lines[first - 1 : behind - 1] = [text]
        after[name] = "".join(lines).encode()
    before = tree_of(tree)
    run(tree, "--fix")
    assert after == tree_of(tree) != before


def test_rdjson_is_at_lines_that_a_review_shows(project: Path) -> None:
    """reviewdog drops what is at no changed line, and shows a suggestion only at its own lines."""
    drifted(project, 2)
    copy = project / "b00.py"
    copy.write_text(copy.read_text().replace("x = 1", "x = 2\n    y = 1"))
    source, edited, other = json.loads(shown(project, "rdjson"))["diagnostics"]
    assert source["location"] == {"path": "a.py", "range": {"start": {"line": 3}, "end": {"line": 3}}}
    assert "2 copies of it do not have the change" in source["message"]
    assert edited["location"]["range"] == {"start": {"line": 3}, "end": {"line": 5}}
    assert "suggestions" not in edited, "it has edits that no commit has"
    assert other["suggestions"] == [{"range": other["location"]["range"], "text": "    return x + 1"}]
    assert other["location"]["range"] == {"start": {"line": 4}, "end": {"line": 4}}


@pytest.mark.parametrize("format_", ["github", "rdjson"])
def test_a_line_that_was_taken_out_of_a_source_and_a_changed_file_are_reported_there(
    project: Path, format_: str
) -> None:
    drifted(project, 1)
    write_tree(project, {
        "mouse.txt": "one\ntwo\n", "vole.txt": "one\ntwo\n",
        "copycheck.toml": '[full-copies]\n"vole.txt" = "mouse.txt"\n',
    })  # fmt: skip
    git(project, "add", ".")
    git(project, "commit", "-qm", "files")
    no_fix = "def owl():\n    return x + 1\n"  # it would leave `x` undefined in the copy
    write_tree(project, {"a.py": no_fix, "mouse.txt": "one\ntwo\nthree\n"})
    text = shown(project, format_)
    assert "`a.owl` has changed, and 1 copy of it does not have the change" in text
    assert "`mouse.txt` has changed, and 1 copy of it does not have the change" in text
    assert "run `copycheck --fix --only mouse.txt` to update it" in text and "--only a.owl" not in text
    if format_ == "github":
        assert ",file=a.py,line=1," in text and ",file=mouse.txt,line=3," in text
    assert "the source has changed since the last commit: `copycheck --fix` updates the copy" in text


JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "time"}, {"testcase"}),
    "testcase": ({"name", "classname"}, {"file", "line", "time"}, {"failure"}),
    "failure": ({"type", "message"}, set(), set()),
}
"""Element → the attributes that every reader's schema requires, those that we add, and what may be in it.

Jenkins' schemas know `testcase` without `file` and `line`; GitLab and pytest's own readers use them.
"""


@pytest.mark.parametrize("args", [(), ("--select", "CPY104")])
def test_junit_has_the_shape_that_schemas_ask_for(tree: Path, args: tuple[str, ...]) -> None:
    root = ElementTree.fromstring(run(tree, "--output-format", "junit", *args).text)
    assert root.tag == "testsuites"
    for element in root.iter():
        required, ours, inside = JUNIT[element.tag]
        assert required <= set(element.keys()) <= required | ours
        assert {child.tag for child in element} <= inside
        counts = [int(element.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")]
        assert min(counts) >= 0 and counts[0] >= counts[1]
