"""The folder of git of a project, looked at without asking git."""

from __future__ import annotations

import os
import stat

from copycheck.model.paths import relative_path
from copycheck.project.reading import MOST_CONFIGURATION, read_file

_OF_ONE_TREE = ("commondir", "index", "config.worktree")
_COMMON = (
    "config",
    "shallow",
    "info/exclude",
    "info/attributes",
    "info/grafts",
    "info/sparse-checkout",
    "objects/info/alternates",
)
_CHECKED_OUT = (".gitattributes", ".gitmodules", ".mailmap")
"""Files that git opens and reads to their end."""


def git_files(root: str) -> list[str]:
    """The files, from the root on, that change whenever HEAD names another commit; nothing where there is no git."""
    folder = top_of_repository(root)
    names = _files_of_head(*_folders(folder)) if folder else []
    return [relative_path(os.path.normpath(name), os.path.realpath(root)) for name in names]


def special_file(root: str) -> str:
    """A pipe or device among the files that git reads whatever it is asked, as a path; empty where there is none."""
    folder = top_of_repository(root)
    if not folder:
        return ""
    top = os.path.join(folder, ".git")
    if _is_special(top):
        return top
    own, common = _folders(folder)
    places = ((own, _OF_ONE_TREE), (common, _COMMON), (folder, _CHECKED_OUT))
    names = (os.path.join(place, name) for place, files in places for name in files)
    return next(filter(_is_special, (*names, *_files_of_head(own, common))), "")


def _is_special(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _folders(top: str) -> tuple[str, str]:
    """Where git keeps what belongs to one working tree, and what it shares with the others of the repository."""
    own = os.path.join(top, ".git")
    if os.path.isfile(own):
        own = os.path.join(top, _line_of(own).removeprefix("gitdir: "))
    return own, os.path.normpath(os.path.join(own, _line_of(os.path.join(own, "commondir"))))


def _files_of_head(own: str, common: str) -> list[str]:
    """The files that say which commit HEAD is."""
    head = os.path.join(own, "HEAD")
    names = [head, os.path.join(common, "packed-refs"), os.path.join(common, "reftable", "tables.list")]
    reference = _line_of(head)
    if reference.startswith("ref: refs/"):
        names.append(os.path.join(common, reference.removeprefix("ref: ")))
    return names


def _line_of(path: str) -> str:
    """The first line of a small file; empty where there is none."""
    try:
        return os.fsdecode(read_file(path, MOST_CONFIGURATION).partition(b"\n")[0])
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
