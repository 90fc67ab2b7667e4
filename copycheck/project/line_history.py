"""Who wrote lines of a file last, and when, as git knows it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copycheck.project.git import GitError, run_git, without_filters
from copycheck.project.git_folder import is_below_repository, top_of_repository
from copycheck.project.git_history import is_shallow

_MOST_RANGES = 200
"""Ranges of lines that one process is asked for: a command line has a limit."""


class LastChange(NamedTuple):
    """The commit that wrote a line: its short name, author, and first line of its message.

    `written` is when its author wrote it, `committed` when it was committed, in seconds since 1970. `commit` is empty
    for a line that is not committed yet.
    """

    commit: str
    author: str
    written: int
    committed: int
    subject: str


def last_changes(root: str, filename: str, lines: Sequence[int]) -> Mapping[int, LastChange]:
    """For each of these lines of a file below the root, the commit that wrote it.

    Empty where git does not know the file, or there is no git.
    """
    ranges = _ranges(sorted(set(lines)))
    more: Mapping[str, str] | None = None
    if not ranges or not is_below_repository(root) or not _can_blame(root):
        return {}
    found: dict[int, LastChange] = {}
    for start in range(0, len(ranges), _MOST_RANGES):
        wanted = [part for first, last in ranges[start : start + _MOST_RANGES] for part in ("-L", f"{first},{last}")]
        try:
            more = without_filters(root) if more is None else more
            answer = run_git(root, "blame", "--no-textconv", "--line-porcelain", *wanted, "--", filename, more=more)
            is_cut_off = b"\nboundary\n" in answer and is_shallow(root)
        except GitError:
            return {}
        found |= _parsed(answer, is_cut_off)
    return found


def _can_blame(root: str) -> bool:
    """Whether each list of commits that git is configured to pass over is a file: git would wait for a pipe."""
    try:
        answer = run_git(root, "config", "-z", "--type=path", "--get-all", "blame.ignoreRevsFile")
    except GitError:
        return True  # none is configured
    top = top_of_repository(root)
    return all(os.path.isfile(os.path.join(top, os.fsdecode(name))) for name in answer.split(b"\0") if name)


def _ranges(lines: Sequence[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for line in lines:
        if ranges and ranges[-1][1] == line - 1:
            ranges[-1] = ranges[-1][0], line
        else:
            ranges.append((line, line))
    return ranges


def _parsed(answer: bytes, is_cut_off: bool) -> dict[int, LastChange]:
    """The blocks of `--line-porcelain`: a head with the commit and both line numbers, fields, and the line itself.

    With `is_cut_off`, the commit at which the history begins is not that which wrote a line.
    """
    found: dict[int, LastChange] = {}
    fields: dict[str, str] = {}
    head: list[str] = []
    for raw in answer.split(b"\n"):
        if raw.startswith(b"\t") and is_cut_off and "boundary" in fields:
            fields, head = {}, []
            continue
        if raw.startswith(b"\t"):
            is_committed = set(head[0]) != {"0"}
            found[int(head[2])] = LastChange(
                head[0][:10] if is_committed else "",
                fields.get("author", "") if is_committed else "",
                int(fields.get("author-time", "0")),
                int(fields.get("committer-time", "0")),
                fields.get("summary", ""),
            )
            fields, head = {}, []
            continue
        text = os.fsdecode(raw)
        if not head:
            head = text.split(" ")
        else:
            name, _, value = text.partition(" ")
            fields[name] = value
    return found
