"""Full copies in the commands that know directives: list, impact, graph, --only, mv, break, --interactive, report."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from copycheck.api import Session, check_paths, load
from studies.repository import git
from tests.harness import changed_files, committed, run, tree_of, write_tree

CONFIG = """\
# The zoo.
[tool.copycheck]
src = ["."]   # all of it

[tool.copycheck.full-copies]
# for the docs
"docs/needs.txt" = 'needs.txt'  # pinned
"zoo/hawk.py" = { source = "zoo/owl.py", with = "Owl->Hawk all-casing" }
'docs/last.txt'   =   "needs.txt"

[tool.other]
x = [1, 2]
"""
OWL = "class Owl:\n    owls = 3\n\n    def hoot(self):\n        return self.owls\n"
KITE = "# Copied from zoo.hawk.Hawk.hoot\ndef hoot(self):\n    return self.hawks\n"
FILES = {
    "pyproject.toml": CONFIG,
    "needs.txt": "click\n",
    "docs/needs.txt": "old\n",
    "docs/last.txt": "click\n",
    "zoo/owl.py": OWL,
    "zoo/hawk.py": OWL.replace("Owl", "Hawk").replace("owl", "hawk"),
    "zoo/kite.py": KITE,
}


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return committed(tmp_path, FILES)


def said(folder: Path, *args: str, code: int = 0) -> str:
    result = run(folder, *args)
    assert (result.code, result.stderr) == (code, ""), result
    return result.text


def refused(folder: Path, *args: str) -> str:
    before = tree_of(folder)
    result = run(folder, *args)
    assert (result.code, result.text) == (2, ""), result
    assert tree_of(folder) == before
    return result.stderr


def config(folder: Path) -> str:
    return (folder / "pyproject.toml").read_bytes().decode()


def findings(folder: Path) -> list[str]:
    return [f"{f.filename} {f.code}" for f in check_paths(settings=load([str(folder)])).diagnostics]


LIST = """\
docs/last.txt: in-sync full copy ← needs.txt
docs/needs.txt: drift full copy ← needs.txt (CPY203)
zoo/hawk.py: in-sync full copy ← zoo/owl.py with Owl->Hawk all-casing
zoo/kite.py:1: in-sync hoot ← zoo.hawk.Hawk.hoot
4 copies: 3 in sync, 1 drift.
"""


def test_list(zoo: Path) -> None:
    assert said(zoo, "list") == LIST
    assert said(zoo, "list") == LIST  # from the cache
    assert said(zoo, "list", "--state", "drift", "needs.txt", "-q") == LIST.splitlines()[1] + "\n"
    write_tree(zoo, {"needs.txt": "old\n"})
    assert said(zoo, "list").splitlines()[0] == "docs/last.txt: drift full copy ← needs.txt (CPY203)"
    assert said(zoo / "docs", "list", ".").splitlines()[:1] == ["last.txt: drift full copy ← ../needs.txt (CPY203)"]


def test_list_of_what_is_missing(zoo: Path) -> None:
    (zoo / "docs/last.txt").unlink()
    (zoo / "zoo/owl.py").unlink()
    assert said(zoo, "list").splitlines()[:3] == [
        "docs/last.txt: unchecked full copy ← needs.txt (CPY204)",
        "docs/needs.txt: drift full copy ← needs.txt (CPY203)",
        "zoo/hawk.py: unchecked full copy ← zoo/owl.py with Owl->Hawk all-casing (CPY204)",
    ]
    assert said(zoo, "impact", "zoo/owl.py").splitlines()[1] == "└─ zoo/hawk.py: unchecked full copy (CPY204)"
    assert said(zoo, "--only", "docs/last.txt", "--fix") == (
        "fixed docs/last.txt: 1 full copy\nChecked 1 full copy: 1 fixed, 0 findings.\n"
    )


def test_the_baseline_and_unselected_rules_are_known(zoo: Path) -> None:
    assert said(zoo, "list", "--config", 'ignore = ["CPY203"]').splitlines()[1].endswith("drift full copy ← needs.txt")
    run(zoo, "--write-baseline")
    assert said(zoo, "list").splitlines()[1].endswith("(CPY203, known)")


def test_json(zoo: Path) -> None:
    [copy] = json.loads(said(zoo, "list", "--output-format", "json", "zoo/owl.py"))["copies"]
    assert copy == {
        "filename": "zoo/hawk.py",
        "location": {"row": 1, "column": 1},
        "kind": "full-copy",
        "name": "",
        "rows": {"start": 1, "end": 5},
        "target": "zoo/owl.py",
        "replacements": ["Owl->Hawk all-casing"],
        "state": "in-sync",
        "source": {"filename": "zoo/owl.py", "location": {"row": 1, "column": 1}},
        "findings": [],
        "ignored": [],
        "known": [],
        "reason": "",
    }


IMPACT = """\
└─ zoo/hawk.py: in-sync full copy
   └─ zoo/kite.py:1: in-sync hoot
2 copies in 2 files: 2 in sync.
"""


@pytest.mark.parametrize("what", ["zoo/owl.py", "zoo.owl", "zoo.owl.Owl.hoot", "zoo/owl.py:4"])
def test_impact_goes_through_full_copies(zoo: Path, what: str) -> None:
    assert said(zoo, "impact", what).partition("\n")[2] == IMPACT


def test_impact_of_another_row_reaches_no_copy_of_this_one(zoo: Path) -> None:
    assert said(zoo, "impact", "zoo/owl.py:2").splitlines()[1:] == [
        "└─ zoo/hawk.py: in-sync full copy",
        "1 copy in 1 file: 1 in sync.",
    ]


@pytest.mark.parametrize(
    ("edited", "tree"),
    [
        ({"needs.txt": "rich\n"}, ["needs.txt", "├─ docs/last.txt: drift full copy (CPY203)", "└─ docs/needs.txt: "]),
        ({"docs/needs.txt": "rich\n"}, ["docs/needs.txt", "└─ docs/needs.txt: drift full copy (CPY203)"]),
        ({"zoo/owl.py": f"import os\n{OWL}"}, ["zoo/owl.py", "└─ zoo/hawk.py: drift full copy (CPY203)", "   └─ "]),
        ({"zoo/owl.py": OWL.replace("= 3", "= 4")}, ["zoo/owl.py:Owl.owls", "└─ zoo/hawk.py: drift full copy"]),
    ],
)
def test_since(zoo: Path, edited: dict[str, str], tree: list[str]) -> None:
    write_tree(zoo, dict(edited))
    result = run(zoo, "impact", "--since", "HEAD", "--check")
    lines = result.text.splitlines()
    assert (result.code, len(lines)) == (1, len(tree) + 1), result
    assert all(line.startswith(begins) for line, begins in zip(lines, tree, strict=False)), lines


def test_since_of_a_source_that_is_gone(zoo: Path) -> None:
    (zoo / "needs.txt").unlink()
    assert said(zoo, "impact", "--since", "HEAD").splitlines()[:2] == [
        "needs.txt",
        "├─ docs/last.txt: unchecked full copy (CPY204)",
    ]


def test_graph(zoo: Path) -> None:
    assert said(zoo, "graph") == (
        "needs.txt\n├─ docs/last.txt: in-sync full copy\n└─ docs/needs.txt: drift full copy (CPY203)\n"
        "zoo/hawk.py:4 Hawk.hoot\n└─ zoo/kite.py:1: in-sync hoot\n"
        "zoo/owl.py\n└─ zoo/hawk.py: in-sync full copy\n4 copies: 3 in sync, 1 drift.\n"
    )
    dot = said(zoo, "graph", "needs.txt", "--format", "dot")
    assert '[label="needs.txt", tooltip="needs.txt:1", shape=note];' in dot
    assert dot.count(" -> ") == 2
    picture = json.loads(said(zoo, "graph", "--format", "json"))
    assert [o["module"] for o in picture["objects"] if o.get("kind") == "file"] == [
        "docs/last.txt", "needs.txt", "docs/needs.txt", "zoo/hawk.py", "zoo/owl.py",
    ]  # fmt: skip
    assert 'n1["needs.txt"]' in said(zoo, "graph", "--format", "mermaid")


def test_report(zoo: Path) -> None:
    assert "docs/needs.txt:1 full copy (" in said(zoo, "report")
    assert "## full copy in `docs/needs.txt:1`" in said(zoo, "report", "--format", "markdown")


def test_only(zoo: Path) -> None:
    write_tree(zoo, {"needs.txt": "rich\n"})
    assert said(zoo, "--only", "docs/needs.txt", "-q", "--output-format", "concise", code=1).count("\n") == 1
    assert said(zoo, "--only", "needs.txt", "-q", "--output-format", "concise", code=1).count("\n") == 2
    before = tree_of(zoo)
    assert said(zoo, "--fix", "--only", "docs/last.txt", "-q") == ""
    assert changed_files(before, tree_of(zoo)) == {"docs/last.txt"}
    assert findings(zoo) == ["docs/needs.txt CPY203"]


def test_only_the_copy_at_a_row(tmp_path: Path) -> None:
    copy = "# Copied from a.f\ndef f():\n    return 2\n"
    write_tree(tmp_path, {"copycheck.toml": "", "a.py": "def f():\n    return 1\n", "b.py": copy, "c.py": copy})
    assert said(tmp_path, "--fix", "--only", "b.py:1", "-q") == ""
    assert findings(tmp_path) == ["c.py CPY201"]
    assert said(tmp_path, "--fix", "--only", "a.py", "-q") == ""
    assert findings(tmp_path) == []


def test_a_full_copy_of_a_copy_that_is_fixed_is_fixed_with_it(tmp_path: Path) -> None:
    copy = "# Copied from a.f\ndef f():\n    return 2\n"
    config = '[full-copies]\n"c.py" = "b.py"\n'
    write_tree(tmp_path, {"copycheck.toml": config, "a.py": "def f():\n    return 1\n", "b.py": copy, "c.py": copy})
    said(tmp_path, "--fix", "a.py")
    assert findings(tmp_path) == []


def test_mv_of_a_source(zoo: Path) -> None:
    git(zoo, "mv", "needs.txt", "base.txt")
    assert said(zoo, "mv", "needs.txt", "base.txt") == (
        "rewrote 2 full copies from `needs.txt` to `base.txt`\n1 file changed\n"
    )
    assert config(zoo) == CONFIG.replace("'needs.txt'", "'base.txt'").replace('"needs.txt"', '"base.txt"')
    assert findings(zoo) == ["docs/needs.txt CPY203"]


def test_mv_of_a_copy_from_its_folder_and_the_baseline_follows(zoo: Path) -> None:
    run(zoo, "--write-baseline")
    git(zoo, "mv", "docs/needs.txt", "docs/pinned.txt")
    said(zoo / "docs", "mv", "needs.txt", "pinned.txt")
    assert "\"docs/pinned.txt\" = 'needs.txt'  # pinned" in config(zoo)
    assert findings(zoo) == []


def test_mv_of_a_module_takes_its_file_along(zoo: Path) -> None:
    git(zoo, "mv", "zoo/hawk.py", "zoo/falcon.py")
    assert said(zoo, "mv", "zoo.hawk", "zoo.falcon") == (
        "rewrote 1 comment and 1 full copy from `zoo.hawk` to `zoo.falcon`\n2 files changed\n"
    )
    assert findings(zoo) == ["docs/needs.txt CPY203"]


def test_mv_of_a_file_takes_its_module_along(zoo: Path) -> None:
    (zoo / "birds").mkdir()
    git(zoo, "mv", "zoo/hawk.py", "birds/hawk.py")
    said(zoo, "mv", "zoo/hawk.py", "birds")
    assert (zoo / "zoo/kite.py").read_text() == KITE.replace("zoo.hawk", "birds.hawk")
    assert '"birds/hawk.py" = { source = "zoo/owl.py", with' in config(zoo)


def test_mv_of_a_package_and_of_a_folder(zoo: Path) -> None:
    git(zoo, "mv", "zoo", "birds")
    said(zoo, "mv", "zoo", "birds")
    git(zoo, "mv", "docs", "pages")
    said(zoo, "mv", "docs/", "pages")
    assert said(zoo, "list") == LIST.replace("docs/", "pages/").replace("zoo/", "birds/").replace(
        "zoo.", "birds."
    ).replace(*_in_order())


def _in_order() -> tuple[str, str]:
    """`birds` comes before `pages`."""
    lines = (
        LIST.replace("docs/", "pages/").replace("zoo/", "birds/").replace("zoo.", "birds.").splitlines(keepends=True)
    )
    return "".join(lines[:4]), "".join([*lines[2:4], *lines[:2]])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("needs.txt", "base.txt", "base.txt is not there: move the file first, with `git mv needs.txt base.txt`"),
        ("docs/neds.txt", "a.txt", "no full copy and no directive names this; did you mean `docs/needs.txt`"),
        ("needs.txt", "docs/needs.txt", "`full-copies` lists `docs/needs.txt` as a copy of itself"),
        ("docs/last.txt", "docs/needs.txt", "`docs/needs.txt` is in `full-copies` already: remove one of the two"),
        ("needs.txt", "../needs.txt", "../needs.txt: this is outside of the project"),
        ("needs.txt", "./needs.txt", "./needs.txt: it already has this name"),
    ],
)
def test_mv_refuses(zoo: Path, old: str, new: str, why: str) -> None:
    assert why in refused(zoo, "mv", old, new)


def test_mv_of_what_is_there_in_part(zoo: Path) -> None:
    (zoo / "pages").mkdir()
    git(zoo, "mv", "docs/last.txt", "pages/last.txt")
    result = run(zoo, "mv", "docs/", "pages/")
    assert result.code == 1
    assert result.stderr == ("copycheck: `docs/needs.txt` stays in `full-copies`: there is no file `pages/needs.txt`\n")
    assert "'pages/last.txt'   =   \"needs.txt\"" in config(zoo)


def test_break(zoo: Path) -> None:
    assert (
        said(zoo, "break", "docs/needs.txt") == "`docs/needs.txt` is no longer a copy of `needs.txt`\n1 file changed\n"
    )
    assert config(zoo) == CONFIG.replace("\"docs/needs.txt\" = 'needs.txt'  # pinned\n", "")
    (zoo / "docs/last.txt").unlink()
    said(zoo, "break", "docs/last.txt")
    assert findings(zoo) == []
    assert config(zoo).endswith('all-casing" }\n\n[tool.other]\nx = [1, 2]\n')


def test_break_with_a_reason_keeps_the_base(zoo: Path) -> None:
    result = run(zoo, "break", "docs/needs.txt", "--reason", "they   need\nless")
    assert result.code == 0 and "its base is the source as it is now: nobody can tell " in result.stderr
    said(zoo, "break", "zoo/hawk.py:1", "--reason", "bigger")
    assert config(zoo) == CONFIG.replace(
        "= 'needs.txt'  # pinned", "= { source = 'needs.txt', adapted = \"they need less\" }  # pinned"
    ).replace('all-casing" }', 'all-casing", adapted = "bigger" }')
    assert findings(zoo) == []
    assert (
        said(zoo, "list", "docs/needs.txt", "-q") == "docs/needs.txt: adapted full copy ← needs.txt (they need less)\n"
    )
    git(zoo, "mv", "needs.txt", "base.txt")
    said(zoo, "mv", "needs.txt", "base.txt")
    assert findings(zoo) == []
    write_tree(zoo, {"base.txt": "other\n"})
    assert findings(zoo) == ["docs/last.txt CPY203", "docs/needs.txt CPY302"]
    said(zoo, "break", "docs/needs.txt")
    assert [copy["file"] for copy in json.loads((zoo / "copycheck-lock.json").read_text())["copies"]] == ["zoo/hawk.py"]


def test_break_with_a_diff_writes_nothing(zoo: Path) -> None:
    before = tree_of(zoo)
    assert "-\"docs/needs.txt\" = 'needs.txt'  # pinned" in said(zoo, "break", "docs/needs.txt", "--diff")
    assert tree_of(zoo) == before


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["docs/needs.txt", "--member", "x"], "docs/needs.txt: a whole file has no members: break it without --member"),
        (["docs/needs.txt", "--reason", " "], "--reason needs a text"),
        (["zoo/owl.py"], "zoo/owl.py: name a line of it"),
        (["docs/nothing.txt"], "docs/nothing.txt: there is no such file"),
        (["zoo/hawk.py:4"], "zoo/hawk.py:4: there is no directive here"),
    ],
)
def test_break_refuses(zoo: Path, args: list[str], why: str) -> None:
    assert why in refused(zoo, "break", *args)


def test_break_forgets_what_the_baseline_lists(zoo: Path) -> None:
    run(zoo, "--write-baseline")
    said(zoo, "break", "docs/needs.txt")
    assert findings(zoo) == []
    assert "needs" not in (zoo / "copycheck-baseline.json").read_text()


@pytest.mark.parametrize("args", [["mv", "needs.txt", "base.txt"], ["break", "docs/needs.txt"]])
def test_full_copies_that_are_in_no_file_of_the_project(tmp_path: Path, args: list[str]) -> None:
    root = committed(tmp_path / "zoo", {"needs.txt": "a\n", "base.txt": "a\n", "docs/needs.txt": "a\n"})
    told = 'full-copies = { "docs/needs.txt" = "needs.txt" }'
    assert "comes from the command line: change it there" in refused(root, *args, "--config", told)
    write_tree(tmp_path, {"c.toml": told})
    assert "outside of the project: change its `full-copies` by hand" in refused(root, *args, "--config", "../c.toml")


SCRIPT = """\
# -*- coding: latin-1 -*-
import os
raise SystemExit("é is never run")
FULL_COPIES = {
    # the first
    "a.txt": 'needs.txt',  # one
    "b.txt": "needs.txt", 'c.txt': "other.txt",
    "d.txt":
        "needs.txt",
}
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    told = dict.fromkeys([*(f"{name}.txt" for name in "abcd"), "needs.txt", "other.txt", "base.txt"], "x\n")
    write_tree(tmp_path, {"copycheck.toml": 'full-copies-from = "check.py"\n', **told})
    (tmp_path / "check.py").write_bytes(SCRIPT.replace("\n", "\r\n").encode("latin-1"))
    return tmp_path


def script_of(folder: Path) -> str:
    return (folder / "check.py").read_bytes().decode("latin-1").replace("\r\n", "\n")


def test_mv_in_a_script(script: Path) -> None:
    said(script, "mv", "needs.txt", "base.txt")
    assert script_of(script) == SCRIPT.replace("needs.txt", "base.txt")


@pytest.mark.parametrize(
    ("copy", "gone", "left"),
    [
        ("a.txt", "    \"a.txt\": 'needs.txt',  # one\n", ""),
        ("b.txt", '"b.txt": "needs.txt", ', ""),
        ("c.txt", ", 'c.txt': \"other.txt\"", ""),
        ("d.txt", '    "d.txt":\n        "needs.txt",\n', ""),
    ],
)
def test_break_in_a_script(script: Path, copy: str, gone: str, left: str) -> None:
    said(script, "break", copy)
    names = [line.split(":")[0] for line in said(script, "list", "-q").splitlines()]
    assert names == [name for name in ("a.txt", "b.txt", "c.txt", "d.txt") if name != copy]
    if copy != "c.txt":
        assert script_of(script) == SCRIPT.replace(gone, left)
    for name in names:
        said(script, "break", name)
    assert said(script, "list") == "0 copies.\n"


def test_break_in_a_script_with_a_reason(script: Path) -> None:
    said(script, "break", "a.txt", "--reason", "it is pinned")
    assert '    # the first\n    # `a.txt` was a full copy of `needs.txt`: it is pinned\n    "b.txt"' in script_of(
        script
    )


def test_interactive(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(zoo, {"needs.txt": "rich\n"})
    monkeypatch.setattr("sys.stdin", io.StringIO("?\nb\nf\n"))
    result = run(zoo, "--fix", "--interactive")
    assert (result.code, "promote" in result.text) == (0, False), result
    assert "break: remove the entry in `full-copies`" in result.text
    assert result.text.endswith("2 settled, 0 left.\n")
    assert "docs/last.txt" not in config(zoo)
    assert (zoo / "docs/needs.txt").read_text() == "rich\n"


def test_a_session_knows_them(zoo: Path) -> None:
    session = Session(load([str(zoo)]))
    assert [copy.filename for copy in session.full_copies("needs.txt")] == ["docs/last.txt", "docs/needs.txt"]
    [copy] = session.full_copies("zoo/hawk.py")
    assert (copy.target, copy.state, copy.is_full) == ("zoo/owl.py", "in-sync", True)
    session.change("zoo/hawk.py", OWL)
    assert [copy.state for copy in session.full_copies("zoo/hawk.py")] == ["drift"]
    [patch] = session.break_full_copy("zoo/hawk.py").patches
    assert patch.filename == "pyproject.toml"
    # The text of the buffer is an edit that no commit has.
    assert not session.fix(only=[copy.identity]).patches
    assert [p.filename for p in session.fix(only=[copy.identity], unsafe=True).patches] == ["zoo/hawk.py"]
