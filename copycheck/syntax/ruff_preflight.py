"""Which files are Python, by ruff's parser: one process for all of them, many times as fast as `ast` (contract 3.3).

What it is not sure of is for `ast` and libcst to say, which have the last word.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path
from copycheck.project.programs import limit_process
from copycheck.project.reading import read_file
from copycheck.syntax.ruff_executable import FILES_A_CALL, ruff_executable
from copycheck.syntax.size_bounds import endless

ENOUGH = 250_000
"""Bytes of source from which asking ruff costs less than it saves: `python -m benchmarks --only preflight` says it."""

if TYPE_CHECKING:
    import subprocess

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
    return Question(root, filenames, known).answer()


class Question:
    """Asks ruff which of some files are Python. It is at work from the start until the `answer` is asked for.

    `known` are their bytes, where they have been read.
    """

    def __init__(self, root: str, filenames: Sequence[str], known: Mapping[str, bytes] | None = None) -> None:
        self._root, self._known = root, known
        self.filenames = [name for name in filenames if _is_small(os.path.join(root, name))]
        """Those that ruff is asked about."""
        self._calls = [self.filenames[n : n + FILES_A_CALL] for n in range(0, len(self.filenames), FILES_A_CALL)]
        self._first: subprocess.Popen[bytes] | None = None
        self._command: list[str] = []
        with suppress(CopycheckError, OSError, ValueError):
            self._command = [ruff_executable(), *_OPTIONS, "--"]
            self._first = self._started(self._calls[0]) if self._calls else None

    def answer(self) -> frozenset[str]:
        """Those of which it is certain that they parse; none where ruff cannot be asked."""
        refused: set[str] = set()
        try:
            for number, names in enumerate(self._calls):
                process = self._first if number == 0 else self._started(names)
                if process is None:
                    return frozenset()
                refused |= _refused(self._root, process, names, self._is_doubtful)
        except (OSError, ValueError, KeyError):
            return frozenset()
        return frozenset(self.filenames).difference(refused)

    def _started(self, names: Sequence[str]) -> subprocess.Popen[bytes]:
        import subprocess

        process = subprocess.Popen(
            [*self._command, *names],
            cwd=self._root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # what ruff says there is no JSON, and so no answer
        )
        limit_process(process.pid, _MOST_SECONDS, _MOST_MEMORY)
        return process

    def _is_doubtful(self, name: str) -> bool:
        return _is_doubtful(self._known[name] if self._known else _bytes_of(os.path.join(self._root, name)))


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
    root: str, process: subprocess.Popen[bytes], filenames: Sequence[str], is_doubtful: Callable[[str], bool]
) -> set[str]:
    """The files that ruff finds wrong, and those that are doubtful, which is told while it works.

    Raises an error for an answer of another form, and for one without end.
    """
    found: set[bytes] = set()
    with process:
        assert process.stdout is not None, "it is a pipe"
        try:
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
