"""`copycheck merge`: what changed in a source comes into a copy with edits of its own."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from studies.repository import git
from tests.harness import Run, changed_files, committed, run, tree_of, write_tree

CONFIG = "[tool.copycheck]\n"
OWL = """\
class Owl:
    def hoot(self, volume):
        first = volume + 1
        second = volume + 2
        third = volume + 3
        fourth = volume + 4
        fifth = volume + 5
        return first, second, third, fourth, fifth
"""
HAWK = "# Copied from zoo.owl.Owl with Owl->Hawk, hoot->kree\n" + OWL.replace("Owl", "Hawk").replace("hoot", "kree")
KITE = "# Copied from zoo.hawk.Hawk with Hawk->Kite\n" + HAWK.partition("\n")[2].replace("Hawk", "Kite")


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A repository in which all copies are in sync."""
    files = {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK, "zoo/kite.py": KITE}
    return committed(tmp_path / "zoo", dict(files))


def edit(folder: Path, name: str, old: str, new: str, commit: bool = True) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    if commit:
        git(folder, "commit", "-qam", "edit")


def merged(folder: Path, *args: str) -> Run:
    """What `merge` does; nothing may be left to do for a second run."""
    result = run(folder, "merge", *args)
    after = tree_of(folder)
    again = run(folder, "merge", *args)
    assert again.code == result.code and tree_of(folder) == after
    assert result.stderr == ""
    return result


def test_both_edits_are_in_the_copy(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    result = merged(zoo, "zoo/hawk.py:1")
    base = git(zoo, "rev-parse", "HEAD~2")[:10]
    assert result.text == (
        f"zoo/hawk.py:1: `Hawk` merged with `zoo.owl.Owl` since {base}\n1 copy: 1 merged.\n1 file changed\n"
    )
    own = HAWK.replace("volume + 1\n", "volume + 100\n").replace("volume + 5\n", "volume + 500\n")
    assert (zoo / "zoo/hawk.py").read_text() == own


def test_a_copy_in_a_submodule_has_its_base_there(zoo: Path, tmp_path: Path) -> None:
    write_tree(zoo, {"notes.txt": "one\n", "copy.txt": "one\n"})
    git(zoo, "add", ".")
    git(zoo, "commit", "-qm", "notes")
    config = '[tool.copycheck]\nsrc = ["lib/inner"]\nfull-copies = { "lib/inner/copy.txt" = "lib/inner/notes.txt" }\n'
    top = committed(tmp_path / "top", {"pyproject.toml": config, "kite.py": KITE.replace("+ 2", "+ 22")})
    git(top, "submodule", "--quiet", "add", str(zoo), "lib/inner")
    inner = top / "lib/inner"
    (inner / "pyproject.toml").unlink()
    edit(inner, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(inner, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    edit(inner, "notes.txt", "one", "two")
    result = merged(top)
    assert "lib/inner/zoo/hawk.py:1: `Hawk` merged" in result.text
    assert "kite.py:1: `Kite` is not merged with `zoo.hawk.Hawk`: the two are in different git repo" in result.text
    assert (inner / "zoo/hawk.py").read_text().count("00\n") == 2
    assert (inner / "copy.txt").read_text() == "two\n"


def test_a_copy_of_the_copy_follows_where_it_was_in_sync(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/kite.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    assert merged(zoo).code == 0
    assert (zoo / "zoo/kite.py").read_text().count("00\n") == 2


def test_a_copy_without_edits_of_its_own_gets_the_text_of_the_source(zoo: Path) -> None:
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    assert "`Hawk` follows `zoo.owl.Owl`" in run(zoo, "merge").text
    assert run(zoo, "-q").code == 0
    assert run(zoo, "merge").text == "No copy has drifted.\n0 files changed\n"


def test_a_copy_of_which_the_source_has_not_changed_is_left_as_it_is(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    before = tree_of(zoo)
    result = merged(zoo, "zoo/hawk.py:1")
    assert result.code == 0 and "`Hawk` has all changes of `zoo.owl.Owl`" in result.text
    assert tree_of(zoo) == before


def test_a_conflict_is_reported_with_both_sides_and_left_alone(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "first = volume + 1", "first = volume * 7")
    before = tree_of(zoo)
    result = merged(zoo, "zoo/hawk.py:1")
    assert result.code == 1 and tree_of(zoo) == before
    assert "`Hawk` conflicts with `zoo.owl.Owl`" in result.text
    assert "    -        first = volume + 1\n    +        first = volume * 7\n" in result.text
    assert "    -        first = volume + 1\n    +        first = volume + 100\n" in result.text


def test_a_conflict_is_written_with_the_markers_of_git(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "first = volume + 1", "first = volume * 7")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    assert run(zoo, "merge", "--conflicts", "zoo/hawk.py:1").code == 1
    text = (zoo / "zoo/hawk.py").read_text()
    base = git(zoo, "rev-parse", "HEAD~3")[:10]
    assert text.startswith("# Copied from zoo.owl.Owl with Owl->Hawk, hoot->kree\nclass Hawk:\n")
    assert (
        f"<<<<<<< copy Hawk\n        first = volume + 100\n||||||| base {base}\n        first = volume + 1\n"
        "=======\n        first = volume * 7\n>>>>>>> source zoo.owl.Owl\n" in text
    )
    assert "fifth = volume + 500\n" in text
    assert "CPY000" in run(zoo, "--output-format", "concise").text


def test_commits_of_one_second(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a rebase makes them: the times do not tell which was first."""
    for name in ("GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"):
        monkeypatch.setenv(name, "1700000000 +0000")
    git(zoo, "commit", "-q", "--amend", "--no-edit", "--reset-author")
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    git(zoo, "mv", "zoo/hawk.py", "zoo/day.py")
    git(zoo, "commit", "-qm", "move")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    assert merged(zoo, "zoo/day.py:2").code == 0
    assert (zoo / "zoo/day.py").read_text().count("00\n") == 2


def test_diff_prints_a_patch_and_writes_nothing(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    before = tree_of(zoo)
    result = run(zoo, "merge", "--diff", "zoo/hawk.py:1")
    assert tree_of(zoo) == before
    subprocess.run(["git", "apply"], cwd=zoo, input=result.stdout, check=True)
    assert changed_files(before, tree_of(zoo)) == {"zoo/hawk.py"}
    assert (zoo / "zoo/hawk.py").read_text().count("00\n") == 2


def test_files_that_were_renamed_and_names_that_were_others(zoo: Path) -> None:
    git(zoo, "mv", "zoo/owl.py", "zoo/night.py")
    for name in ("zoo/hawk.py", "zoo/kite.py"):
        path = zoo / name
        path.write_text(path.read_text().replace("zoo.owl.Owl", "zoo.night.Owl"))
    git(zoo, "commit", "-qam", "move")
    git(zoo, "mv", "zoo/hawk.py", "zoo/day.py")
    git(zoo, "commit", "-qm", "move again")
    edit(zoo, "zoo/day.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/night.py", "fifth = volume + 5", "fifth = volume + 500")
    assert merged(zoo, "zoo/day.py:2").code == 0
    assert (zoo / "zoo/day.py").read_text().count("00\n") == 2


def test_members_that_are_ignored_and_comments_stay(zoo: Path) -> None:
    own = "\n    # Ignore copy\n    def mine(self):\n        return 'mine'\n"
    (zoo / "zoo/hawk.py").write_text(HAWK + own)
    git(zoo, "commit", "-qam", "own")
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    merged(zoo, "zoo/hawk.py:1")
    text = (zoo / "zoo/hawk.py").read_text()
    assert text == HAWK.replace("+ 1\n", "+ 100\n").replace("+ 5\n", "+ 500\n") + own


def test_a_merge_that_uses_an_unknown_name_is_refused(zoo: Path) -> None:
    edit(zoo, "zoo/owl.py", "class Owl", "LOUD = 500\n\n\nclass Owl")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + LOUD")
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    before = tree_of(zoo)
    result = merged(zoo, "zoo/hawk.py:1")
    assert result.code == 1 and tree_of(zoo) == before and "`LOUD`" in result.text


def test_imports_that_a_merge_needs_are_added(zoo: Path) -> None:
    """Both an import of another package, and one inside of the project as that file imports it."""
    (zoo / "zoo/loud.py").write_text("LOUD = 500\n")
    edit(zoo, "zoo/owl.py", "class Owl", "import math\n\nfrom zoo.loud import LOUD\n\n\nclass Owl")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = math.floor(volume) + LOUD")
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    result = merged(zoo, "zoo/hawk.py")
    assert "merged with" in result.text and ": adds `import math` and `from zoo.loud import LOUD`\n" in result.text
    text = HAWK.replace("+ 1\n", "+ 100\n").replace("volume + 5", "math.floor(volume) + LOUD")
    assert (zoo / "zoo/hawk.py").read_text() == "import math\n\nfrom zoo.loud import LOUD\n\n\n" + text


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        ("never", "the copy and its source were in sync at no commit"),
        ("no git", "the project is in no git repository"),
        ("no commit", "git"),
        ("shallow", "the history of this clone is cut off: run `git fetch --unshallow` to get the rest"),
    ],
)
def test_without_a_base_a_line_says_why(tmp_path: Path, prepare: str, said: str) -> None:
    files = {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": HAWK.replace("+ 1\n", "+ 100\n")}
    folder = tmp_path / "zoo"
    if prepare in ("no git", "no commit"):
        write_tree(folder, dict(files))
        if prepare == "no commit":
            git(folder, "init", "-q")
    else:
        committed(folder, dict(files))
    if prepare == "shallow":
        edit(folder, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
        git(tmp_path, "clone", "-q", "--depth=1", f"file://{folder}", "clone")
        folder = tmp_path / "clone"
    before = tree_of(folder)
    result = run(folder, "merge")
    assert (result.code, result.stderr) == (1, "")
    first = result.text.splitlines()[0]
    assert first.startswith("zoo/hawk.py:1: `Hawk` is not merged with `zoo.owl.Owl`: ") and said in first
    assert tree_of(folder) == before


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("zoo/hawk.py:1", "zoo/hawk.py:1: `Hawk` is in sync: there is nothing to merge"),
        ("zoo/none.py", "zoo/none.py: there is no such file or directory"),
        ("zoo/owl.py:3", "zoo/owl.py:3: there is no directive here, and no copy: the file has none"),
    ],
)
def test_what_is_no_case_for_a_merge_is_wrong_usage(zoo: Path, place: str, said: str) -> None:
    result = run(zoo, "merge", place)
    assert result.code == 2 and result.stderr.startswith(f"copycheck: {said}") and result.stderr.count("\n") == 1


def test_interactive_offers_it(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    monkeypatch.setattr("sys.stdin", io.StringIO("m\ns\ns\n"))
    result = run(zoo, "--fix", "--interactive")
    assert "zoo/hawk.py:1: `Hawk` merged with `zoo.owl.Owl` since " in result.text
    assert (zoo / "zoo/hawk.py").read_text().count("00\n") == 2


def test_a_finding_offers_it(zoo: Path) -> None:
    edit(zoo, "zoo/hawk.py", "first = volume + 1", "first = volume + 100")
    assert "copycheck merge" not in run(zoo).text, "the source has not changed"
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth = volume + 500")
    base = git(zoo, "rev-parse", "HEAD~2")[:10]
    said = " ".join(run(zoo).text.split())
    assert f"has changed since {base}: `copycheck merge zoo/hawk.py:1` brings that in and keeps the edits" in said
    assert "copycheck merge" not in run(zoo, "--output-format", "json").text


def test_a_merge_leaves_the_layout_of_a_copy_where_no_formatter_is_configured(tmp_path: Path) -> None:
    owl = OWL.replace("volume + 1", "'one'")
    own = HAWK.replace("volume + 1", "'one'").replace("third = volume + 3", "third=volume+3")
    zoo = committed(tmp_path / "zoo", {"pyproject.toml": CONFIG, "zoo/owl.py": owl, "zoo/hawk.py": own})
    edit(zoo, "zoo/hawk.py", "second = volume + 2", "second = 'mine'")
    edit(zoo, "zoo/owl.py", "fifth = volume + 5", "fifth='theirs'")
    merged(zoo, "zoo/hawk.py:1")
    text = own.replace("second = volume + 2", "second = 'mine'").replace("fifth = volume + 5", "fifth='theirs'")
    assert (zoo / "zoo/hawk.py").read_text() == text
