"""A lock that somebody commits makes no drift pass that the lock itself does not show in review."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copycheck.project.lock_file import hash_of
from tests.harness import run, write_tree

SOURCE = "def f(x):\n    return x + 1\n"
INSIDE = "# Copied from pkg.base.f\n"
OUTSIDE = "# Copied from zoo.f\n"
FILES: dict[str, str | bytes] = {
    "copycheck.toml": '[upstream]\nzoo = { path = "elsewhere" }\n',
    "elsewhere/zoo/__init__.py": SOURCE,
    "pkg/base.py": SOURCE,
    "inside.py": INSIDE + SOURCE,
    "outside.py": OUTSIDE + SOURCE,
}
EVIL = ["def f(x):", "    return x + 666"]


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A project with a copy of its own and one of another package, both in sync."""
    write_tree(tmp_path, FILES)
    assert run(tmp_path, "upstream", "sync").code == 0
    assert run(tmp_path).code == 0
    return tmp_path


def forge(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = root / "copycheck-lock.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document, indent=2))


def test_a_lock_says_nothing_of_sources_inside(locked: Path) -> None:
    write_tree(locked, {"inside.py": INSIDE + "\n".join(EVIL) + "\n"})

    def change(document: dict[str, Any]) -> None:
        [source], [copy] = document["sources"], document["copies"]
        document["sources"].append({**source, "target": "pkg.base.f", "text": EVIL, "sha256": hash_of(EVIL)})
        document["copies"].append({**copy, "file": "inside.py", "target": "pkg.base.f"})

    forge(locked, change)
    found = run(locked, "--output-format", "concise")
    assert found.code == 1 and "inside.py:1:1: CPY201" in found.text


@pytest.mark.parametrize(
    "change",
    [
        lambda document: None,
        lambda document: document["sources"][0].update(text=EVIL),
        lambda document: document["sources"][0].update(sha256=hash_of(EVIL)),
        lambda document: document["sources"].append({**document["sources"][0], "text": EVIL, "sha256": hash_of(EVIL)}),
        lambda document: document["sources"][0].update(text=["\n".join(EVIL)]),
        lambda document: document["sources"].clear(),
        lambda document: document["copies"].clear(),
        lambda document: document["copies"][0].update(file="*", name="*"),
        lambda document: document["copies"][0].update(version="*"),
        lambda document: document["sources"][0].update(version="*"),
        lambda document: document.update(version=True),
        lambda document: document.update(sources=[], copies=[]),
    ],
)
def test_what_does_not_show_the_text_makes_no_drift_pass(
    locked: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    write_tree(locked, {"outside.py": OUTSIDE + "\n".join(EVIL) + "\n"})
    forge(locked, change)
    found = run(locked)
    assert found.code in (1, 2), found.text
    assert "Traceback" not in found.stderr and "internal error" not in found.stderr


def test_a_text_that_passes_is_there_for_all_to_read(locked: Path) -> None:
    write_tree(locked, {"outside.py": OUTSIDE + "\n".join(EVIL) + "\n"})
    forge(locked, lambda document: document["sources"][0].update(text=EVIL, sha256=hash_of(EVIL)))
    assert run(locked).code == 0
    assert '"    return x + 666"' in (locked / "copycheck-lock.json").read_text()


def test_a_lock_that_is_no_file_ends_the_run(locked: Path) -> None:
    (locked / "copycheck-lock.json").unlink()
    (locked / "copycheck-lock.json").mkdir()
    for command in ((), ("upstream", "sync")):
        result = run(locked, *command)
        assert (result.code, result.text) == (2, "") and "cannot be read: it is not a regular file" in result.stderr


@pytest.mark.parametrize("key", ["text", "version", "sha256"])
def test_what_is_there_twice_is_refused(locked: Path, key: str) -> None:
    path = locked / "copycheck-lock.json"
    document = json.loads(path.read_text())["sources"][0]
    shown = json.dumps({key: document[key]}, indent=2)[1:-1].strip()
    path.write_text(path.read_text().replace('"from": ', f'{shown},\n      "from": ', 1))
    found = run(locked)
    assert found.code == 2 and f"`{key}` is there twice" in found.stderr and found.stderr.count("\n") == 1


def test_a_baseline_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {**FILES, "copycheck.toml": "", "outside.py": "", "inside.py": INSIDE + "\n".join(EVIL) + "\n"}
    )
    assert run(tmp_path, "--write-baseline").code == 0
    path = tmp_path / "copycheck-baseline.json"
    path.write_text(path.read_text().replace('"version": 1,', '"version": 1,\n "findings": [],', 1))
    found = run(tmp_path)
    assert found.code == 2 and "`findings` is there twice" in found.stderr
