"""Edits that no commit has yet: a fix throws none of them away unless it is told to (contract 5.8 and 5.9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck.project import git as git_of_project
from tests.harness import committed, git, run, tree_of, write_tree

SOURCE = "def f(x):\n    return x + 1\n"
COPY = "# Copied from a.f\n" + SOURCE
LONG = "def f(x):\n" + "".join(f"    x = x + {number}\n" for number in range(20)) + "    return x\n"
PROJECT = {"copycheck.toml": "", "a.py": SOURCE, "b.py": COPY}


def repository(root: Path, files: dict[str, str]) -> Path:
    write_tree(root, files)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path, PROJECT)


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("cache", [(), ("--no-cache",)])
def test_an_edit_that_nobody_has_committed_is_not_thrown_away(repo: Path, cache: tuple[str, ...]) -> None:
    edit(repo / "b.py", "x + 1", "x + 2")
    said = run(repo, *cache).text
    assert "`f` differs from its source `a.f` (a.py:1); it has changed since the last commit, and a fix would" in said
    for command in ("copycheck promote b.py:1", "copycheck break b.py:1", "copycheck --fix --unsafe-fixes"):
        assert f"`{command}`" in said
    before = tree_of(repo)
    assert "0 fixed, 1 finding" in run(repo, "--fix", *cache).text
    assert tree_of(repo) == before
    assert run(repo, "--diff", *cache).stdout == b""
    assert "1 fixed" in run(repo, "--fix", "--unsafe-fixes", *cache).text
    assert (repo / "b.py").read_text() == COPY


def test_the_source_alone_has_changed(repo: Path) -> None:
    edit(repo / "a.py", "x + 1", "x + 2")
    assert "1 fixed, 0 findings" in run(repo, "--fix").text


def test_what_a_fix_has_written_is_no_edit(repo: Path) -> None:
    for value in ("2", "3", "4"):
        edit(repo / "a.py", (repo / "a.py").read_text()[-2:], f"{value}\n")
        assert "1 fixed, 0 findings" in run(repo, "--fix").text
    edit(repo / "b.py", "x + 4", "x + 5")
    assert "0 fixed, 1 finding" in run(repo, "--fix").text


def test_without_a_cache_the_source_of_the_commit_says_what_a_fix_wrote(repo: Path) -> None:
    edit(repo / "b.py", "x + 1", "x+7")
    git(repo, "commit", "-qam", "drifted")
    assert "1 fixed" in run(repo, "--fix", "--no-cache").text
    edit(repo / "a.py", "x + 1", "x + 2")
    assert "1 fixed" in run(repo, "--fix", "--no-cache").text


def test_a_commit_makes_an_edit_safe_and_its_taking_back_makes_it_unsafe(repo: Path) -> None:
    edit(repo / "b.py", "x + 1", "x + 2")
    assert "`copycheck --fix --unsafe-fixes`" in run(repo).text
    git(repo, "commit", "-qam", "second")
    assert "1 finding can be fixed with `copycheck --fix`." in run(repo).text
    git(repo, "reset", "-q", "--soft", "HEAD~")
    assert "0 fixed, 1 finding" in run(repo, "--fix").text
    assert (
        "1 unsafe fix is left to you: `copycheck --fix --unsafe-fixes --only f b.py` makes it."
        in run(repo, "--only", "f", "b.py").text
    )
    (repo / "c.py").write_text(COPY.replace("f(x)", "g(x)").replace("x + 1", "x + 3"))
    git(repo, "add", "c.py")
    said = run(repo, "c.py").text
    assert (
        "help: run `copycheck --fix` to write" in said and "1 finding can be fixed with `copycheck --fix c.py`." in said
    )


_OWL = "class Owl:\n    def f(self, x):\n        return x\n\n    def g(self, x):\n        return self.f(x)\n"
_NEW_OWL = (
    "class Owl:\n    def f(self, x, y):\n        return x + y\n\n    def g(self, x):\n        return self.f(x, 1)\n"
)
_HAWK = _OWL.replace("Owl", "Hawk").replace("    def f", "    # Copied from owl.Owl.f\n    def f")
_HAWK = _HAWK.replace("    def g", "    # Copied from owl.Owl.g\n    def g")


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("", "", ()),
        ("self.f(x)", "self.f(x * 2)", ("line 8 does not fit", "has changed since")),
        (
            "    # Copied from owl.Owl.g\n",
            "    # copycheck: ignore[CPY2]\n    # Copied from owl.Owl.g\n",
            ("line 9 does",),
        ),
        ("    # Copied from owl.Owl.g\n", "    # copycheck: ignore[CPY4]\n    # Copied from owl.Owl.g\n", ("CPY008",)),
    ],
)
def test_a_copy_that_is_not_fixed_counts_as_the_rest_of_the_file(
    tmp_path: Path, old: str, new: str, left: tuple[str, ...]
) -> None:
    repo = repository(tmp_path, {"copycheck.toml": "", "owl.py": _OWL, "hawk.py": _HAWK})
    edit(repo / "owl.py", _OWL, _NEW_OWL)
    if old:
        edit(repo / "hawk.py", old, new)
    said = run(repo, "--fix", "--output-format=concise").text
    assert [part for part in left if part not in said] == []
    assert ("def f(self, x, y)" in (repo / "hawk.py").read_text()) == ("line" not in "".join(left))


def test_a_new_copy_is_filled(repo: Path) -> None:
    (repo / "c.py").write_text("# Copied from a.f\ndef f(x): ...\n")
    edit(repo / "b.py", COPY, COPY + "\n\n# Copied from a.f\ndef g(x):\n    pass\n")
    assert "2 fixed, 0 findings" in run(repo, "--fix").text


def test_a_directive_above_an_old_definition_is_new(tmp_path: Path) -> None:
    repo = repository(tmp_path, {**PROJECT, "c.py": "def f(x):\n    return x\n"})
    (repo / "c.py").write_text("# Copied from a.f\ndef f(x):\n    return 5 * x\n")
    assert "1 fixed" in run(repo, "--fix").text


def test_an_edit_in_what_the_copy_keeps_is_none(tmp_path: Path) -> None:
    source = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 1\n"
    own = source.replace("    def g", "    # Ignore copy\n    def g")
    repo = repository(tmp_path, {"copycheck.toml": "", "a.py": source, "b.py": f"# Copied from a.A\n{own}"})
    edit(repo / "b.py", "    def g(self):\n        return 1", "    def g(self):\n        return 2")
    edit(repo / "a.py", "    def f(self):\n        return 1", "    def f(self):\n        return 3")
    assert "1 fixed" in run(repo, "--fix").text
    assert "return 2" in (repo / "b.py").read_text()


def test_a_clean_check_asks_git_nothing(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_of_project, "texts_at", None)
    assert run(repo, "--no-cache").code == 0


def test_a_fork_is_not_wiped(project: Path) -> None:
    write_tree(project, {"a.py": SOURCE, "b.py": "# Copied from a.f\n" + LONG})
    said = run(project).text
    assert "a fix would remove 21 of its 22 lines" in said
    for command in ("copycheck promote b.py:1", "copycheck break b.py:1", "copycheck --fix --unsafe-fixes"):
        assert f"`{command}`" in said
    assert "0 fixed, 1 finding" in run(project, "--fix").text
    assert "1 fixed" in run(project, "--fix", "--unsafe-fixes").text


def test_lines_that_move_or_a_stub_are_no_fork(project: Path) -> None:
    lines = LONG.splitlines(keepends=True)
    moved = "".join([lines[0], *reversed(lines[1:-1]), lines[-1]])
    stub = 'def f(x):\n    """' + "Text.\n" * 15 + '    """\n    ...\n'
    write_tree(project, {"a.py": LONG, "b.py": f"# Copied from a.f\n{moved}", "c.py": f"# Copied from a.f\n{stub}"})
    assert "2 fixed, 0 findings" in run(project, "--fix").text


def test_every_drift_names_promote_and_break(project: Path) -> None:
    write_tree(project, {"a.py": SOURCE, "b.py": COPY.replace("1", "2")})
    said = run(project).text
    assert "`copycheck promote b.py:1` to write the copy's edit into its source, or `copycheck break b.py:1`" in said


HOOT = "# Copied from owl.hoot\ndef hoot(x):\n    y = x\n    return y\n"


@pytest.mark.parametrize("edit", ["a file", "a file by hand", "a file into a folder by hand", "a function"])
def test_an_edit_of_what_was_renamed_since_the_commit(tmp_path: Path, edit: str) -> None:
    files: dict[str, str | bytes] = {"owl.py": HOOT.partition("\n")[2], "hawk.py": HOOT, "copycheck.toml": ""}
    root = committed(tmp_path / "p", files)
    name, text = "hawk.py", HOOT.replace("return y", "return y + 1")
    if edit.startswith("a file"):
        name = "deep/kite.py" if "folder" in edit else "kite.py"
        (root / name).parent.mkdir(exist_ok=True)
        if "by hand" in edit:
            (root / "hawk.py").rename(root / name)  # git sees a file that is gone, and one that it does not know
        else:
            git(root, "mv", "hawk.py", name)
    else:
        text = text.replace("def hoot", "def screech")
    write_tree(root, {name: text})
    assert "it has changed since the last commit" in run(root).text
    run(root, "--fix")
    assert (root / name).read_text() == text


def test_a_new_copy_beside_a_file_that_is_gone_is_filled(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"owl.py": HOOT.partition("\n")[2], "other.py": "import os\n\nprint(os.sep)\n"}
    root = committed(tmp_path / "p", {**files, "copycheck.toml": ""})
    (root / "other.py").unlink()
    write_tree(root, {"kite.py": HOOT.replace("return y", "return 1")})
    run(root, "--fix")
    assert (root / "kite.py").read_text() == HOOT


def test_a_cached_answer_goes_with_the_file_that_comes_back(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"owl.py": HOOT.partition("\n")[2], "hawk.py": HOOT, "copycheck.toml": ""}
    root = committed(tmp_path / "p", files)
    (root / "hawk.py").rename(root / "kite.py")
    write_tree(root, {"kite.py": HOOT.replace("return y", "return y + 1")})
    assert "it has changed since the last commit" in run(root).text
    write_tree(root, {"hawk.py": HOOT})
    assert run(root).text == run(root, "--no-cache").text
    assert "it has changed since the last commit" not in run(root).text


def test_an_edit_in_a_submodule(tmp_path: Path) -> None:
    inner: dict[str, str | bytes] = {"owl.py": HOOT.partition("\n")[2], "hawk.py": HOOT.replace("owl.", "sub.owl.")}
    committed(tmp_path / "inner", inner)
    root = committed(tmp_path / "outer", {"copycheck.toml": ""})
    git(root, "submodule", "--quiet", "add", str(tmp_path / "inner"), "sub")
    git(root, "commit", "-q", "-m", "sub")
    text = HOOT.replace("owl.", "sub.owl.").replace("return y", "return y + 1")
    write_tree(root, {"sub/hawk.py": text})
    run(root, "--fix")
    assert (root / "sub/hawk.py").read_text() == text


@pytest.mark.parametrize("configuration", ["", 'exclude = ["hawk.py"]\n'])
def test_a_cached_answer_goes_with_the_file_that_goes(
    tmp_path: Path, configuration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", 0)  # files are as old as on any other day
    files: dict[str, str | bytes] = {"owl.py": HOOT.partition("\n")[2], "hawk.py": HOOT}
    files["copycheck.toml"] = configuration
    root = committed(tmp_path / "p", files)
    write_tree(root, {"kite.py": HOOT.replace("return y", "return y + 1")})
    assert "it has changed since the last commit" not in run(root).text
    (root / "hawk.py").unlink()  # now it was moved by hand, and edited
    assert "it has changed since the last commit" in run(root).text
    assert run(root).text == run(root, "--no-cache").text
