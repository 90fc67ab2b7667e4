"""What the command line says of itself: settings, files, and the words that a shell completes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from copycheck.cli.registry import command_names
from copycheck.model.rules import DEFAULT_CODES, RULES
from copycheck.output import FORMATS
from copycheck.project.config_search import load
from copycheck.project.settings_reader import KEYS
from tests.harness import run, tree_of, write_tree

REPOSITORY = Path(__file__).parent.parent.parent
PYPROJECT = """\
[tool.other]
src = ["elsewhere"]
select = ["X"]

[tool.copycheck]
src = ["lib"]
extend-exclude = ["old", "a\\u202e\\u007f\\"b\\\\"]
formatter = "none"
respect-gitignore = false
select = ["CPY2", "CPY007"]
ignore = ["CPY203"]
external = ["numpy"]
required-version = ">=0"
full-copies-from = "script.py"

[tool.copycheck.per-file-ignores]
"tests/*" = ["CPY20"]

[tool.copycheck.full-copies]
"a.txt" = "b.txt"
"c.py" = { source = "d.py", with = "A->B, \\"->'" }
"""
ARGS = ["--extend-select", "CPY004", "--extend-ignore", "copy-drift", "--config", 'header = "ignore"']


def origins(text: str) -> dict[str, str]:
    """Where each setting that is shown comes from, by its key."""
    lines = re.findall(r"^(?:([\w-]+) = .*|\[(?:tool\.copycheck\.)?([\w-]+)\])  # (.+)$", text, re.MULTILINE)
    return {key or table: origin for key, table, origin in lines}


@pytest.mark.parametrize("name", ["pyproject.toml", "copycheck.toml"])
def test_shown_settings_can_be_pasted(tmp_path: Path, name: str) -> None:
    ours = PYPROJECT.partition("[tool.copycheck]\n")[2].replace("tool.copycheck.", "")
    (tmp_path / name).write_text(PYPROJECT if name == "pyproject.toml" else ours)
    meant = load((), ARGS[-1:], str(tmp_path)).with_codes(None, ["copy-drift"], ["CPY004"])
    assert meant.header == "ignore" and meant.codes == {"CPY004", "CPY007", "CPY202", "CPY204"}

    shown = run(tmp_path, "--show-settings", *ARGS)
    assert (shown.code, shown.stderr) == (0, "")
    (tmp_path / name).write_bytes(shown.stdout)
    assert load((), (), str(tmp_path)) == meant
    assert run(tmp_path, "--show-settings").code == 0


def test_shown_settings_say_where_they_come_from(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    text = run(tmp_path, "--show-settings", *ARGS, "--cache-dir", "kept").text
    assert text.startswith(f"# root: {tmp_path}\n# configuration: {tmp_path}/pyproject.toml\n[tool.copycheck]\n")
    assert origins(text) == {
        "src": "pyproject.toml:6",
        "include": "default",
        "exclude": "default; extend-exclude: pyproject.toml:7",
        "respect-gitignore": "pyproject.toml:9",
        "force-exclude": "default",
        "formatter": "pyproject.toml:8",
        "header": "--config",
        "per-file-ignores": "pyproject.toml:16",
        "full-copies": "pyproject.toml:19",
        "full-copies-from": "pyproject.toml:14",
        "cache-dir": "command line",
        "external": "pyproject.toml:12",
        "select": "pyproject.toml:10; ignore: pyproject.toml:11; extend-select: command line; ignore: command line",
        "tool-comments": "default",
        "suggest": "default",
        "required-version": "pyproject.toml:13",
        "upstream": "default",
    }


def test_shown_settings_are_complete(tmp_path: Path) -> None:
    text = run(tmp_path, "--show-settings").text
    shown = {*origins(text), *re.findall(r"^# ([\w-]+) is not set$", text, re.MULTILINE)}
    assert shown == {*KEYS} - {"extend-exclude", "extend-select", "ignore"}
    assert set(origins(text).values()) == {"default"}
    assert "# configuration: none, the defaults\n" in text
    assert set(re.findall(r"CPY\d{3}", text)) == DEFAULT_CODES


def test_a_key_is_named_where_our_table_has_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.other]\nheader = 1\n\n[tool.copycheck]\nheader = "off"\n')
    assert "pyproject.toml:5: `header`" in run(tmp_path).stderr


def test_shown_settings_are_printable(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    text = run(tmp_path, "--show-settings").text
    assert r'"a\U0000202e\U0000007f\"b\\"' in text
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.fixture
def tree(project: Path) -> Path:
    for name in ("pkg/a.py", "pkg/b.pyi", "pkg/c.txt", "old/a.py", "made/a.py", "top.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("# Copied from nowhere.X\nclass X:\n    pass\n")
    (project / "pyproject.toml").write_text('[tool.copycheck]\nextend-exclude = ["old"]\n')
    (project / ".gitignore").write_text("made\n")
    return project


@pytest.mark.parametrize(
    ("args", "files"),
    [
        ([], "pkg/a.py pkg/b.pyi top.py"),
        (["pkg"], "pkg/a.py pkg/b.pyi"),
        (["pkg/b.pyi", "top.py", "old"], "pkg/b.pyi top.py"),
        (["--config", "respect-gitignore = false"], "made/a.py pkg/a.py pkg/b.pyi top.py"),
    ],
)
def test_show_files(tree: Path, args: list[str], files: str) -> None:
    before = tree_of(tree)
    result = run(tree, "--show-files", *args)
    assert (result.code, result.stderr) == (0, "")
    assert result.text.splitlines() == files.split()
    assert tree_of(tree) == before and not (tree / ".copycheck_cache").exists()


def test_show_files_of_a_wrong_path(tree: Path) -> None:
    result = run(tree, "--show-files", "pkg", "gone")
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr == "copycheck: gone: there is no such file or directory\n"


def test_show_files_with_an_escape_in_a_name(tree: Path) -> None:
    (tree / "pkg" / "e\x1b[2J\udcff.py").touch()
    assert r"pkg/e\x1b[2J\udcff.py" in run(tree, "--show-files").text.splitlines()


def test_a_name_in_any_case_is_as_exact_as_its_code(tree: Path) -> None:
    text = run(tree, "--show-settings", "--select", "Copy-Drift,CPY202", "--ignore", "CPY201").text
    assert set(re.findall(r"CPY\d{3}", text)) == {"CPY202"}


FILE = "file"
ARGUMENTS = [
    ("", [FILE, *command_names()]),
    ("ru", [FILE, "rule"]),
    ("--show", [FILE, "--show-fixes", "--show-settings", "--show-files"]),
    ("pkg ", [FILE]),
    ("pkg --show-f", ["--show-fixes", "--show-files"]),
    ("--fix ru", [FILE]),
    ("--output-format ", list(FORMATS)),
    ("--select CPY10", ["CPY101", "CPY102", "CPY103", "CPY104", "CPY105"]),
    ("pkg --ignore cpy204", ["CPY204"]),
    ("--extend-select copy-", ["copy-cycle", "copy-drift"]),
    ("--extend-ignore CPY001,unknown-m", ["CPY001,unknown-module"]),
    ("rule ", list(RULES)),
    ("rule CPY00", [f"CPY00{number}" for number in range(10)]),
    ("rule --output-format ", ["text", "json"]),
    ("rule CPY201 ", []),
    ("clean --c", ["--config", "--cache-dir"]),
    ("help pro", ["promote"]),
]


@pytest.mark.parametrize(("words", "offered"), ARGUMENTS)
def test_completion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]) -> None:
    monkeypatch.setenv("_COPYCHECK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"copycheck {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" "))))
    result = run(tmp_path)
    assert (result.code, result.stderr) == (0, "")
    kinds = [line.partition(",") for line in result.text.splitlines() if line]
    assert [FILE if kind == FILE else text for kind, _, text in kinds] == offered


def test_completion_of_a_value_behind_an_equals_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_COPYCHECK_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", "copycheck --select=CPY204")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run(tmp_path).text.split("\n")[:3] == ["plain", "CPY204", RULES["CPY204"].summary]


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o nosort"), ("zsh", "#compdef"), ("fish", "--command")]
)
def test_completion_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str, sign: str) -> None:
    monkeypatch.setenv("_COPYCHECK_COMPLETE", f"{shell}_source")
    result = run(tmp_path)
    assert result.code == 0
    assert sign in result.text and f"_COPYCHECK_COMPLETE={shell}_complete" in result.text


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_completion_in_bash(tmp_path: Path) -> None:
    """The first way that docs/shell-completion.md shows for bash, in bash."""
    page = (REPOSITORY / "docs" / "shell-completion.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if "completion bash" in line)
    command = tmp_path / "copycheck"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m copycheck "$@"\n')
    command.chmod(0o755)
    script = (
        f"{line}\n"
        "complete -p copycheck >&2 || exit 3\n"
        "COMP_WORDS=(copycheck rule CPY10) COMP_CWORD=2\n"
        '_copycheck_completion copycheck\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["bash", "--norc", "-c", script], env=env, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["CPY101", "CPY102", "CPY103", "CPY104", "CPY105"]


def test_check_and_fix_are_commands(project: Path) -> None:
    source, copy = "def f():\n    return 1\n", "# Copied from a.f\ndef f():\n    return 2\n"
    write_tree(project, {"a.py": source, "b.py": copy})
    plain = run(project, "--output-format", "concise")
    named = run(project, "check", "--output-format", "concise")
    assert (named.code, named.stdout) == (plain.code, plain.stdout) and plain.code == 1
    assert run(project, "fix", "--diff").stdout == run(project, "--diff").stdout != b""
    assert run(project, "fix").code == run(project, "check").code == 0
    assert "No such option" in run(project, "fix", "--watch").stderr


@pytest.mark.parametrize("command", [*command_names()])
def test_help_is_a_command(project: Path, command: str) -> None:
    result = run(project, "help", command)
    assert result.code == 0 and result.text.startswith(f"Usage: copycheck {command}")
    assert run(project, "help").text == run(project, "--help").text
    assert "there is no command `nix`" in run(project, "help", "nix").stderr


@pytest.mark.parametrize("meant", ["p/b.py", "p/b.py:1", "p/b.py:2", "p/b.py:3", "p.b.g", "b.g"])
def test_only_takes_a_copy_by_its_row_its_name_and_its_file(project: Path, meant: str) -> None:
    copy = "# Copied from a.f\ndef g():\n    return 2\n"
    write_tree(project, {"a.py": "def f():\n    return 1\n", "p/b.py": copy, "c.py": copy})
    assert run(project, "--fix", "--only", meant).code == 0
    assert "return 1" in (project / "p/b.py").read_text()
    assert (project / "c.py").read_text() == copy
    several = run(project, "--fix", "--only", "g")
    assert several.code == 2 and "several copies have this name: c.py:1, p/b.py:1. Name one by" in several.stderr


@pytest.mark.parametrize("meant", ["b.py:2", "b.f"])
def test_only_takes_what_is_copied_from_a_copy_and_leaves_that_one(project: Path, meant: str) -> None:
    copy = "# Copied from {}.f\ndef f():\n    return 2\n"
    write_tree(project, {"a.py": "def f():\n    return 1\n", "b.py": copy.format("a"), "c.py": copy.format("b")})
    assert run(project, "--only", meant).code == 0


def test_what_is_no_path_is_named_with_the_command_that_takes_it(project: Path) -> None:
    write_tree(project, {"a.py": "def f():\n    return 1\n"})
    assert "for the copy at this row, run `copycheck --only a.py:1`" in run(project, "a.py:1").stderr
    assert "run `copycheck rule CPY201`" in run(project, "cpy201").stderr


def test_a_mistyped_command_gets_the_right_one_named(project: Path) -> None:
    result = run(project, "chekc")
    assert result.code == 2 and result.text == ""
    assert "there is no command, file or folder `chekc`; did you mean `copycheck check`?" in result.stderr
    (project / "chekc").mkdir()
    assert "did you mean" not in run(project, "chekc").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_command(project: Path, shell: str) -> None:
    assert f"_COPYCHECK_COMPLETE={shell}_complete" in run(project, "completion", shell).text
    missing = run(project, "completion")
    assert missing.code == 2 and "bash, zsh, fish" in missing.stderr and missing.stderr.count("\n") == 1


@pytest.mark.skipif(not shutil.which("fish"), reason="there is no fish")
def test_fish_shows_a_description_with_commas_whole(project: Path, tmp_path: Path) -> None:
    command = tmp_path / "copycheck"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m copycheck "$@"\n')
    command.chmod(0o755)
    script = f"{run(project, 'completion', 'fish').text}\ncomplete -C 'copycheck --show-fix'"
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["fish", "-c", script], env=env, capture_output=True, check=False, text=True)
    assert done.stdout == "--show-fixes\tWith --fix, list each thing that was fixed.\n", done.stderr


def test_a_group_of_commands_alone_prints_its_help(project: Path) -> None:
    result = run(project, "upstream")
    assert result.code == 2 and result.stderr.startswith("Usage: copycheck upstream") and "\n  sync " in result.stderr
