"""Neovim, headless: it shows what the server finds, and applies a code action to its buffer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import tree_of, write_tree

_SCRIPT = Path(__file__).with_name("neovim.lua")
_SERVER = [sys.executable, "-c", "from copycheck.__main__ import run; run()", "server"]
_NVIM = shutil.which("nvim")
_RECORD = """\
line 1: CPY201 `rest` differs from its source `zoo.owl.rest` (zoo/owl.py:1)
line 3: CPY201 this line differs from the expected text (`zoo.owl.rest`)
action: Fix this copy of `rest`
| # Copied from zoo.owl.rest
| def rest(hours):
|     return max(hours, 2)
no diagnostics, modified: true
"""


@pytest.mark.skipif(_NVIM is None, reason="Neovim is not on the PATH: the other tests drive the server without it")
def test_neovim_shows_a_drift_and_fixes_it(tmp_path: Path) -> None:
    assert _NVIM is not None
    root = tmp_path / "project"
    owl = "def rest(hours):\n    return max(hours, 2)\n"
    hawk = "# Copied from zoo.owl.rest\ndef rest(hours):\n    return max(hours, 1)\n"
    write_tree(root, {"copycheck.toml": 'formatter = "none"\n', "zoo/owl.py": owl, "zoo/hawk.py": hawk})
    before = tree_of(root)
    record, home = tmp_path / "record", str(tmp_path / "home")
    environment = {**os.environ, "COPYCHECK_RECORD": str(record), "COPYCHECK_SERVER": json.dumps(_SERVER)}
    environment |= dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), home)
    command = [_NVIM, "--headless", "-u", "NONE", "-i", "NONE", "-n", "zoo/hawk.py", "-c", f"luafile {_SCRIPT}"]
    subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL, timeout=180, check=True)
    assert record.read_text() == _RECORD
    assert tree_of(root) == before, "the buffer is not saved"
