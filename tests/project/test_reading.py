"""What is read, and what a report may replace: regular files, and nothing that hangs or is in conflict."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from copycheck.project.reading import conflict_row
from tests.harness import committed, run, tree_of, write_tree

SOURCE = "def clamp():\n    return 1\n"
COPY = f"# Copied from pkg.base.clamp\n{SOURCE}"
CONFLICT = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n"
DIFF3 = "<<<<<<< HEAD\nx = 1\n||||||| 1234567\nx = 0\n=======\nx = 2\n>>>>>>> other\n"


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"a = 1\n" + CONFLICT.encode(), 2),
        (DIFF3.encode(), 1),
        (CONFLICT.replace("\n", "\r\n").encode(), 1),
        (CONFLICT.replace("<" * 7, "<" * 15).replace("=" * 7, "=" * 15).replace(">" * 7, ">" * 15).encode(), 1),
        (b"<<<<<<<\nx\n=======\ny\n>>>>>>>\n", 1),
        (b"\xef\xbb\xbf" + CONFLICT.encode(), 1),
        (f"a\n{CONFLICT}".encode("utf-16"), 2),
        (CONFLICT.encode("utf-16-be"), 1),
        (CONFLICT.encode("utf-32"), 1),
        (b'"""\nTitle\n=======\n"""\n', 0),
        (b"<<<<<<< \n>>>>>>> \n", 0),
        (b'text = "<<<<<<< HEAD\\n=======\\n>>>>>>> other"\n', 0),
    ],
)
def test_where_a_conflict_is(data: bytes, row: int) -> None:
    assert conflict_row(data) == row


@pytest.mark.parametrize("conflict", [CONFLICT, DIFF3], ids=["merge", "diff3"])
@pytest.mark.parametrize("at", ["pkg/base.py", "m.py"])
def test_a_file_in_conflict_is_one_finding_and_is_never_written(project: Path, conflict: str, at: str) -> None:
    files = {"pkg/base.py": SOURCE, "m.py": COPY.replace("1", "2") + "# Copied from pkg\n# Copied from a..b\n"}
    write_tree(project, {**files, at: files[at] + conflict})
    before = tree_of(project)
    found = run(project, "--fix", "--output-format", "concise")
    assert [line for line in found.text.splitlines() if "unresolved merge conflict (line " in line and at in line]
    assert [line.split()[1] for line in found.text.splitlines() if line.startswith(f"{at}:")] == ["CPY000"]
    assert tree_of(project) == before


@pytest.mark.parametrize("at", ["a.yaml", "b.yaml"])
def test_a_full_copy_in_conflict_is_never_written(project: Path, at: str) -> None:
    (project / "pyproject.toml").write_text('[tool.copycheck.full-copies]\n"b.yaml" = "a.yaml"\n')
    write_tree(project, {"a.yaml": "a: 1\n", "b.yaml": "a: 2\n", at: CONFLICT})
    before = tree_of(project)
    assert "CPY000" in run(project, "--fix").text
    assert tree_of(project) == before


def run_apart(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, which is ended when it hangs."""
    command = [sys.executable, "-m", "copycheck", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("kind", ["device", "pipe"])
@pytest.mark.parametrize("name", [".gitignore", "ruff.toml", "copycheck-baseline.json", "zero.py", "pkg/base.py"])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, name: str, kind: str) -> None:
    root = committed(tmp_path / "tree", {"copycheck.toml": "", "m.py": COPY.replace("1", "2"), "pkg/__init__.py": ""})
    if name != "pkg/base.py":
        write_tree(root, {"pkg/base.py": SOURCE})
    if kind == "device":
        (root / name).symlink_to("/dev/zero")
    else:
        os.mkfifo(root / name)
    assert run_apart(root).returncode in (1, 2)


def test_a_configuration_that_fills_any_memory_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "copycheck.toml").open("wb") as stream:
        stream.truncate(20_000_000)
    found = run(tmp_path)
    assert found.code == 2 and "larger than 10 MB" in found.stderr


def test_a_source_outside_of_the_project_is_not_shown(tmp_path: Path) -> None:
    write_tree(tmp_path, {"secret.py": "def clamp():\n    return 'secret'\n", "in/copycheck.toml": "", "in/m.py": COPY})
    (tmp_path / "in" / "pkg").mkdir()
    (tmp_path / "in" / "pkg" / "base.py").symlink_to(tmp_path / "secret.py")
    found = run(tmp_path / "in")
    assert "CPY101" in found.text and "secret'" not in found.text


@pytest.mark.parametrize(
    "command", [["--output-format", "json"], ["graph", "--format", "json"]], ids=["check", "graph"]
)
def test_a_report_never_replaces_what_is_no_regular_file(project: Path, command: list[str]) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "m.py": COPY})
    pipe = project / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    run(project, *command, "-o", str(pipe))
    text, _ = reader.communicate(timeout=60)
    assert text.startswith(b"{") and pipe.is_fifo()
    (project / "null").symlink_to(os.devnull)
    assert run(project, *command, "-o", "null").code == 0
    assert (project / "null").is_symlink() and Path(os.devnull).is_char_device()
    done = run_apart(project, *command, "-o", "/dev/stdout")
    assert done.stdout.startswith("{")


@pytest.mark.parametrize("name", ["m.py", "pyproject.toml", "pkg"])
def test_a_report_never_replaces_what_the_check_reads(project: Path, name: str) -> None:
    write_tree(project, {"pkg/base.py": SOURCE, "m.py": COPY})
    before = tree_of(project)
    for command in ([], ["graph"]):
        assert run(project, *command, "-o", name).code == 2
    assert tree_of(project) == before
    assert run(project, "-o", "report.txt").code == 0
    assert run(project, "-o", "report.txt").code == 0
