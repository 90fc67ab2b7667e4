"""Each command that writes, on a full disk, stopped at every step, and twice at once: no file is torn or lost."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from tests.harness import committed, git, run, tree_of, write_tree

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each run has a process of its own")

SOURCE = "def f(x):\n    y = x\n    return y + 1\n"
COPY = f"# Copied from pkg.base.f\n{SOURCE}"
FILES: dict[str, str | bytes] = {
    "copycheck.toml": '[full-copies]\n"new.txt" = "a.txt"\n',
    "a.txt": "a text of some length\n",
    ".gitignore": ".copycheck_cache/\n",
    "pkg/base.py": SOURCE,
    "pkg/one.py": COPY,
    "pkg/two.py": COPY,
    "pkg/three.py": COPY,
}
LONG = (
    "def g(first, second):\n" + "".join(f"    first = second + first * {n}\n" for n in range(12)) + "    return first\n"
)
UPSTREAM: dict[str, str | bytes] = {
    "copycheck.toml": '[upstream]\nzoo = { path = "elsewhere" }\n',
    "elsewhere/zoo/__init__.py": SOURCE,
    "m.py": COPY.replace("pkg.base", "zoo"),
}


class Scene(NamedTuple):
    """A command, what has changed since the commit, and the files of the commit."""

    arguments: tuple[str, ...]
    changes: Mapping[str, str | bytes] = MappingProxyType({})
    files: Mapping[str, str | bytes] = MappingProxyType(FILES)


EDITED = {"pkg/base.py": SOURCE.replace("1", "2")}
SCENES = {
    "fix": Scene(("--fix",), EDITED),
    "fix-only": Scene(("--fix", "--only", "pkg.base.f"), EDITED),
    "promote": Scene(("promote", "pkg/one.py:1"), {"pkg/one.py": COPY.replace("1", "2")}),
    "break": Scene(("break", "pkg/one.py:1")),
    "break-reason": Scene(("break", "pkg/one.py:1", "--reason", "it is faster")),
    "mv": Scene(("mv", "pkg.base", "pkg.basics"), {"pkg/basics.py": SOURCE}),
    "baseline": Scene(("--write-baseline",), EDITED),
    "merge": Scene(("merge",), {**EDITED, "pkg/one.py": COPY.replace("y = x\n", "y = x\n    print(x)\n")}),
    "suggest": Scene(("suggest", "--write"), {"pkg/g1.py": LONG, "pkg/g2.py": LONG}),
    "lock": Scene(("upstream", "sync"), files=UPSTREAM),
    "report": Scene(("--output-format", "json", "--output-file", "out.json"), EDITED),
    "graph": Scene(("graph", "--format", "json", "-o", "graph.json"), EDITED),
    "clean": Scene(("clean",)),
}


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    scene = SCENES[request.param]
    root = committed(tmp_path / "root", dict(scene.files))
    if "full-copies" in str(scene.files["copycheck.toml"]) and request.param not in ("fix", "fix-only"):
        write_tree(root, {"new.txt": "a text of some length\n"})
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "second")
    run(root)
    write_tree(root, scene.changes)
    return scene


@pytest.fixture
def root(scene: Scene, tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def after(scene: Scene, root: Path, tmp_path: Path) -> dict[str, bytes]:
    """The tree that an undisturbed run leaves."""
    copy = tmp_path / "undisturbed" / root.name
    shutil.copytree(root, copy, symlinks=True)
    found = run(copy, *scene.arguments)
    assert "Traceback" not in found.stderr and found.code in (0, 1), found.stderr
    return files_of(copy)


def files_of(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree_of(root).items() if not name.startswith(".git/")}


class Ended(NamedTuple):
    """How a run in a process of its own has ended: its code, or minus the signal, and what it said."""

    code: int
    said: str


def start(root: Path, arguments: tuple[str, ...], disturb: Callable[[], None], said: Path) -> int:
    """Start a run that something disturbs; the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 99
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            disturb()
            found = run(root, *arguments)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            said.write_text(found.stderr + found.text)
            code = found.code
        finally:
            os._exit(code)
    return child


def end(child: int, said: Path) -> Ended:
    """Wait for a run."""
    _, status = os.waitpid(child, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return Ended(code, said.read_text() if said.exists() else "")


def disturbed(root: Path, arguments: tuple[str, ...], disturb: Callable[[], None]) -> Ended:
    """A run that something disturbs, to its end."""
    said = root.parent / "said"
    said.unlink(missing_ok=True)
    found = end(start(root, arguments, disturb, said), said)
    assert "Traceback" not in found.said and "internal error" not in found.said, found.said
    return found


def assert_whole(root: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Each file is as before or as after, and none is there that neither had."""
    found = {name: data for name, data in files_of(root).items() if not Path(name).name.startswith(".copycheck-")}
    torn = {
        name: found.get(name)
        for name in {*before, *found}
        if found.get(name) not in (before.get(name), after.get(name))
    }
    assert not torn


def litter(root: Path) -> list[str]:
    return [path.name for path in root.rglob(".copycheck-*")]


def full_disk() -> None:
    """No file can grow beyond eight bytes: what is written ends with an error, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))


def test_on_a_full_disk(scene: Scene, root: Path, after: dict[str, bytes]) -> None:
    before = files_of(root)
    ended = disturbed(root, scene.arguments, full_disk)
    assert files_of(root) == before
    assert not litter(root)
    if before != after:
        assert ended.code in (1, 2), ended
        assert "written" in ended.said or "File too large" in ended.said or "formatter cannot be run" in ended.said
    run(root, *scene.arguments)
    assert files_of(root) == after


def failing(step: int) -> Callable[[], None]:
    """From one replacement of a file on, each one fails, as on a disk that breaks."""

    def disturb() -> None:
        replace, count = os.replace, iter(range(10**6))

        def failing_replace(src: str, dst: str) -> None:
            if next(count) >= step:
                raise OSError(errno.EIO, "Input/output error", dst)
            replace(src, dst)

        os.replace = failing_replace  # type: ignore[assignment]

    return disturb


@pytest.mark.parametrize("step", range(3))
def test_on_a_disk_that_breaks(scene: Scene, root: Path, after: dict[str, bytes], step: int) -> None:
    before = files_of(root)
    ended = disturbed(root, scene.arguments, failing(step))
    assert_whole(root, before, after)
    assert not litter(root)
    if files_of(root) != after:
        assert ended.code in (1, 2) and "Input/output error" in ended.said, ended


def stopped(step: int, how: signal.Signals, is_done: bool) -> Callable[[], None]:
    """A signal comes just before, or just after, one replacement of a file."""

    def disturb() -> None:
        replace, count = os.replace, iter(range(10**6))

        def stopping_replace(src: str, dst: str) -> None:
            is_now = next(count) == step
            if is_now and not is_done:
                os.kill(os.getpid(), how)
            replace(src, dst)
            if is_now and is_done:
                os.kill(os.getpid(), how)

        os.replace = stopping_replace  # type: ignore[assignment]

    return disturb


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_stopped_at_every_step(scene: Scene, root: Path, after: dict[str, bytes], how: signal.Signals) -> None:
    before = files_of(root)
    saved = root.parent / "saved"
    root.rename(saved)
    for step in range(20):
        for is_done in (False, True):
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(saved, root, symlinks=True)
            ended = disturbed(root, scene.arguments, stopped(step, how, is_done))
            assert_whole(root, before, after)
            if how != signal.SIGKILL:
                assert not litter(root)
                assert ended.code != 128 + how or "; every file is whole" in ended.said
            for path in root.rglob(".copycheck-*.tmp"):
                path.unlink()
            again = run(root, *scene.arguments)
            assert "Traceback" not in again.stderr and "internal error" not in again.stderr
            assert_whole(root, before, after)
        if ended.code not in (-how, 128 + how):
            return
    raise AssertionError("more than twenty files are replaced")


def test_twice_at_once(scene: Scene, root: Path, after: dict[str, bytes]) -> None:
    before = files_of(root)
    says = [root.parent / "said1", root.parent / "said2"]
    children = [start(root, scene.arguments, lambda: None, said) for said in says]
    ended = [end(child, said) for child, said in zip(children, says, strict=True)]
    for one in ended:
        assert one.code in (0, 1, 2), one
        assert "Traceback" not in one.said and "internal error" not in one.said
    assert_whole(root, before, after)
    assert not litter(root)
    cached, fresh = run(root), run(root, "--no-cache")
    assert (cached.code, cached.text) == (fresh.code, fresh.text), "the cache tells what is so"


@pytest.mark.parametrize("other", ["fix", "promote", "mv", "break"])
def test_a_check_beside_it(other: str, tmp_path: Path) -> None:
    scene = SCENES[other]
    root = committed(tmp_path / "root", dict(FILES))
    write_tree(root, scene.changes)
    said = tmp_path / "said"
    child = start(root, scene.arguments, lambda: None, said)
    for _ in range(5):
        found = run(root)
        assert found.code in (0, 1) and "internal error" not in found.stderr
    end(child, said)
    cached, fresh = run(root), run(root, "--no-cache")
    assert (cached.code, cached.text) == (fresh.code, fresh.text)
