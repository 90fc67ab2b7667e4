"""A revision of a repository as a tree of files, fetched into a bare repository of the cache (contract 15)."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence

from copycheck.model.errors import CopycheckError
from copycheck.project.programs import find_program
from copycheck.project.user_cache import user_cache
from copycheck.upstream.archives import FixedTree

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PATIENCE = 900
"""So many seconds a fetch may take."""
_OPTIONS = ("-c", "core.quotePath=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


class GitTree(FixedTree):
    """The files of a commit. `prefix` is a folder of the repository that names are relative to."""

    kind = "revision"

    def __init__(self, repository: str, commit: str, prefix: str = "") -> None:
        self._repository = repository
        self.commit = commit
        listed = _git(repository, "ls-tree", "-r", "-l", "-z", commit, "--", *([prefix] if prefix else []))
        entries = _entries(listed, prefix)
        self._blobs = {name: blob for name, (blob, _) in entries}
        super().__init__({name: size for name, (_, size) in entries})

    def _read(self, name: str) -> bytes:
        return _git(self._repository, "cat-file", "blob", self._blobs[name])


def _entries(listed: bytes, prefix: str) -> list[tuple[str, tuple[str, int]]]:
    """The names of regular files with their blobs and sizes, from what `ls-tree -l` prints."""
    found = []
    below = f"{prefix}/" if prefix else ""
    for entry in listed.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        parts = head.split()
        if len(parts) == 4 and parts[1] == b"blob" and parts[0] != b"120000":
            text = os.fsdecode(name)
            if text.startswith(below):
                found.append((text[len(below) :], (parts[2].decode(), int(parts[3]))))
    return found


def fetched_revision(url: str, revision: str) -> GitTree:
    """A revision of a repository, fetched where it is not there yet; without a revision, the newest commit.

    Raises CopycheckError, in one line, where there is no such repository or revision.
    """
    folder = os.path.join(user_cache(), "git", f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.git")
    if not os.path.isdir(os.path.join(folder, "objects")):
        os.makedirs(folder, exist_ok=True)
        _git(folder, "init", "-q", "--bare", ".")
    if _COMMIT.fullmatch(revision) and _commit_of(folder, revision):
        return GitTree(folder, revision)
    wanted = revision or "HEAD"
    try:
        _git(folder, "fetch", "-q", "--depth=1", "--no-tags", "--end-of-options", url, wanted)
        commit = _commit_of(folder, "FETCH_HEAD")
    except CopycheckError as error:
        if not _is_about_the_revision(str(error)):
            raise CopycheckError(_not_fetched(url, error)) from None
        commit = _by_fetching_all(folder, url, wanted)
    if not commit:
        raise CopycheckError(
            f"{url} has no revision `{wanted}`: run `git ls-remote {url}` to see its branches and tags"
        )
    _git(folder, "update-ref", f"refs/copycheck/{commit}", commit)
    return GitTree(folder, commit)


def local_revision(folder: str, revision: str) -> GitTree:
    """A revision of the repository that a folder of this machine is in, as files below that folder.

    Raises CopycheckError where there is none.
    """
    if not os.path.isdir(folder):
        raise CopycheckError(f"{folder} is not a folder: correct the path in the configuration")
    commit = _commit_of(folder, revision)
    if not commit:
        raise CopycheckError(
            f"{folder} has no revision `{revision}`: run `git -C {folder} log --oneline` to see those that it has"
        )
    prefix = os.fsdecode(_git(folder, "rev-parse", "--show-prefix").strip()).rstrip("/")
    top = os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").strip())
    return GitTree(top, commit, prefix)


def _by_fetching_all(folder: str, url: str, revision: str) -> str:
    """The commit of a revision that is no branch or tag, among all that a repository has."""
    unshallow = ["--unshallow"] if os.path.exists(os.path.join(folder, "shallow")) else []
    refs = ("+refs/heads/*:refs/upstream/heads/*", "+refs/tags/*:refs/upstream/tags/*")
    try:
        _git(folder, "fetch", "-q", *unshallow, "--no-tags", "--end-of-options", url, *refs)
    except CopycheckError as error:
        raise CopycheckError(_not_fetched(url, error)) from None
    return _commit_of(folder, revision) if re.fullmatch(r"[0-9a-f]{4,64}", revision) else ""


def _not_fetched(url: str, error: CopycheckError) -> str:
    return f"git cannot fetch {url} ({error}): run `git ls-remote {url}` to see why"


def _is_about_the_revision(said: str) -> bool:
    return any(
        part in said for part in ("couldn't find remote ref", "not our ref", "no such remote ref", "unadvertised")
    )


def _commit_of(folder: str, revision: str) -> str:
    """The commit that a revision names; empty where there is none."""
    try:
        asked = f"{revision}^{{commit}}"
        return _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", asked).decode().strip()
    except CopycheckError:
        return ""


def _git(folder: str, *arguments: str) -> bytes:
    """What git prints. Raises CopycheckError."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith("GIT_SSH")
    }
    settings = {name: value for name, value in os.environ.items() if name.startswith("GIT_CONFIG")}
    environment = {**own, **settings, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    environment["GIT_ALLOW_PROTOCOL"] = "https:http:ssh:git:file"
    try:
        done = subprocess.run(
            [find_program("git"), *_OPTIONS, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise CopycheckError(f"`git {arguments[0]}` did not end in {_PATIENCE} seconds") from None
    except OSError as error:
        raise CopycheckError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        raise CopycheckError(_words(arguments, done.stderr))
    return done.stdout


def _words(arguments: Sequence[str], said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    fatal = [line.removeprefix("fatal:").strip() for line in lines if line.startswith("fatal:")]
    return (fatal or lines or [f"git {arguments[0]} failed without a word"])[0]
