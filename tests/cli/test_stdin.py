"""`--stdin-filename`: one text from standard input, everything else from disk, and nothing written."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.harness import Run, run, tree_of, write_tree

_OWL = "def rest(hours):\n    return max(hours, 1)\n"
_HAWK = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return max(hours, 1)\n"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    write_tree(tmp_path, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": _OWL, "zoo/hawk.py": _HAWK})
    return tmp_path


def piped(monkeypatch: pytest.MonkeyPatch, cwd: Path, text: str | bytes, *args: str) -> Run:
    """Run the command with a text on standard input. Nothing of the project may change."""
    data = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    before = tree_of(cwd)
    done = run(cwd, "--output-format", "concise", *args)
    assert tree_of(cwd) == before
    return done


def test_the_text_is_checked_in_place_of_the_file(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, zoo, _HAWK.replace("1", "2"), "--stdin-filename", "zoo/hawk.py", "-")
    assert (done.code, done.text.partition(" ")[0]) == (1, "zoo/hawk.py:1:1:")
    assert piped(monkeypatch, zoo, _HAWK, "--stdin-filename", "zoo/hawk.py").code == 0


def test_a_source_shows_the_copies_that_it_leaves_behind(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, zoo, _OWL.replace("1", "2"), "--stdin-filename", "zoo/owl.py", "-")
    assert (done.code, done.text.partition(" ")[0]) == (1, "zoo/hawk.py:1:1:")


def test_a_new_file_is_checked(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, zoo, _HAWK.replace("1", "2"), "--stdin-filename", "zoo/crow.py", "-")
    assert (done.code, done.text.partition(" ")[0]) == (1, "zoo/crow.py:1:1:")


def test_a_name_from_a_folder_of_the_project(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, zoo / "zoo", _HAWK.replace("1", "2"), "--stdin-filename", "hawk.py", "-")
    assert (done.code, done.text.partition(" ")[0]) == (1, "hawk.py:1:1:")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_fixed_text_is_printed_byte_for_byte(zoo: Path, monkeypatch: pytest.MonkeyPatch, newline: str) -> None:
    fixed = f"# -*- coding: latin-1 -*-\nX = 'é'\n{_HAWK}".replace("\n", newline).encode("latin-1")
    text = fixed.replace(b"1)", b"2)")
    done = piped(monkeypatch, zoo, text, "--fix", "--stdin-filename", "zoo/hawk.py", "-")
    assert (done.code, done.stdout) == (0, fixed)
    assert "1 fixed" in done.stderr


def test_no_other_file_is_fixed(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _OWL.replace("1", "2")
    done = piped(monkeypatch, zoo, text, "--fix", "--stdin-filename", "zoo/owl.py", "-")
    assert (done.code, done.text) == (1, text)
    assert "zoo/hawk.py:1:1: CPY201" in done.stderr
    done = piped(monkeypatch, zoo, text, "--diff", "--stdin-filename", "zoo/owl.py", "-")
    assert (done.code, done.text) == (1, "")


def test_a_text_that_cannot_be_parsed_is_printed_as_it_is(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, zoo, _HAWK + "def (\n", "--fix", "--stdin-filename", "zoo/hawk.py", "-")
    assert (done.code, done.text) == (1, _HAWK + "def (\n")
    assert "CPY000" in done.stderr


def test_a_patch_applies_to_the_text(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = piped(monkeypatch, zoo, _HAWK.replace("1", "2"), "--diff", "--stdin-filename", "zoo/hawk.py", "-")
    assert done.code == 1
    assert "-    return max(hours, 2)\n+    return max(hours, 1)\n" in done.text


def test_an_excluded_file_is_checked_because_it_is_named(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, named = _HAWK.replace("1", "2"), ("--stdin-filename", "build/hawk.py", "-")
    assert piped(monkeypatch, zoo, text, *named).code == 1
    done = piped(monkeypatch, zoo, text, "--config", "force-exclude = true", *named)
    assert done.code == 0
    assert "build/hawk.py is not checked: it is excluded by `build` in `exclude`" in done.stderr


def test_what_an_earlier_run_has_kept_is_used(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, code in ((_HAWK.replace("1", "2"), 1), (_HAWK, 0), (_HAWK.replace("1", "3"), 1)):
        assert piped(monkeypatch, zoo, text, "--stdin-filename", "zoo/hawk.py", "-").code == code
        assert run(zoo).code == 0, "the cache holds what is on disk"
    write_tree(zoo, {"zoo/hawk.py": _HAWK.replace("1", "2")})
    assert piped(monkeypatch, zoo, _HAWK, "--stdin-filename", "zoo/hawk.py", "-").code == 0
    assert run(zoo, "--fix").code == 0
    assert (zoo / "zoo/hawk.py").read_text() == _HAWK


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("-",), "`-` is standard input: say with --stdin-filename which file the text is for"),
        (("--stdin-filename", "zoo/hawk.py", "zoo/owl.py"), "with --stdin-filename, `-` is the only path"),
        (("--stdin-filename", "zoo/hawk.py", "--watch", "-"), "--watch cannot be used with --stdin-filename"),
        (("--stdin-filename", "../hawk.py", "-"), "../hawk.py: this is outside of the project"),
    ],
)
def test_wrong_usage(zoo: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], message: str) -> None:
    done = piped(monkeypatch, zoo, _HAWK, *args)
    assert (done.code, done.text) == (2, "")
    assert message in done.stderr
