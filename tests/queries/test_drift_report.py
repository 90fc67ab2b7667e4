"""The drift report: counts, and since when a copy differs, as git blame says it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.harness import run, write_tree

SOURCE = "def owl():\n    x = 1\n    return x\n"
COPY = "# Copied from pkg.base.owl with owl->kea\n" + SOURCE.replace("owl", "kea")
DAY = 86_400


def git(root: Path, *args: str, day: int = 0, author: str = "Ada") -> str:
    """Run git as an author, on a day after the first one of 2020."""
    time = f"{1_577_880_000 + day * DAY} +0000"
    env = {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time, "HOME": str(root), "PATH": "/usr/bin:/bin"}
    command = ["git", "-c", f"user.name={author}", "-c", "user.email=a@example.org", *args]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, env=env).stdout.strip()


def commit(root: Path, day: int, author: str, message: str) -> str:
    git(root, "add", ".")
    git(root, "commit", "-qm", message, day=day, author=author)
    return git(root, "rev-parse", "--short=10", "HEAD")


@pytest.fixture
def history(project: Path) -> tuple[Path, str, str]:
    """A copy edited on day 2, another whose source was edited on day 1, one in sync, and a repository around them."""
    files = {"pkg/base.py": SOURCE, "pkg/early.py": SOURCE.replace("owl", "bee")}
    files |= {"pkg/a.py": COPY, "lib/b.py": COPY.replace("base.owl with owl", "early.bee with bee")}
    write_tree(project, files | {"lib/c.py": COPY})
    git(project, "init", "-q")
    commit(project, 0, "Ada", "all")
    (project / "pkg/early.py").write_text(files["pkg/early.py"].replace("return x", "return x + 1"))
    source = commit(project, 1, "Bob", "add one")
    (project / "pkg/a.py").write_text(COPY.replace("x = 1", "x = 2"))
    return project, source, commit(project, 2, "Cleo", "two | is better")


def report(root: Path, *args: str) -> dict:
    return json.loads(run(root, "report", "--format", "json", *args).text)


def test_the_oldest_drift_is_first_and_says_who_changed_what(history: tuple[Path, str, str]) -> None:
    root, source, copy = history
    document = report(root)
    assert document["commit"] == copy and document["project"] == root.name
    assert document["total"] == {"name": "all", "total": 3, "counts": {"drift": 2, "in-sync": 1}, "behind": 0}
    assert {row["name"]: row["counts"] for row in document["packages"]} == {
        "lib": {"drift": 1, "in-sync": 1},
        "pkg": {"drift": 1},
    }
    assert [(row["name"], row["total"]) for row in document["sources"]] == [("pkg.base.owl", 2), ("pkg.early.bee", 1)]
    told = [(d["filename"], d["side"], d["date"], d["author"], d["commit"], d["subject"]) for d in document["drifts"]]
    assert told == [
        ("lib/b.py", "source", "2020-01-02", "Bob", source, "add one"),
        ("pkg/a.py", "copy", "2020-01-03", "Cleo", copy, "two | is better"),
    ]


def test_an_edit_that_is_not_committed_is_last(history: tuple[Path, str, str]) -> None:
    root, *_ = history
    (root / "lib/b.py").write_text((root / "lib/b.py").read_text().replace("x = 1", "x = 7"))
    last = report(root)["drifts"][-1]
    assert (last["filename"], last["side"], last["commit"]) == ("lib/b.py", "copy", "")


def test_a_shallow_clone_names_no_commit_at_which_its_history_begins(
    history: tuple[Path, str, str], tmp_path: Path
) -> None:
    root, _, copy = history
    for depth, known in (("1", []), ("2", [copy])):
        git(tmp_path, "clone", "-q", "--depth", depth, root.as_uri(), f"clone{depth}")
        drifts = report(tmp_path / f"clone{depth}")["drifts"]
        assert [drift["commit"] for drift in drifts if drift["commit"]] == known


def test_without_git_nobody_knows_when(project: Path) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "pkg/a.py": COPY.replace("x = 1", "x = 2")})
    [drift] = report(project)["drifts"]
    assert (drift["date"], drift["side"], drift["author"]) == (None, None, None)
    assert "unknown" in run(project, "report").text


def test_paths_select(history: tuple[Path, str, str]) -> None:
    root, *_ = history
    assert report(root, "pkg/base.py")["total"]["total"] == 2, "the copies of a source"
    assert [drift["filename"] for drift in report(root, "lib/b.py")["drifts"]] == ["lib/b.py"]


def test_an_empty_project_has_a_report(project: Path) -> None:
    assert run(project, "report").text == "0 copies.\n"
    assert "**0 copies**" in run(project, "report", "--format", "markdown").text


def test_markdown_has_totals_tables_and_differences(history: tuple[Path, str, str]) -> None:
    root, source, _ = history
    text = run(root, "report", "--format", "markdown").text
    assert "**3 copies**: 1 in sync, 2 drifted.\n" in text
    assert f"| 2020-01-02 | `kea` `lib/b.py:1` | `pkg.early.bee` | Bob (source, {source}) |\n" in text
    assert "| `pkg` | 1 | 0 | 1 |\n" in text
    assert "```diff\n--- lib/b.py\n+++ pkg/early.py (expected from pkg.early.bee)\n" in text
    assert text.index("lib/b.py") < text.index("pkg/a.py")


def test_markdown_has_an_equal_difference_once_and_what_could_not_be_compared(project: Path) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "pkg/z.py": "# Copied from pkg.base.nope\ndef f():\n    pass\n"})
    for name in ("a", "b", "c"):
        write_tree(project, {f"pkg/{name}.py": COPY.replace("x = 1", "x = 2")})
    text = run(project, "report", "--format", "markdown").text
    assert text.count("```diff") == 1
    assert "2 other copies differ in the same way:\n\n- `kea` in `pkg/b.py:1`\n- `kea` in `pkg/c.py:1`\n" in text
    assert "| `pkg/z.py:1` | CPY102: `pkg/base.py` does not define `nope`" in text
    [unchecked] = report(project)["unchecked"]
    assert (unchecked["code"], unchecked["filename"], unchecked["row"]) == ("CPY102", "pkg/z.py", 1)


def test_no_name_is_markup_in_markdown(project: Path) -> None:
    write_tree(project, {"a|b`/<img>.py": COPY.replace("x = 1", "x = '```'"), "pkg/base.py": SOURCE})
    text = run(project, "report", "--format", "markdown").text
    row = next(line for line in text.splitlines() if "<img>" in line and line.startswith("| unknown"))
    assert "`` a\\|b`/<img>.py:1 ``" in row
    assert "\n````diff\n" in text


def test_a_repository_cannot_have_git_run_a_program(history: tuple[Path, str, str]) -> None:
    root, *_ = history
    (root / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    (root / "lib/like.py").write_text("def tern(a):\n    x = 1\n    y = a\n    return x\n\n\n")
    (root / "lib/unlike.py").write_text("def tern(a):\n    x = 1\n    y = a\n    return x + 1\n")
    git(root, "config", "diff.evil.textconv", f"touch {root}/pwned; cat")
    git(root, "config", "filter.evil.clean", f"touch {root}/pwned; cat")
    report(root)
    run(root, "suggest", "--min-lines", "2")
    assert not (root / "pwned").exists()
