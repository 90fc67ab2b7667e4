"""`--fix --interactive`: the drifted copies one by one, with a choice for each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from copycheck.api import check_paths, load
from tests.harness import Run, changed_files, run, tree_of, write_tree

CONFIG = "[tool.copycheck]\n"
OWL = "class Owl:\n    def hoot(self):\n        return 1\n\n    def rest(self):\n        return 8\n"
HAWK = "# Copied from owl.Owl\n" + OWL.replace("return 1", "return 2")
KITE = "# Copied from hawk.Owl\n" + OWL.replace("return 1", "return 3")
GULL = "# Copied from owl.Owl.rest\ndef rest(self):\n    return 9\n"
FILES = {"pyproject.toml": CONFIG, "owl.py": OWL, "hawk.py": HAWK, "a/kite.py": KITE, "gull.py": GULL}
Walk = Callable[..., Run]


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """Three drifted copies; the kite, though its file comes first, copies the hawk."""
    write_tree(tmp_path, FILES)
    return tmp_path


@pytest.fixture
def walk(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Runs `copycheck --fix --interactive` with these lines typed."""

    def with_lines(typed: str, *args: str) -> Run:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return run(zoo, "--fix", "--interactive", *args)

    return with_lines


def asked(result: Run) -> list[str]:
    """The places that were asked about, in order."""
    return re.findall(r"([\w/.]+:\d+:\d+): CPY201 ", result.text)


def test_each_with_its_difference_and_sources_before_their_copies(walk: Walk, zoo: Path) -> None:
    result = walk("f\nf\nf\n")
    assert (result.code, result.stderr) == (0, "")
    assert asked(result) == ["gull.py:1:1", "hawk.py:1:1", "a/kite.py:1:1"]
    assert "return 2" in result.text and "return 3" in result.text, "what differs is shown"
    assert "[3 left] fix, break, promote, merge, ignore member, skip, quit [f,b,p,m,i,s,q,?] " in result.text
    assert "changed hawk.py\n" in result.text
    assert result.text.endswith("changed a/kite.py\n3 settled, 0 left.\n")
    assert not check_paths(settings=load([str(zoo)])).diagnostics


def test_a_fix_touches_that_copy_alone(walk: Walk, zoo: Path) -> None:
    before = tree_of(zoo)
    result = walk("f\nq\n")
    assert result.code == 1 and result.text.endswith("1 settled, 2 left.\n")
    assert changed_files(before, tree_of(zoo)) == {"gull.py"}
    assert (zoo / "gull.py").read_text() == GULL.replace("return 9", "return 8")


def test_break(walk: Walk, zoo: Path) -> None:
    assert walk("b\nq\n").code == 1
    assert (zoo / "gull.py").read_text() == GULL.partition("\n")[2]


def test_promote(walk: Walk, zoo: Path) -> None:
    result = walk("p\nq\n")
    assert (zoo / "owl.py").read_text() == OWL.replace("return 8", "return 9")
    assert "changed owl.py\n" in result.text and (zoo / "hawk.py").read_text() == HAWK, "it had drifted before"
    assert asked(result)[0] == "gull.py:1:1"
    assert "had drifted before\n" in result.text


def test_what_cannot_be_promoted_is_told_and_skipped(walk: Walk, zoo: Path) -> None:
    (zoo / "gull.py").write_text(GULL.replace("Owl.rest", "Owl.rest with 8->7").replace("return 9", "return 8"))
    before = tree_of(zoo)
    result = walk("p\nq\n")
    assert "copycheck: gull.py:1: `rest` is not promoted: " in result.text
    assert asked(result) == ["gull.py:1:1", "hawk.py:1:1"] and tree_of(zoo) == before
    assert result.text.endswith("0 settled, 3 left.\n")


def test_ignore_the_member_that_differs(walk: Walk, zoo: Path) -> None:
    walk("s\ni\nq\n")
    assert (zoo / "hawk.py").read_text() == HAWK.replace("    def hoot", "    # Ignore copy\n    def hoot")


def test_ignore_the_body_of_a_function(walk: Walk, zoo: Path) -> None:
    walk("i\nq\n")
    assert (zoo / "gull.py").read_text() == GULL.replace("    return", "    # Ignore copy\n    return")


def test_merge_without_a_base_is_refused_in_a_line(walk: Walk, zoo: Path) -> None:
    before = tree_of(zoo)
    result = walk("m\nq\n")
    assert "is not merged with " in result.text and "the project is in no git repository\n" in result.text
    assert tree_of(zoo) == before


def test_what_is_no_member_cannot_be_ignored(walk: Walk, zoo: Path) -> None:
    (zoo / "gull.py").write_text(GULL.replace("def rest(self)", "def rest(self, x)"))
    before = tree_of(zoo)
    result = walk("i\nq\n")
    said = "more differs than its members: run `copycheck --fix`, or break the copy without --member"
    assert f"gull.py:1: {said}\n" in result.text
    assert tree_of(zoo) == before


@pytest.mark.parametrize("typed", ["s\ns\ns\n", "\n\n\n", "S\nskip\n s \n"])
def test_skip(walk: Walk, zoo: Path, typed: str) -> None:
    before = tree_of(zoo)
    result = walk(typed)
    assert result.code == 1 and len(asked(result)) == 3
    assert result.text.endswith("0 settled, 3 left.\n") and tree_of(zoo) == before


@pytest.mark.parametrize("typed", ["q\n", "", "quit"])
def test_quit_and_the_end_of_the_input(walk: Walk, zoo: Path, typed: str) -> None:
    before = tree_of(zoo)
    result = walk(typed)
    assert (result.code, result.stderr, len(asked(result))) == (1, "", 1)
    assert result.text.endswith("0 settled, 3 left.\n") and tree_of(zoo) == before


@pytest.mark.parametrize("typed", ["?\nq\n", "x\nq\n", "7\nq\n"])
def test_a_question_mark_and_what_is_no_choice(walk: Walk, typed: str) -> None:
    result = walk(typed)
    assert result.text.count("  b  break: remove the directive\n") == 1
    assert result.text.count("[3 left]") == 2 and len(asked(result)) == 1


def test_to_interrupt_leaves_every_file_whole(walk: Walk, zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(question: str, choices: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("copycheck.cli.interactive.ask", interrupted)
    before = tree_of(zoo)
    result = walk("")
    assert (result.code, result.stderr) == (130, "\ncopycheck: interrupted; every file is whole\n")
    assert tree_of(zoo) == before


def test_a_file_that_is_read_only_is_told_and_skipped(walk: Walk, zoo: Path) -> None:
    (zoo / "gull.py").chmod(0o444)
    result = walk("f\nq\n")
    assert "gull.py is not written: it is read-only\n" in result.text
    assert asked(result) == ["gull.py:1:1", "hawk.py:1:1"]


def test_only_and_paths(walk: Walk) -> None:
    assert asked(walk("s\ns\ns\n", "--only", "hawk.Owl")) == ["a/kite.py:1:1"]
    assert asked(walk("s\ns\ns\n", "gull.py")) == ["gull.py:1:1"]


def test_ignored_and_known_copies_are_not_asked_about(walk: Walk, zoo: Path) -> None:
    (zoo / "gull.py").write_text("# copycheck: ignore[CPY201] gulls\n" + GULL)
    assert asked(walk("s\ns\n")) == ["hawk.py:1:1", "a/kite.py:1:1"]
    run(zoo, "--write-baseline")
    assert walk("").text == "0 settled, 0 left.\n"


def test_nothing_has_drifted(walk: Walk, zoo: Path) -> None:
    run(zoo, "--fix")
    result = walk("")
    assert (result.code, result.text) == (0, "0 settled, 0 left.\n")


@pytest.mark.parametrize("args", [["--interactive"], ["--interactive", "--fix", "--diff"]])
def test_wrong_usage(zoo: Path, args: list[str]) -> None:
    result = run(zoo, *args)
    assert result.code == 2
    assert (
        result.stderr == "copycheck: --interactive needs --fix, and cannot be used with --diff (see copycheck --help)\n"
    )


def test_what_is_not_there(walk: Walk) -> None:
    assert walk("", "nowhere.py").code == 2
    assert walk("", "--only", "nowhere.X").stderr.count("\n") == 1
