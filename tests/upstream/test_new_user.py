"""`copycheck upstream` where little is there yet: each problem is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from copycheck.upstream.releases import said_in_one_line
from tests.harness import run, tree_of, write_tree
from tests.upstream.packages import wheel, without_network

COPY = "# Copied from birds.owl.hoot\ndef hoot(volume):\n    return volume + 1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    links = without_network(monkeypatch, tmp_path)
    wheel(
        links, "birds", "1.0", {"birds/__init__.py": "", "birds/owl.py": "def hoot(volume):\n    return volume + 1\n"}
    )
    folder = tmp_path / "zoo"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("command", ["sync", "status", "update"])
def test_an_empty_folder(folder: Path, command: str) -> None:
    result = run(folder, "upstream", command)
    said = "no upstream is configured: name one in pyproject.toml, such as `[tool.copycheck.upstream]` with `NAME"
    assert result.code == 2 and said in result.stderr and result.stderr.count("\n") == 1 and not tree_of(folder)


def test_a_subfolder_is_in_the_project(folder: Path) -> None:
    write_tree(folder, {"pyproject.toml": '[tool.copycheck.upstream]\nbirds = "1.0"\n', "deep/hawk.py": COPY})
    result = run(folder / "deep", "upstream", "sync")
    assert "hawk.py:1: `hoot` is in sync with" in result.text and (folder / "copycheck-lock.json").exists()


def test_an_upstream_that_no_copy_names(folder: Path) -> None:
    write_tree(folder, {"pyproject.toml": '[tool.copycheck.upstream]\nbird = "1.0"\nbees = "2"\n', "hawk.py": COPY})
    before = tree_of(folder)
    result = run(folder, "upstream", "sync")
    assert result.code == 0 and result.stderr == (
        "copycheck: warning: no copy names the upstream `bird`; did you mean `birds`?\n"
        "copycheck: warning: no copy names the upstream `bees`: write `# Copied from bees.…` above a copy\n"
    )
    assert run(folder, "upstream", "update").text == "No copy has drifted.\n0 files changed\n"
    assert tree_of(folder) == before, "no lock is made for nothing"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["status", "--to", "a b"], "`a b` is not a version of `birds`: write one such as 4.57.6"),
        (
            ["update", "beres"],
            "beres: no upstream, source, file or folder has this name: `copycheck upstream status` lists",
        ),
        (["update", "gone.py"], "gone.py: there is no such file or directory"),
        (["updat"], "No such command 'updat'."),
        (["sync", "--versions", "1..2"], "--find-version"),
        (["sync", "--find-version", "--versions", "1..x"], "`x` in --versions is not a version: write 4.30..4.57"),
        (["sync", "--find-version", "--versions", "2..1"], "--versions 2..1 names no release: write 4.30..4.57"),
        (["sync", "--find-version", "--versions", ","], "--versions , names no release: write 4.30..4.57"),
    ],
)
def test_a_slip_of_the_fingers(folder: Path, args: list[str], said: str) -> None:
    write_tree(folder, {"pyproject.toml": '[tool.copycheck.upstream]\nbirds = "1.0"\n', "hawk.py": COPY})
    run(folder, "upstream", "sync")
    result = run(folder, "upstream", *args)
    assert result.code in (1, 2) and said in result.stderr and result.stderr.count("\n") == 1


def test_without_a_network_it_says_so() -> None:
    said = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\n"
        "ERROR: Could not find a version that satisfies the requirement birds==1.0 (from versions: none)\n"
        "ERROR: No matching distribution found for birds==1.0\n"
    )
    assert said_in_one_line(said).startswith("the index cannot be reached: look at the network")
    said = "ERROR: Exception:\nTraceback (most recent call last):\n  File x\nUnicodeDecodeError: no text\n"
    assert said_in_one_line(said).startswith("pip has stopped (UnicodeDecodeError: no text): look at the network")
