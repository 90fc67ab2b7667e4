"""What git knows of a project: the text of a file at a revision, and what has changed since."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from copycheck.model.errors import CopycheckError
from copycheck.model.location import Rows
from copycheck.project.git_folder import is_below_repository, special_file
from copycheck.project.programs import find_program

if TYPE_CHECKING:
    import subprocess

_OPTIONS = (
    *("--no-pager", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}", "-c", "diff.interHunkContext=0"),
    *("-c", "core.excludesFile=", "-c", "core.attributesFile=", "-c", "mailmap.file="),
)
"""git as we call it: what a repository configures runs no program, changes no output, and names no pipe or device.

So git ignores by `.gitignore` files alone, as we do.
"""

_PATIENCE = 120
"""So many seconds git may take for an answer; once it has not, it is not asked again."""
_silent: set[str] = set()
"""Where git gave no answer."""

PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv")
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
    changed = run_git(root, "diff", *PLAIN, *options, commit, "--", ".", more=without_filters(root))
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


def changed_rows(root: str, filenames: Sequence[str], revision: str | None = None) -> Mapping[str, list[Rows]]:
    """The rows in which files of the working tree differ from a revision, or from HEAD without one.

    Where rows were only taken out, those around the gap. Without a revision: nothing where there is no git, or no
    commit yet. Raises GitError where git does not know the revision.
    """
    if revision is not None:
        revision = _commit(root, revision)
    if not is_below_repository(root):
        return {}  # and no process is started to be told so
    options = ("-U0", "--relative", *PLAIN, "--src-prefix=a/", "--dst-prefix=b/")
    try:
        answer = run_git(root, "diff", *options, revision or "HEAD", "--", *filenames, more=without_filters(root))
    except GitError:
        return {}
    rows: dict[str, list[Rows]] = {}
    filename = ""
    lines = iter(answer.split(b"\n"))
    for line in lines:
        if line.startswith(b"+++ "):
            filename = os.fsdecode(_unquoted(line[4:])).removeprefix("b/")
        elif line.startswith(b"@@ "):
            _, before, after, *_ = line.split(b" ")
            (_, removed), (start, added) = _range(before), _range(after)
            last = start + (added - 1 if added else 1)
            rows.setdefault(filename, []).append(Rows(start, last))
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
    from copycheck.project.unknown_revisions import hint_for

    raise GitError(f"git knows no revision `{revision}`; {hint_for(root, revision)}")


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
    done = _run(root, arguments, input_, more)
    if done.returncode:
        said = complaint(done.stderr)
        if "not a git repository" in said:
            raise GitError(f"{root} is in no git repository")
        raise GitError(f"git {arguments[0]}: {said}" if said else "")
    return done.stdout


class StartedGit:
    """A call of git that works while others do, with `more` in its environment. Raises GitError for no git."""

    def __init__(
        self, root: str, *arguments: str, more: Mapping[str, str] | None = None, patience: int | None = None
    ) -> None:
        """`patience` is in seconds."""
        import subprocess

        refuse_special_files(root)
        self._patience = _PATIENCE if patience is None else patience
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                [find_program("git"), *_OPTIONS, *arguments],
                cwd=root,
                env={**_environment(root), **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
            )
        except OSError as error:
            raise _cannot_run(error) from None

    def answer(self) -> bytes:
        """What git prints. Raises GitError, as `run_git` does; asked for once."""
        import subprocess

        try:
            answer, said = self._process.communicate(timeout=self._patience)
        except subprocess.TimeoutExpired:  # a pipe among the files that git reads
            self._process.kill()
            self._process.communicate()
            raise GitError(f"git gave no answer in {self._patience} seconds") from None
        if self._process.returncode:
            raise GitError(complaint(said))
        return answer

    def stop(self) -> None:
        """End the call where nobody wants its answer; nothing where it has ended."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()


def complaint(stderr: bytes) -> str:
    """The first line of what git said on stderr, without its `fatal:`."""
    return stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")


def _cannot_run(error: OSError) -> GitError:
    return GitError(f"git cannot be run: {error.strerror}")


def _run(
    folder: str, arguments: Sequence[str], input_: bytes = b"", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """git, run to its end, whatever it answers. Raises GitError where there is no git."""
    import subprocess

    refuse_special_files(folder)
    environment = {**_environment(folder), **(more or {})}
    try:
        command = [find_program("git"), *_OPTIONS, *arguments]
        return subprocess.run(
            command, cwd=folder, input=input_, capture_output=True, env=environment, check=False, timeout=_PATIENCE
        )
    except OSError as error:
        raise _cannot_run(error) from None
    except subprocess.TimeoutExpired:
        _silent.add(folder)
        raise _no_answer() from None


def refuse_special_files(folder: str) -> None:
    """Raises GitError where git would not answer: it waits for a pipe among its own files, or did not before."""
    if folder in _silent:
        raise _no_answer()
    if special := special_file(folder):
        raise GitError(f"git is not asked, for {special} is no regular file: remove it, or clone the repository anew")


def _no_answer() -> GitError:
    return GitError(f"git gave no answer in {_PATIENCE} seconds: run `git status` to see what it waits for")


_MOST_CONFLICTS = 127
"""`git merge-file` exits with the number of conflicts, at most this; beyond it is an error."""


def merge_files(folder: str, names: Sequence[str], options: Sequence[str]) -> bytes:
    """What `git merge-file` makes of three files in a folder: ours, base and theirs. Raises GitError."""
    done = _run(folder, ("merge-file", "-p", "-q", *options, *names))
    if not 0 <= done.returncode <= _MOST_CONFLICTS:
        raise GitError(f"git merge-file: {complaint(done.stderr)}")
    return done.stdout
