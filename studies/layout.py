"""Whether the formatter finds something to change in what a fix wrote (contract 5.3)."""

from __future__ import annotations

import difflib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from copycheck.model.result import Patch
from copycheck.syntax.ruff_executable import ruff_executable


def relaid(project: Path, patches: Iterable[Patch], formatter: str = "ruff") -> Iterator[str]:
    """A line for each run of written lines that ruff or black would lay out otherwise, by the project's configuration.

    Lines that a fix has left as they were are none of its business.
    """
    for patch in patches:
        if not patch.filename.endswith((".py", ".pyi")):
            continue
        before, after = ((data or b"").decode("utf-8", "replace") for data in (patch.before, patch.after))
        wanted = _formatted(project, patch.filename, after, formatter)
        if wanted is None or wanted == after:
            continue
        written = _changed(before, after, of_new=True)
        lines = after.splitlines()
        beside = [
            rows
            for rows in _changed(after, wanted, of_new=False)
            if any(rows.start <= other.stop and other.start <= rows.stop for other in written)
        ]
        # A line beside those that were written may have been laid out otherwise before.
        old = _relaid_lines(before, _formatted(project, patch.filename, before, formatter)) if beside else set()
        for rows in beside:
            if _with_next(lines, rows) not in old:
                shown = lines[rows.start : rows.stop][:3]
                yield f"{patch.filename}:{rows.start + 1}: the formatter changes what a fix wrote: {shown}"


def _relaid_lines(text: str, wanted: str | None) -> set[tuple[str, ...]]:
    """The runs of lines of a text that the formatter changes, each with the line behind it."""
    return {_with_next(text.splitlines(), rows) for rows in _changed(text, wanted or text, of_new=False)}


def _with_next(lines: Sequence[str], rows: range) -> tuple[str, ...]:
    return tuple(lines[rows.start : rows.stop + 1])


def _formatted(project: Path, filename: str, text: str, formatter: str) -> str | None:
    """A file as the formatter has it; None where it refuses it."""
    command = [ruff_executable(), "format", "--no-cache"]
    if formatter == "black":
        command = [sys.executable, "-m", "black", "--fast", "--quiet"]
    command += ["--stdin-filename", str(project / filename), "-"]
    done = subprocess.run(command, cwd=project, input=text.encode(), capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else None


def _changed(one: str, other: str, of_new: bool) -> list[range]:
    """The lines, from 0, in which two texts differ: those of the new text, or of the old one."""
    matcher = difflib.SequenceMatcher(None, one.splitlines(), other.splitlines(), autojunk=False)
    opcodes = (opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal")
    return [range(j1, j2) if of_new else range(i1, i2) for _, i1, i2, j1, j2 in opcodes]
