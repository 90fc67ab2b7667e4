"""Which files are Python, by ruff's parser: one process for all of them, many times as fast as `ast` (contract 3.3).

What it is not sure of is for `ast` and libcst to say, which have the last word.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path
from copycheck.project.programs import limit_process
from copycheck.project.reading import read_file
from copycheck.syntax.ruff_executable import FILES_A_CALL, ruff_executable
from copycheck.syntax.size_bounds import endless

ENOUGH = 250_000
"""Bytes of source from which asking ruff costs less than it saves: `python -m benchmarks --only preflight` says it."""

_BARE_YIELD = re.compile(rb"\byield(?:[ \t]*@|\s*(?:[%/|><&^=!]|(?:in|and|or|is|if|else)\b))")
"""ruff 0.17 accepts it and Python does not; prose may read so as well, and then `ast` says what it is."""

_FILENAME = re.compile(rb'"filename":("(?:[^"\\]|\\.)*")')

# fmt: off
_OPTIONS = (
    "check", "--isolated", "--no-cache", "--no-fix", "--no-force-exclude", "--quiet", "--ignore=ALL",
    "--target-version=py313", "--output-format=json-lines",
)
# fmt: on


_MOST_BYTES = 1_000_000
"""ruff keeps every syntax error of a file, and takes up to 400 bytes for each byte that is none of Python's."""
_MOST_ERRORS = 50_000
_MOST_MEMORY = 4_000_000_000
"""What ruff itself may take, where the system can hold it to that: many files may be no Python."""
_MOST_SECONDS = 10
"""Seconds of processor time of one call: half a gigabyte of sources needs less, and 100,000 nested `lambda:` more."""


def pays(size: int) -> bool:
    """Whether so many bytes of source are enough to ask ruff about."""
    return size >= ENOUGH


def parsable(root: str, filenames: Sequence[str], known: Mapping[str, bytes] | None = None) -> frozenset[str]:
    """Those of some files of which it is certain that they parse; none where ruff cannot be asked.

    `known` are their bytes, where they have been read.
    """
    asked = [name for name in filenames if _is_small(os.path.join(root, name))]

    def is_doubtful(name: str) -> bool:
        return _is_doubtful(known[name] if known else _bytes_of(os.path.join(root, name)))

    try:
        command = [ruff_executable(), *_OPTIONS, "--"]
        refused: set[str] = set()
        for start in range(0, len(asked), FILES_A_CALL):
            refused |= _refused(root, command, asked[start : start + FILES_A_CALL], is_doubtful)
    except (CopycheckError, OSError, ValueError, KeyError):
        return frozenset()
    return frozenset(asked).difference(refused)


def _is_small(path: str) -> bool:
    try:
        return os.stat(path).st_size <= _MOST_BYTES
    except OSError:
        return False


def _bytes_of(path: str) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None


def _is_doubtful(data: bytes | None) -> bool:
    """Whether a file may have what ruff takes for Python and is none, or what no parser should read."""
    if data is None or (b"yield" in data and _BARE_YIELD.search(data) is not None):
        return True
    return bool(endless(data.decode("latin-1")))


def parsable_texts(texts: Mapping[str, bytes]) -> frozenset[str]:
    """The same for files that are not written yet, by their names."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="copycheck-") as folder:
        names = {f"{number}{os.path.splitext(name)[1]}": name for number, name in enumerate(texts)}
        known = {number: texts[name] for number, name in names.items()}
        for number, data in known.items():
            with open(os.path.join(folder, number), "wb") as stream:
                stream.write(data)
        return frozenset(names[number] for number in parsable(folder, list(names), known))


def _refused(
    root: str, command: Sequence[str], filenames: Sequence[str], is_doubtful: Callable[[str], bool]
) -> set[str]:
    """The files that ruff finds wrong, and those that are doubtful, which is told while it works.

    Raises an error for an answer of another form, and for one without end.
    """
    import subprocess

    found: set[bytes] = set()
    with subprocess.Popen(
        [*command, *filenames],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # what ruff says there is no JSON, and so no answer
    ) as process:
        assert process.stdout is not None, "it is a pipe"
        try:
            limit_process(process.pid, _MOST_SECONDS, _MOST_MEMORY)
            doubtful = {name for name in filenames if is_doubtful(name)}
            for number, line in enumerate(process.stdout):
                if number >= _MOST_ERRORS:
                    raise ValueError("ruff prints more than copycheck reads")
                match = _FILENAME.search(line)
                if match is None:
                    raise ValueError(line)
                found.add(match[1])
        except BaseException:
            process.kill()
            raise
    if process.returncode not in (0, 1) or (process.returncode and not found):
        raise ValueError(process.returncode)
    return doubtful | _names(root, found)


def _names(root: str, found: Iterable[bytes]) -> set[str]:
    """Absolute names in JSON as names from a root on."""
    if not found:
        return set()
    import json

    top = os.path.realpath(root)
    return {relative_path(json.loads(name), top) for name in found}
