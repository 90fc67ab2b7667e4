"""Emacs in batch mode, with the lines that the documentation shows: Eglot shows a drift, and has the copy fixed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import tree_of, write_tree

_SCRIPT = Path(__file__).with_name("eglot.el")
_PAGE = Path(__file__).parents[2] / "docs" / "editors.md"
_EMACS = shutil.which("emacs")
_RECORD = """\
line 1: copycheck [CPY201]: `rest` differs from its source `zoo.owl.rest` (zoo/owl.py:1)
line 3: copycheck [CPY201]: this line differs from the expected text (`zoo.owl.rest`)
action: Fix this copy of `rest`
# Copied from zoo.owl.rest
def rest(hours):
    return max(hours, 2)
modified: t
"""


def has_eglot() -> bool:
    if _EMACS is None:
        return False
    folders = """(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")"""
    asked = f"(progn (require 'package) {folders} (package-initialize) (require 'eglot))"
    return subprocess.run([_EMACS, "-Q", "--batch", "--eval", asked], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_eglot(), reason="Emacs with Eglot is not here: the other tests drive the server without it")
def test_eglot_shows_a_drift_and_fixes_it(tmp_path: Path) -> None:
    assert _EMACS is not None
    found = re.search(r"^```elisp\n(.*?)^```$", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    root, programs, snippet = tmp_path / "project", tmp_path / "bin", tmp_path / "snippet.el"
    snippet.write_text(found[1])
    programs.mkdir()
    program = programs / "copycheck"
    program.write_text(f"#!{sys.executable}\nfrom copycheck.__main__ import run\n\nrun()\n")
    program.chmod(0o755)
    owl = "def rest(hours):\n    return max(hours, 2)\n"
    hawk = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return max(hours, 1)\n"
    write_tree(root, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": owl, "zoo/hawk.py": hawk})
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    before = tree_of(root)
    environment = {**os.environ, "COPYCHECK_SNIPPET": str(snippet), "HOME": str(tmp_path / "home")}
    environment |= {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [_EMACS, "-Q", "--batch", "-l", str(_SCRIPT)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout == _RECORD, done.stderr
    assert done.returncode == 0
    assert tree_of(root) == before, "the buffer is not saved"
