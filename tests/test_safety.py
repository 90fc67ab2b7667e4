"""Faults and hostile input: files stay whole, nothing is run, nothing leaves the project, nothing takes forever."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from copycheck.api import check_paths
from copycheck.project.config_search import load
from studies.faults import study as fault_study
from tests.harness import run, tree_of

DRIFT = {"a.py": "def f():\n    return 1\n", "b.py": "# Copied from a.f\ndef f():\n    return 2\n"}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_killed_at_any_instant_every_file_is_whole(tmp_path: Path) -> None:
    counts, wrong = fault_study(tmp_path, kills=8, files=20, seed=3)
    assert not wrong
    assert counts["SIGKILL sent"] == 6 and counts["SIGINT sent"] == 2


def sealed(data: bytes, body: bytes) -> bytes:
    """A part of a cache with another body, vouched for as that of `data` was."""
    stamp = data.partition(b" ")[0].decode()
    return f"{stamp} {zlib.crc32(body):08x}\n".encode() + body


def exchanged(data: bytes, pattern: bytes, other: bytes) -> bytes:
    """A part of a cache with something else in place of what a pattern finds."""
    return sealed(data, re.sub(pattern, lambda _: other, data.partition(b"\n")[2]))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda data: b"\x00\xff{",
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "one byte": lambda data: data[:-1] + b"\n",
    "no text": lambda data: sealed(data, b"\xff\xfe"),
    "no JSON": lambda data: sealed(data, b"{"),
    "a list": lambda data: sealed(data, b"[1, 2]\n"),
    "an object": lambda data: sealed(data, b'{"made_from": 1, "files": [], "others": 3, "report": []}\n'),
    "another report": lambda data: exchanged(data, rb'"report":.*', b'"report":[[1],[2]]}'),
    "other files": lambda data: exchanged(data, rb'"files":\{.*?\}', b'"files":[1]'),
    "others": lambda data: exchanged(data, rb'"others":\{.*?\}', b'"others":"x"'),
    "records of another shape": lambda data: sealed(data, b'[[], [["b.py", 1]], {}, []]\n'),
    "records of another length": lambda data: sealed(data, data.partition(b"\n")[2] + b"!"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["index", "details"])
@pytest.mark.parametrize("edited", [False, True], ids=["nothing changed", "one file changed"])
def test_a_damaged_cache_changes_nothing(
    project: Path, damage: str, part: str, edited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", -(10**12))
    write(project, DRIFT)
    settings = load([str(project)])
    check_paths(settings=settings, cache=True)
    (path,) = (project / ".copycheck_cache").glob(f"*.{part}")
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    if edited:
        write(project, {"c.py": DRIFT["b.py"]})
    for _ in range(2):
        assert check_paths(settings=settings, cache=True) == check_paths(settings=settings)


@pytest.mark.parametrize("place", ["file", "link", "folder for a part"])
def test_what_stands_in_the_place_of_the_cache_stays(
    project: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", -(10**12))
    write(project, DRIFT)
    settings = load([str(project)])
    cold = check_paths(settings=settings)
    folder = project / ".copycheck_cache"
    if place == "file":
        folder.write_text("not a folder")
    elif place == "link":
        (project / "elsewhere").mkdir()
        folder.symlink_to(project / "elsewhere")
    else:
        check_paths(settings=settings, cache=True)
        (index,) = folder.glob("*.index")
        index.unlink()
        index.mkdir()
    for _ in range(2):
        assert check_paths(settings=settings, cache=True) == cold
    assert not list(project.glob("elsewhere/*"))


def test_two_configurations_under_one_name_are_told_apart(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copycheck.caching.file_freshness._GRAIN", -(10**12))
    monkeypatch.setattr("copycheck.caching.store.zlib.crc32", lambda data: 0)
    write(project, DRIFT)
    for ignored, findings in ((), 1), (("CPY201",), 0), ((), 1):
        settings = load([str(project)]).with_codes(None, ignored, ())
        assert len(check_paths(settings=settings, cache=True).diagnostics) == findings
    assert len(list((project / ".copycheck_cache").glob("*.index"))) == 1


def test_nothing_of_the_project_is_imported_or_run(project: Path) -> None:
    trap = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').write_text('!')\n"
    names = ["click", "libcst", "ruff", "black", "tomllib", "pathspec", "packaging", "sitecustomize", "difflib"]
    write(project, {**DRIFT, **{f"{name}.py": trap for name in names}, "pkg/__init__.py": trap + "def g(): pass\n"})
    write(project, {"c.py": "# Copied from pkg.g\ndef g():\n    return 1\n"})
    for name in ("ruff", ".venv/bin/ruff"):
        write(project, {name: "#!/bin/sh\ntouch ran.ran\n"})
        (project / name).chmod(0o755)
    # A PYTHONPATH of "." would have Python itself import the traps, before any word of ours.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "copycheck", "--no-cache"]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, check=False, text=True)
    assert done.returncode == 1, done.stderr
    assert "2 in" not in done.stdout and "CPY201" in done.stdout
    assert not list(project.rglob("*.ran"))


def test_replacements_that_grow_without_end_are_refused(project: Path) -> None:
    doubling = ", ".join(["x->xx"] * 40)
    write(
        project, {"a.py": "def f(x):\n    return x\n", "b.py": f"# Copied from a.f with {doubling}\ndef f(x): pass\n"}
    )
    result = run(project, "--output-format", "concise")
    assert "CPY001" in result.text and "10,000,000 characters" in result.text


@pytest.mark.parametrize(
    "text",
    [
        "# Copied from " + "a." * 50_000 + "a\n",
        "# Copied from a.b with " + "," * 50_000 + "\n",
        "# Copied from a.b with " + "->" * 50_000 + "\n",
        "# Copied from a.b with " + "\\" * 50_000 + "\n",
        "# Copied from a.b with x->" + " " * 50_000 + "all-casing-\n",
        "# " + "copied from " * 10_000 + "\n",
        "# Copied from " * 50_000 + "\n",
        "# copied from a.b " * 50_000 + "\n",
        "# Adapted from " * 50_000 + "\n# Copied from a.b\n",
        "# Adapted from a.b with x->y" + "->" * 50_000 + "\n# Copied from a.b\n",
        "# Copied from a.b" + "\f" * 50_000 + "c\n",
        "# Copied from " + "\u6211" * 50_000 + "\n",
        "# Copied from a.b\n" + "<<<<<<< a\n" * 50_000,
        "x = '" + "y" * 1_000_000 + "'\n# Copied from a.b\n",
        "# Copied from a.b\n" + "(" * 2_000 + "\n",
        "# Copied from a.b\n" + "".join("    " * depth + "if x:\n" for depth in range(120)) + "    " * 120 + "pass\n",
        "# Copied from a.b\n" + "x = 1\n" * 50_000,
        "# Copied from a.b\n\0\n",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_monstrous_text_is_one_finding_and_no_wait(project: Path, text: str) -> None:
    write(project, {"b.py": text})
    result = run(project, "--select", "ALL", "--output-format", "concise", "--no-cache")
    assert result.code in (0, 1) and not result.stderr


def test_special_files_are_passed_over(project: Path) -> None:
    write(project, DRIFT)
    os.mkfifo(project / "fifo.py")
    (project / "loop").symlink_to(project)
    (project / "nowhere.py").symlink_to(project / "gone.py")
    assert run(project).code == 1
    assert run(project, "--fix").code == 0


@pytest.mark.parametrize("path", ["../out.txt", "/tmp/out.txt", "link/out.txt", "sub/../../out.txt"])
def test_full_copies_stay_inside(project: Path, path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    (project / "link").symlink_to(tmp_path_factory.mktemp("outside"))
    write(project, {"pyproject.toml": f'[tool.copycheck.full-copies]\n"{path}" = "a.txt"\n', "a.txt": "text\n"})
    before = tree_of(project)
    result = run(project, "--fix")
    assert result.code == 2 and "outside of the project" in result.stderr
    assert tree_of(project) == before


def test_two_runs_at_once_leave_whole_files(project: Path) -> None:
    write(project, {"a.py": DRIFT["a.py"], **{f"b{n}.py": DRIFT["b.py"] for n in range(20)}})
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "copycheck", "--fix", "--quiet"], cwd=project, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in runs:
        assert "Traceback" not in process.communicate()[1]
    assert run(project, "--fix").code == 0
    assert all((project / f"b{n}.py").read_text() == "# Copied from a.f\n" + DRIFT["a.py"] for n in range(20))
    assert not list(project.glob(".copycheck-*"))


def test_clean_removes_the_cache_and_nothing_else(project: Path) -> None:
    (project / "a.py").write_text("# Copied from b.X\nclass X:\n    pass\n")
    run(project)
    folder = project / ".copycheck_cache"
    assert len(list(folder.iterdir())) == 4
    (folder / "notes.txt").write_text("mine\n")
    assert run(project, "clean").code == 0
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    (folder / "notes.txt").unlink()
    run(project)
    assert "Removed" in run(project, "clean").stderr
    assert not folder.exists()
    assert run(project, "clean").stderr == "There is no cache to remove.\n"


def test_clean_spares_a_folder_that_is_no_cache(project: Path) -> None:
    (project / "src").mkdir()
    (project / "src" / ".gitignore").write_text("*\n")
    assert run(project, "clean", "--cache-dir", str(project / "src")).code == 0
    assert (project / "src" / ".gitignore").exists()
