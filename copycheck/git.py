"""What git knows of a project: the text of a file at a revision, and what has changed since."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence

from copycheck.errors import CopycheckError


class GitError(CopycheckError):
    """Git is not there, or does not know what was asked for; the message says what to do."""


def changed_since(root: str, revision: str) -> list[str]:
    """The files below the root that differ between a revision and the working tree, new ones included.

    Raises GitError.
    """
    commit = _commit(root, revision)
    changed = _git(root, "diff", "--name-only", "--relative", "--no-renames", "-z", commit, "--", ".")
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({os.fsdecode(name) for name in (changed + untracked).split(b"\0") if name})


def texts_at(root: str, revision: str, filenames: Sequence[str]) -> Mapping[str, bytes]:
    """The bytes that files had at a revision; those that were not there are left out. Raises GitError."""
    filenames = [name for name in filenames if "\n" not in name]
    commit = _commit(root, revision)
    prefix = _git(root, "rev-parse", "--show-prefix").rstrip(b"\n")
    asked = b"".join(commit.encode() + b":" + prefix + os.fsencode(name) + b"\n" for name in filenames)
    answer = _git(root, "cat-file", "--batch", input_=asked)
    return dict(_blobs(answer, filenames))


def _blobs(answer: bytes, filenames: Sequence[str]) -> Iterable[tuple[str, bytes]]:
    """The blobs of `cat-file --batch`: a head with the size, the bytes, and a line end."""
    at = 0
    for filename in filenames:
        end = answer.index(b"\n", at)
        head = answer[at:end]
        at = end + 1
        if head.endswith((b" missing", b" ambiguous")):
            continue
        size = int(head.rsplit(b" ", 1)[1])
        if b" blob " in head:
            yield filename, answer[at : at + size]
        at += size + 1


def changed_rows(root: str, filenames: Sequence[str]) -> Mapping[str, list[tuple[int, int]]]:
    """The rows, first and last, in which files of the working tree differ from HEAD.

    Where rows were only taken out, those around the gap. Nothing where there is no git, or no commit yet.
    """
    try:
        answer = _git(root, "diff", "-U0", "--relative", "--no-color", "--no-ext-diff", "HEAD", "--", *filenames)
    except GitError:
        return {}
    rows: dict[str, list[tuple[int, int]]] = {}
    filename = ""
    for line in answer.split(b"\n"):
        if line.startswith(b"+++ "):
            filename = os.fsdecode(line[4:]).rstrip("\t").strip('"').removeprefix("b/")
        elif line.startswith(b"@@ "):
            start, _, count = line.split(b" ")[2][1:].partition(b",")
            first, length = int(start), int(count or 1)
            rows.setdefault(filename, []).append((first, first + max(length - 1, 1 - min(length, 1))))
    return rows


def _commit(root: str, revision: str) -> str:
    try:
        return (
            _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            .decode()
            .strip()
        )
    except GitError as error:
        if str(error):
            raise
    shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    hint = "this is a shallow clone: `git fetch --unshallow` brings the rest" if shallow else "`git log` lists them"
    raise GitError(f"git knows no revision `{revision}`; {hint}")


def _git(root: str, *arguments: str, input_: bytes = b"") -> bytes:
    """What git prints. Raises GitError, with an empty message where git itself had nothing to say."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(command, cwd=root, input=input_, capture_output=True, env=environment, check=False)
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        if "not a git repository" in said:
            raise GitError(f"{root} is in no git repository")
        raise GitError(f"git {arguments[0]}: {said}" if said else "")
    return done.stdout
