"""Bytes that are nearly Python, or nearly configuration: no input raises, hangs, or has a fix write what is no Python.

    python -m studies.fuzz --examples 5000

hypothesis takes a file of the test cases apart and puts other bytes into it: words of the syntax of directives and of
Python, control characters, or bytes by chance. A check and a fix of the project must end with findings and no internal
error, and each file that parsed before must parse after the fix.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tempfile
import warnings
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copycheck.api import CopycheckError, fix_paths, load

CASES = Path(__file__).parent.parent / "fixtures" / "cases"
# fmt: off
_WORDS = (
    b"# Copied from ", b"# Copied from pkg.source.run", b" with ", b"->", b",", b"\\,", b" all-casing",
    b"# Ignore copy", b"# End copy", b"# copycheck: ignore[CPY201]", b"# Adapted from a.b: c", b"\n", b"\r",
    b"\r\n", b"\f", b"\0", b"\t", b"    ", b"\\\n", b'"""', b"'''", b"'", b"f'{", b"}'", b"(", b")", b"[", b"]",
    b"{", b"}", b":", b";", b"@x\n", b"def f(): pass\n", b"class A:\n", b"if 1:\n", b"else:\n", b"try:\n",
    b"match x:\n  case ", b"async ", b"lambda: ", b"type X = ", b"import a.b as c\n", b"from . import *\n", b"-",
    b"not ", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xae", b"\xff", b"\xed\xa0\x80", b"\xef\xac\x81",
    b"e\xcc\x81", b"# coding: latin-1\n", b"# coding: utf-7\n", b"# coding: \n", b"<<<<<<< a\n", b"=======\n",
    b">>>>>>> b\n", b"\x1b[31m", b"::error::", b"pkg/source.py::run", b"`",
)
# fmt: on
_PART = st.one_of(st.sampled_from(_WORDS), st.binary(max_size=6))
_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.integers(1, 40), _PART), max_size=6)
"""Where, how many bytes go, how often the part is repeated, and the part."""


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


def run(examples: int) -> None:
    """Try so many inputs. Raises AssertionError with the smallest one that is wrong."""
    projects = bases()

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(projects) - 1), _EDITS)
    def one(number: int, edits: list[tuple[float, int, int, bytes]]) -> None:
        folder, name = projects[number]
        with tempfile.TemporaryDirectory() as root:
            try_bytes(Path(root), folder, name, changed((folder / name).read_bytes(), edits))

    one()


def main() -> int:
    """Run the study; an input that is wrong ends it with an error that shows it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=5000)
    arguments = parser.parse_args()
    run(arguments.examples)
    print(f"{arguments.examples} inputs: each ended with findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
