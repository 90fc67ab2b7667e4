"""`--watch`: the command as a process, and which changes matter."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from copycheck.api import check_paths
from copycheck.cli.watch import Watched
from copycheck.project.config_search import load
from tests.harness import run

REPOSITORY = Path(__file__).parent.parent.parent
PATIENCE = 60.0
SOURCE = "def total(values):\n    return sum(values)\n"
COPY = f"# Copied from pkg.source.total\n{SOURCE}"


@pytest.fixture
def tree(project: Path) -> Path:
    (project / "pkg").mkdir()
    (project / "pkg" / "source.py").write_text(SOURCE)
    (project / "pkg" / "copy.py").write_text(COPY)
    return project


class Session:
    """A running `copycheck --watch`, read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, beginning: str) -> list[str]:
        """The lines up to one that begins so."""
        lines = [self._lines.get(timeout=PATIENCE)]
        while not lines[-1].startswith(beginning):
            lines.append(self._lines.get(timeout=PATIENCE))
        return lines

    def end(self) -> tuple[int, list[str]]:
        """Ctrl-C: the exit code, and the lines that were still to be read."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code, list(self._lines.queue)


@contextmanager
def watching(folder: Path, *args: str) -> Iterator[Session]:
    process = subprocess.Popen(
        [sys.executable, "-m", "copycheck", "--watch", *args],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    session = Session(process)
    try:
        yield session
    finally:
        process.kill()
        process.wait(PATIENCE)
        session._reader.join(PATIENCE)
        assert process.stdout
        process.stdout.close()


def test_a_change_is_checked_until_ctrl_c(tree: Path) -> None:
    with watching(tree) as session:
        assert session.until("Watching")[-2:] == [
            "Checked 1 copy in 1 file: 1 in sync, 0 findings.",
            "Watching 2 files … (Ctrl-C ends it)",
        ]
        (tree / "pkg" / "source.py").write_text(SOURCE.replace("values)\n", "values, 0)\n"))
        assert any(line.startswith("pkg/copy.py:1:1: CPY201") for line in session.until("Watching"))
        (tree / "pkg" / "copy.py").write_text(COPY.replace("values)\n", "values, 0)\n"))
        (tree / "pkg" / "third.py").write_text(COPY)
        report = session.until("Watching 3 files")
        assert "Checked 2 copies in 2 files: 1 in sync, 1 finding." in report
        assert not any("\x1b" in line for line in report)
        assert session.end() == (0, ["Stopped watching."])


def test_a_broken_configuration_is_told_and_watching_goes_on(tree: Path) -> None:
    with watching(tree, "--output-format", "concise") as session:
        session.until("Watching")
        (tree / "pyproject.toml").write_text("[tool.copycheck]\nheader = 1\n")
        assert session.until("Watching")[0].startswith("copycheck: pyproject.toml:2: `header` must be")
        (tree / "pyproject.toml").write_text("[tool.copycheck]\nheader = 'ignore'\n")
        assert session.until("Watching")[0] == "Checked 1 copy in 1 file: 1 in sync, 0 findings."
        assert session.end()[0] == 0


def test_quiet_watches_without_a_word(tree: Path) -> None:
    with watching(tree, "--quiet") as session:
        (tree / "pkg" / "source.py").write_text(SOURCE.replace("values)\n", "values, 0)\n"))
        assert session.until("pkg/copy.py:1:1: CPY201")[:-1] == []
        assert session.end()[0] == 0


def test_a_first_check_that_cannot_be_done_ends_it(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[tool.copycheck]\nheader = 1\n")
    result = run(tree, "--watch")
    assert (result.code, result.stdout) == (2, b"")


@pytest.mark.parametrize("other", ["--fix", "--diff", "--write-baseline", "--interactive"])
def test_watch_writes_nothing(tree: Path, other: str) -> None:
    result = run(tree, "--watch", other)
    assert result.code == 2
    assert result.stderr == (
        f"copycheck: --watch cannot be used with {other}: run `copycheck {other}` in another terminal "
        "(see copycheck --help)\n"
    )


def test_a_wrong_path_is_not_waited_for(tree: Path) -> None:
    result = run(tree, "--watch", "pkg", "gone")
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr == "copycheck: gone: there is no such file or directory\n"


def test_without_watchfiles(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = run(tree, "--watch")
    assert (result.code, result.stdout) == (2, b"")
    assert result.stderr == ("copycheck: --watch needs the package watchfiles: pip install 'copycheck-lint[watch]'\n")


CONFIGURATION = """\
[tool.copycheck]
extend-exclude = ["old", "vendored"]
src = [".", "vendored"]

[tool.copycheck.full-copies]
"table.txt" = "data/table.txt"
"""


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("pkg/source.py", True),
        ("pkg/copy.py", True),
        ("vendored/lib.py", True),  # a source in a folder that is not checked
        ("table.txt", True),
        ("data/table.txt", True),
        ("pyproject.toml", True),
        ("pkg/ruff.toml", True),
        ("copycheck.toml", True),
        ("copycheck-baseline.json", True),
        (".gitignore", True),
        ("notes.txt", False),
        ("old/a.py", False),
        ("old/ruff.toml", False),
        ("made/a.py", False),
        (".git/index", False),
        (".copycheck_cache/0.index", False),
        (".copycheck_cache/a.py", False),
        ("kept/a.py", False),
    ],
)
def test_which_changes_matter(tree: Path, name: str, matters: bool) -> None:
    (tree / "pyproject.toml").write_text(CONFIGURATION)
    (tree / ".gitignore").write_text("made\n")
    (tree / "vendored").mkdir()
    (tree / "vendored" / "lib.py").write_text(SOURCE)
    (tree / "pkg" / "lib_copy.py").write_text("# Copied from lib.total\n" + SOURCE)
    settings = load((), ["cache-dir = 'kept'"] if name.startswith("kept") else (), str(tree))
    check_paths((), settings, cache=True)
    path = tree / name
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.touch()
    watched = Watched(settings)
    assert (watched.lets_pass(None, str(path)) and watched.holds(str(path))) is matters  # type: ignore[arg-type]


def test_a_module_that_was_looked_for_matters(tree: Path) -> None:
    (tree / "pyproject.toml").write_text('[tool.copycheck]\nextend-exclude = ["vendored"]\nsrc = [".", "vendored"]\n')
    (tree / "vendored").mkdir()
    (tree / "pkg" / "lib_copy.py").write_text("# Copied from lib.total\n" + SOURCE)
    settings = load((), (), str(tree))
    assert check_paths((), settings, cache=True).diagnostics
    watched = Watched(settings)
    assert watched.lets_pass(None, str(tree / "vendored/lib.py"))  # type: ignore[arg-type]
    assert watched.holds(str(tree / "vendored/lib.py"))
