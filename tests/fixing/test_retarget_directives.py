"""`copycheck mv`, and `--unsafe-fixes`: directives follow an object that has moved."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from copycheck.api import check_paths, fix_paths, load, move
from copycheck.model.errors import CopycheckError
from tests.harness import changed_files, run, tree_of, write_tree

CONFIG = "[tool.copycheck]\n"
OWL = "class Owl:\n    def hoot(self):\n        return 1\n\n\ndef fly():\n    return 2\n"
HAWK = """\
# Copied from zoo.owl.Owl with Owl->Hawk,
# owl->zoo.owl.Owl
class Hawk:
    #Copied from zoo.owl.Owl.hoot
    #  Copied from  zoo.owl.Owl.hoot
    def hoot(self):
        return 1


# Adapted from zoo.owl.Owl.hoot: zoo.owl.Owl is louder
def hoot(self):
    return 3


# Copied from zoo.owl.fly
def fly():
    return 2


# Copied from zoo.owlet.fly
def flee():
    return 4
"""
OWLET = "def fly():\n    return 4\n"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/owlet.py": OWLET})
    return tmp_path


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in check_paths(settings=load([str(folder)])).diagnostics]


def moved(folder: Path, old: str, new: str) -> str:
    result = run(folder, "mv", old, new)
    assert (result.code, result.stderr) == (0, ""), result.stderr
    return result.text


def refused(folder: Path, *args: str) -> str:
    before = tree_of(folder)
    result = run(folder, "mv", *args)
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr.count("\n") == 1 and tree_of(folder) == before
    return result.stderr.removeprefix("copycheck: ").rstrip("\n")


def renamed(text: str, old: str, new: str) -> str:
    """The text with the targets renamed in the comments that directives are."""
    for word in ("# Copied from ", "#  Copied from  ", "#Copied from ", "# Adapted from "):
        for end in ("\n", " ", ".", ":"):
            text = text.replace(f"{word}{old}{end}", f"{word}{new}{end}")
    return text


def test_a_module(zoo: Path) -> None:
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    assert set(codes(zoo)) == {"CPY101"}
    before = tree_of(zoo)
    assert moved(zoo, "zoo.owl", "zoo.strix") == "rewrote 5 comments from `zoo.owl` to `zoo.strix`\n1 file changed\n"
    assert changed_files(before, tree_of(zoo)) == {"zoo/hawk.py"}
    text = (zoo / "zoo/hawk.py").read_text()
    assert text == renamed(HAWK, "zoo.owl", "zoo.strix")
    assert "# owl->zoo.owl.Owl\n" in text and ": zoo.owl.Owl is louder\n" in text and "zoo.owlet.fly" in text
    assert codes(zoo) == []


def test_a_package(zoo: Path) -> None:
    (zoo / "zoo").rename(zoo / "park")
    moved(zoo, "zoo", "park")
    assert codes(zoo) == []
    assert "# Copied from park.owlet.fly\n" in (zoo / "park/hawk.py").read_text()


def test_an_object_and_what_is_in_it(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text(OWL.replace("Owl", "Strix"))
    assert moved(zoo, "zoo.owl.Owl", "zoo.owl.Strix").startswith("rewrote 4 comments ")
    assert (zoo / "zoo/hawk.py").read_text() == renamed(HAWK, "zoo.owl.Owl", "zoo.owl.Strix")


def test_an_object_that_is_exported_elsewhere(zoo: Path) -> None:
    write_tree(zoo, {"zoo/__init__.py": "from .owl import Owl\n"})
    moved(zoo, "zoo.owl.Owl", "zoo.Owl")
    assert codes(zoo) == []
    assert "# Copied from zoo.Owl with" in (zoo / "zoo/hawk.py").read_text()


def test_a_function_into_a_class(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text(OWL.replace("\n\ndef fly():\n    return 2", "\n    def fly():\n        return 2"))
    moved(zoo, "zoo.owl.fly", "zoo.owl.Owl.fly")
    assert "# Copied from zoo.owl.Owl.fly\n" in (zoo / "zoo/hawk.py").read_text()
    assert [code for code in codes(zoo) if code != "CPY201"] == []


def test_a_package_outside_of_the_project(zoo: Path) -> None:
    (zoo / "pyproject.toml").write_text('[tool.copycheck]\nexternal = ["park"]\n')
    moved(zoo, "zoo.owl", "park.owl")
    assert codes(zoo) == []


def test_there_and_back(zoo: Path) -> None:
    (zoo / "zoo/strix.py").write_text(OWL)
    before = tree_of(zoo)
    moved(zoo, "zoo.owl", "zoo.strix")
    assert tree_of(zoo) != before
    moved(zoo, "zoo.strix", "zoo.owl")
    assert tree_of(zoo) == before


def test_every_other_byte_stays(zoo: Path) -> None:
    data = b"\xef\xbb\xbf" + HAWK.replace("\n", "\r\n").rstrip("\r\n").encode()
    (zoo / "zoo/hawk.py").write_bytes(data)
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    moved(zoo, "zoo.owl", "zoo.strix")
    now = (zoo / "zoo/hawk.py").read_bytes()
    assert now == b"\xef\xbb\xbf" + renamed(HAWK, "zoo.owl", "zoo.strix").replace("\n", "\r\n").rstrip("\r\n").encode()


def test_a_directive_in_a_string_stays(zoo: Path) -> None:
    text = '"""\n# Copied from zoo.owl.Owl\n# Adapted from zoo.owl.Owl: x\n"""\n\n' + HAWK
    (zoo / "zoo/hawk.py").write_text(text)
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    moved(zoo, "zoo.owl", "zoo.strix")
    assert (zoo / "zoo/hawk.py").read_text() == text[: text.index("\n\n")] + "\n\n" + renamed(
        HAWK, "zoo.owl", "zoo.strix"
    )


def test_a_file_with_nothing_but_what_was_adapted(zoo: Path) -> None:
    write_tree(zoo, {"far/gull.py": "# Adapted from zoo.owl.Owl: far away\nclass Gull:\n    pass\n"})
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    assert moved(zoo, "zoo.owl", "zoo.strix").endswith("2 files changed\n")
    assert (zoo / "far/gull.py").read_text().startswith("# Adapted from zoo.strix.Owl: far away\n")


def test_what_is_not_there_stays_named_as_it_is(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text(OWL.partition("class Owl")[0] + "def fly():\n    return 2\n")
    write_tree(zoo, {"zoo/strix.py": OWL.partition("\n\n\ndef fly")[0] + "\n"})
    result = run(zoo, "mv", "zoo.owl", "zoo.strix")
    assert (result.code, result.text) == (1, "rewrote 4 comments from `zoo.owl` to `zoo.strix`\n1 file changed\n")
    missing = "copycheck: `zoo.owl.fly` stays as it is: `zoo/strix.py` does not define `fly`"
    assert result.stderr.startswith(f"{missing}, and `zoo.owl.fly` is still there: move the code first")
    (zoo / "zoo/owl.py").unlink()
    said = refused(zoo, "zoo.owl", "zoo.strix")
    assert "`copycheck mv zoo.owl.fly zoo.strix.NAME`. If it is gone, `copycheck break zoo/hawk.py:15` removes" in said
    assert "# Copied from zoo.owl.fly\n" in (zoo / "zoo/hawk.py").read_text()
    assert codes(zoo) == ["CPY101"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("zoo.owl.Owl", "zoo.owl.Strix", "zoo.owl.Strix is not there: "),
        ("zoo.owl", "zoo.strix", "zoo.strix.Owl is not there: "),
        ("zoo.owl", "nowhere.strix", "nowhere.strix.Owl is not there: "),
        ("zoo.owl.Olw", "zoo.owl.Owl", "zoo.owl.Olw: no directive names this; did you mean `zoo.owl.Owl`"),
        ("zoo.ow", "zoo.owl", "zoo.ow: no directive names this; did you mean `zoo.owl`"),
        ("Owl", "zoo.owl.Owl", "Owl: no directive names this; did you mean `zoo.owl.Owl`?"),
        ("Owl", "fly", "Owl: no directive names this. Write the full names: `copycheck mv zoo.owl.Owl zoo.owl.fly`"),
        ("zoo.owl.Owl", "Strix", "Strix is not there: "),
        ("zoo.owl.Owl", "zoo.owl.Owl", "zoo.owl.Owl: it already has this name"),
        ("zoo/owl.py", "zoo/strix.py", "zoo.strix.Owl is not there: "),
        ("zoo.owl", "zoo.1", "zoo.1: this is not a dotted name"),
        ("zoo.owl", "", ": this is not a dotted name"),
    ],
)
def test_refusals(zoo: Path, old: str, new: str, message: str) -> None:
    assert refused(zoo, old, new).startswith(message)


STRIX = (
    "class Strix:\n    def hoot(self):\n        return 1\n\n\ndef fly():\n    return 2\n\n\ndef Owle():\n    return 1\n"
)


@pytest.mark.parametrize(
    ("old", "new"), [("zoo.owl", "zoo.strix"), ("zoo.owl.Owl", "zoo.strix.Owl"), ("zoo.owl.Owl", "park.Strix")]
)
def test_what_was_renamed_in_the_move_is_named_in_a_command(zoo: Path, old: str, new: str) -> None:
    write_tree(zoo, {"zoo/strix.py": STRIX, "zoo/hawk.py": HAWK.partition("\n\n\n")[0] + "\n"})
    (zoo / "zoo/owl.py").unlink()
    said = refused(zoo, old, new)
    assert said.endswith(". If it is `zoo.strix.Strix` now, run `copycheck mv zoo.owl.Owl zoo.strix.Strix`"), said
    moved(zoo, "zoo.owl.Owl", "zoo.strix.Strix")


def test_a_method_that_was_renamed_with_its_class_is_named_in_a_command(zoo: Path) -> None:
    strix = STRIX.replace("hoot", "call")
    hawk = "# Copied from zoo.owl.Owl.hoot\ndef cry(self):\n    return 1\n"
    write_tree(zoo, {"zoo/strix.py": strix, "zoo/hawk.py": hawk})
    assert "and `zoo.owl.Owl.hoot` is still there: move the code first" in refused(zoo, "zoo.owl", "zoo.strix")
    (zoo / "zoo/owl.py").unlink()
    said = refused(zoo, "zoo.owl", "zoo.strix")
    assert said.endswith("run `copycheck mv zoo.owl.Owl.hoot zoo.strix.Strix.call`"), said


def test_a_directive_never_comes_to_name_its_own_copy(tmp_path: Path) -> None:
    f = "def f():\n    return 1\n"
    copy = f"# Copied from a.f\n{f}"
    write_tree(tmp_path, {"pyproject.toml": CONFIG, "a.py": f, "b.py": copy, "c.py": copy})
    result = run(tmp_path, "mv", "a.f", "b.f")
    assert (result.code, result.text) == (1, "rewrote 1 comment from `a.f` to `b.f`\n1 file changed\n")
    assert result.stderr == "copycheck: b.py:1: the directive stays as it is, for it would name its own copy\n"
    assert (tmp_path / "b.py").read_text() == copy and codes(tmp_path) == []


def test_wrong_usage(zoo: Path) -> None:
    assert refused(zoo, "zoo.owl") == "Missing argument 'NEW'. (see copycheck mv --help)"


def test_the_baseline_follows(zoo: Path) -> None:
    (zoo / "zoo/hawk.py").write_text(HAWK.replace("return 2", "return 9"))
    run(zoo, "--write-baseline")
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    moved(zoo, "zoo.owl", "zoo.strix")
    assert codes(zoo) == []
    document = json.loads((zoo / "copycheck-baseline.json").read_text())
    assert [entry["target"] for entry in document["findings"]] == ["zoo.strix.fly"]


def test_diff_writes_nothing_and_git_takes_it(zoo: Path) -> None:
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    before = tree_of(zoo)
    shown = run(zoo, "mv", "zoo.owl", "zoo.strix", "--diff")
    assert (shown.code, shown.stderr) == (0, "") and tree_of(zoo) == before
    subprocess.run(["git", "apply"], cwd=zoo, input=shown.stdout, check=True)
    patched = tree_of(zoo)
    write_tree(zoo, before)
    moved(zoo, "zoo.owl", "zoo.strix")
    assert tree_of(zoo) == patched != before


def test_a_file_that_is_read_only(zoo: Path) -> None:
    (zoo / "zoo/owl.py").rename(zoo / "zoo/strix.py")
    (zoo / "zoo/hawk.py").chmod(0o444)
    before = tree_of(zoo)
    result = run(zoo, "mv", "zoo.owl", "zoo.strix")
    assert (result.code, result.text) == (1, "0 files changed\n")
    assert result.stderr == "copycheck: zoo/hawk.py is not written: it is read-only\n"
    assert tree_of(zoo) == before


def test_the_api_raises(zoo: Path) -> None:
    with pytest.raises(CopycheckError, match="no directive names this"):
        move("a.b", "a.c", load([str(zoo)]))


# --unsafe-fixes


@pytest.fixture
def lost(zoo: Path) -> Path:
    """The class has moved to another module, and the function as well."""
    (zoo / "zoo/owl.py").write_text("x = 1\n")
    (zoo / "zoo/owlet.py").unlink()
    write_tree(zoo, {"zoo/strix.py": OWL.replace("return 2", "return 22")})
    (zoo / "zoo/hawk.py").write_text("# Copied from zoo.owl.Owl\nclass Owl:\n    def hoot(self):\n        return 1\n")
    return zoo


def test_one_new_home_is_followed(lost: Path) -> None:
    text = (lost / "zoo/hawk.py").read_text()
    result = run(lost, "--fix", "--unsafe-fixes")
    assert (result.code, result.stderr) == (0, "")
    assert (lost / "zoo/hawk.py").read_text() == text.replace("zoo.owl.Owl", "zoo.strix.Owl")
    assert result.text == "fixed zoo/hawk.py: 1 directive\nChecked 1 copy in 1 file: 1 in sync, 1 fixed, 0 findings.\n"


def test_a_module_that_has_gone_as_well(lost: Path) -> None:
    (lost / "zoo/owl.py").unlink()
    assert codes(lost) == ["CPY101"]
    assert run(lost, "--fix", "--unsafe-fixes").code == 0


def test_a_copy_that_differs_from_the_new_home_is_left_alone(lost: Path) -> None:
    """Nobody knows that it is the same object; the command that says so is printed."""
    (lost / "zoo/hawk.py").write_text("# Copied from zoo.owl.fly\ndef fly():\n    return 2\n")
    before = tree_of(lost)
    result = run(lost, "--fix", "--unsafe-fixes")
    assert result.code == 1 and tree_of(lost) == before
    assert "run `copycheck mv zoo.owl.fly zoo.strix.fly`" in result.text
    assert run(lost, "mv", "zoo.owl.fly", "zoo.strix.fly").code == 0
    assert (lost / "zoo/hawk.py").read_text() == "# Copied from zoo.strix.fly\ndef fly():\n    return 2\n"


@pytest.mark.parametrize("args", [["--fix"], ["--diff"], [], ["--unsafe-fixes"]])
def test_not_without_the_option(lost: Path, args: list[str]) -> None:
    before = tree_of(lost)
    assert run(lost, *args).code == 1 and tree_of(lost) == before


def test_the_report_says_that_it_is_unsafe(lost: Path) -> None:
    [finding] = check_paths(settings=load([str(lost)])).diagnostics
    assert finding.fix is not None and (finding.fix.applicability, finding.fix.message) == (
        "unsafe",
        "Name `zoo.strix.Owl`",
    )


def test_not_with_two_homes(lost: Path) -> None:
    write_tree(lost, {"zoo/tyto.py": "class Owl:\n    pass\n"})
    before = tree_of(lost)
    result = run(lost, "--fix", "--unsafe-fixes")
    assert result.code == 1 and "CPY102" in result.text and tree_of(lost) == before


def test_not_with_none(lost: Path) -> None:
    (lost / "zoo/strix.py").unlink()
    before = tree_of(lost)
    assert run(lost, "--fix", "--unsafe-fixes").code == 1 and tree_of(lost) == before


def test_an_ignored_one_is_left_alone(lost: Path) -> None:
    text = "# copycheck: ignore[CPY102] later\n" + (lost / "zoo/hawk.py").read_text()
    (lost / "zoo/hawk.py").write_text(text)
    assert run(lost, "--fix", "--unsafe-fixes").code == 0
    assert (lost / "zoo/hawk.py").read_text() == text


def test_with_diff_nothing_is_written(lost: Path) -> None:
    before = tree_of(lost)
    shown = run(lost, "--diff", "--unsafe-fixes")
    assert tree_of(lost) == before
    subprocess.run(["git", "apply"], cwd=lost, input=shown.stdout, check=True)
    assert codes(lost) == []


def test_the_api_of_unsafe_fixes(lost: Path) -> None:
    settings = load([str(lost)])
    assert not fix_paths(settings=settings).patches
    assert [patch.filename for patch in fix_paths(settings=settings, unsafe=True).patches] == ["zoo/hawk.py"]
