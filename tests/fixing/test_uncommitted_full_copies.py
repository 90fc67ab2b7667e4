"""Edits of full copies that no commit has yet: a safe fix throws none of them away (contract 5.8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import committed, git, run, tree_of, write_tree

CONFIG = '[full-copies]\n"b.py" = { source = "a.py", with = "Owl->Hawk" }\n"c.yaml" = "a.yaml"\n'
A, B = "class Owl:\n    wings = 2\n", "class Hawk:\n    wings = 2\n"
FILES = {"copycheck.toml": CONFIG, "a.py": A, "b.py": B, "a.yaml": "x: 1\n", "c.yaml": "x: 1\n"}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return committed(tmp_path, dict(FILES))


@pytest.mark.parametrize("cache", [(), ("--no-cache",)])
@pytest.mark.parametrize(("name", "text"), [("b.py", B.replace("2", "3")), ("c.yaml", "x: 2\n")])
def test_an_edit_that_nobody_has_committed_is_not_thrown_away(
    repo: Path, name: str, text: str, cache: tuple[str, ...]
) -> None:
    (repo / name).write_text(text)
    said = run(repo, *cache).text
    assert "of which it is a full copy; it has changed since the last commit, and a fix would overwrite that" in said
    for command in (f"copycheck break {name}", "copycheck --fix --unsafe-fixes"):
        assert f"`{command}`" in said
    before = tree_of(repo)
    assert "0 fixed, 1 finding" in run(repo, "--fix", *cache).text
    assert tree_of(repo) == before
    assert run(repo, "--diff", *cache).stdout == b""
    assert '"applicability": "unsafe"' in run(repo, "--output-format", "json", *cache).text
    assert "1 fixed, 0 findings" in run(repo, "--fix", "--unsafe-fixes", *cache).text
    assert (repo / name).read_text() == FILES[name]


def test_the_source_alone_has_changed(repo: Path) -> None:
    (repo / "a.py").write_text(A.replace("2", "4"))
    assert "1 fixed, 0 findings" in run(repo, "--fix").text


def test_what_a_fix_has_written_is_no_edit(repo: Path) -> None:
    for value in ("2", "3", "4"):
        (repo / "a.yaml").write_text(f"x: {value}\ny: 1\n")
        assert "1 fixed, 0 findings" in run(repo, "--fix").text
    (repo / "c.yaml").write_text("x: 5\n")
    assert "0 fixed, 1 finding" in run(repo, "--fix").text


def test_a_copy_that_no_commit_has_is_written(tmp_path: Path) -> None:
    repo = committed(tmp_path, {name: text for name, text in FILES.items() if name != "c.yaml"})
    (repo / "c.yaml").write_text("")
    assert "1 fixed, 0 findings" in run(repo, "--fix").text


def test_line_ends_that_git_changes_are_no_edit(repo: Path) -> None:
    (repo / "c.yaml").write_bytes(b"x: 1\r\n")
    (repo / "a.yaml").write_text("x: 2\n")
    assert "1 fixed, 0 findings" in run(repo, "--fix").text


def test_a_copy_of_the_committed_source_holds_no_edit(repo: Path) -> None:
    (repo / "a.yaml").write_text("x: 2\n")
    git(repo, "commit", "-qam", "the source alone")
    (repo / "c.yaml").write_text("x: 2\n")
    (repo / "a.yaml").write_text("x: 3\n")
    assert "1 fixed, 0 findings" in run(repo, "--fix", "--no-cache").text


def test_a_commit_makes_the_fix_safe_again(repo: Path) -> None:
    (repo / "c.yaml").write_text("x: 2\n")
    assert "overwrite that" in run(repo).text
    git(repo, "commit", "-qam", "an edit")
    assert "overwrite that" not in run(repo).text


def test_without_git_each_fix_is_safe(tmp_path: Path) -> None:
    write_tree(tmp_path, {**FILES, "c.yaml": "x: 2\n"})
    assert "1 fixed, 0 findings" in run(tmp_path, "--fix").text


def test_a_cached_answer_goes_with_the_file_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", 0)  # files are as old as on any other day
    text = "x: 1\ny: 2\nz: 3\n"
    repo = committed(tmp_path, {"copycheck.toml": CONFIG, "a.py": A, "b.py": B, "a.yaml": text, "old.yaml": text})
    (repo / "c.yaml").write_text(text.replace("3", "4"))
    assert "it has changed since the last commit" not in run(repo).text
    (repo / "old.yaml").unlink()  # now it was moved by hand, and edited
    assert "it has changed since the last commit" in run(repo).text
    assert run(repo).text == run(repo, "--no-cache").text
