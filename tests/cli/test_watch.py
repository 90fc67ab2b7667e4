"""`--watch`: the command as a process, and which changes matter."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from copycheck.api import WatchedProject, check_paths
from copycheck.model.errors import CopycheckError
from copycheck.project.config_search import load
from copycheck.project.settings import Settings
from tests.harness import run

REPOSITORY = Path(__file__).parent.parent.parent
PATIENCE = 300.0
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
    watched = WatchedProject(lambda: settings)
    path = tree / name
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_text('{"version": 1, "findings": []}' if name.endswith(".json") else "")
    assert (watched.lets_pass(str(path)) and watched.changed([str(path)])) is matters


def test_a_module_that_was_looked_for_matters(tree: Path) -> None:
    (tree / "pyproject.toml").write_text('[tool.copycheck]\nextend-exclude = ["vendored"]\nsrc = [".", "vendored"]\n')
    (tree / "vendored").mkdir()
    (tree / "pkg" / "lib_copy.py").write_text("# Copied from lib.total\n" + SOURCE)
    settings = load((), (), str(tree))
    watched = WatchedProject(lambda: settings)
    assert watched.result().diagnostics
    (tree / "vendored" / "lib.py").write_text(SOURCE)
    assert watched.lets_pass(str(tree / "vendored/lib.py"))
    assert watched.changed([str(tree / "vendored/lib.py")])
    assert not watched.result().diagnostics


DRIFTED = SOURCE.replace("values)\n", "values, 0)\n")


def codes(watched: WatchedProject) -> list[str]:
    return [f"{finding.filename} {finding.code}" for finding in watched.result().diagnostics]


def test_every_report_is_that_of_a_fresh_check(tree: Path) -> None:
    def read() -> Settings:
        return load((), (), str(tree))

    def rewrite(name: str, text: str) -> None:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(text)

    watched = WatchedProject(read, [str(tree / "pkg")], joint=True)
    steps: list[tuple[Callable[[], object], list[str]]] = [
        (lambda: rewrite("pkg/source.py", DRIFTED), ["pkg/source.py"]),
        (lambda: rewrite("pkg/third.py", COPY), ["pkg/third.py"]),
        ((tree / "pkg/copy.py").unlink, ["pkg/copy.py"]),
        (lambda: rewrite("pyproject.toml", "[tool.copycheck]\nignore = ['CPY101']\n"), ["pyproject.toml"]),
        (lambda: (tree / "pkg").rename(tree / "lib"), ["pkg", "lib"]),
        (lambda: (tree / "lib").rename(tree / "pkg"), ["pkg", "lib"]),
        (lambda: rewrite(".gitignore", "third.py\n"), [".gitignore"]),
        (lambda: rewrite("pyproject.toml", ""), ["pyproject.toml"]),
        (lambda: rewrite("pkg/source.py", "def total(\n"), ["pkg/source.py"]),
    ]
    for step, names in steps:
        step()
        assert watched.changed(str(tree / name) for name in names)
        assert watched.result() == check_paths([str(tree / "pkg")], read(), joint=True)


def test_a_change_that_nobody_told_of_is_seen_with_the_next_one(tree: Path) -> None:
    watched = WatchedProject(lambda: load((), (), str(tree)))
    (tree / "pkg" / "source.py").write_text(DRIFTED)
    (tree / "pyproject.toml").write_text("[tool.copycheck]\nignore = ['CPY101']\n")
    (tree / "pkg" / "new.py").touch()
    assert watched.changed([str(tree / "pkg" / "new.py")])
    assert codes(watched) == ["pkg/copy.py CPY201"]
    assert watched.settings.origin is not None


def test_an_excluded_source_is_watched_without_a_cache(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[tool.copycheck]\nextend-exclude = ['source.py']\n")
    watched = WatchedProject(lambda: load((), (), str(tree)), cache=False)
    (tree / "pkg" / "source.py").write_text(DRIFTED)
    assert watched.lets_pass(str(tree / "pkg" / "source.py"))
    assert watched.changed([str(tree / "pkg" / "source.py")])
    assert codes(watched) == ["pkg/copy.py CPY201"]


def test_only_some_copies_are_watched(tree: Path) -> None:
    (tree / "pkg" / "other.py").write_text("def size(values):\n    return len(values)\n")
    (tree / "pkg" / "copies.py").write_text("# Copied from pkg.other.size\ndef size(values):\n    return 1\n")
    watched = WatchedProject(lambda: load((), (), str(tree)), only=["pkg.source.total"])
    assert codes(watched) == []
    (tree / "pkg" / "source.py").write_text(DRIFTED)
    watched.changed([str(tree / "pkg" / "source.py")])
    assert codes(watched) == ["pkg/copy.py CPY201"]
    (tree / "pkg" / "source.py").unlink()
    (tree / "pkg" / "copy.py").unlink()
    watched.changed([str(tree / "pkg" / "source.py"), str(tree / "pkg" / "copy.py")])
    with pytest.raises(CopycheckError, match=r"pkg\.source\.total"):
        watched.result()


def test_a_broken_configuration_is_told_each_time_and_loses_nothing(tree: Path) -> None:
    watched = WatchedProject(lambda: load((), (), str(tree)))
    (tree / "pyproject.toml").write_text("[tool.copycheck]\nheader = 1\n")
    (tree / "pkg" / "source.py").write_text(DRIFTED)
    for name in ("pyproject.toml", "pkg/source.py"):
        with pytest.raises(CopycheckError, match="header"):
            watched.changed([str(tree / name)])
    assert not watched.changed([str(tree / "notes.txt")])
    (tree / "pyproject.toml").write_text("")
    assert watched.changed([str(tree / "pyproject.toml")])
    assert codes(watched) == ["pkg/copy.py CPY201"]
