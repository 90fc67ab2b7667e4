"""Bytes that are nearly Python, or nearly configuration: no input raises, hangs, or has a fix write what is no Python.

    python -m studies.fuzz --examples 5000

hypothesis takes a file of the test cases apart and puts other bytes into it: words of the syntax of directives and of
Python, control characters, or bytes by chance; some of them 100,000 times in a row. A check and a fix of the project,
and one more command, must end with findings and no internal error, and each file that parsed before must parse after
the fix. Each input has a process of its own: one that crashes, takes longer than 60
seconds of processor time, or more than 1 GB, is wrong.
"""

from __future__ import annotations

import argparse
import ast
import io
import os
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st

from copycheck.api import CopycheckError, fix_paths, load
from copycheck.cli import main as command_line

CASES = Path(__file__).parent.parent / "fixtures" / "cases"
# fmt: off
_WORDS = (
    b"# Copied from ", b"# Copied from pkg.source.run", b" with ", b"->", b",", b"\\,", b" all-casing",
    b"# Ignore copy", b"# End copy", b"# copycheck: ignore[CPY201]", b"# Adapted from a.b: c", b"\n", b"\r",
    b"\r\n", b"\f", b"\0", b"\t", b"    ", b"\\\n", b'"""', b"'''", b"'", b"f'{", b"}'", b"(", b")", b"[", b"]",
    b"{", b"}", b":", b";", b"@x\n", b"def f(): pass\n", b"class A:\n", b"if 1:\n", b"else:\n", b"try:\n",
    b"match x:\n  case ", b"async ", b"lambda: ", b"type X = ", b"import a.b as c\n", b"from . import *\n", b"-",
    b"not ", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xae", b"\xff", b"\xed\xa0\x80", b"\xef\xac\x81",
    b"e\xcc\x81", b"# coding: latin-1\n", b"# coding: utf-7\n", b"# coding: rot13\n", b"# coding: utf-16\n",
    b"# coding: cp500\n", b"# coding: \n", b"\xff\xfe", b"<<<<<<< a\n", b"=======\n",
    b">>>>>>> b\n", b"\x1b[31m", b"::error::", b"pkg/source.py::run", b"`",
)
# fmt: on
_PART = st.one_of(st.sampled_from(_WORDS), st.binary(max_size=6))
_COUNT = st.one_of(st.integers(1, 40), st.integers(1, 40), st.sampled_from((150, 1_500, 100_000)))
_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), _COUNT, _PART), max_size=6)
"""Where, how many bytes go, how often the part is repeated, and the part."""
_COMMANDS = tuple(
    line.split()
    for line in (
        "check --select ALL --no-cache",
        "check --output-format github",
        "check --output-format sarif",
        "check --diff --unsafe-fixes",
        "check --fix --unsafe-fixes --select ALL",
        "check --write-baseline",
        "list",
        "report",
        "graph --format dot",
        "impact a.f",
        "suggest --min-lines 1",
        "suggest --write",
        "merge",
        "promote copy.py:1",
        "break copy.py:1",
        "mv pkg.source pkg.other",
        "upstream status",
    )
)
_MOST_SECONDS, _MOST_MEMORY = 60, 1_000_000_000


def bases() -> list[tuple[Path, str]]:
    """The projects of the test cases, and a Python or configuration file of each to be changed."""
    return [
        (folder, path.relative_to(folder).as_posix())
        for folder in sorted(CASES.glob("*/*/before"))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".py", ".toml", ".json")
    ]


def changed(data: bytes, edits: list[tuple[float, int, int, bytes]]) -> bytes:
    """The bytes after some edits."""
    for place, gone, count, part in edits:
        at = int(place * len(data))
        data = data[:at] + part * count + data[at + gone :]
    return data


def parses(data: bytes) -> bool:
    """Whether Python can read a file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def try_bytes(root: Path, folder: Path, name: str, data: bytes) -> None:
    """Fix a copy of a project in which one file has other bytes. Raises AssertionError where anything is wrong."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files[name] = data
    for filename, content in files.items():
        path = root / filename
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        result = fix_paths(settings=load(cwd=str(root)), write=False)
    except CopycheckError as error:
        assert "\n" not in str(error).strip(), f"one line, not {error}"
        return
    assert not any("internal error" in line for line in result.errors), result.errors
    for patch in result.patches:
        if patch.before is not None and patch.filename.endswith(".py") and parses(patch.before):
            assert parses(patch.after), f"{patch.filename} parsed before the fix"


def try_command(root: Path, arguments: Sequence[str]) -> None:
    """Run one command in a project. Raises AssertionError where it does not end as a command should."""
    os.chdir(root)
    sys.argv = ["copycheck", *arguments]
    # What is printed goes through bytes, as it does to a terminal: a lone surrogate would raise there.
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace"))
    code: int | str | None = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            command_line.main()
        except SystemExit as exit_:
            code = exit_.code
    err.flush()
    said = err.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert code in (0, 1, 2), f"{arguments} ended with {code}"
    assert "internal error" not in said and "Traceback" not in said, f"{arguments}: {said}"


def apart(task: Callable[[], None]) -> None:
    """Run a task in a process of its own, where there is one to be had. Raises AssertionError with what is wrong."""
    if not hasattr(os, "fork"):
        task()
        return
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        text = ""
        try:
            signal.setitimer(signal.ITIMER_PROF, _MOST_SECONDS)  # by the clock, a busy machine would fail good inputs
            signal.alarm(_MOST_SECONDS * 10)
            task()
        except BaseException:
            text = traceback.format_exc()
        os.write(writing, text.encode("utf-8", "backslashreplace")[-60_000:])
        os._exit(bool(text))
    os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as stream:
        text = stream.read()
    _, status, usage = os.wait4(child, 0)
    assert not os.WIFSIGNALED(status), f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    assert not text, text
    unit = 1 if sys.platform == "darwin" else 1024
    assert usage.ru_maxrss * unit < _MOST_MEMORY, f"{usage.ru_maxrss * unit:,} bytes of memory"


def run(examples: int, seed: int = 0) -> None:
    """Try so many inputs. Raises AssertionError with the smallest one that is wrong."""
    projects = bases()

    @hypothesis_seed(seed)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(projects) - 1), _EDITS, st.sampled_from(_COMMANDS))
    def one(number: int, edits: list[tuple[float, int, int, bytes]], arguments: list[str]) -> None:
        folder, name = projects[number]

        def task() -> None:
            try_bytes(Path(root), folder, name, changed((folder / name).read_bytes(), edits))
            try_command(Path(root), arguments)

        with tempfile.TemporaryDirectory() as root:
            apart(task)

    one()


def main() -> int:
    """Run the study; an input that is wrong ends it with an error that shows it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    run(arguments.examples, arguments.seed)
    print(f"{arguments.examples} inputs: each ended with findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
