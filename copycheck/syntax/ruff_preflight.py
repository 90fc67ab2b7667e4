"""Which files are Python, by ruff's parser: one process for all of them, many times as fast as `ast` (contract 3.3).

What it is not sure of is for `ast` and libcst to say, which have the last word.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path
from copycheck.project.reading import read_file
from copycheck.syntax.ruff import FILES_A_CALL, ruff_executable

ENOUGH = 250_000
"""Bytes of source from which asking ruff costs less than it saves: `python -m benchmarks --only preflight` says it."""

_BARE_YIELD = re.compile(rb"\byield(?:[ \t]*@|\s*(?:[%/|><&^=!]|(?:in|and|or|is|if|else)\b))")
"""ruff 0.17 accepts it and Python does not; prose may read so as well, and then `ast` says what it is."""

# fmt: off
_OPTIONS = (
    "check", "--isolated", "--no-cache", "--no-fix", "--no-force-exclude", "--quiet", "--ignore=ALL",
    "--target-version=py313", "--output-format=json-lines",
)
# fmt: on


def pays(size: int) -> bool:
    """Whether so many bytes of source are enough to ask ruff about."""
    return size >= ENOUGH


def parsable(root: str, filenames: Sequence[str]) -> frozenset[str]:
    """Those of some files of which it is certain that they parse; none where ruff cannot be asked."""
    try:
        command = [ruff_executable(), *_OPTIONS, "--"]
        refused: set[str] = set()
        for start in range(0, len(filenames), FILES_A_CALL):
            refused.update(_refused(root, command, filenames[start : start + FILES_A_CALL]))
    except (CopycheckError, OSError, ValueError, KeyError):
        return frozenset()
    return frozenset(name for name in filenames if name not in refused and not _is_doubtful(os.path.join(root, name)))


def _is_doubtful(path: str) -> bool:
    """Whether a file may have what ruff takes for Python and is none: a bare `yield` before an operator."""
    try:
        data = read_file(path)
    except OSError:
        return True
    return b"yield" in data and _BARE_YIELD.search(data) is not None


def parsable_texts(texts: Mapping[str, bytes]) -> frozenset[str]:
    """The same for files that are not written yet, by their names."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="copycheck-") as folder:
        names = {f"{number}{os.path.splitext(name)[1]}": name for number, name in enumerate(texts)}
        for number, name in names.items():
            with open(os.path.join(folder, number), "wb") as stream:
                stream.write(texts[name])
        return frozenset(names[number] for number in parsable(folder, list(names)))


def _refused(root: str, command: Sequence[str], filenames: Iterable[str]) -> Iterator[str]:
    """The files that ruff finds wrong. Raises an error for an answer of another form."""
    import subprocess

    done = subprocess.run([*command, *filenames], cwd=root, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 1) or done.stderr.strip() or (done.returncode and not done.stdout):
        raise ValueError(done.stderr)
    if done.stdout:
        import json

        for line in done.stdout.splitlines():
            yield relative_path(json.loads(line)["filename"], os.path.realpath(root))
