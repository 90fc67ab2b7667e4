"""The layers of the workspace, and what an editor that holds unsaved texts sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck import api
from copycheck.model.errors import UnreadableFileError
from copycheck.project.workspace import Workspace
from tests.harness import tree_of, write_tree

SOURCE = "def hoot(times):\n    return times\n"
COPY = "# Copied from owls.hoot\ndef hoot(times):\n    return times\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"pyproject.toml": "[tool.copycheck]\n", "owls.py": SOURCE, "bats.py": COPY})
    return tmp_path


def test_upper_layers_hide_lower_ones(tree: Path) -> None:
    workspace = Workspace(str(tree))
    assert workspace.read("owls.py").text == SOURCE
    workspace.open_buffer("owls.py", b"buffer")
    assert workspace.read("owls.py").text == "buffer"
    workspace.set_edit("owls.py", b"edit")
    assert workspace.read("owls.py").text == "edit"
    assert workspace.read_uncached("owls.py") == b"edit"
    assert workspace.edits() == {"owls.py": (b"buffer", b"edit")}
    workspace.set_edit("owls.py", None)
    assert workspace.read("owls.py").text == "buffer"
    assert workspace.edits() == {}
    workspace.close_buffer("owls.py")
    assert workspace.read("owls.py").text == SOURCE


def test_files_that_are_only_unsaved(tree: Path) -> None:
    workspace = Workspace(str(tree))
    assert workspace.missing_folder("zoo/night") == "zoo"
    workspace.open_buffer("zoo/night/owls.py", b"")
    assert workspace.exists("zoo/night/owls.py") and workspace.is_inside("zoo/night/owls.py")
    assert workspace.missing_folder("zoo/night") is None
    assert workspace.missing_folder("zoo/day") == "zoo/day"
    workspace.set_edit("new.py", b"x")
    assert workspace.edits() == {"new.py": (None, b"x")}


def test_a_refresh_sees_the_disk_again(tree: Path) -> None:
    workspace = Workspace(str(tree))
    assert not workspace.exists("new.py")
    with pytest.raises(UnreadableFileError) as missing:
        workspace.read("new.py")
    assert missing.value.is_missing
    workspace.read("owls.py")
    write_tree(tree, {"new.py": "n = 1\n", "owls.py": "o = 1\n"})
    workspace.open_buffer("bats.py", b"b = 1\n")
    workspace.reread("new.py")
    workspace.reread("owls.py")
    assert [workspace.read(name).text for name in ("new.py", "owls.py", "bats.py")] == ["n = 1\n", "o = 1\n", "b = 1\n"]


def test_a_fork_is_a_workspace_of_its_own(tree: Path) -> None:
    workspace = Workspace(str(tree))
    workspace.open_buffer("bats.py", b"b = 1\n")
    workspace.set_edit("owls.py", b"o = 1\n")
    assert workspace.read("owls.py").text == "o = 1\n"
    other = workspace.fork()
    assert (other.read("owls.py").text, other.read("bats.py").text) == (SOURCE, "b = 1\n")
    other.close_buffer("bats.py")
    assert (other.read("bats.py").text, workspace.read("bats.py").text) == (COPY, "b = 1\n")


@pytest.mark.parametrize("cache", [False, True])
def test_open_buffers_are_checked_in_place_of_the_files(tree: Path, cache: bool) -> None:
    settings = api.load(cwd=str(tree))
    assert not api.check_paths(settings=settings, cache=cache).diagnostics
    before = tree_of(tree)
    workspace = Workspace(str(tree))
    workspace.open_buffer("owls.py", SOURCE.replace("return times", "return 2 * times").encode())
    workspace.open_buffer("more/cats.py", COPY.encode())
    found = api.check_paths(settings=settings, cache=cache, workspace=workspace)
    assert [(d.code, d.filename) for d in found.diagnostics] == [("CPY201", "bats.py"), ("CPY201", "more/cats.py")]
    listed = api.list_copies(settings=settings, cache=cache, workspace=workspace)
    assert [copy.state for copy in listed] == ["drift", "drift"]
    fixed = api.fix_paths(settings=settings, write=False, cache=cache, workspace=workspace)
    assert {(patch.filename, patch.before) for patch in fixed.patches} == {
        ("bats.py", COPY.encode()),
        ("more/cats.py", COPY.encode()),
    }
    # Nothing of it is written, and the cache knows nothing of it.
    assert tree_of(tree) == before
    assert not api.check_paths(settings=settings, cache=cache).diagnostics
