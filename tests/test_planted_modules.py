"""Modules and programs of the checked repository bear the names of ours: none of them is ever imported or started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from copycheck.parallel import ENOUGH
from tests.harness import committed, write_tree

MODULES = (
    *("__future__", "ast", "attr", "attrs", "black", "blib2to3", "cattrs", "click", "colorama", "difflib", "hashlib"),
    *(
        "json",
        "libcst",
        "libcst._nodes",
        "lsprotocol",
        "lsprotocol.types",
        "packaging",
        "packaging.version",
        "pathspec",
    ),
    *("pickle", "platformdirs", "pygls", "pygls.server", "rich", "ruff", "sitecustomize", "subprocess", "tempfile"),
    *("tomli", "tomllib", "typing_extensions", "usercustomize", "zipfile", "zlib"),
)
CONSOLE_SCRIPT = "import sys; from copycheck.__main__ import run; run()\n"
"""What an installer writes for the command; pre-commit calls it as well, in the repository."""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A repository with a drifted copy, whose modules and programs leave a file behind when they are run."""
    ran = tmp_path / "ran"
    trap = f"open({str(ran)!r}, 'a').write(__name__ + '\\n')\n"
    files: dict[str, str | bytes] = {
        "copycheck.toml": "",
        "pkg/base.py": "def f():\n    return 1\n",
        "m.py": f"# Copied from pkg.base.f\ndef f():\n    return   2\n{trap}",
    }
    for name in MODULES:
        is_package = any(other.startswith(f"{name}.") for other in MODULES)
        files[name.replace(".", "/") + ("/__init__.py" if is_package else ".py")] = trap
    root = committed(tmp_path / "planted", files)
    program = f"#!/bin/sh\necho program >> {ran}\n"
    for name in ("ruff.exe", "git", "git.exe", "black.exe", "uv", ".venv/bin/ruff", "bin/git"):
        write_tree(root, {name: program})
        (root / name).chmod(0o755)
    return root


def start(root: Path, *command: str, text: str = "", path: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python in a repository, with nothing of it on the path that Python itself has."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PATH"] = path + environment["PATH"]
    return subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_nothing_ran(root: Path) -> None:
    ran = root.parent / "ran"
    assert not ran.exists(), ran.read_text()


@pytest.fixture
def script(tmp_path: Path) -> str:
    """A console script outside of the repository."""
    path = tmp_path / "script.py"
    path.write_text(CONSOLE_SCRIPT)
    return str(path)


@pytest.mark.parametrize("formatter", ["ruff", "black", "none"])
def test_the_check_and_its_formatter(planted: Path, script: str, formatter: str) -> None:
    (planted / "copycheck.toml").write_text(f'formatter = "{formatter}"\n')
    for command in (["-m", "copycheck"], [script]):
        done = start(planted, *command, "--no-cache", "--output-format", "concise")
        assert (done.returncode, "m.py:1:1: CPY201" in done.stdout) == (1, True), done.stderr
        assert "is not installed" not in done.stderr and "cannot be run" not in done.stderr
    assert_nothing_ran(planted)


@pytest.mark.parametrize(
    "arguments",
    [
        ["suggest", "--min-lines", "1"],
        ["report"],
        ["graph", "--format", "json"],
        ["impact", "--since", "HEAD"],
        ["merge"],
        ["upstream", "status"],
        ["--fix", "--unsafe-fixes"],
    ],
    ids=" ".join,
)
def test_other_commands(planted: Path, script: str, arguments: list[str]) -> None:
    done = start(planted, script, *arguments)
    assert "internal error" not in done.stderr and "Traceback" not in done.stderr
    assert_nothing_ran(planted)


def test_a_path_with_a_relative_folder(planted: Path, script: str) -> None:
    done = start(planted, script, "impact", "--since", "HEAD", path=f".{os.pathsep}{os.pathsep}bin{os.pathsep}")
    assert done.returncode == 0, done.stderr
    assert_nothing_ran(planted)


def test_processes_that_help(planted: Path, script: str) -> None:
    write_tree(planted, {"pkg/large.py": "# Copied from the old one.\n" + "x = 1\n" * (ENOUGH // 6)})
    assert start(planted, script, "--quiet").returncode == 1
    assert_nothing_ran(planted)


@pytest.mark.parametrize("command", ["-m", "script"])
def test_the_server_and_the_check_that_fills_its_cache(planted: Path, script: str, command: str) -> None:
    pytest.importorskip("pygls")
    write_tree(planted, {"pkg/large.py": "# Copied from the old one.\n" + "x = 1\n" * (ENOUGH // 6)})
    uri = planted.as_uri()
    messages = (
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": uri, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {
            "method": "textDocument/didOpen",
            "params": {
                "textDocument": {
                    "uri": f"{uri}/m.py",
                    "languageId": "python",
                    "version": 1,
                    "text": (planted / "m.py").read_text(),
                }
            },
        },
        {"id": 2, "method": "textDocument/codeLens", "params": {"textDocument": {"uri": f"{uri}/m.py"}}},
        {"id": 3, "method": "shutdown", "params": None},
        {"method": "exit", "params": None},
    )
    bodies = [json.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    text = "".join(f"Content-Length: {len(body)}\r\n\r\n{body}" for body in bodies)
    run = ["-m", "copycheck"] if command == "-m" else [script]
    done = start(planted, *run, "server", text=text)
    assert '"id":2' in done.stdout.replace(" ", ""), done.stderr
    assert_nothing_ran(planted)
