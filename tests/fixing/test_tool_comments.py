"""Comments for tools that each side keeps, in everything that edits copies and sources (contract 4.13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import committed, run, write_tree

OWL = """\
class Owl:
    def hoot(self, volume):
        first = volume + 1  # type: ignore[operator]
        second = volume + 2
        third = volume + 3  # pragma: no cover
        fourth = volume + 4
        return first, second, third, fourth
"""
HAWK = """\
# Copied from zoo.owl.Owl with Owl->Hawk
class Hawk:
    def hoot(self, volume):  # noqa: N802
        first = volume + 1
        second = volume + 2  # type: ignore
        third = volume + 3  # pragma: no cover
        fourth = volume + 4
        return first, second, third, fourth  # noqa: E501
"""
FILES = {"copycheck.toml": 'tool-comments = "ignore"\n', "zoo/owl.py": OWL, "zoo/hawk.py": HAWK}


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return committed(tmp_path / "zoo", dict(FILES))


def edit(root: Path, name: str, *pairs: tuple[str, str]) -> str:
    """Exchange texts of a file; what it is then."""
    text = (root / name).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (root / name).write_text(text)
    return text


def test_promote_takes_no_comment_into_the_source(zoo: Path) -> None:
    added = "        fourth = volume + 40  # noqa: F841\n        print(first)  # type: ignore\n"
    now = edit(
        zoo, "zoo/hawk.py", ("first = volume + 1", "first = volume + 10"), ("        fourth = volume + 4\n", added)
    )
    assert run(zoo, "promote", "zoo/hawk.py:1").code == 0
    assert (zoo / "zoo/hawk.py").read_text() == now
    owl = OWL.replace("volume + 1 ", "volume + 10 ")
    assert (zoo / "zoo/owl.py").read_text() == owl.replace(
        "        fourth = volume + 4\n", "        fourth = volume + 40\n        print(first)\n"
    )
    assert run(zoo).code == 0


def test_promote_where_the_comments_alone_differ(zoo: Path) -> None:
    result = run(zoo, "promote", "zoo/hawk.py:1")
    assert "is in sync: there is no edit to promote" in result.stderr


def test_promote_where_headers_do_not_count(tmp_path: Path) -> None:
    files = FILES | {"copycheck.toml": 'tool-comments = "ignore"\nheader = "ignore"\n'}
    head = "class Hawk:\n    # Copied from zoo.owl.Owl.hoot\n    def hoot(self, volume=1):  # noqa: N802\n"
    body = "        first = volume + 7\n" + OWL.partition("+ 1  # type: ignore[operator]\n")[2]
    files["zoo/hawk.py"] = head + body
    root = committed(tmp_path / "p", dict(files))
    assert run(root, "promote", "zoo/hawk.py:2").code == 0
    assert (root / "zoo/owl.py").read_text() == OWL.replace("volume + 1 ", "volume + 7 ")


def test_merge_keeps_those_of_the_copy(zoo: Path) -> None:
    edit(
        zoo,
        "zoo/owl.py",
        ("fourth = volume + 4", "fourth = volume + 40  # type: ignore"),
        ("volume + 1 ", "volume + 10 "),
    )
    edit(zoo, "zoo/hawk.py", ("third = volume + 3 ", "third = volume + 30 "))
    git(zoo, "commit", "-qam", "edits")
    assert run(zoo, "merge", "zoo/hawk.py:1").code == 0
    expected = HAWK.replace("volume + 1\n", "volume + 10  # type: ignore[operator]\n").replace(
        "volume + 3 ", "volume + 30 "
    )
    assert (zoo / "zoo/hawk.py").read_text() == expected.replace("volume + 4\n", "volume + 40  # type: ignore\n")


def test_a_conflict_keeps_them_too(zoo: Path) -> None:
    edit(zoo, "zoo/owl.py", ("volume + 2", "power(volume)"))
    edit(zoo, "zoo/hawk.py", ("volume + 2  # type: ignore", "twice(volume, 2)  # noqa: F821"))
    git(zoo, "commit", "-qam", "edits")
    assert run(zoo, "merge", "zoo/hawk.py:1", "--conflicts").code == 1
    text = (zoo / "zoo/hawk.py").read_text()
    assert "        second = twice(volume, 2)  # noqa: F821\n" in text
    assert "        second = power(volume)\n" in text
    assert "def hoot(self, volume):  # noqa: N802\n        first = volume + 1\n" in text


def test_an_unsaved_comment_is_no_edit_that_a_fix_throws_away(zoo: Path) -> None:
    edit(zoo, "zoo/owl.py", ("volume + 4", "volume + 40"))
    git(zoo, "commit", "-qam", "edit")
    edit(zoo, "zoo/hawk.py", ("volume + 1\n", "volume + 1  # type: ignore\n"))
    assert run(zoo, "--fix").code == 0
    assert (zoo / "zoo/hawk.py").read_text() == HAWK.replace("+ 1\n", "+ 1  # type: ignore\n").replace(
        "+ 4\n", "+ 40\n"
    )


@pytest.mark.parametrize("arguments", [["break", "zoo/hawk.py:1", "--member", "hoot"], ["break", "zoo/hawk.py:1"]])
def test_break_leaves_the_text_as_it_is(zoo: Path, arguments: list[str]) -> None:
    edit(zoo, "zoo/owl.py", ("volume + 4", "volume + 40"))
    assert run(zoo, *arguments).code == 0
    kept = [line for line in (zoo / "zoo/hawk.py").read_text().splitlines() if "# Ignore copy" not in line]
    assert kept[-7:] == HAWK.splitlines()[1:]
    assert run(zoo).code == 0


def test_a_copy_of_another_package(tmp_path: Path) -> None:
    root = tmp_path / "p"
    config = 'tool-comments = "ignore"\n[upstream]\nzoo = { path = "%s" }\n'
    write_tree(tmp_path / "one", {"zoo/__init__.py": "", "zoo/owl.py": OWL})
    write_tree(tmp_path / "two", {"zoo/__init__.py": "", "zoo/owl.py": OWL.replace("volume + 4", "volume + 40")})
    write_tree(root, {"app/hawk.py": HAWK, "copycheck.toml": config % "../one"})
    assert run(root, "upstream", "sync").code == 0
    assert run(root).code == 0
    write_tree(root, {"copycheck.toml": config % "../two"})
    status = run(root, "upstream", "status")
    assert "in-sync" in status.text or "as-upstream" in status.text
    assert run(root, "upstream", "update").code == 0
    assert (root / "app/hawk.py").read_text() == HAWK.replace("volume + 4\n", "volume + 40\n")
