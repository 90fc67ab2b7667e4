"""What to do about a revision that git does not know: most often a branch that the clone has not fetched."""

from __future__ import annotations

import re
import shlex

from copycheck.project.git import GitError, run_git
from copycheck.project.git_history import is_shallow


def hint_for(root: str, revision: str) -> str:
    """The command that may bring a revision, as the end of a sentence. Raises GitError."""
    shallow = is_shallow(root)
    remotes = run_git(root, "remote").decode().split()
    remote, slash, branch = revision.partition("/")
    if slash and remote in remotes and not branch.startswith("-"):
        return f"this clone has not fetched that branch: run `{_fetch(remote, branch)}`"
    if (remote := _remote_of(revision, remotes)) and (shallow or not _fetches_all(root, remote)):
        command = _fetch(remote, revision)
        return f"this clone has not fetched that branch: run `{command}`, and name `{remote}/{revision}`"
    if shallow:
        return "this is a shallow clone: `git fetch --unshallow` brings the rest"
    return "`git log` lists them"


def _fetch(remote: str, branch: str) -> str:
    return f"git fetch {remote} {shlex.quote(f'+{branch}:refs/remotes/{remote}/{branch}')}"


def _remote_of(revision: str, remotes: list[str]) -> str:
    """The remote that may have a branch of this name; empty for what is no name of a branch."""
    if not re.fullmatch(r"[A-Za-z][\w./-]*", revision) or re.fullmatch(r"[0-9a-f]{7,40}|HEAD", revision):
        return ""
    return "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""


def _fetches_all(root: str, remote: str) -> bool:
    """Whether a clone has all branches of a remote, and not one alone."""
    try:
        return b"*" in run_git(root, "config", "--get-all", f"remote.{remote}.fetch")
    except GitError:
        return False
