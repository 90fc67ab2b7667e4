"""The page of each rule: its examples are run, and what is made from it is up to date."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from copycheck.model import rule_docs
from copycheck.model.rules import OF_SUGGEST, RULES, Rule
from tests.harness import Run, run, tree_of

REPOSITORY = Path(__file__).parent.parent.parent
SECTIONS = ["What it does", "Why it matters", "Example", "Use instead", "Fix"]
LAST_SECTIONS = ["Options", "See also"]
BROUGHT_ALONG = {"CPY103": {"CPY000"}}
"""Rules that come with another one: the source that cannot be read is a finding of its own."""

_FENCE = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.DOTALL | re.MULTILINE
)
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
Tree = dict[str, str]


def sections(rule: Rule) -> dict[str, str]:
    """The sections of a page by their titles, in order."""
    head, *parts = re.split(r"^## (.+)\n", rule_docs.explanation(rule), flags=re.MULTILINE)
    assert head == ""
    return dict(zip(parts[::2], parts[1::2], strict=True))


def trees(section: str) -> list[Tree]:
    """The files that a section shows; words between them begin another way."""
    ways: list[Tree] = []
    end = -1
    for fence in _FENCE.finditer(section):
        assert fence["title"], "every block of an example is a file"
        if not ways or section[end : fence.start()].strip():
            ways.append({})
        ways[-1][fence["title"]] = fence["text"]
        end = fence.end()
    return ways


def example(rule: Rule) -> Tree:
    (tree,) = trees(sections(rule)["Example"])
    return {"pyproject.toml": "[tool.copycheck]\n"} | tree


def ways_out(rule: Rule) -> list[Tree]:
    """The example as each way of `Use instead` would have it, the one of `--fix` first."""
    return [example(rule) | way for way in trees(sections(rule)["Use instead"])]


def write(folder: Path, tree: Tree) -> None:
    for name, text in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def codes(result: Run) -> set[str]:
    assert not result.stderr
    return set(re.findall(r": (CPY\d{3}) ", result.text))


def found(folder: Path, *args: str) -> Run:
    return run(folder, "--no-cache", "--output-format", "concise", "--color", "never", *args)


def looked_for(folder: Path, rule: Rule, *args: str) -> Run:
    """What the command finds that looks for a rule, with this rule alone."""
    if rule.code not in OF_SUGGEST:
        return found(folder, "--select", rule.code, *args)
    return run(folder, "suggest", "--check", "--no-cache", "--output-format", "concise", "--color", "never", *args)


@every_rule
def test_the_example_gives_the_rule_and_no_other(rule: Rule, tmp_path: Path) -> None:
    write(tmp_path, example(rule))
    selected = looked_for(tmp_path, rule)
    assert (codes(selected), selected.code) == ({rule.code}, 1)
    seen = set() if rule.code in OF_SUGGEST else {rule.code} | BROUGHT_ALONG.get(rule.code, set())
    assert codes(found(tmp_path, "--select", "ALL")) == seen
    assert (rule.code in codes(found(tmp_path))) is rule.default


@every_rule
def test_what_to_use_instead_gives_no_finding(rule: Rule, tmp_path: Path) -> None:
    ways = ways_out(rule)
    assert ways
    for number, tree in enumerate(ways):
        assert tree != example(rule)
        write(tmp_path / str(number), tree)
        result = found(tmp_path / str(number), "--select", "ALL")
        assert (codes(result), result.code) == (set(), 0), result.text
        if rule.code in OF_SUGGEST:
            assert codes(looked_for(tmp_path / str(number), rule)) == set()


@every_rule
def test_fix_does_what_the_page_says(rule: Rule, tmp_path: Path) -> None:
    write(tmp_path, example(rule))
    fixed = found(tmp_path, "--select", rule.code, "--fix")
    wanted = ways_out(rule)[0] if rule.fixable else example(rule)
    assert {name: data.decode() for name, data in tree_of(tmp_path).items()} == wanted
    assert fixed.code == (0 if rule.fixable or rule.code in OF_SUGGEST else 1)
    assert sections(rule)["Fix"].startswith("\nSafe. " if rule.fixable else "\nNone. ")


@every_rule
def test_the_form_of_a_page(rule: Rule) -> None:
    text = rule_docs.explanation(rule)
    titles = list(sections(rule))
    assert titles[: len(SECTIONS)] == SECTIONS
    assert titles[len(SECTIONS) :] in (LAST_SECTIONS, LAST_SECTIONS[:1], LAST_SECTIONS[1:], [])
    assert text.isascii() and text.endswith("\n") and not text.endswith("\n\n")
    assert max(map(len, text.splitlines())) <= 80, "a page is printed as it stands"
    assert set(re.findall(r"CPY\d+", text)) <= set(RULES)
    assert ("Off by default" in text) is not rule.default


def test_each_rule_has_a_page_and_each_page_a_rule() -> None:
    folder = Path(rule_docs.__file__).parent / "rule_pages"
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{code}.md" for code in RULES)


def test_the_table_of_the_readme() -> None:
    table = re.findall(
        r"^\| (CPY\d{3}) \| ([\w-]+) \| .+ \| (on|off) \| (\w*)\s*\|$",
        (REPOSITORY / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    rows = [(code, name, default == "on", bool(fix)) for code, name, default, fix in table]
    assert rows == [(rule.code, rule.name, rule.default, rule.fixable) for rule in RULES.values()]


def make_rules(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "make_rules.py"), *args]
    env = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, env=env, capture_output=True, check=False, text=True)


def test_the_pages_of_the_documentation(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "docs" / "make_rules.py", tmp_path)
    assert make_rules(tmp_path).returncode == 0
    assert tree_of(tmp_path / "rules") == tree_of(REPOSITORY / "docs" / "rules"), "run docs/make_rules.py"
    assert make_rules(tmp_path, "--check").stdout == ""

    (tmp_path / "rules" / "CPY201.md").write_text("changed by hand\n")
    (tmp_path / "rules" / "CPY202.md").unlink()
    (tmp_path / "rules" / "CPY999.md").write_text("a rule of the past\n")
    damaged = tree_of(tmp_path)
    checked = make_rules(tmp_path, "--check")
    assert checked.returncode == 1
    assert re.findall(r"CPY\d+", checked.stdout) == ["CPY201", "CPY202", "CPY999"]
    assert tree_of(tmp_path) == damaged
    assert make_rules(tmp_path).returncode == 0
    assert tree_of(tmp_path / "rules") == tree_of(REPOSITORY / "docs" / "rules")


@every_rule
def test_a_page_of_the_documentation(rule: Rule) -> None:
    text = (REPOSITORY / "docs" / "rules" / f"{rule.code}.md").read_text(encoding="utf-8")
    assert f"\n# {rule.name} ({rule.code})\n\n{rule.summary}\n" in text
    assert f"since {rule.since} | {'on' if rule.default else 'off'} by default | " in text
    assert ("fixed by `--fix`*" in text) is rule.fixable
    linked = set(re.findall(r"\[(CPY\d{3})\]\(\1\.md\)", text))
    assert linked == set(re.findall(r"CPY\d{3}", "".join(re.split(r"`[^`]*`", rule_docs.explanation(rule))))) - {
        rule.code
    }


def test_the_address_of_a_page() -> None:
    assert RULES["CPY201"].url == "https://copycheck.readthedocs.io/en/stable/rules/CPY201/"


@pytest.mark.parametrize("code", ["CPY201", "cpy201", "copy-drift", "Copy-Drift"])
def test_rule_prints_the_page(tmp_path: Path, code: str) -> None:
    result = run(tmp_path, "rule", code)
    assert (result.code, result.stderr) == (0, "")
    assert result.text == rule_docs.page(RULES["CPY201"])
    assert result.text.startswith("# copy-drift (CPY201)\n\nThe copy differs from its source.\n")


@pytest.mark.parametrize(("arg", "prefix"), [("CPY2", "CPY2"), ("cpy00", "CPY00"), ("--all", "CPY"), ("all", "CPY")])
def test_rule_lists_what_begins_so(tmp_path: Path, arg: str, prefix: str) -> None:
    result = run(tmp_path, "rule", arg)
    head, *rows = result.text.splitlines()
    assert head.split() == ["code", "name", "default", "fix", "summary"]
    assert [row.split()[0] for row in rows] == [code for code in RULES if code.startswith(prefix)]
    assert all(row[head.index("summary") :] == RULES[row[:6]].summary for row in rows)
    facts = {row[:6]: (row[head.index("default") :].split()[0], row[head.index("fix") :][:3].strip()) for row in rows}
    assert facts == {
        code: ("on" if RULES[code].default else "off", "yes" if RULES[code].fixable else "") for code in facts
    }


def test_rule_as_json(tmp_path: Path) -> None:
    (one,) = json.loads(run(tmp_path, "rule", "CPY004", "--output-format", "json").text)
    assert one == {
        "code": "CPY004",
        "name": "unused-replacement",
        "summary": "A replacement that occurs nowhere in the source.",
        "default": False,
        "fixable": True,
        "since": "0.1.0",
        "url": "https://copycheck.readthedocs.io/en/stable/rules/CPY004/",
        "explanation": rule_docs.explanation(RULES["CPY004"]),
    }
    everything = json.loads(run(tmp_path, "rule", "--all", "--output-format", "json").text)
    assert [entry["code"] for entry in everything] == list(RULES)


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["CPY211"], "unknown rule `CPY211`; did you mean `CPY201`?"),
        (["copy-drfit"], "unknown rule `copy-drfit`; did you mean `copy-drift`?"),
        (["zebra"], "unknown rule `zebra`; `copycheck rule --all` lists the rules"),
        ([], "name one rule, or give --all (see copycheck rule --help)"),
        (["CPY201", "--all"], "name one rule, or give --all (see copycheck rule --help)"),
    ],
)
def test_rule_that_is_none(tmp_path: Path, args: list[str], line: str) -> None:
    result = run(tmp_path, "rule", *args)
    assert (result.code, result.stdout, result.stderr) == (2, b"", f"copycheck: {line}\n")
