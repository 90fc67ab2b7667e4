"""Where files are now that a commit, or the working tree, has moved: what git reports as their renames."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from copycheck.model.paths import relative_path
from copycheck.project.git import PLAIN, GitError, run_git, texts_at, without_filters
from copycheck.project.git_folder import is_below_repository, top_of_repository
from copycheck.project.git_history import FileAt, StartedLog, texts_of
from copycheck.project.reading import is_below, read_file

_MOST_RENAMES = 20
"""A file that was renamed more often is not followed any further."""
_MOST_GONE = 200
"""So many files that are gone are looked at for those that were moved."""
_AT_ONCE = 500
"""So many names are given to git in one call."""


class Moved(NamedTuple):
    """Where a file went: the last commit that had it, and what that file is called in the commit `head`.

    The name is empty where git reports no rename; so is the commit where no commit had the file.
    """

    head: str
    commit: str = ""
    filename: str = ""


Renames = dict[str, Moved]
"""Each file that was asked for, by its name from the root on."""


class RenameSearch:
    """Looks for where files that are not there went, up to the commit that is checked out.

    `known` is what an earlier run found; it counts as long as the same commit is checked out. git is at work from the
    start until the `answer` is asked for.
    """

    def __init__(self, root: str, filenames: Collection[str], known: Renames) -> None:
        self._root, self._filenames, self._known = root, filenames, known
        self._is_asked = bool(filenames) and is_below_repository(root)
        self._first: _Removals | None = None
        unknown = sorted(name for name in filenames if name not in known and "\n" not in name)
        if self._is_asked and 0 < len(unknown) <= _AT_ONCE:
            with suppress(GitError):
                self._first = _Removals(root, unknown)

    def answer(self) -> Renames:
        """Where each file went. Nothing where git has no answer."""
        if not self._is_asked:
            return {}
        root, known = self._root, self._known
        try:
            head = run_git(root, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
            found = {name: known[name] for name in self._filenames if name in known and known[name].head == head}
            unknown = sorted(name for name in self._filenames if name not in found and "\n" not in name)
            return found | _followed(root, head, unknown, self._first)
        except GitError:
            return {}
        finally:
            self.stop()

    def stop(self) -> None:
        """Have git stop where nobody wants its answer."""
        if self._first is not None:
            self._first.stop()


def renames_of(root: str, filenames: Collection[str], known: Renames) -> Renames:
    """What a `RenameSearch` answers."""
    return RenameSearch(root, filenames, known).answer()


def renamed_in_working_tree(root: str) -> Mapping[str, str]:
    """The files that were renamed since the last commit, and their new names. Nothing where git has no answer."""
    try:
        return _renames(root, "HEAD")
    except GitError:
        return {}


class Committed(NamedTuple):
    """The bytes of files in the last commit; for some of them, the file that is gone and counts as the old name."""

    texts: Mapping[str, bytes]
    gone: Mapping[str, str]


def last_committed(root: str, filenames: Collection[str]) -> Committed:
    """The bytes that files have in the last commit, under the names that they had there; those of submodules in theirs.

    A file that git does not know counts as the one that is gone with which it has most lines in common. Raises GitError
    where git cannot be asked about the repository of the root.
    """
    own = top_of_repository(root)
    below: dict[str, dict[str, str]] = {}
    for name in filenames:
        top = top_of_repository(os.path.dirname(os.path.join(root, name)))
        if top and top != own and is_below(top, own):
            path = os.path.realpath(os.path.join(root, name))
            below.setdefault(top, {})[relative_path(path, top)] = name
    in_submodules = {name for names in below.values() for name in names.values()}
    found = _with_renames(root, [name for name in filenames if name not in in_submodules])
    texts, gone = dict(found.texts), dict(found.gone)
    for top, names in below.items():
        with suppress(GitError):
            inside, moved = _with_renames(top, list(names))
            texts.update((names[name], data) for name, data in inside.items())
            real = os.path.realpath(root)
            gone.update((names[new], relative_path(os.path.join(top, old), real)) for new, old in moved.items())
    return Committed(texts, gone)


def _with_renames(root: str, filenames: Sequence[str]) -> Committed:
    """The bytes of files in the last commit; of one that was renamed since, those under its old name."""
    gone: dict[str, str] = {}
    found = dict(texts_at(root, "HEAD", filenames))
    if len(found) < len(filenames):
        old = {new: before for before, new in renamed_in_working_tree(root).items()}
        renamed = {name: old[name] for name in filenames if name not in found and name in old}
        texts = texts_at(root, "HEAD", sorted(renamed.values())) if renamed else {}
        found |= {name: texts[before] for name, before in renamed.items() if before in texts}
        old_names = _moved_by_hand(root, [name for name in filenames if name not in found])
        found |= {name: data for name, (_, data) in old_names.items()}
        gone = {name: old for name, (old, _) in old_names.items()}
    return Committed(found, gone)


def _moved_by_hand(root: str, filenames: Sequence[str]) -> Mapping[str, tuple[str, bytes]]:
    """The old names of files that were moved without telling git, with their bytes in the last commit.

    That is the file which is gone and has most lines in common with one, half of them at least. Raises GitError.
    """
    if not filenames:
        return {}
    gone = [os.fsdecode(name) for name in run_git(root, "ls-files", "--deleted", "-z").split(b"\0") if name]
    texts = texts_at(root, "HEAD", gone[:_MOST_GONE]) if gone else {}
    lines = {name: Counter(data.splitlines()) for name, data in texts.items()}
    found: dict[str, tuple[str, bytes]] = {}
    for name in filenames if lines else ():
        with suppress(OSError):
            own = Counter(read_file(os.path.join(root, name)).splitlines())
            best = max(lines, key=lambda old: (lines[old] & own).total())
            if 2 * (lines[best] & own).total() >= max(own.total(), lines[best].total()):
                found[name] = best, texts[best]
    return found


def _followed(root: str, head: str, filenames: Sequence[str], first: _Removals | None) -> Renames:
    """Each file, followed from one rename to the next; `first` may know what took them away. Raises GitError."""
    present = _present(root, head, filenames)
    found = {name: Moved(head, head, name) if name in present else Moved(head) for name in filenames}
    now = {name: name for name in filenames if name not in present}
    for _ in range(_MOST_RENAMES):
        if not now:
            break
        removals = _removals(root, sorted(set(now.values())), first)
        renamed = {commit: _renames(root, f"{commit}^", commit) for commit in set(removals.values())}
        later = {}
        for name, current in now.items():
            commit = removals.get(current, "")
            new = renamed[commit].get(current) if commit else None
            if commit and not found[name].commit:
                found[name] = Moved(head, f"{commit}^")
            if new is not None:
                later[name] = new
        there = _present(root, head, sorted(set(later.values())))
        found |= {name: found[name]._replace(filename=new) for name, new in later.items() if new in there}
        now = {name: new for name, new in later.items() if new not in there}
    return found


def _present(root: str, commit: str, filenames: Sequence[str]) -> set[str]:
    """Those of some files that a commit has. Raises GitError."""
    return {name for _, name in texts_of(root, [FileAt(commit, name) for name in filenames])} if filenames else set()


class _Removals:
    """For each of some files the newest commit that took it away; git is at work from the start. Raises GitError."""

    def __init__(self, root: str, filenames: Sequence[str]) -> None:
        self.filenames = frozenset(filenames)
        options = (*PLAIN, "--full-history", "--no-renames", "--diff-filter=D", "--relative")
        more = {"GIT_LITERAL_PATHSPECS": "1"}
        self._log = StartedLog(root, "%H", *options, "HEAD", "--", *filenames, more=more)
        self.stop = self._log.stop

    @cached_property
    def commits(self) -> Mapping[str, str]:
        """The commit of each file that one took away. Raises GitError."""
        found: dict[str, str] = {}
        for commit, names in self._log.entries():
            for name in names:
                found.setdefault(name, commit)
        return found


def _removals(root: str, filenames: Sequence[str], first: _Removals | None) -> Mapping[str, str]:
    """For each of some files the newest commit that took it away; `first` may know them. Raises GitError."""
    if first is not None and first.filenames.issuperset(filenames):
        return {name: first.commits[name] for name in filenames if name in first.commits}
    found: dict[str, str] = {}
    for start in range(0, len(filenames), _AT_ONCE):
        found.update(_Removals(root, filenames[start : start + _AT_ONCE]).commits)
    return found


def _renames(root: str, *commits: str) -> Mapping[str, str]:
    """What git reports as renamed between two commits, or a commit and the working tree. Raises GitError."""
    options = (*PLAIN, "-M", "--diff-filter=R", "--name-status", "--relative", "-z")
    filters = without_filters(root) if len(commits) == 1 else {}
    answer = run_git(root, "diff", *options, *commits, "--", more=filters)
    return dict(_pairs(answer.split(b"\0")))


def _pairs(parts: Iterable[bytes]) -> Iterable[tuple[str, str]]:
    """The names of `--name-status -z`: a status, the old name and the new one."""
    parts = iter(parts)
    for status in parts:
        if status:
            yield os.fsdecode(next(parts)), os.fsdecode(next(parts))
