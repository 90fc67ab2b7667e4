"""`copycheck impact`, and `--only`: which copies a change touches, through chains, and those alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from copycheck.api import impact, load
from copycheck.queries.impact import copies_in
from tests.harness import changed_files, committed, run, tree_of, write_tree

OWL = """\
class Owl:
    def hoot(self, times):
        return "hoo" * times

    def rest(self):
        return 8


def fly(height):
    return height + 1
"""
FLY = "def fly(height):\n    return height + 1\n"
HAWK = """\
# Copied from zoo.owl.Owl with Owl->Hawk
class Hawk:
    def hoot(self, times):
        return "hoo" * times

    def rest(self):
        return 8


# Copied from zoo.owl.fly
def fly(height):
    return height + 1
"""
KITE = """\
class Kite:
    # Copied from zoo.hawk.Hawk.hoot
    def hoot(self, times):
        return "hoo" * times

    # Copied from zoo.owl.Owl.rest
    # copycheck: ignore[CPY201] kites sleep less
    def rest(self):
        return 5
"""
FILES = {"pyproject.toml": "[tool.copycheck]\n", "zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/kite.py": KITE}


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, FILES)
    return tmp_path


def names(folder: Path, *what: str) -> list[str]:
    """What `impact` lists, without places and states: `Hawk`, and a copy of it as `  Kite.hoot`."""
    result = run(folder, "impact", "-q", *what)
    assert (result.code, result.stderr) == (0, ""), result.stderr
    lines = result.text.splitlines()
    return [" " * (line.find("zoo/") // 3 - 1) + line.split()[-1] for line in lines if "─ " in line]


def test_the_tree_through_a_chain(zoo: Path) -> None:
    before = tree_of(zoo)
    result = run(zoo, "impact", "zoo.owl.Owl")
    assert (result.code, result.stderr) == (0, "")
    assert result.text == (
        "zoo.owl.Owl (zoo/owl.py:1)\n"
        "├─ zoo/hawk.py:1: in-sync Hawk\n"
        "│  └─ zoo/kite.py:2: in-sync Kite.hoot\n"
        "└─ zoo/kite.py:6: drift Kite.rest (CPY201, ignored) (kites sleep less)\n"
        "3 copies in 2 files: 2 in sync, 1 drift.\n"
    )
    assert tree_of(zoo) == before


@pytest.mark.parametrize(
    ("what", "listed"),
    [
        ("zoo.owl.Owl", ["Hawk", " Kite.hoot", "less)"]),
        ("zoo.owl.Owl.hoot", ["Hawk", " Kite.hoot"]),
        ("Owl.hoot", ["Hawk", " Kite.hoot"]),
        ("Owl", ["Hawk", " Kite.hoot", "less)"]),
        ("hoot", ["Kite.hoot"]),
        ("zoo.kite.Kite", []),
        ("zoo/owl.py", ["Hawk", " Kite.hoot", "fly", "less)"]),
        ("zoo/kite.py", []),
        ("zoo/owl.py:1", ["Hawk", " Kite.hoot", "less)"]),
        ("zoo/owl.py:3", ["Hawk", " Kite.hoot"]),
        ("zoo/owl.py:5", ["Hawk", "less)"]),
        ("zoo/owl.py:7", []),
        ("zoo/owl.py:10", ["fly"]),
        ("zoo/hawk.py:1", ["Kite.hoot"]),
        ("zoo/hawk.py:1:1", ["Kite.hoot"]),
        ("zoo/hawk.py:1:1:", ["Kite.hoot"]),
        ("zoo/hawk.py:10:1", []),
    ],
)
def test_what_is_named(zoo: Path, what: str, listed: list[str]) -> None:
    assert names(zoo, what) == listed


def test_several_at_once_count_each_copy_once(zoo: Path) -> None:
    text = run(zoo, "impact", "zoo.owl.Owl", "zoo.owl.Owl.hoot").text
    assert text.count("Hawk\n") == 2
    assert text.endswith("\n3 copies in 2 files: 2 in sync, 1 drift.\n")


def test_a_row_in_a_function_means_the_function(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text(OWL.replace("        return 8", "        hours = 8\n        return hours"))
    assert run(zoo, "impact", "-q", "zoo/owl.py:6").text.splitlines()[0] == "zoo/owl.py:Owl.rest"
    (zoo / "zoo/owl.py").write_text(OWL.replace("class Owl:\n", "class Owl:\n    if x:\n        wings = 2\n"))
    assert run(zoo, "impact", "-q", "zoo/owl.py:3").text.splitlines()[0] == "zoo/owl.py:Owl.wings"


def test_from_another_folder(zoo: Path) -> None:
    assert run(zoo / "zoo", "impact", "-q", "hawk.py:1").text == ("hawk.py:Hawk\n└─ kite.py:2: in-sync Kite.hoot\n")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["zoo.owl.Owk"], "zoo.owl.Owk: no source, file or object has this name; did you mean `zoo.owl.Owl`"),
        (["Olw"], "Olw: no source, file or object has this name; did you mean `Owl`?"),
        (["zoo/olw.py"], "zoo/olw.py: "),
        (["zou"], "zou: "),
        (["zoo/owl.py:0"], "zoo/owl.py:0: lines count from 1"),
        (["zoo/owl.py:11"], "zoo/owl.py:11: the file has 10 rows"),
        (["zoo/owl.py:999"], "zoo/owl.py:999: the file has 10 rows"),
        (["zoo/none.py:2"], "zoo/none.py:2: "),
        (["/etc/hostname"], "/etc/hostname: this is outside of the project"),
        ([], "name an object, a file or FILE:ROW, or give --since REV (see copycheck impact --help)"),
    ],
)
def test_what_is_not_there(zoo: Path, args: list[str], message: str) -> None:
    result = run(zoo, "impact", *args)
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr.startswith(f"copycheck: {message}"), result.stderr
    assert result.stderr.count("\n") == 1


def test_a_name_that_several_sources_bear(zoo: Path) -> None:
    write_tree(
        zoo, {"zoo/crow.py": "def fly(x):\n    return x\n\n\n# Copied from zoo.crow.fly\ndef flee(x):\n    return x\n"}
    )
    result = run(zoo, "impact", "fly")
    assert (result.code, result.stderr) == (
        2,
        "copycheck: fly: several sources have this name: `zoo.crow.fly`, `zoo.owl.fly`\n",
    )
    assert run(zoo, "impact", "zoo.crow.fly").code == 0


def test_a_name_by_which_one_source_is_known_twice_is_clear(zoo: Path) -> None:
    write_tree(zoo, {"zoo/__init__.py": "from .owl import fly\n", "a.py": f"# Copied from zoo.fly\n{FLY}"})
    assert run(zoo, "impact", "fly").text.endswith("\n2 copies in 2 files: 2 in sync.\n")


def test_a_row_of_a_file_that_cannot_be_read(zoo: Path) -> None:
    (zoo / "bad.py").write_text("def f(:\n")
    result = run(zoo, "impact", "bad.py:1")
    assert result.code == 2 and result.stderr.startswith("copycheck: bad.py:1:")


def test_a_circle_of_copies_ends(zoo: Path) -> None:
    circle = {
        "a.py": "# Copied from b.f\ndef f():\n    return 1\n",
        "b.py": "# Copied from a.f\ndef f():\n    return 1\n",
    }
    write_tree(zoo, circle)
    assert run(zoo, "impact", "a.f", "-q").text == (
        "a.f (a.py:2)\n"
        "└─ b.py:1: unchecked f (CPY105)\n"
        "   └─ a.py:1: unchecked f (CPY105)\n"
        "      └─ b.py:1: unchecked f (CPY105) (its copies are listed elsewhere)\n"
    )


def test_a_copy_seen_twice_has_its_copies_once(zoo: Path) -> None:
    write_tree(zoo, {"zoo/owl.py": OWL + "\n\n# Copied from zoo.owl.fly\ndef glide(height):\n    return height + 1\n",
                     "a.py": "# Copied from zoo.owl.glide\ndef glide(height):\n    return height + 1\n"})  # fmt: skip
    text = run(zoo, "impact", "-q", "zoo/owl.py").text
    assert text.count("a.py:1") == 2
    assert "a.py:1: in-sync glide (its" not in text, "it has none"


def test_a_change_of_a_method_reaches_only_what_copies_its_rows(zoo: Path) -> None:
    assert names(zoo, "zoo.owl.Owl.rest") == ["Hawk", "less)"], "Kite.hoot copies another part of Hawk"


def test_a_module_a_package_and_a_folder_mean_all_files_in_them(zoo: Path) -> None:
    write_tree(zoo, {"zoo/kites/__init__.py": "", "zoo/kites/red.py": "# Copied from zoo.owl.fly\n" + FLY})
    by_file = run(zoo, "impact", "zoo/owl.py").text
    assert run(zoo, "impact", "zoo.owl").text == by_file
    assert run(zoo, "impact", "zoo").text == run(zoo, "impact", "zoo/").text
    assert {"zoo/owl.py", "zoo/kites/red.py"} < set(run(zoo, "impact", "zoo").text.splitlines())
    assert run(zoo, "impact", "zoo.kites").text == run(zoo, "impact", "zoo/kites/red.py").text


def test_copies_of_a_file_that_cannot_be_read_fail_a_check(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text("def fly(:\n")
    result = run(zoo, "impact", "--check", "zoo/owl.py")
    assert result.code == 1
    assert result.text.count("CPY103") == 3 and "zoo/hawk.py:10: unchecked fly" in result.text


ALTERNATIVES = (
    "try:\n    import t\n\n    def c(x):\n        return 1\nexcept ImportError:\n\n    def c(x):\n        return 2\n"
)


@pytest.mark.parametrize("row", [5, 9])
def test_each_alternative_of_a_source_is_read(zoo: Path, row: int) -> None:
    write_tree(zoo, {"a.py": ALTERNATIVES, "b.py": "# Copied from a.c\ndef c(x):\n    return 1\n"})
    assert "b.py:1: in-sync c" in run(zoo, "impact", f"a.py:{row}").text


CHECKED = [("zoo.owl.Owl", "", 0), ("zoo.owl.Owl", "Hawk", 1), ("zoo.owl.fly", "Hawk", 0), ("zoo.kite.Kite", "Hawk", 0)]


@pytest.mark.parametrize(("what", "drifted", "code"), CHECKED)
def test_check(zoo: Path, what: str, drifted: str, code: int) -> None:
    if drifted:
        (zoo / "zoo/hawk.py").write_text(HAWK.replace('"hoo"', '"kree"'))
    assert run(zoo, "impact", what, "--check").code == code
    assert run(zoo, "impact", what).code == 0


def test_known_drift_does_not_fail_a_check(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").write_text(HAWK.replace('"hoo"', '"kree"'))
    assert run(zoo, "--write-baseline").code == 0
    result = run(zoo, "impact", "Owl", "--check")
    assert result.code == 0 and "drift Hawk (CPY201, known)" in result.text


def test_known_drift_in_what_a_branch_touches_fails_a_check(zoo: Path) -> None:
    write_tree(zoo, {"zoo/hawk.py": HAWK.replace('"hoo"', '"kree"')})
    assert run(zoo, "--write-baseline").code == 0
    committed(zoo, {})
    assert run(zoo, "impact", "--since", "HEAD", "--check").code == 0
    (zoo / "zoo/owl.py").write_text(OWL.replace("return 8", "return 9"))
    result = run(zoo, "impact", "--since", "HEAD", "--check")
    assert result.code == 1 and "drift Hawk (CPY201, known)" in result.text


def test_what_is_said_of_the_directive_alone_does_not_fail_a_check(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").write_text(HAWK.replace("with Owl->Hawk", "Owl->Hawk"))
    result = run(zoo, "impact", "Owl", "--check")
    assert result.code == 0 and "in-sync Hawk (CPY002)" in result.text


def test_json(zoo: Path) -> None:
    document = json.loads(run(zoo, "impact", "zoo.owl.Owl", "--output-format", "json").text)
    assert document["version"] == 1
    assert document["summary"] == {"objects": 1, "copies": 3, "files": 2, "open": 0}
    [object_] = document["impact"]
    assert (object_["name"], object_["filename"], object_["rows"]) == (
        "zoo.owl.Owl",
        "zoo/owl.py",
        {"start": 1, "end": 6},
    )
    hawk, kite = object_["copies"]
    [hoot] = hawk.pop("copies")
    assert hawk == {
        "filename": "zoo/hawk.py",
        "location": {"row": 1, "column": 1},
        "kind": "directive",
        "name": "Hawk",
        "rows": {"start": 2, "end": 7},
        "target": "zoo.owl.Owl",
        "replacements": ["Owl->Hawk"],
        "state": "in-sync",
        "source": {"filename": "zoo/owl.py", "location": {"row": 1, "column": 1}},
        "findings": [],
        "ignored": [],
        "known": [],
        "reason": "",
        "again": False,
    }
    assert (hoot["name"], hoot["copies"], hoot["location"]) == ("Kite.hoot", [], {"row": 2, "column": 5})
    assert (kite["findings"], kite["ignored"], kite["reason"]) == (["CPY201"], ["CPY201"], "kites sleep less")


def test_a_name_with_an_escape_is_spelled_out(zoo: Path) -> None:
    write_tree(zoo, {"e\x1b[2J.py": f"# Copied from zoo.owl.fly\n{FLY}"})
    assert r"e\x1b[2J.py:1" in run(zoo, "impact", "fly").text


def test_with_and_without_a_cache(zoo: Path) -> None:
    cold = run(zoo, "impact", "Owl", "--no-cache").text
    assert not (zoo / ".copycheck_cache").exists()
    assert [run(zoo, "impact", "Owl").text for _ in range(3)] == [cold] * 3


def test_the_api(zoo: Path) -> None:
    [found] = impact(["zoo.owl.Owl"], settings=load([str(zoo)]))
    assert (found.name, found.rows.start, found.rows.end) == ("zoo.owl.Owl", 1, 6)
    assert [copy.name for copy in copies_in([found])] == ["Hawk", "Kite.hoot", "Kite.rest"]


# --only


@pytest.fixture
def edited(zoo: Path) -> Path:
    """Both objects of the owl have changed, and a directive wants to be corrected."""
    (zoo / "zoo/owl.py").write_text(OWL.replace('"hoo"', '"whoo"').replace("height + 1", "height + 2"))
    (zoo / "zoo/hawk.py").write_text(HAWK.replace("with Owl->Hawk", "Owl -> Hawk"))
    return zoo


def test_only_one_source_trickles_down(edited: Path) -> None:
    before = tree_of(edited)
    result = run(edited, "--fix", "--only", "Owl.hoot")
    assert (result.code, result.stderr) == (1, ""), "the directive is still to be corrected"
    after = tree_of(edited)
    assert changed_files(before, after) == {"zoo/hawk.py", "zoo/kite.py"}, "through the chain"
    assert after["zoo/hawk.py"].decode() == HAWK.replace('"hoo"', '"whoo"').replace("with Owl->Hawk", "Owl -> Hawk")
    assert after["zoo/kite.py"].decode() == KITE.replace('"hoo"', '"whoo"')
    assert result.text.endswith("Checked 2 copies in 2 files: 2 in sync, 2 fixed, 2 findings.\n")
    assert run(edited, "--fix", "--only", "Owl.hoot").code == 1 and tree_of(edited) == after


def test_several_sources(edited: Path) -> None:
    run(edited, "--fix", "--only", "zoo.owl.Owl", "--only", "fly")
    assert (edited / "zoo/hawk.py").read_text() == HAWK.replace('"hoo"', '"whoo"').replace(
        "height + 1", "height + 2"
    ).replace("with Owl->Hawk", "Owl -> Hawk")


def test_only_with_diff_writes_nothing_and_git_takes_it(edited: Path) -> None:
    before = tree_of(edited)
    shown = run(edited, "--diff", "--only", "Owl.hoot")
    assert shown.code == 1 and tree_of(edited) == before
    subprocess.run(["git", "apply"], cwd=edited, input=shown.stdout, check=True)
    patched = tree_of(edited)
    write_tree(edited, before)
    run(edited, "--fix", "--only", "Owl.hoot")
    assert tree_of(edited) == patched


def test_only_without_fix_checks_these(edited: Path) -> None:
    before = tree_of(edited)
    assert "help: run `copycheck --fix --only fly` to write" in run(edited, "--only", "fly").text
    result = run(edited, "--only", "fly", "--output-format", "concise")
    assert (result.code, tree_of(edited)) == (1, before)
    assert result.text.endswith("Checked 1 copy in 1 file: 0 in sync, 1 finding.\n")
    assert result.text.startswith("zoo/hawk.py:10:1: CPY201 ")


def test_only_and_paths(edited: Path) -> None:
    before = tree_of(edited)
    run(edited, "--fix", "--only", "Owl.hoot", "zoo/owl.py")
    assert changed_files(before, tree_of(edited)) == {"zoo/hawk.py"}, "the kite copies another file"


def test_only_of_what_is_not_there(edited: Path) -> None:
    before = tree_of(edited)
    for fix in ([], ["--fix"], ["--diff"]):
        result = run(edited, *fix, "--only", "Oul")
        assert (result.code, result.stdout) == (2, b"")
        assert "did you mean `Owl`" in result.stderr
    assert tree_of(edited) == before


def test_only_leaves_other_sources_of_a_chain_alone(edited: Path) -> None:
    """The hawk has drifted from the owl; what copies the hawk follows the hawk as it stands."""
    (edited / "zoo/hawk.py").write_text(HAWK.replace('"hoo"', '"kree"'))
    run(edited, "--fix", "--only", "zoo.hawk.Hawk")
    assert (edited / "zoo/hawk.py").read_text() == HAWK.replace('"hoo"', '"kree"')
    assert (edited / "zoo/kite.py").read_text() == KITE.replace('"hoo"', '"kree"')


def test_only_of_the_directive_of_a_copy_that_has_copies_is_the_copy_and_these(edited: Path) -> None:
    (edited / "zoo/hawk.py").write_text(HAWK)
    run(edited, "--fix", "--only", "zoo/hawk.py:1")
    assert (edited / "zoo/hawk.py").read_text() == HAWK.replace('"hoo"', '"whoo"')
    assert (edited / "zoo/kite.py").read_text() == KITE.replace('"hoo"', '"whoo"')


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("zoo/kite.py:1", "there is no directive here, and no copy; the nearest is in line 3"),
        ("plain.py:1", "there is no directive here, and no copy: the file has none"),
        ("zoo/kiet.py:2", "there is no such file"),
        ("zoo/kiet.py", "there is no such file"),
    ],
)
def test_only_of_a_place_without_a_copy(zoo: Path, what: str, said: str) -> None:
    kite = f"WINGS = 2\n{KITE}"
    write_tree(zoo, {"plain.py": "x = 1\n", "zoo/kite.py": kite})
    result = run(zoo, "--fix", "--only", what)
    assert result.code == 2 and said in result.stderr


def test_a_chain_without_end_is_cut_in_a_tree_and_one_line_elsewhere(tmp_path: Path) -> None:
    links = "".join(f"# Copied from m.f{n - 1}\ndef f{n}():\n    return 1\n\n" for n in range(1, 400))
    write_tree(tmp_path, {"copycheck.toml": "", "m.py": f"def f0():\n    return 1\n\n{links}"})
    tree = run(tmp_path, "graph")
    assert tree.code == 0 and "a chain of more than 300 copies: `copycheck graph --format json`" in tree.text
    found = run(tmp_path, "impact", "m.f0")
    assert found.code == 2 and "below m.f0 is a chain of more than 300 copies" in found.stderr
