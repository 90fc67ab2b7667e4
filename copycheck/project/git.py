"""What git knows of a project: the text of a file at a revision, and what has changed since."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from copycheck.model.errors import CopycheckError
from copycheck.model.paths import relative_path

_COMMAND = (
    *("git", "--no-pager", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}", "-c", "diff.interHunkContext=0"),
)
"""git as we call it: what a repository configures runs no program and changes no output."""

_PATIENCE = 30
"""So many seconds git may take to list files."""

_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv")
"""A difference as git itself makes it: no color, and no program that the repository names."""

_OF_A_HOOK = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_IMPLICIT_WORK_TREE"}
)
"""What git tells a hook about the repository that runs it, seen from the top of that one. It may be another one."""


def _environment(root: str) -> dict[str, str]:
    """git's environment: no lock, no prompt, messages in English, and the repository that the root is in."""
    own = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK or not is_below_repository(root)}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    # A clone without all blobs would fetch what is asked for: a check uses no network.
    return {**own, **quiet, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}


class GitError(CopycheckError):
    """Git is not there, or does not know what was asked for; the message says what to do."""


def changed_since(root: str, revision: str) -> list[str]:
    """The files below the root that differ between a revision and the working tree, new ones included.

    Raises GitError.
    """
    commit = _commit(root, revision)
    options = ("--name-only", "--relative", "--no-renames", "-z")
    changed = run_git(root, "diff", *_PLAIN, *options, commit, "--", ".", more=without_filters(root))
    untracked = run_git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({os.fsdecode(name) for name in (changed + untracked).split(b"\0") if name})


def texts_at(root: str, revision: str, filenames: Sequence[str]) -> Mapping[str, bytes]:
    """The bytes that files had at a revision; those that were not there are left out. Raises GitError."""
    filenames = [name for name in filenames if "\n" not in name]
    commit = _commit(root, revision)
    prefix = run_git(root, "rev-parse", "--show-prefix").rstrip(b"\n")
    asked = [commit.encode() + b":" + prefix + os.fsencode(name) for name in filenames]
    blobs = read_blobs(root, asked)
    return {name: blob for name, blob in zip(filenames, blobs, strict=True) if blob is not None}


def read_blobs(root: str, names: Sequence[bytes]) -> list[bytes | None]:
    """The bytes of files in the repository, each named `COMMIT:PATH`; None for what is no file there. Raises GitError.

    No name may hold a line end.
    """
    answer = run_git(root, "cat-file", "--batch", input_=b"".join(name + b"\n" for name in names))
    return list(_blobs(answer, len(names)))


def _blobs(answer: bytes, count: int) -> Iterable[bytes | None]:
    """The blobs of `cat-file --batch`: a head with the size, the bytes, and a line end."""
    at = 0
    for _ in range(count):
        end = answer.index(b"\n", at)
        head = answer[at:end]
        at = end + 1
        if head.endswith((b" missing", b" ambiguous")):
            yield None
            continue
        size = int(head.rsplit(b" ", 1)[1])
        yield answer[at : at + size] if b" blob " in head else None
        at += size + 1


def changed_rows(
    root: str, filenames: Sequence[str], revision: str | None = None
) -> Mapping[str, list[tuple[int, int]]]:
    """The rows, first and last, in which files of the working tree differ from a revision, or from HEAD without one.

    Where rows were only taken out, those around the gap. Without a revision: nothing where there is no git, or no
    commit yet. Raises GitError where git does not know the revision.
    """
    if revision is not None:
        revision = _commit(root, revision)
    if not is_below_repository(root):
        return {}  # and no process is started to be told so
    options = ("-U0", "--relative", *_PLAIN, "--src-prefix=a/", "--dst-prefix=b/")
    try:
        answer = run_git(root, "diff", *options, revision or "HEAD", "--", *filenames, more=without_filters(root))
    except GitError:
        return {}
    rows: dict[str, list[tuple[int, int]]] = {}
    filename = ""
    lines = iter(answer.split(b"\n"))
    for line in lines:
        if line.startswith(b"+++ "):
            filename = os.fsdecode(_unquoted(line[4:])).removeprefix("b/")
        elif line.startswith(b"@@ "):
            _, before, after, *_ = line.split(b" ")
            (_, removed), (start, added) = _range(before), _range(after)
            last = start + (added - 1 if added else 1)
            rows.setdefault(filename, []).append((start, last))
            deque(islice(lines, removed + added), 0)  # what the rows hold may look like a head
    return rows


def head_of(root: str) -> str:
    """The short name of the commit that the working tree is at; empty where there is none, or no git."""
    if not is_below_repository(root):
        return ""
    try:
        return run_git(root, "rev-parse", "--short=10", "--verify", "--quiet", "HEAD").decode().strip()
    except GitError:
        return ""


def _range(text: bytes) -> tuple[int, int]:
    """The first row and the number of rows of `+12,3` or `-12`."""
    start, _, count = text[1:].partition(b",")
    return int(start), int(count or 1)


def _unquoted(name: bytes) -> bytes:
    """A file name as git writes it behind `+++`: in quotes where it holds a quote, a backslash or a control."""
    if name.startswith(b'"'):
        return name[1:-1].decode("unicode_escape").encode("latin-1")
    return name.rstrip(b"\t")


class TrackedButIgnored:
    """The files below a root that a .gitignore names although git tracks them; git is asked while others work."""

    def __init__(self, root: str) -> None:
        import subprocess

        command = [*_COMMAND, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]
        self._process: subprocess.Popen[bytes] | None = None
        self.failure = ""
        """Why git has no answer, once the names were asked for; empty where it has one, or there is no repository."""
        pattern_file = os.path.join(root, ".gitignore")
        if not is_below_repository(root) or (os.path.lexists(pattern_file) and not os.path.isfile(pattern_file)):
            return
        try:
            self._process = subprocess.Popen(
                command,
                cwd=root,
                env=_environment(root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            self.failure = f"git cannot be run: {error.strerror}"

    def names(self) -> list[str]:
        """Their names, relative to the root; none where git has no answer."""
        import subprocess

        if self._process is None:
            return []
        try:
            answer, said = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:  # a pipe among the files that git reads
            self._process.kill()
            self._process.communicate()
            self.failure = f"git gave no answer in {_PATIENCE} seconds"
            return []
        if self._process.returncode:
            self.failure = said.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
            return []
        return [os.fsdecode(name) for name in answer.split(b"\0") if name]


def git_files(root: str) -> list[str]:
    """The files, from the root on, that change whenever HEAD names another commit; nothing where there is no git."""
    folder = os.path.realpath(root)
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return []
    own = os.path.join(folder, ".git")
    if os.path.isfile(own):
        own = os.path.join(folder, _line_of(own).removeprefix("gitdir: "))
    common = os.path.normpath(os.path.join(own, _line_of(os.path.join(own, "commondir"))))
    head = os.path.join(own, "HEAD")
    names = [head, os.path.join(common, "packed-refs"), os.path.join(common, "reftable", "tables.list")]
    reference = _line_of(head)
    if reference.startswith("ref: refs/"):
        names.append(os.path.join(common, reference.removeprefix("ref: ")))
    return [relative_path(os.path.normpath(name), os.path.realpath(root)) for name in names]


def _line_of(path: str) -> str:
    """The first line of a small file; empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.readline().rstrip("\n")
    except OSError:
        return ""


def is_below_repository(root: str) -> bool:
    """Whether a folder lies in a working tree of git, without asking git."""
    return bool(top_of_repository(root))


def top_of_repository(root: str) -> str:
    """The top of the working tree of git that a folder lies in, without asking git; empty where there is none."""
    folder = os.path.realpath(root)
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return ""
    return folder


def _commit(root: str, revision: str) -> str:
    try:
        return (
            run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            .decode()
            .strip()
        )
    except GitError as error:
        if str(error):
            raise
    shallow = run_git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    hint = "this is a shallow clone: `git fetch --unshallow` brings the rest" if shallow else "`git log` lists them"
    raise GitError(f"git knows no revision `{revision}`; {hint}")


def without_filters(root: str) -> Mapping[str, str]:
    """An environment in which no filter of the configuration is run on files of the working tree.

    Such a filter is any program, and a difference with the working tree would run it.
    """
    try:
        names = run_git(
            root, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$"
        )
    except GitError:
        return {}  # there is none
    own = os.environ.get("GIT_CONFIG_COUNT", "")
    start = int(own) if own.isdigit() else 0
    found = dict.fromkeys(os.fsdecode(name) for name in names.split(b"\0") if name)
    settings = {"GIT_CONFIG_COUNT": str(start + len(found))}
    for number, name in enumerate(found, start):
        settings[f"GIT_CONFIG_KEY_{number}"] = name
        settings[f"GIT_CONFIG_VALUE_{number}"] = "false" if name.endswith(".required") else ""
    return settings


def run_git(root: str, *arguments: str, input_: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
    """What git prints in a folder, with `more` in its environment.

    Raises GitError, with an empty message where git itself had nothing to say.
    """
    import subprocess

    try:
        done = subprocess.run(
            [*_COMMAND, *arguments],
            cwd=root,
            input=input_,
            capture_output=True,
            env={**_environment(root), **(more or {})},
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        if "not a git repository" in said:
            raise GitError(f"{root} is in no git repository")
        raise GitError(f"git {arguments[0]}: {said}" if said else "")
    return done.stdout


_MOST_CONFLICTS = 127
"""`git merge-file` exits with the number of conflicts, at most this; beyond it is an error."""


def merge_files(folder: str, names: Sequence[str], options: Sequence[str]) -> bytes:
    """What `git merge-file` makes of three files in a folder: ours, base and theirs. Raises GitError."""
    import subprocess

    command = [*_COMMAND, "merge-file", "-p", "-q", *options, *names]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, env=_environment(folder), check=False)
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if not 0 <= done.returncode <= _MOST_CONFLICTS:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        raise GitError(f"git merge-file: {said}")
    return done.stdout


class FirstCommits:
    """When the Python files below a root were first committed; git is asked while others work."""

    def __init__(self, root: str) -> None:
        import subprocess

        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[str, tuple[int, str]] | None = None
        if not is_below_repository(root):
            return
        options = ("--diff-filter=A", "--no-renames", "--no-show-signature", "--name-only", "--relative", "-z")
        command = [*_COMMAND, "log", *_PLAIN, *options, "--format=%x01%ct %cs", "--", "*.py", "*.pyi"]
        with suppress(OSError):
            self._process = subprocess.Popen(
                command,
                cwd=root,
                env=_environment(root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def of(self, filename: str) -> tuple[int, str] | None:
        """The time in seconds, and the date, of the first commit of a file; None where git does not know it."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(filename)

    def _read(self) -> dict[str, tuple[int, str]]:
        import subprocess

        if self._process is None:
            return {}
        try:
            answer, _ = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            return {}
        found: dict[str, tuple[int, str]] = {}
        when = (0, "")
        for part in answer.split(b"\0"):
            text = part.lstrip(b"\n")
            if text.startswith(b"\x01"):
                seconds, _, date = text[1:].partition(b"\n")[0].partition(b" ")
                when = int(seconds), date.decode()
                text = text.partition(b"\n")[2]
            if text:
                found[os.fsdecode(text)] = when
        return found
