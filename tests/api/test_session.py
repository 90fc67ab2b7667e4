"""A project held in memory: its answers are those of a fresh check, and nothing is written."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from copycheck.api import CopycheckError, Session, check_paths, load
from copycheck.model.errors import UnreadableFileError
from copycheck.project import git_renames
from studies.sessions import run
from tests.harness import committed, git, tree_of, write_tree

_OWL = "def rest(hours):\n    return max(hours, 1)\n"
_HAWK = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return max(hours, 1)\n"
_KITE = "# Copied from zoo.hawk.rest\ndef rest(hours):\n    return max(hours, 1)\n"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(
        tmp_path,
        {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _HAWK, "zoo/kite.py": _KITE},
    )
    return tmp_path


def session_of(root: Path) -> Session:
    return Session(load(cwd=str(root)), reload=lambda: load(cwd=str(root)))


def codes(session: Session, filename: str) -> list[str]:
    return [finding.code for finding in session.findings(filename)]


@pytest.mark.parametrize("seed", range(12))
def test_a_session_finds_what_a_fresh_check_finds(seed: int) -> None:
    assert run(seed, 12, "none") == ""


@pytest.mark.parametrize("seed", range(2))
def test_a_session_formats_as_a_fresh_check_does(seed: int) -> None:
    assert run(seed, 6, "ruff") == ""


def test_an_unsaved_source_is_seen_by_its_copies(zoo: Path) -> None:
    session = session_of(zoo)
    before = tree_of(zoo)
    assert session.change("zoo/owl.py", _OWL.replace("1", "2")) == {"zoo/hawk.py"}
    assert codes(session, "zoo/hawk.py") == ["CPY201"]
    assert session.change("zoo/owl.py", None) == {"zoo/hawk.py"}
    assert not session.all_findings()
    assert tree_of(zoo) == before


def test_source_and_copy_are_both_unsaved(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/owl.py", _OWL.replace("1", "2"))
    assert session.change("zoo/hawk.py", _HAWK.replace("1", "2")) == {"zoo/hawk.py", "zoo/kite.py"}
    assert [*session.all_findings()] == ["zoo/kite.py"]


def test_a_fix_changes_nothing_in_the_session(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/owl.py", _OWL.replace("1", "2"))
    found = session.all_findings()
    result = session.fix()
    assert [(patch.filename, patch.after) for patch in result.patches] == [
        ("zoo/hawk.py", _HAWK.replace("1", "2").encode()),
        ("zoo/kite.py", _KITE.replace("1", "2").encode()),
    ]
    assert not result.diagnostics
    assert session.all_findings() == found
    assert [finding.code for finding in session.result().diagnostics] == ["CPY201"]


def test_a_fix_of_one_file_leaves_the_others(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/owl.py", _OWL.replace("1", "2"))
    session.change("zoo/kite.py", _KITE.replace("1", "3"))
    result = session.fix(["zoo/kite.py"], within=["zoo/kite.py"])
    assert [(patch.filename, patch.after) for patch in result.patches] == [("zoo/kite.py", _KITE.encode())]


def test_an_edit_is_promoted_to_an_unsaved_source(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/owl.py", "import os\n" + _OWL)
    session.change("zoo/hawk.py", _HAWK.replace("1", "2"))
    patches = {patch.filename: patch.after for patch in session.promote("zoo/hawk.py", 1).patches}
    assert patches == {
        "zoo/owl.py": ("import os\n" + _OWL.replace("1", "2")).encode(),
        "zoo/kite.py": _KITE.replace("1", "2").encode(),
    }
    assert codes(session, "zoo/hawk.py") == ["CPY201"]


def test_a_copy_is_broken_with_a_reason(zoo: Path) -> None:
    session = session_of(zoo)
    patches = {p.filename: p.after for p in session.break_copy("zoo/hawk.py", 2, reason="hawks rest longer").patches}
    assert patches["zoo/hawk.py"].startswith(b"# Adapted from zoo.owl.rest: hawks rest longer\n")
    with pytest.raises(CopycheckError, match="the file has none"):
        session.break_copy("zoo/owl.py", 1)


def test_a_broken_text_is_left_to_the_caller(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/owl.py", _OWL.replace("1", "2"), keep_broken=False)
    with pytest.raises(UnreadableFileError):
        session.change("zoo/owl.py", "def rest(\n", keep_broken=False)
    assert codes(session, "zoo/hawk.py") == ["CPY201"]
    session.change("zoo/owl.py", "def rest(\n")
    assert codes(session, "zoo/hawk.py") == ["CPY103"]
    assert codes(session, "zoo/owl.py") == ["CPY000"]


def test_a_text_is_parsed_once(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(zoo)
    parsed: list[str] = []
    parse = ast.parse
    monkeypatch.setattr(ast, "parse", lambda text, *args: parsed.append(text) or parse(text, *args))
    for text in (_HAWK.replace("1", "2"), "import os\n" + _OWL.replace("1", "3"), _OWL + "def (\n"):
        name = "zoo/hawk.py" if "Copied" in text else "zoo/owl.py"
        session.change(name, text)
        assert codes(session, name) == (["CPY000"] if "def (" in text else ["CPY201"] if "Copied" in text else [])
        # A fix is planned for the drift in an open file: the names that it uses and leaves are looked through as well.
        assert parsed.count(text) <= (1 if "def (" in text else 3)


def test_files_appear_and_vanish(zoo: Path) -> None:
    session = session_of(zoo)
    (zoo / "zoo" / "owl.py").unlink()
    assert session.changed_on_disk(["zoo/owl.py"]) == {"zoo/hawk.py"}
    assert codes(session, "zoo/hawk.py") == ["CPY101"]
    write_tree(zoo, {"zoo/owl.py": _OWL, "zoo/crow.py": _HAWK.replace("1", "4")})
    assert session.changed_on_disk(["zoo/owl.py", "zoo/crow.py"]) == {"zoo/hawk.py", "zoo/crow.py"}
    assert [*session.all_findings()] == ["zoo/crow.py"]


def test_a_new_file_is_checked_before_it_is_saved(zoo: Path) -> None:
    session = session_of(zoo)
    assert session.change("zoo/crow.py", _HAWK.replace("1", "4")) == {"zoo/crow.py"}
    assert session.change("build/crow.py", _HAWK.replace("1", "4")) == set()
    assert session.change("zoo/crow.py", None) == {"zoo/crow.py"}
    assert not session.all_findings()


def test_a_folder_that_moves_is_named_alone(zoo: Path) -> None:
    session = session_of(zoo)
    (zoo / "zoo").rename(zoo / "aviary")
    session.changed_on_disk(["zoo", "aviary"])
    assert session.result().diagnostics == check_paths(settings=load(cwd=str(zoo))).diagnostics
    assert codes(session, "aviary/hawk.py") == ["CPY101"]


def test_the_configuration_is_read_anew(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/hawk.py", _HAWK.replace("1", "2"))
    (zoo / "copycheck.toml").write_text('formatter = "none"\nignore = ["CPY201"]\n')
    assert session.changed_on_disk(["copycheck.toml"]) == {"zoo/hawk.py", "zoo/kite.py"}
    (zoo / "copycheck.toml").write_text("ignore = [\n")
    with pytest.raises(CopycheckError, match="TOML"):
        session.changed_on_disk(["copycheck.toml"])
    assert not session.all_findings()


def test_the_style_of_the_project_is_read_anew(zoo: Path) -> None:
    (zoo / "copycheck.toml").write_text("")
    (zoo / "ruff.toml").write_text("line-length = 100\n")
    long = "def rest(hours):\n    return max(hours, {}, {}, {})\n".format("a" * 20, "b" * 20, "c" * 20)
    broken = (
        long.replace("max(", "max(\n        ")
        .replace(")\n", ",\n    )\n")
        .replace("def rest(hours,\n    )", "def rest(hours)")
    )
    write_tree(zoo, {"zoo/owl.py": long, "zoo/hawk.py": f"# Copied from zoo.owl.rest\n{long}", "zoo/kite.py": ""})
    session = session_of(zoo)
    session.change("zoo/hawk.py", "# Copied from zoo.owl.rest\n" + broken.replace(", ", ",\n        ", 3))
    for length in (60, 100):
        (zoo / "ruff.toml").write_text(f"line-length = {length}\n")
        session.changed_on_disk(["ruff.toml"])
        (zoo / "zoo" / "hawk.py").write_text("# Copied from zoo.owl.rest\n" + broken.replace(", ", ",\n        ", 3))
        assert session.result().diagnostics == check_paths(settings=load(cwd=str(zoo))).diagnostics


def test_a_text_is_encoded_as_its_file_is(zoo: Path) -> None:
    declared = "# -*- coding: latin-1 -*-\n# Copied from zoo.owl.rest\ndef rest(hours):\n    return 'é'\n"
    (zoo / "zoo" / "hawk.py").write_bytes(declared.encode("latin-1"))
    (zoo / "zoo" / "kite.py").write_bytes(b"\xef\xbb\xbf" + _KITE.encode())
    session = session_of(zoo)
    session.change("zoo/hawk.py", declared + "# é\n")
    session.change("zoo/kite.py", _KITE)
    assert session.project.workspace.read_bytes("zoo/hawk.py") == (declared + "# é\n").encode("latin-1")
    assert session.project.workspace.read_bytes("zoo/kite.py").startswith(b"\xef\xbb\xbf# Copied")
    assert codes(session, "zoo/hawk.py") == ["CPY201"]


def test_copies_and_sources_know_each_other(zoo: Path) -> None:
    session = session_of(zoo)
    session.change("zoo/owl.py", _OWL.replace("1", "2"))
    assert [(copy.filename, copy.name, copy.state) for copy in session.copies_of("zoo/owl.py")] == [
        ("zoo/hawk.py", "rest", "drift")
    ]
    (copy,) = session.copies_in("zoo/kite.py")
    assert copy.source is not None
    assert (copy.source.filename, copy.source.location.row) == ("zoo/hawk.py", 2)


def test_an_offer_below_a_copy_that_is_fixed_first_is_kept(zoo: Path) -> None:
    (zoo / "zoo" / "owl.py").write_text(_OWL.replace("1", "2"))
    (zoo / "zoo" / "kite.py").write_text(_KITE.replace("1", "3"))
    session = session_of(zoo)
    assert [finding.fix is not None for finding in session.findings("zoo/kite.py")] == [True]
    (zoo / "zoo" / "kite.py").write_text(_KITE.replace("1", "2"))
    session.changed_on_disk(["zoo/kite.py"])
    (finding,) = session.findings("zoo/kite.py")
    # It is in line once its source is: nothing is refused.
    assert finding.fix is not None
    assert "refused" not in finding.message
    assert not session.fix().diagnostics


def test_an_offer_that_a_fix_would_not_keep_is_taken_back(zoo: Path) -> None:
    owl = "LIMIT = 1\n\n\ndef rest(hours):\n    return LIMIT\n"
    hawk = f"from zoo.kite import Kite\n\n{owl}".replace("def", "# Copied from zoo.owl.rest\ndef")
    # Once hawk.py is fixed, its copy needs a name from there; but hawk.py imports the file of the copy.
    kite = "class Kite: ...\n\n\n# Copied from zoo.hawk.rest\ndef rest(hours):\n    return 2\n"
    drifted = hawk.replace("return LIMIT", "return 1")
    write_tree(zoo, {"zoo/owl.py": owl.replace("LIMIT\n", "1\n"), "zoo/hawk.py": drifted, "zoo/kite.py": kite})
    session = session_of(zoo)
    session.change("zoo/kite.py", kite)
    assert [finding.fix is not None for finding in session.findings("zoo/kite.py")] == [True]
    assert session.change("zoo/owl.py", owl) == {"zoo/hawk.py", "zoo/kite.py"}
    (finding,) = session.findings("zoo/kite.py")
    assert finding.fix is None
    assert "its source is fixed first, and then its own fix is refused" in finding.message
    assert session.change("zoo/owl.py", None) == {"zoo/hawk.py", "zoo/kite.py"}
    assert [finding.fix is not None for finding in session.findings("zoo/kite.py")] == [True]


def applicability(session: Session, filename: str) -> list[str]:
    return [finding.fix.applicability for finding in session.findings(filename) if finding.fix is not None]


def test_git_is_asked_once_for_a_commit(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(zoo, {})
    asked: list[object] = []
    last_committed = git_renames.last_committed
    monkeypatch.setattr(git_renames, "last_committed", lambda *some: asked.append(some) or last_committed(*some))
    session = session_of(zoo)
    for number in range(2, 9):
        session.change("zoo/hawk.py", _HAWK.replace("1", str(number)))
        assert applicability(session, "zoo/hawk.py") == ["unsafe"]
    new = _HAWK.replace("1", "7")
    for number in range(2, 9):
        session.change("zoo/crow.py", new.replace("7", f"{number}7"))
        assert applicability(session, "zoo/crow.py") == ["safe"]
    assert len(asked) == 2, "once for the files of each of both"


def test_a_commit_is_seen_with_the_next_change(zoo: Path) -> None:
    committed(zoo, {})
    session = session_of(zoo)
    drifted = _HAWK.replace("1", "2")
    session.change("zoo/hawk.py", drifted)
    assert applicability(session, "zoo/hawk.py") == ["unsafe"]
    (zoo / "zoo" / "hawk.py").write_text(drifted)
    git(zoo, "commit", "-q", "-a", "-m", "second")
    session.change("zoo/crow.py", "x = 1\n")
    assert applicability(session, "zoo/hawk.py") == ["safe"]
    git(zoo, "reset", "-q", "--soft", "HEAD^")
    assert session.changed_on_disk([".git/logs/HEAD"]) == {"zoo/hawk.py"}
    assert applicability(session, "zoo/hawk.py") == ["unsafe"]


def test_a_commit_says_where_a_lost_file_went(zoo: Path) -> None:
    committed(zoo, {})
    session = session_of(zoo)
    (zoo / "zoo" / "owl.py").rename(zoo / "zoo" / "night.py")
    git(zoo, "add", "-A")
    session.changed_on_disk(["zoo/owl.py", "zoo/night.py"])
    git(zoo, "commit", "-q", "-m", "moved")
    session.change("zoo/crow.py", "x = 1\n")
    session.change("zoo/crow.py", None)
    assert session.findings("zoo/hawk.py") == tuple(
        finding for finding in check_paths(settings=load(cwd=str(zoo))).diagnostics if finding.filename == "zoo/hawk.py"
    )
