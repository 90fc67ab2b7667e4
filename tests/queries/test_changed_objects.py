"""What git knows: `impact --since`, in real repositories, and what is said where git does not know."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copycheck.model.errors import CopycheckError
from copycheck.project.git import GitError, changed_rows, changed_since, texts_at
from copycheck.project.workspace import Workspace
from copycheck.queries.changed_objects import differences
from tests.harness import committed, git, run, tree_of, write_tree

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")

OWL = """\
import os


class Owl:
    wings = 2

    def hoot(self):
        return "hoo"

    def rest(self):
        return 8


def fly():
    return 1


def glide():
    return 2
"""
COPIES = """\
# Copied from zoo.owl.Owl with Owl->Hawk
class Hawk:
    wings = 2

    def hoot(self):
        return "hoo"

    def rest(self):
        return 8


# Copied from zoo.owl.Owl.rest
def rest(self):
    return 8


# Copied from zoo.owl.fly
def fly():
    return 1


# Copied from zoo.owl.glide
def glide():
    return 2
"""
_COPY = re.compile(r"─ .*:\d+: [a-z-]+ ([\w.]+)")
CONFIG = "[tool.copycheck]\n"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return committed(tmp_path / "zoo", {"pyproject.toml": CONFIG, "zoo/owl.py": OWL, "zoo/hawk.py": COPIES})


def since(folder: Path, *args: str, revision: str = "HEAD") -> list[str]:
    """The objects that `impact --since` names, and the copies below them as `> name`."""
    result = run(folder, "impact", "-q", "--since", revision, *args)
    assert (result.code, result.stderr) == (0, ""), result.stderr
    lines = result.text.splitlines()
    return [f"> {match[1]}" if (match := _COPY.search(line)) else line for line in lines]


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text()))


def test_nothing_has_changed(zoo: Path) -> None:
    before = tree_of(zoo)
    result = run(zoo, "impact", "--since", "HEAD")
    assert (result.code, result.text, result.stderr) == (0, "0 copies.\n", "")
    assert tree_of(zoo) == before


def test_edited_objects_and_their_copies(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace("return 8", "return 9"))
    assert since(zoo) == ["zoo/owl.py:Owl.rest", "> Hawk", "> rest"]


def test_a_change_of_the_class_itself(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace("wings = 2", "wings = 3"))
    assert since(zoo) == ["zoo/owl.py:Owl.wings", "> Hawk"]
    edit(zoo / "zoo/owl.py", lambda text: text.replace("class Owl:", "class Owl(Bird):"))
    assert since(zoo) == ["zoo/owl.py:Owl", "> Hawk", "> rest", "zoo/owl.py:Owl.wings", "> Hawk"]


def test_a_method_that_has_gone_changes_its_class(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace('    def hoot(self):\n        return "hoo"\n\n', ""))
    assert since(zoo) == ["zoo/owl.py:Owl", "> Hawk", "> rest"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "import sys\n" + text,
        lambda text: text.replace("\n\ndef fly", "\n\n\n\n\n# a comment between\ndef fly"),
        lambda text: text.replace("return 1\n", "return 1  \n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("def fly", "# Copied from zoo.swan.fly\ndef fly"),
    ],
    ids=["an import", "a comment", "blanks", "line ends", "a directive"],
)
def test_what_changes_no_object(zoo: Path, change: Callable[[str], str]) -> None:
    path = zoo / "zoo/owl.py"
    path.write_bytes(change(OWL).encode())
    assert since(zoo) == []


def test_a_new_file_that_git_does_not_know_and_one_that_it_does(zoo: Path) -> None:
    write_tree(zoo, {"zoo/new.py": "def f():\n    return 3\n", "zoo/added.py": "def g():\n    return 4\n"})
    git(zoo, "add", "zoo/added.py")
    write_tree(zoo, {"zoo/use.py": "# Copied from zoo.new.f\ndef f():\n    return 3\n"})
    assert since(zoo) == ["zoo/added.py:g", "zoo/new.py:f", "> f", "zoo/use.py:f"]


def test_a_new_file_that_git_ignores(zoo: Path) -> None:
    write_tree(zoo, {".gitignore": "new.py\n", "zoo/new.py": "def f():\n    return 3\n"})
    assert since(zoo) == []


def test_a_deleted_object_and_its_lost_copies(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace("def glide():\n    return 2\n", ""))
    assert since(zoo) == ["zoo/owl.py:glide", "> glide"]
    assert run(zoo, "impact", "--since", "HEAD", "--check").code == 1


def test_a_deleted_file(zoo: Path) -> None:
    (zoo / "zoo/owl.py").unlink()
    assert since(zoo) == [
        "zoo/owl.py:Owl", "> Hawk", "> rest",
        "zoo/owl.py:Owl.rest", "> rest",
        "zoo/owl.py:fly", "> fly",
        "zoo/owl.py:glide", "> glide",
    ]  # fmt: skip


def test_a_renamed_file_is_new_and_gone(zoo: Path) -> None:
    git(zoo, "mv", "zoo/owl.py", "zoo/strix.py")
    found = since(zoo)
    new = ["Owl", "Owl.wings", "Owl.hoot", "Owl.rest", "fly", "glide"]
    assert found[:6] == [f"zoo/strix.py:{name}" for name in new]
    assert found[6:9] == ["zoo/owl.py:Owl", "> Hawk", "> rest"]


def test_a_file_that_cannot_be_read_counts_as_a_whole(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text + "def broken(:\n")
    assert since(zoo)[0] == "zoo/owl.py"


def test_an_older_revision_and_a_branch(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace("return 1\n", "return 11\n"))
    git(zoo, "commit", "-aqm", "second")
    git(zoo, "tag", "v2")
    edit(zoo / "zoo/owl.py", lambda text: text.replace("return 2\n", "return 22\n"))
    assert since(zoo, revision="v2") == since(zoo) == ["zoo/owl.py:glide", "> glide"]
    assert since(zoo, revision="HEAD~1") == ["zoo/owl.py:fly", "> fly", "zoo/owl.py:glide", "> glide"]
    assert since(zoo, "Owl.hoot", revision="main")[:2] == ["zoo.owl.Owl.hoot (zoo/owl.py:7)", "> Hawk"]


def test_check_fails_until_the_copies_have_followed(zoo: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace("return 1\n", "return 11\n"))
    assert run(zoo, "impact", "--since", "HEAD", "--check").code == 1
    assert run(zoo, "--fix", "--only", "zoo.owl.fly").code == 0
    assert run(zoo, "impact", "--since", "HEAD", "--check").code == 0


def test_a_project_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    top = committed(
        tmp_path / "top",
        {"sub dir/pyproject.toml": CONFIG, "sub dir/zoo/owl.py": OWL, "sub dir/hawk.py": COPIES, "other.py": OWL},
    )
    write_tree(top, {"other.py": "", "sub dir/zoo/owl.py": OWL.replace("return 1", "return 7")})
    assert since(top / "sub dir") == ["zoo/owl.py:fly", "> fly"]


@pytest.mark.parametrize(
    "name", ["a b.py", "é ü.py", "日本.py", 'quo"te.py', "back\\slash.py", "tab\there.py", "-x.py"]
)
def test_names_of_files(tmp_path: Path, name: str) -> None:
    root = committed(tmp_path / "top", {"pyproject.toml": CONFIG, name: OWL, f"ö/{name}": OWL})
    for path in (root / name, root / "ö" / name):
        path.write_text(OWL.replace("return 8", "return 80"))
    write_tree(root, {f"new/{name}": "def f():\n    return 1\n"})
    assert changed_since(str(root), "HEAD") == sorted([name, f"new/{name}", f"ö/{name}"])
    texts = texts_at(str(root), "HEAD", [f"new/{name}", name, f"ö/{name}"])
    assert texts == {name: OWL.encode(), f"ö/{name}": OWL.encode()}
    assert [found for found, _ in differences(Workspace(str(root)), "HEAD").changed] == [
        f"{file}:{key}" for file, key in sorted([(name, "Owl.rest"), (f"new/{name}", "f"), (f"ö/{name}", "Owl.rest")])
    ]
    assert changed_rows(str(root), [name, f"ö/{name}"]) == {name: [(11, 11)], f"ö/{name}": [(11, 11)]}


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    root = committed(tmp_path / "top", {"pyproject.toml": CONFIG})
    name = os.fsdecode(b"b\xff.py")
    try:
        write_tree(root, {name: "def f():\n    return 1\n", "new\nline.py": "def g():\n    return 1\n"})
    except OSError:
        pytest.skip("this file system has no such names")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "odd")
    write_tree(root, {name: "def f():\n    return 2\n", "new\nline.py": "def g():\n    return 2\n"})
    assert [found for found, _ in differences(Workspace(str(root)), "HEAD").changed] == [f"{name}:f", "new\nline.py:g"]
    assert r"b\udcff.py:f" in run(root, "impact", "--since", "HEAD").text


def test_rows_that_differ_from_the_last_commit(zoo: Path) -> None:
    path = zoo / "zoo/owl.py"
    path.write_text(
        OWL.replace("import os\n", "").replace("return 8", "return 8\n        # night").replace("2\n", "3\n")
    )
    assert changed_rows(str(zoo), ["zoo/owl.py"]) == {"zoo/owl.py": [(0, 1), (4, 4), (11, 11), (19, 19)]}
    assert changed_rows(str(zoo), ["zoo/hawk.py"]) == {}


def test_rows_whose_text_looks_like_a_head_of_a_patch(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "diff.noprefix")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    path = zoo / "zoo/owl.py"
    path.write_text(OWL.replace("import os\n", "++ b/other.py\n@ -1 +1 @@\n").replace("return 8", "return 9"))
    assert changed_rows(str(zoo), ["zoo/owl.py"]) == {"zoo/owl.py": [(1, 2), (12, 12)]}


def test_no_rows_without_a_commit_or_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"a.py": "x = 1\n"})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert changed_rows(str(tmp_path), ["a.py"]) == {}
    git(tmp_path, "init", "-q")
    assert changed_rows(str(tmp_path), ["a.py"]) == {}


def refusal(folder: Path, revision: str) -> str:
    before = tree_of(folder)
    result = run(folder, "impact", "--since", revision)
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr.count("\n") == 1 and "Traceback" not in result.stderr
    assert tree_of(folder) == before
    return result.stderr.removeprefix("copycheck: ").rstrip("\n")


@pytest.mark.parametrize("revision", ["v9.9", "HEAD~7", "", "--all", "HEAD:zoo", "a b", "deadbeef" * 5])
def test_a_revision_that_is_not_there(zoo: Path, revision: str) -> None:
    assert refusal(zoo, revision) == f"git knows no revision `{revision}`; `git log` lists them"


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pyproject.toml": CONFIG})
    git(tmp_path, "init", "-q")
    assert refusal(tmp_path, "HEAD") == "git knows no revision `HEAD`; `git log` lists them"


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"pyproject.toml": CONFIG})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert refusal(tmp_path, "HEAD") == f"{tmp_path} is in no git repository"


def test_no_git(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(zoo))
    assert refusal(zoo, "HEAD") == "git cannot be run: there is no `git` on the PATH: install it"


def test_a_shallow_clone(zoo: Path, tmp_path: Path) -> None:
    edit(zoo / "zoo/owl.py", lambda text: text.replace("return 1\n", "return 11\n"))
    git(zoo, "commit", "-aqm", "second")
    git(tmp_path, "clone", "-q", "--depth", "1", zoo.as_uri(), "shallow")
    assert refusal(tmp_path / "shallow", "HEAD~1") == (
        "git knows no revision `HEAD~1`; this is a shallow clone: `git fetch --unshallow` brings the rest"
    )
    assert since(tmp_path / "shallow") == []
    git(zoo, "branch", "feathers", "HEAD~1")
    said = refusal(tmp_path / "shallow", "feathers")
    fetch_it = "git fetch origin +feathers:refs/remotes/origin/feathers"
    assert said.endswith(f"this clone has not fetched that branch: run `{fetch_it}`, and name `origin/feathers`")
    git(tmp_path / "shallow", "fetch", "-q", "--unshallow")
    assert refusal(tmp_path / "shallow", "feathers") == said, "it has one branch alone"
    said = refusal(tmp_path / "shallow", "origin/feathers")
    fetch = "fetch origin +feathers:refs/remotes/origin/feathers"
    assert said == f"git knows no revision `origin/feathers`; this clone has not fetched that branch: run `git {fetch}`"
    git(tmp_path / "shallow", *fetch.split())
    assert since(tmp_path / "shallow", revision="origin/feathers") != []


def test_what_git_itself_says_is_told(zoo: Path) -> None:
    (zoo / ".git" / "HEAD").write_text("nonsense\n")
    with pytest.raises(GitError) as error:
        changed_since(str(zoo), "HEAD")
    assert isinstance(error.value, CopycheckError) and "\n" not in str(error.value) and str(error.value)


def test_a_hook_of_git(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git tells its hooks by variables where its folder is, from the top of the repository."""
    edit(zoo / "zoo/owl.py", lambda text: text.replace("return 1\n", "return 11\n"))
    hook = zoo / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nenv | grep ^GIT_ >hook.txt\n")
    hook.chmod(0o755)
    git(zoo, "commit", "-aqm", "second")
    for line in (zoo / "hook.txt").read_text().splitlines():
        name, _, value = line.partition("=")
        if name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"):
            monkeypatch.setenv(name, value)
    assert since(zoo, revision="HEAD~1") == ["zoo/owl.py:fly", "> fly"]


def test_a_copy_that_was_edited_itself_fails_a_check(zoo: Path) -> None:
    hawk = zoo / "zoo/hawk.py"
    hawk.write_text(hawk.read_text() + "\n\n# Copied from zoo.owl.fly\ndef fly():\n    return 7\n")
    write_tree(zoo, {"zoo/new.py": "# Copied from zoo.owl.fly\ndef fly():\n    return 8\n"})
    result = run(zoo, "impact", "--since", "HEAD", "--check")
    assert result.code == 1
    assert "zoo/hawk.py:fly\n└─ zoo/hawk.py:" in result.text and "└─ zoo/new.py:1: drift fly (CPY201)" in result.text


def test_a_source_that_cannot_be_read_any_more_fails_a_check(zoo: Path) -> None:
    (zoo / "zoo/owl.py").write_text("def fly(:\n")
    result = run(zoo, "impact", "--since", "HEAD", "--check")
    assert result.code == 1 and "unchecked" in result.text
