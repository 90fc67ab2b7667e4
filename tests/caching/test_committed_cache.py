"""A cache that somebody commits makes no drift pass: nobody can foresee the inodes that its signatures would need."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run, write_tree

SOURCE = "def clamp(x):\n    return max(x, 0)\n"
COPY = "# Copied from pkg.base.clamp\ndef clamp(x):\n    return max(x, 0)\n"
Forge = Callable[[str, Path], Any]

FORGED: dict[str, Forge] = {
    "as it was": lambda was, path: was,
    "nothing": lambda was, path: None,
    "empty": lambda was, path: [],
    "true": lambda was, path: True,
    "a text": lambda was, path: "same",
    "size alone": lambda was, path: [path.stat().st_size],
    "size and times": lambda was, path: [path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_mtime_ns, 1],
    "too long": lambda was, path: [path.stat().st_size, 0, 0, 0, "0" * 64, 1, 1],
    "trusted hash": lambda was, path: [path.stat().st_size, path.stat().st_mtime_ns, 0, 0, "0" * 64, 1],
}


def forge(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the index of a cache, with a checksum that fits."""
    [path] = (folder / ".copycheck_cache").glob("*.index")
    head, body = path.read_bytes().split(b"\n", 1)
    index = json.loads(body)
    change(index)
    body = json.dumps(index).encode()
    path.write_bytes(head.split(b" ")[0] + f" {zlib.crc32(body):08x}\n".encode() + body)


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_cache_hides_no_drift(tmp_path: Path, kind: str) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    write_tree(theirs, {"copycheck.toml": "", "pkg/base.py": SOURCE, "copy.py": COPY})
    assert run(theirs).code == 0
    shutil.copytree(theirs, ours)
    (ours / "copy.py").write_text(COPY.replace("0", "1"))
    stamp = (theirs / "copy.py").stat()
    os.utime(ours / "copy.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    def change(index: dict[str, Any]) -> None:
        for part in ("files", "others"):
            index[part] = {
                name: FORGED[kind](was, ours / name) for name, was in index[part].items() if (ours / name).exists()
            }

    forge(ours, change)
    result = run(ours, "--output-format", "concise")
    assert (result.code, "CPY201" in result.text) == (1, True), result.stderr
    assert "Traceback" not in result.stderr and "internal error" not in result.stderr


def test_a_cache_that_lists_no_files_hides_none(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "pkg/base.py": SOURCE, "copy.py": COPY})
    assert run(tmp_path).code == 0
    (tmp_path / "copy.py").write_text(COPY.replace("0", "1"))
    forge(tmp_path, lambda index: index.update(files={}, others={}))
    assert run(tmp_path).code == 1


def test_a_forged_baseline_shows_what_it_hides(tmp_path: Path) -> None:
    write_tree(tmp_path, {"copycheck.toml": "", "pkg/base.py": SOURCE, "copy.py": COPY.replace("0", "1")})
    entry = {"code": "CPY201", "filename": "copy.py", "copy": "*", "target": "*"}
    for shape in (entry, entry | {"filename": "*"}, entry | {"copy": "clamp"}, entry | {"target": "pkg.base.clamp"}):
        (tmp_path / "copycheck-baseline.json").write_text(json.dumps({"version": 1, "findings": [shape]}))
        assert run(tmp_path).code == 1, "only an entry that names file, copy and source hides a drift"
    named = entry | {"copy": "clamp", "target": "pkg.base.clamp"}
    (tmp_path / "copycheck-baseline.json").write_text(json.dumps({"version": 1, "findings": [named]}))
    result = run(tmp_path)
    assert result.code == 0 and "1" in result.text.splitlines()[-1]


def test_a_baseline_hides_no_merge_conflict(tmp_path: Path) -> None:
    tree = {"copycheck.toml": "", "base.py": "def f():\n    return 1\n", "m.py": "# Copied from base.f\ndef f(:\n"}
    write_tree(tmp_path, tree)
    assert "Wrote 1 finding" in run(tmp_path, "--write-baseline").stderr and run(tmp_path).code == 0
    (tmp_path / "m.py").write_text("# Copied from base.f\n<<<<<<< a\nX = 1\n=======\nX = 2\n>>>>>>> b\n")
    for arguments in ([], ["--no-cache"], []):
        found = run(tmp_path, *arguments)
        assert found.code == 1 and "CPY000 the file has an unresolved merge conflict (line 2)" in found.text
    run(tmp_path, "--write-baseline")
    assert run(tmp_path).code == 1
